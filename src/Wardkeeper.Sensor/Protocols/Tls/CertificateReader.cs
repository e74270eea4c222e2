using System.Globalization;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Reads X.509 certificates (RFC 5280) from DER: pure, bounded, never throws. What is malformed inside an otherwise readable certificate stays unset.</summary>
internal static class CertificateReader
{
    private const int MostNames = 1024;
    private const int LongestName = 512;
    private const byte Explicit0 = 0xA0, Explicit3 = 0xA3, Implicit1 = 0x81, Implicit2 = 0x82;

    private static ReadOnlySpan<byte> SubjectKeyIdentifier => [0x55, 0x1D, 0x0E];

    private static ReadOnlySpan<byte> SubjectAltName => [0x55, 0x1D, 0x11];

    private static ReadOnlySpan<byte> BasicConstraints => [0x55, 0x1D, 0x13];

    private static ReadOnlySpan<byte> AuthorityKeyIdentifier => [0x55, 0x1D, 0x23];

    /// <summary>Reads one certificate; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CertificateFacts facts)
    {
        facts = null!;
        DerReader outer = new(bytes);
        DerReader certificate = new(outer.Take(DerReader.Sequence, out ReadOnlySpan<byte> whole));
        DerReader body = new(certificate.Take(DerReader.Sequence));
        certificate.Take(DerReader.Sequence);
        ReadOnlySpan<byte> signature = certificate.Take(DerReader.BitString);
        int version = body.TryTake(Explicit0, out ReadOnlySpan<byte> explicitVersion) ? VersionOf(explicitVersion) : 1;
        ReadOnlySpan<byte> serial = body.Take(DerReader.Integer);
        ReadOnlySpan<byte> algorithm = body.Take(DerReader.Sequence);
        ReadOnlySpan<byte> issuer = body.Take(DerReader.Sequence);
        DerReader validity = new(body.Take(DerReader.Sequence));
        ReadOnlySpan<byte> subject = body.Take(DerReader.Sequence);
        DerReader key = new(body.Take(DerReader.Sequence));
        if (outer.Failed || certificate.Failed || body.Failed || version == 0) return false;

        validity.TryTake(out byte beforeTag, out ReadOnlySpan<byte> before, out _);
        validity.TryTake(out byte afterTag, out ReadOnlySpan<byte> after, out _);
        string? signatureOid = OidOf(algorithm);
        Key read = ReadKey(key);
        Extensions extensions = default;
        while (!body.IsEmpty && body.TryTake(out byte tag, out ReadOnlySpan<byte> content, out _))
        {
            if (tag == Explicit3) extensions.Read(content);
        }
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(whole, hash);
        bool selfSigned = subject.SequenceEqual(issuer) && read.CouldHaveSigned(signatureOid, signature.Length - 1) && extensions.KeyIdentifiersAgree;
        facts = new CertificateFacts
        {
            Fingerprint = Convert.ToHexStringLower(hash),
            Version = version,
            Serial = SerialOf(serial),
            Subject = DistinguishedName.Format(subject, out List<string> commonNames),
            CommonNames = commonNames,
            Issuer = DistinguishedName.Format(issuer),
            NotValidBefore = DerReader.Time(beforeTag, before),
            NotValidAfter = DerReader.Time(afterTag, after),
            KeyAlg = read.Oid is null ? null : CertificateOids.LongName(read.Oid),
            SigAlg = signatureOid is null ? null : CertificateOids.LongName(signatureOid),
            KeyType = read.Type,
            KeyLength = read.Bits,
            Exponent = read.Exponent,
            Curve = read.Curve,
            SanDns = extensions.Dns,
            SanUri = extensions.Uri,
            SanEmail = extensions.Email,
            SanIp = extensions.Ip,
            BasicConstraintsCa = extensions.IsAuthority,
            BasicConstraintsPathLen = extensions.PathLength,
            SelfSigned = selfSigned,
        };
        return true;
    }

    private static int VersionOf(ReadOnlySpan<byte> content)
    {
        DerReader reader = new(content);
        ReadOnlySpan<byte> value = reader.Take(DerReader.Integer);
        return value.Length == 1 && value[0] < 16 ? value[0] + 1 : 0;
    }

