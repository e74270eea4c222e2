using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Platform.Trust;

/// <summary>Answers EST (RFC 7030, as RFC 8951 mends it): who asks is judged first, then the request, then what becomes of it. Every refusal has a code, is logged and counted.</summary>
internal sealed partial class EstService(Credentials credentials, Enrolments enrolments, AuthorityBook book, Refusals refusals, PlatformOptions options, ILogger<EstService> log)
{
    private const int RetryAfterSeconds = 60;
    private static readonly HashSet<string> TokenFaults = new(StringComparer.Ordinal) { "token-used", "voucher-used" };
    private static readonly HashSet<string> Unready = new(StringComparer.Ordinal) { "no-authority", "authority-key" };
    private readonly EstLimits limits = new(() => options.Settings.Current.Trust.PerMinute, options.Clock);

    /// <summary>Reads a request's body, which the listener bounds.</summary>
    public static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    /// <summary>Before everything: the rate, and that EST is spoken inside TLS only.</summary>
    public async Task Guard(HttpContext context, RequestDelegate next)
    {
        bool isEst = context.Request.Path.StartsWithSegments("/.well-known");
        context.Response.Headers.CacheControl = "no-store";
        if (!limits.MayAsk(context.Connection.RemoteIpAddress)) await TooMany(context).ExecuteAsync(context);
        else if (isEst != context.Request.IsHttps) await Results.NotFound().ExecuteAsync(context);
        else
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                await Refuse(context, new CsrFault("body-too-large", "The request is larger than requests for certificates are."), StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context);
            }
        }
    }

    /// <summary>A connection that ended in TLS, before anything could be answered: what it was for is not known, why it ended is told here alone.</summary>
    public void Ended(IPAddress? address, string why)
    {
        refusals.Count("tls-ended");
        if (limits.MayTell(address)) LogRefused(log, address?.ToString() ?? "unknown", "tls-ended", why);
    }

    /// <summary>Everything that is trusted here (4.1).</summary>
    public IResult CaCerts() => Certificates(book.Trusted());

    /// <summary>What requests should hold (4.5.2): an EC key on P-256, and the device's serial number.</summary>
    public static IResult CsrAttributes()
    {
        AsnWriter attributes = new(AsnEncodingRules.DER);
        using (attributes.PushSequence())
        {
            attributes.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            attributes.WriteObjectIdentifier(DistinguishedNames.SerialNumber);
            using (attributes.PushSequence())
            {
                attributes.WriteObjectIdentifier("1.2.840.10045.2.1");
                using (attributes.PushSetOf()) attributes.WriteObjectIdentifier("1.2.840.10045.3.1.7");
            }
        }
        return new OneLine(Convert.ToBase64String(attributes.Encode()), "application/csrattrs");
    }

    /// <summary>A first certificate, or another one (4.2.1); with <paramref name="isAgain"/> only for who shows the earlier one (4.2.2).</summary>
    public async Task<IResult> EnrolAsync(HttpContext context, bool isAgain)
    {
        (CheckedRequest? request, Credential? credential, IResult? refused) = await AskedAsync(context, isAgain);
        if (refused is not null) return refused;
        EnrolmentAnswer answer = await enrolments.EnrolAsync(request!, credential!, request!.Hash, Address(context), context.RequestAborted);
        return answer.Certificate is { } made ? Issued(context, made, credential!) : Otherwise(context, answer);
    }

    /// <summary>A certificate for a key that is made here (4.4). The key is sent once, inside TLS, and kept nowhere; a client that wants it encrypted besides is refused, as 4.4.1 wants it.</summary>
    public async Task<IResult> MakeKeyAsync(HttpContext context)
    {
        if (!options.Settings.Current.Trust.MakesKeys) return Refuse(context, new CsrFault("serverkeygen-off", "Keys are not made for devices here (trust.serverKeys)."), StatusCodes.Status403Forbidden);
        (CheckedRequest? request, Credential? credential, IResult? refused) = await AskedAsync(context, false);
        if (refused is not null) return refused;
        if (request!.AsksForEncryption) return Refuse(context, new CsrFault("key-encryption", "Keys are sent inside TLS, and not encrypted besides. Leave the attribute for it out."), StatusCodes.Status400BadRequest);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CheckedRequest made = request with { SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo(), Kind = KeyKind.P256, Bits = 256 };
        EnrolmentAnswer answer = await enrolments.EnrolAsync(made, credential!, request.Hash + ":serverkeygen", Address(context), context.RequestAborted);
        if (answer.Certificate is not { } certificate) return Otherwise(context, answer);
        (string? address, string subject) = (Address(context), certificate.Subject);
        LogIssued(log, address, subject, credential!.Text);
        string boundary = "wk" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        byte[] pkcs8 = key.ExportPkcs8PrivateKey();
        string text = $"--{boundary}\r\nContent-Type: application/pkcs8\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(pkcs8)}\r\n" +
            $"--{boundary}\r\nContent-Type: {CertsOnly}\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Pkcs7([certificate]))}\r\n--{boundary}--\r\n";
        CryptographicOperations.ZeroMemory(pkcs8);
        return Results.Text(text, $"multipart/mixed; boundary={boundary}");
    }

    private const string CertsOnly = "application/pkcs7-mime; smime-type=certs-only";

    /// <summary>Who asks, and for what; or why not.</summary>
    private async Task<(CheckedRequest? Request, Credential? Credential, IResult? Refused)> AskedAsync(HttpContext context, bool isAgain)
    {
        if (!limits.MayFail(context.Connection.RemoteIpAddress)) return (null, null, TooMany(context));
        (Credential? credential, CsrFault? fault) = await CredentialAsync(context, isAgain);
        if (credential is null) return (null, null, Unauthorized(context, fault!));
        byte[]? der = CsrCheck.Decode(await BodyAsync(context));
        if (der is null) return (null, null, Refuse(context, new CsrFault("csr-malformed", "The body is no base64 of a request (RFC 8951, 3.1)."), StatusCodes.Status400BadRequest));
        CheckedRequest? request = CsrCheck.Check(der, CertificateProfile.All[CertificateProfile.Device].LeastRsaBits, out fault);
        fault ??= request is null ? null : Binding(context, request);
        return fault is null ? (request, credential, null) : (null, null, Refuse(context, fault, StatusCodes.Status400BadRequest));
    }

    private async Task<(Credential? Credential, CsrFault? Fault)> CredentialAsync(HttpContext context, bool isAgain)
    {
        CsrFault fault = new("no-credential", "Show a client certificate of this hospital or of a trusted maker, or a one-time token as password (HTTP Basic).");
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is { } shown)
        {
            X509Certificate2Collection between = context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(EstHost.Between, out object? kept) == true && kept is X509Certificate2Collection sent ? sent : [];
            (Credential? found, CsrFault? why) = credentials.OfCertificate(shown, between);
            if (found is EarlierCredential || (found is not null && !isAgain)) return (found, null);
            fault = why ?? new CsrFault("renewal-needs-certificate", "A certificate is renewed for who shows the earlier one. Use simpleenroll.");
        }
        if (isAgain) return (null, fault.Code == "no-credential" ? new CsrFault("renewal-needs-certificate", "A certificate is renewed for who shows the earlier one.") : fault);
        return Secret(context) is { } secret ? await credentials.OfSecretAsync(secret, context.RequestAborted) : (null, fault);
    }

    /// <summary>Whether the request is bound to this very connection (3.5). Its mark exists in TLS 1.2 only; whoever sends one over TLS 1.3 gets no answer that would claim it was looked at.</summary>
    private static CsrFault? Binding(HttpContext context, CheckedRequest request)
    {
        if (request.ChallengePassword is not { } mark) return null;
        SslStream? tls = context.Features.Get<ISslStreamFeature>()?.SslStream;
        if (tls is null || tls.SslProtocol != SslProtocols.Tls12) return new CsrFault("binding-unverifiable", "The request is bound to its connection by tls-unique, which TLS 1.3 does not have. Use TLS 1.2, or leave challengePassword out.");
        using ChannelBinding? binding = tls.TransportContext.GetChannelBinding(ChannelBindingKind.Unique);
        if (binding is null) return new CsrFault("binding-unverifiable", "The connection does not tell its tls-unique.");
        byte[] whole = new byte[binding.Size];
        Marshal.Copy(binding.DangerousGetHandle(), whole, 0, whole.Length);
        int at = whole.AsSpan().IndexOf("tls-unique:"u8);
        bool holds = at >= 0 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToBase64String(whole.AsSpan(at + 11))), Encoding.ASCII.GetBytes(mark));
        return holds ? null : new CsrFault("binding-wrong", "The request is bound to another connection than it came by: it was replayed, or somebody stands between.");
    }

    private static string? Secret(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || header.Length > 1000) return null;
        byte[] bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out int length)) return "";
        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? pair[(colon + 1)..] : "";
    }

    private OneLine Issued(HttpContext context, X509Certificate2 made, Credential credential)
    {
        (string? address, string subject) = (Address(context), made.Subject);
        LogIssued(log, address, subject, credential.Text);
        return Certificates([made]);
    }

    private IResult Otherwise(HttpContext context, EnrolmentAnswer answer)
    {
        if (answer.Waiting is { } waiting)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Results.Text($"{waiting.Id} waits for a person's approval.\n", statusCode: StatusCodes.Status202Accepted);
        }
        CsrFault fault = answer.Fault!;
        if (TokenFaults.Contains(fault.Code)) return Unauthorized(context, fault, isCounted: true);
        return Refuse(context, fault, Unready.Contains(fault.Code) ? StatusCodes.Status503ServiceUnavailable : fault.Code == "enrolment-refused" ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest, isCounted: true);
    }

    private IResult Unauthorized(HttpContext context, CsrFault fault, bool isCounted = false)
    {
        // Who shows nothing at all asks how to; only wrong credentials are failures.
        if (fault.Code != "no-credential") limits.Failed(context.Connection.RemoteIpAddress);
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"EST\", charset=\"UTF-8\"";
        return Refuse(context, fault, StatusCodes.Status401Unauthorized, isCounted);
    }

    private IResult TooMany(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Refuse(context, new CsrFault("too-many", "Too many requests from this address; wait a minute."), StatusCodes.Status429TooManyRequests);
    }

    private IResult Refuse(HttpContext context, CsrFault fault, int status, bool isCounted = false)
    {
        if (!isCounted) refusals.Count(fault.Code);
        LogRefused(log, Address(context), fault.Code, fault.Message);
        return Results.Text($"{fault.Code}: {fault.Message}\n", statusCode: status);
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static OneLine Certificates(X509Certificate2Collection certificates) => new(Convert.ToBase64String(Pkcs7(certificates)), CertsOnly);

    private static byte[] Pkcs7(X509Certificate2Collection certificates)
    {
        // Without keys, of which our own copies know none.
        return certificates.Export(X509ContentType.Pkcs7)!;
    }

    [LoggerMessage(EventId = 172, Level = LogLevel.Information, Message = "Certificate issued to {Address}: {Subject}, by {Credential}.")]
    private static partial void LogIssued(ILogger log, string address, string subject, string credential);

    [LoggerMessage(EventId = 173, Level = LogLevel.Warning, Message = "Request of {Address} refused, {Code}: {Message}")]
    private static partial void LogRefused(ILogger log, string address, string code, string message);

    /// <summary>A body of base64 on one line, which every client reads (RFC 8951, 3.1).</summary>
    private sealed class OneLine(string base64, string type) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers["Content-Transfer-Encoding"] = "base64";
            httpContext.Response.ContentType = type;
            httpContext.Response.ContentLength = base64.Length;
            return httpContext.Response.WriteAsync(base64, httpContext.RequestAborted);
        }
    }
}

