namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>What a certificate says of itself. RFC 5280. Plain values; nothing is verified.</summary>
public sealed record CertificateFacts
{
    /// <summary>SHA-256 over the certificate as sent, in lower-case hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Version, 1 to 3. RFC 5280, 4.1.2.1.</summary>
    public int Version { get; init; }

    /// <summary>Serial number in upper-case hexadecimal digits, with a minus sign if negative.</summary>
    public string? Serial { get; init; }

    /// <summary>Subject as RFC 2253 writes it, the last attribute first.</summary>
    public string? Subject { get; init; }

    /// <summary>Issuer as RFC 2253 writes it.</summary>
    public string? Issuer { get; init; }

    /// <summary>Valid from, in seconds since 1970-01-01T00:00:00Z; null if the time is malformed.</summary>
    public long? NotValidBefore { get; init; }

    /// <summary>Valid until, in seconds since 1970-01-01T00:00:00Z; null if the time is malformed.</summary>
    public long? NotValidAfter { get; init; }

    /// <summary>Algorithm of the key, in OpenSSL's words, for example <c>rsaEncryption</c>.</summary>
    public string? KeyAlg { get; init; }

    /// <summary>Algorithm of the signature, in OpenSSL's words, for example <c>sha256WithRSAEncryption</c>.</summary>
    public string? SigAlg { get; init; }

    /// <summary>Kind of key: <c>rsa</c>, <c>dsa</c>, <c>ecdsa</c>, <c>ed25519</c>, <c>ed448</c>; null for others.</summary>
    public string? KeyType { get; init; }

    /// <summary>Length of the key in bits.</summary>
    public int? KeyLength { get; init; }

    /// <summary>Public exponent of an RSA key, in decimal digits.</summary>
    public string? Exponent { get; init; }

    /// <summary>Curve of an elliptic-curve key, in OpenSSL's words, for example <c>prime256v1</c>.</summary>
    public string? Curve { get; init; }

    /// <summary>DNS names in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanDns { get; init; }

    /// <summary>URIs in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanUri { get; init; }

    /// <summary>Mail addresses in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanEmail { get; init; }

    /// <summary>IP addresses in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanIp { get; init; }

    /// <summary>Whether it may sign certificates; null without that extension. RFC 5280, 4.2.1.9.</summary>
    public bool? BasicConstraintsCa { get; init; }

    /// <summary>How many authorities may follow below it; null if not limited.</summary>
    public int? BasicConstraintsPathLen { get; init; }

    /// <summary>Whether it is its own issuer: same name, and signature and key of one kind and length. The signature itself is not computed.</summary>
    public bool SelfSigned { get; init; }

    /// <summary>Common names of the subject, for comparison with a host name.</summary>
    internal IReadOnlyList<string> CommonNames { get; init; } = [];

    /// <summary>
    /// Whether it was issued for this host: a DNS name or, if there is none, a common name equals it, or has <c>*</c> for the first label.
    /// RFC 6125, 6.4; case does not matter.
    /// </summary>
    public bool IsFor(string host)
    {
        foreach (string name in SanDns ?? CommonNames)
        {
            if (Covers(name, host)) return true;
        }
        return false;
    }

    private static bool Covers(string pattern, string host)
    {
        if (host.EndsWith('.')) host = host[..^1];
        if (host.Length == 0) return false;
        if (pattern.Equals(host, StringComparison.OrdinalIgnoreCase)) return true;
        if (!pattern.StartsWith("*.", StringComparison.Ordinal) || pattern.LastIndexOf('.') < 2) return false;
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }
}
