using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Which certificate: its issuer and its serial number. Two certificates of one CA never share it (RFC 5280, section 4.1.2.2).</summary>
/// <param name="Issuer">Key identifier of the issuing CA (the certificate's AuthorityKeyIdentifier), lower-case hex, 1 to 32 bytes.</param>
/// <param name="Serial">Serial number, lower-case hex without leading zero bytes, 1 to 20 bytes.</param>
public sealed record CertificateId(string Issuer, string Serial)
{
    /// <summary>Most bytes of an issuer's key identifier.</summary>
    public const int MaxIssuer = 32;

    /// <summary>Most bytes of a serial number (RFC 5280).</summary>
    public const int MaxSerial = 20;

    /// <summary>That of a certificate; null when it does not name its issuer's key.</summary>
    public static CertificateId? Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ReadOnlyMemory<byte>? issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        ReadOnlySpan<byte> serial = certificate.SerialNumberBytes.Span.TrimStart((byte)0);
        if (issuer is not { Length: > 0 and <= MaxIssuer } key || serial.Length is 0 or > MaxSerial) return null;
        return new CertificateId(Convert.ToHexStringLower(key.Span), Convert.ToHexStringLower(serial));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Issuer}:{Serial}";

    /// <summary>Reads it: both after their length in one byte.</summary>
    internal static CertificateId Read(ref WireReader reader)
    {
        byte[] issuer = reader.Bytes8(1, MaxIssuer), serial = reader.Bytes8(1, MaxSerial);
        reader.Require(serial is [not 0, ..]);
        return new CertificateId(Convert.ToHexStringLower(issuer), Convert.ToHexStringLower(serial));
    }

    /// <summary>Writes it.</summary>
    internal void Write(WireWriter writer)
    {
        byte[] serial = Convert.FromHexString(Serial);
        if (serial is not [not 0, ..]) throw new ArgumentException($"'{Serial}' begins with zero");
        writer.Bytes8(Convert.FromHexString(Issuer), 1, MaxIssuer).Bytes8(serial, 1, MaxSerial);
    }
}
