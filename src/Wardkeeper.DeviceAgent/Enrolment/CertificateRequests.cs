using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>What is asked of the CA, and whether its answer is what was asked for.</summary>
internal static class CertificateRequests
{
    private const string SerialNumber = "2.5.4.5", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>A PKCS#10 for the first certificate: common name and serial number (802.1AR, section 8.6).</summary>
    public static byte[] First(DeviceSettings device, ECDsa key)
    {
        X500DistinguishedNameBuilder name = new();
        name.AddCommonName(device.Name ?? device.SerialNumber);
        name.Add(SerialNumber, device.SerialNumber);
        return new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    /// <summary>A PKCS#10 for the next one: the subject must not change (RFC 7030, section 4.2.2).</summary>
    public static byte[] Next(X509Certificate2 current, ECDsa key) => new CertificateRequest(current.SubjectName, key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>The certificate for a key among those of an answer; whether its time has come is asked when it is used.</summary>
    /// <exception cref="AgentFault">There is none, it leads to no trusted root, or it names another device.</exception>
    /// <param name="answer">Certificates of the answer; a CA need not send more than the one it issued (RFC 7030, section 4.2.3).</param>
    /// <param name="key">The key.</param>
    /// <param name="serialNumber">The device's.</param>
    /// <param name="roots">Trusted roots.</param>
    /// <param name="listed">Certificates that the CA lists, its issuing ones among them.</param>
    public static (X509Certificate2 Own, IReadOnlyList<X509Certificate2> Between) Check(IReadOnlyList<X509Certificate2> answer, ECDsa key, string serialNumber, IReadOnlyList<X509Certificate2> roots, IReadOnlyList<X509Certificate2> listed)
    {
        byte[] expected = key.ExportSubjectPublicKeyInfo();
        X509Certificate2 own = answer.FirstOrDefault(one => one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(expected))
            ?? throw new AgentFault(Outcome.Refused, "the CA answered without a certificate for the key that was asked for");
        List<X509Certificate2> between = [];
        X509Certificate2? Above(X509Certificate2 below) => answer.Concat(listed).FirstOrDefault(one => IsIssuer(one, below) && !IsRoot(one) && !between.Contains(one));
        for (X509Certificate2? above = Above(own); above is not null; above = Above(above)) between.Add(above);
        if (!HubTrust.Chains(own, roots, between, ClientAuthentication, own.NotBefore.AddMinutes(1), out string reason))
            throw new AgentFault(Outcome.Refused, $"the CA's certificate does not lead to a trusted root: {reason}");
        string? named = own.SubjectName.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == SerialNumber).Select(part => part.GetSingleElementValue()).FirstOrDefault();
        if (named is not null && named != serialNumber) throw new AgentFault(Outcome.Refused, $"the CA's certificate names the serial number {named}, not {serialNumber}");
        return (own, between);
    }

    /// <summary>Whether an authority's name, and its key's identifier where both name it, are those of a certificate's issuer.</summary>
    private static bool IsIssuer(X509Certificate2 authority, X509Certificate2 below)
    {
        if (!authority.SubjectName.RawData.AsSpan().SequenceEqual(below.IssuerName.RawData)) return false;
        ReadOnlyMemory<byte>? named = below.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        ReadOnlyMemory<byte>? own = authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
        return named is null || own is null || named.Value.Span.SequenceEqual(own.Value.Span);
    }

    /// <summary>Whether a certificate names itself as its issuer.</summary>
    public static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