/// <summary>Maps EST's operations.</summary>
internal static class EstEndpoints
{
    private const string Begin = "/.well-known/est/";

    /// <summary>Maps them.</summary>
    public static void MapEst(this WebApplication app, EstService est)
    {
        app.MapGet(Begin + "cacerts", IResult () => est.CaCerts());
        app.MapGet(Begin + "csrattrs", IResult () => EstService.CsrAttributes());
        // The type of the answer stands here on purpose: without it the answer would be thrown away, and everything be 200.
        app.MapPost(Begin + "simpleenroll", Task<IResult> (HttpContext context) => est.EnrolAsync(context, false));
        app.MapPost(Begin + "simplereenroll", Task<IResult> (HttpContext context) => est.EnrolAsync(context, true));
        app.MapPost(Begin + "serverkeygen", Task<IResult> (HttpContext context) => est.MakeKeyAsync(context));
    }
}

/// <summary>How many requests, and how many wrong credentials, an address may send in a minute.</summary>
internal sealed class EstLimits(Func<int> perMinute, TimeProvider clock)
{
    private const int FailuresPerMinute = 30, LinesPerMinute = 60, LinesPerAddress = 3, MostAddresses = 10_000;
    private readonly ConcurrentDictionary<IPAddress, Window> windows = new();
    private readonly Lock telling = new();
    private Window everybody = new(0);