    private static string SerialOf(ReadOnlySpan<byte> serial)
    {
        if (serial.Length > 64) serial = serial[..64];
        if (serial.IsEmpty) return "00";
        if ((serial[0] & 0x80) == 0)
        {
            while (serial.Length > 1 && serial[0] == 0) serial = serial[1..];
            return Convert.ToHexString(serial);
        }
        byte[] magnitude = BigInteger.Negate(new BigInteger(serial, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        return "-" + Convert.ToHexString(magnitude);
    }

    private static string? OidOf(ReadOnlySpan<byte> algorithm)
    {
        DerReader reader = new(algorithm);
        return DerReader.Dotted(reader.Take(DerReader.ObjectIdentifier));
    }

    private static Key ReadKey(DerReader info)
    {
        DerReader algorithm = new(info.Take(DerReader.Sequence));
        string? oid = DerReader.Dotted(algorithm.Take(DerReader.ObjectIdentifier));
        ReadOnlySpan<byte> bits = info.Take(DerReader.BitString);
        if (oid is null || info.Failed || bits.IsEmpty) return new Key { Oid = oid };
        bits = bits[1..];
        switch (oid)
        {
            case CertificateOids.RsaEncryption or CertificateOids.RsaPss:
                DerReader outer = new(bits);
                DerReader rsa = new(outer.Take(DerReader.Sequence));
                ReadOnlySpan<byte> modulus = rsa.Take(DerReader.Integer), exponent = rsa.Take(DerReader.Integer);
                if (rsa.Failed) return new Key { Oid = oid, Type = "rsa" };
                return new Key { Oid = oid, Type = "rsa", Bits = BitLength(modulus), Exponent = exponent.Length > 64 ? null : new BigInteger(exponent, true, true).ToString(CultureInfo.InvariantCulture) };
            case CertificateOids.EcPublicKey:
                string? curve = algorithm.TryTake(DerReader.ObjectIdentifier, out ReadOnlySpan<byte> named) ? DerReader.Dotted(named) : null;
                // An uncompressed point is 4 and two coordinates; a compressed one 2 or 3 and one.
                int? length = CurveBits(curve) ?? (bits.Length < 3 ? null : (bits[0] == 4 ? (bits.Length - 1) / 2 : bits.Length - 1) * 8);
                return new Key { Oid = oid, Type = "ecdsa", Bits = length, Curve = curve is null ? null : CertificateOids.ShortName(curve) ?? curve };
            case CertificateOids.Dsa:
                DerReader parameters = new(algorithm.Take(DerReader.Sequence));
                ReadOnlySpan<byte> prime = parameters.Take(DerReader.Integer);
                return new Key { Oid = oid, Type = "dsa", Bits = parameters.Failed ? null : BitLength(prime) };
            case CertificateOids.Ed25519:
                return new Key { Oid = oid, Type = "ed25519", Bits = 256 };
            case CertificateOids.Ed448:
                return new Key { Oid = oid, Type = "ed448", Bits = 456 };
            default:
                return new Key { Oid = oid };
        }
    }

    private static int BitLength(ReadOnlySpan<byte> integer)
    {
        while (!integer.IsEmpty && integer[0] == 0) integer = integer[1..];
        return integer.IsEmpty ? 0 : (integer.Length * 8) - BitOperations.LeadingZeroCount((uint)integer[0]) + 24;
    }

    private static int? CurveBits(string? curve) => curve switch
    {
        "1.2.840.10045.3.1.1" => 192,
        "1.2.840.10045.3.1.7" or "1.3.132.0.10" => 256,
        "1.3.132.0.33" => 224,
        "1.3.132.0.34" => 384,
        "1.3.132.0.35" => 521,
        _ => null,
    };

    /// <summary>What the certificate says of its key.</summary>
    private readonly struct Key
    {
        public string? Oid { get; init; }

        public string? Type { get; init; }

        public int? Bits { get; init; }

        public string? Exponent { get; init; }

        public string? Curve { get; init; }

        /// <summary>Whether a signature by this algorithm and of this length can be of this key.</summary>
        public bool CouldHaveSigned(string? algorithm, int signatureLength) => algorithm is not null && Type switch
        {
            "rsa" => (algorithm.StartsWith("1.2.840.113549.1.1.", StringComparison.Ordinal) || algorithm.StartsWith("1.3.14.3.2.", StringComparison.Ordinal)) && signatureLength == (Bits + 7) / 8,
            "ecdsa" => algorithm.StartsWith("1.2.840.10045.4.", StringComparison.Ordinal) && signatureLength <= 16 + (2 * ((Bits + 7) / 8)),
            "dsa" => algorithm.StartsWith("1.2.840.10040.4.", StringComparison.Ordinal) || algorithm.StartsWith("2.16.840.1.101.3.4.3.", StringComparison.Ordinal),
            _ => algorithm == Oid,
        };
    }

    /// <summary>The few extensions that are read.</summary>
    private ref struct Extensions
    {
        private ReadOnlySpan<byte> subjectKey, authorityKey;

        public List<string>? Dns { get; private set; }

        public List<string>? Uri { get; private set; }

        public List<string>? Email { get; private set; }

        public List<string>? Ip { get; private set; }

        public bool? IsAuthority { get; private set; }

        public int? PathLength { get; private set; }

        /// <summary>Whether the key that signed is the certificate's own, as far as both are named.</summary>
        public readonly bool KeyIdentifiersAgree => subjectKey.IsEmpty || authorityKey.IsEmpty || subjectKey.SequenceEqual(authorityKey);

        public void Read(ReadOnlySpan<byte> content)
        {
            DerReader outer = new(content);
            DerReader list = new(outer.Take(DerReader.Sequence));
            while (!list.IsEmpty)
            {
                DerReader extension = new(list.Take(DerReader.Sequence));
                ReadOnlySpan<byte> oid = extension.Take(DerReader.ObjectIdentifier);
                extension.TryTake(DerReader.Boolean, out _);
                DerReader value = new(extension.Take(DerReader.OctetString));
                if (extension.Failed) continue;
                if (oid.SequenceEqual(SubjectAltName)) Names(new DerReader(value.Take(DerReader.Sequence)));
                else if (oid.SequenceEqual(BasicConstraints)) Constraints(value);
                else if (oid.SequenceEqual(SubjectKeyIdentifier)) subjectKey = value.Take(DerReader.OctetString);
                else if (oid.SequenceEqual(AuthorityKeyIdentifier)) AuthorityKey(new DerReader(value.Take(DerReader.Sequence)));
            }
        }

        private void Constraints(DerReader value)
        {
            DerReader fields = new(value.Take(DerReader.Sequence));
            if (value.Failed) return;
            IsAuthority = fields.TryTake(DerReader.Boolean, out ReadOnlySpan<byte> flag) && flag.Length == 1 && flag[0] != 0;
            if (fields.TryTake(DerReader.Integer, out ReadOnlySpan<byte> length) && length.Length == 1 && length[0] < 0x80) PathLength = length[0];
        }

        private void AuthorityKey(DerReader fields)
        {
            if (fields.TryTake(0x80, out ReadOnlySpan<byte> identifier)) authorityKey = identifier;
        }

        private void Names(DerReader names)
        {
            for (int count = 0; count < MostNames && names.TryTake(out byte tag, out ReadOnlySpan<byte> content, out _); count++)
            {
                switch (tag)
                {
                    case Implicit1:
                        (Email ??= []).Add(TextOf(content));
                        break;
                    case Implicit2:
                        (Dns ??= []).Add(TextOf(content));
                        break;
                    case 0x86:
                        (Uri ??= []).Add(TextOf(content));
                        break;
                    case 0x87 when content.Length is 4 or 16:
                        (Ip ??= []).Add(new IPAddress(content).ToString());
                        break;
                    default:
                        break;
                }
            }
        }

        private static string TextOf(ReadOnlySpan<byte> content) => Encoding.Latin1.GetString(content[..Math.Min(content.Length, LongestName)]);
    }
}
