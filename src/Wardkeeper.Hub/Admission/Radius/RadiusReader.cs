using System.Globalization;
using System.Net;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>Makes requests and accounting records out of RADIUS attributes: pure, never throws on input.</summary>
public static class RadiusReader
{
    private const int MaxName = 253, MaxPort = 100;
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5), Behind = TimeSpan.FromDays(31);
    private static readonly string[] DateForms = ["MMM d yyyy HH:mm:ss 'UTC'", "MMM  d yyyy HH:mm:ss 'UTC'", "MMM dd yyyy HH:mm:ss 'UTC'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <summary>The prefix of our Class; behind it stands the decision's number.</summary>
    public const string ClassPrefix = "wk-";

    /// <summary>A MAC address in any of its spellings (<c>02:00:00:00:00:01</c>, <c>0200.0000.0001</c>, <c>02-00…</c>, <c>020000000001</c>), lower case with colons; null when it is none.</summary>
    public static string? Mac(string? text)
    {
        if (text is null || text.Length is < 12 or > 17) return null;
        Span<char> digits = stackalloc char[12];
        int count = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiHexDigit(c) && count < 12) digits[count++] = char.ToLowerInvariant(c);
            else if (c is not (':' or '-' or '.' or ' ') || count == 0) return null;
        }
        return count != 12 ? null : $"{digits[..2]}:{digits[2..4]}:{digits[4..6]}:{digits[6..8]}:{digits[8..10]}:{digits[10..]}";
    }

    /// <summary>The request of an authorisation or, after EAP, of a post-authentication.</summary>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="isEap">Whether FreeRADIUS has verified it by EAP.</param>
    /// <param name="now">The moment.</param>
    /// <param name="fault">Why there is none.</param>
    public static AdmissionRequest? Request(RadiusAttributes attributes, bool isEap, CaptureTime now, out RadiusFault fault)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        string? calling = attributes["Calling-Station-Id"];
        fault = calling is null ? RadiusFault.MacMissing : RadiusFault.MacMalformed;
        if (Mac(calling ?? (isEap ? null : attributes["User-Name"])) is not { } mac) return null;
        fault = RadiusFault.NasMissing;
        if (Nas(attributes) is not { } nas) return null;
        AdmissionMethod method = !isEap ? AdmissionMethod.MacAuthentication
            : attributes["EAP-Type"] is "TLS" or "EAP-TLS" || (attributes["EAP-Type"] is null && attributes["TLS-Client-Cert-Serial"] is not null) ? AdmissionMethod.EapTls : AdmissionMethod.Peap;
        PresentedCertificate? certificate = null;
        if (method == AdmissionMethod.EapTls)
        {
            fault = RadiusFault.CertificateIncomplete;
            if (attributes["TLS-Client-Cert-Serial"] is not { Length: > 0 } serial || !serial.All(char.IsAsciiHexDigit) || attributes["TLS-Client-Cert-Issuer"] is not { Length: > 0 } issuer) return null;
            certificate = new PresentedCertificate(serial.ToLowerInvariant(), issuer, attributes["TLS-Client-Cert-Subject"] ?? "", KeyIdentifier(attributes["TLS-Client-Cert-X509v3-Authority-Key-Identifier"]));
        }
        return new AdmissionRequest(now, method, mac, Cut(attributes["User-Name"] ?? "", MaxName), certificate, nas, Name(attributes["NAS-Identifier"]), Port(attributes), Ssid(attributes["Called-Station-Id"]), Name(attributes["Acct-Session-Id"]));
    }

    /// <summary>The record of an accounting message.</summary>
    public static AccountingRecord? Accounting(RadiusAttributes attributes, CaptureTime now, out RadiusFault fault)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        fault = RadiusFault.StatusUnknown;
        AccountingKind? kind = attributes["Acct-Status-Type"] switch
        {
            "Start" or "1" => AccountingKind.Start,
            "Stop" or "2" => AccountingKind.Stop,
            "Interim-Update" or "Alive" or "3" => AccountingKind.Interim,
            "Accounting-On" or "7" => AccountingKind.On,
            "Accounting-Off" or "8" => AccountingKind.Off,
            _ => null,
        };
        if (kind is not { } what) return null;
        bool isOfSwitch = what is AccountingKind.On or AccountingKind.Off;
        fault = RadiusFault.SessionMissing;
        string session = isOfSwitch ? "" : Cut(attributes["Acct-Session-Id"] ?? "", MaxName);
        if (session.Length == 0 && !isOfSwitch) return null;
        fault = RadiusFault.NasMissing;
        if (Nas(attributes) is not { } nas) return null;
        string? calling = attributes["Calling-Station-Id"];
        string? mac = Mac(calling ?? attributes["User-Name"]);
        fault = RadiusFault.MacMalformed;
        if (mac is null && calling is not null && !isOfSwitch) return null;
        return new AccountingRecord(
            When(attributes, now), what, session, mac, Cut(attributes["User-Name"] ?? "", MaxName), nas, Name(attributes["NAS-Identifier"]), Port(attributes), Decision(attributes["Class"]), Name(attributes["Tunnel-Private-Group-Id"]),
            IPAddress.TryParse(attributes["Framed-IP-Address"], out IPAddress? address) ? address : null,
            attributes.Number("Acct-Session-Time") is { } seconds and < 1L << 32 ? TimeSpan.FromSeconds(seconds) : null,
            Octets(attributes, "Input"), Octets(attributes, "Output"), Name(attributes["Acct-Terminate-Cause"]));
    }

    /// <summary>Where the packet really came from; null when FreeRADIUS did not tell. Differs from the request's switch when that one writes another address.</summary>
    public static IPAddress? Source(RadiusAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return IPAddress.TryParse(attributes["Tmp-String-0"], out IPAddress? source) ? source : null;
    }

    /// <summary>The decision's number out of a Class as FreeRADIUS writes it (hex after 0x); null when it is none of ours.</summary>
    public static long? Decision(string? text)
    {
        if (text is null || !text.StartsWith("0x", StringComparison.Ordinal) || text.Length is < 4 or > 64 || text.Length % 2 != 0 || !text.AsSpan(2).ContainsOnlyHex()) return null;
        string plain = Encoding.ASCII.GetString(Convert.FromHexString(text.AsSpan(2)));
        return plain.StartsWith(ClassPrefix, StringComparison.Ordinal) && long.TryParse(plain.AsSpan(ClassPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }
        return true;
    }

    private static IPAddress? Nas(RadiusAttributes attributes) =>
        IPAddress.TryParse(attributes["NAS-IP-Address"] ?? attributes["NAS-IPv6-Address"], out IPAddress? told) && !told.Equals(IPAddress.Any) && !told.Equals(IPAddress.IPv6Any) ? told : Source(attributes);

    private static string? Port(RadiusAttributes attributes) => (attributes["NAS-Port-Id"] ?? attributes["NAS-Port"]) is { Length: > 0 } port ? Cut(port, MaxPort) : null;

    /// <summary>Called-Station-Id is the access point's MAC address, then a colon and the network's name (RFC 3580, section 3.20).</summary>
    private static string? Ssid(string? called) => called is { Length: > 18 } && called[17] == ':' && Mac(called[..17]) is not null ? called[18..] : null;

    private static string? Name(string? text) => string.IsNullOrEmpty(text) ? null : Cut(text, MaxName);

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    /// <summary>OpenSSL writes <c>keyid:AB:CD…</c>, and with some versions a line more behind it.</summary>
    private static string? KeyIdentifier(string? text)
    {
        if (text is null) return null;
        string first = text.StartsWith("keyid:", StringComparison.Ordinal) ? text["keyid:".Length..] : text;
        string hex = string.Concat(first.TakeWhile(c => char.IsAsciiHexDigit(c) || c == ':').Where(c => c != ':')).ToLowerInvariant();
        return hex.Length is >= 8 and <= 128 ? hex : null;
    }

    private static long? Octets(RadiusAttributes attributes, string way) =>
        attributes.Number($"Acct-{way}-Octets") is { } low and <= uint.MaxValue ? low + ((attributes.Number($"Acct-{way}-Gigawords") is { } high and <= int.MaxValue ? high : 0) << 32) : null;

    private static CaptureTime When(RadiusAttributes attributes, CaptureTime now)
    {
        CaptureTime? told = attributes.Number("Event-Timestamp") is { } seconds and < 1L << 33 ? CaptureTime.FromSeconds(seconds)
            : DateTimeOffset.TryParseExact(attributes["Event-Timestamp"], DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? CaptureTime.FromDate(date) : null;
        if (told is { } at && at.Since(now) <= Ahead && now.Since(at) <= Behind) return at;
        long delay = attributes.Number("Acct-Delay-Time") is { } late && late <= Behind.TotalSeconds ? late : 0;
        return new CaptureTime(now.Nanoseconds - (delay * CaptureTime.PerSecond));
    }
}
