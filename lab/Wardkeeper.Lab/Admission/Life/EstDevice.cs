using System.Formats.Asn1;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>Opens a connection to the hub.</summary>
internal delegate ValueTask<Stream> Dial(CancellationToken cancel);

/// <summary>A simulated device that enrols and renews by EST (RFC 7030) over mutual TLS, with a key of its own for each certificate.</summary>
/// <param name="serial">Its serial number.</param>
/// <param name="birth">The certificate that it was born with, and its key.</param>
/// <param name="roots">Roots that it trusts.</param>
/// <param name="dial">How it reaches EST.</param>
internal sealed class EstDevice(string serial, X509Certificate2 birth, X509Certificate2Collection roots, Dial dial) : IDisposable
{
    private HttpClient? client;

    /// <summary>Its serial number.</summary>
    public string Serial => serial;

    /// <summary>What it shows now.</summary>
    public X509Certificate2 Certificate { get; private set; } = birth;

    /// <summary>Key identifier of the authority that issued it, lower-case hex.</summary>
    public string Issuer => Convert.ToHexStringLower(Certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span);

    /// <summary>Asks for its first certificate, or renews it, on a connection of its own.</summary>
    /// <returns>What was said against it; null when it has a new certificate.</returns>
    public async Task<string?> AskAsync(bool isAgain, CancellationToken cancel)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        client = Open();
        try
        {
            byte[] answer = await SendAsync(isAgain, Request(key), cancel);
            using X509Certificate2 made = CertificateOf(answer);
            Certificate = made.CopyWithPrivateKey(key);
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        finally
        {
            Hang();
        }
    }

    /// <summary>Renews as it is, again and again, over one kept connection; the certificates are thrown away.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public async Task RenewKeptAsync(IEnumerable<byte[]> requests, CancellationToken cancel)
    {
        client ??= Open();
        foreach (byte[] request in requests) await SendAsync(true, request, cancel);
    }

    /// <summary>A request for a certificate with this key, DER.</summary>
    public byte[] Request(ECDsa key) => new CertificateRequest($"CN=device, serialNumber={serial}", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>Opens TLS as a client that trusts some roots and shows a certificate.</summary>
    public static SslClientAuthenticationOptions Tls(X509Certificate2Collection roots, X509Certificate2 certificate)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        return new() { TargetHost = "localhost", CertificateChainPolicy = policy, LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate };
    }

    /// <inheritdoc/>
    public void Dispose() => Hang();

    private HttpClient Open() => new(new SocketsHttpHandler { ConnectCallback = (_, cancel) => dial(cancel), SslOptions = Tls(roots, Certificate) }) { BaseAddress = new Uri("https://localhost:8444/.well-known/est/"), Timeout = TimeSpan.FromSeconds(60) };

    private void Hang()
    {
        client?.Dispose();
        client = null;
    }

    private async Task<byte[]> SendAsync(bool isAgain, byte[] request, CancellationToken cancel)
    {
        using ByteArrayContent body = new(Encoding.ASCII.GetBytes(Convert.ToBase64String(request)));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        using HttpResponseMessage answer = await client!.PostAsync(new Uri(isAgain ? "simplereenroll" : "simpleenroll", UriKind.Relative), body, cancel);
        string text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.StatusCode == System.Net.HttpStatusCode.OK ? Convert.FromBase64String(text) : throw new HttpRequestException($"{(int)answer.StatusCode} {text.Trim()}");
    }

    /// <summary>The one certificate in a PKCS #7 that holds nothing else.</summary>
    private static X509Certificate2 CertificateOf(byte[] pkcs7)
    {
        AsnReader outer = new AsnReader(pkcs7, AsnEncodingRules.BER).ReadSequence();
        outer.ReadObjectIdentifier();
        AsnReader signed = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)).ReadSequence();
        signed.ReadInteger();
        signed.ReadSetOf();
        signed.ReadSequence();
        return X509CertificateLoader.LoadCertificate(signed.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0, true)).ReadEncodedValue().Span);
    }
}

/// <summary>A maker of devices, which gives each its certificate of birth (IDevID, 802.1AR).</summary>
internal sealed class DeviceMaker : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    /// <summary>Opens its business.</summary>
    public DeviceMaker()
    {
        CertificateRequest request = new("O=Scene Pumps, CN=Scene Pumps Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(20));
    }

    /// <summary>Its root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Makes a device's certificate, with its key.</summary>
    public X509Certificate2 Bear(string serial)
    {
        using ECDsa born = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"O=Scene Pumps, serialNumber={serial}", born, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        using X509Certificate2 made = request.Create(Root, now.AddHours(-1), now.AddYears(10), [1, .. RandomNumberGenerator.GetBytes(15)]);
        return made.CopyWithPrivateKey(born);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        key.Dispose();
    }
}