    /// <summary>Counts a request; false when there were too many.</summary>
    public bool MayAsk(IPAddress? address) => Interlocked.Increment(ref Of(address).Asked) <= perMinute();

    /// <summary>Whether there were not too many wrong credentials yet.</summary>
    public bool MayFail(IPAddress? address) => Volatile.Read(ref Of(address).Failed) < FailuresPerMinute;

    /// <summary>Counts a wrong credential.</summary>
    public void Failed(IPAddress? address) => Interlocked.Increment(ref Of(address).Failed);

    /// <summary>Whether a connection that ended is worth a line in the log: a few of each address, and not too many of all together, so that a scan cannot fill it.</summary>
    public bool MayTell(IPAddress? address)
    {
        long minute = Minute();
        lock (telling)
        {
            if (everybody.Minute != minute) everybody = new Window(minute);
            // Who comes after too many is not even kept in mind.
            if (everybody.Told >= LinesPerMinute || ++Of(address).Told > LinesPerAddress) return false;
            everybody.Told++;
            return true;
        }
    }

    private long Minute() => clock.GetUtcNow().ToUnixTimeSeconds() / 60;

    private Window Of(IPAddress? address)
    {
        long minute = Minute();
        if (windows.Count > MostAddresses)
        {
            foreach ((IPAddress old, Window window) in windows)
            {
                if (window.Minute != minute) windows.TryRemove(old, out _);
            }
        }
        return windows.AddOrUpdate(address ?? IPAddress.None, static (_, now) => new Window(now), static (_, held, now) => held.Minute == now ? held : new Window(now), minute);
    }

    private sealed class Window(long minute)
    {
        public int Asked, Failed, Told;

        public long Minute { get; } = minute;
    }
}
