using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;

namespace Wardkeeper.Hub.Trust;

/// <summary>
/// Checks requests for certificates (PKCS #10, RFC 2986), which come from anybody: form, sizes, kind and strength of the key, and the
/// request's own signature, which proves that its sender has the key. Reads only what certificates are made of; never throws on input.
/// </summary>
public static class CsrCheck
{
    /// <summary>Largest request, in bytes; one with an RSA key of 8192 bits needs about 2,500.</summary>
    public const int Largest = 16 << 10;

    private static readonly System.Buffers.SearchValues<byte> TextLetters = System.Buffers.SearchValues.Create([.. "\t\n\r"u8, .. Enumerable.Range(' ', 95).Select(letter => (byte)letter)]);

    private const int MostNames = 32, MostRsaBits = 8192;
    private const string EcKey = "1.2.840.10045.2.1", RsaKey = "1.2.840.113549.1.1.1", P256 = "1.2.840.10045.3.1.7", P384 = "1.3.132.0.34";
    private const string ChallengePassword = "1.2.840.113549.1.9.7", ExtensionRequest = "1.2.840.113549.1.9.14", AlternativeName = "2.5.29.17";
    /// <summary>Object identifier of the alternative name that names a hardware module (RFC 4108).</summary>
    internal const string ModuleName = "1.3.6.1.5.5.7.8.4";

    private const string DecryptKey = "1.2.840.113549.1.9.16.2.37", AsymmetricDecryptKey = "1.2.840.113549.1.9.16.2.54";

    /// <summary>Checks a request.</summary>
    /// <param name="der">The request, DER.</param>
    /// <param name="leastRsaBits">Shortest RSA key that is taken, in bits.</param>
    /// <param name="fault">Why it is refused; null when it is good.</param>
    /// <returns>What it asks for; null when it is refused.</returns>
    public static CheckedRequest? Check(ReadOnlyMemory<byte> der, int leastRsaBits, out CsrFault? fault)
    {
        fault = null;
        if (der.Length > Largest) return Refuse(out fault, "csr-too-large", $"The request has {der.Length} bytes; at most {Largest} are read.");
        try
        {
            SignedContent signed = SignedContent.Read(der);
            AsnReader info = new AsnReader(signed.Content, AsnEncodingRules.DER).ReadSequence();
            if (!info.TryReadInt32(out int version) || version != 0) return Refuse(out fault, "csr-malformed", "The request is not PKCS #10 of version 1 (RFC 2986).");
            ReadOnlyMemory<byte> subject = info.ReadEncodedValue(), key = info.ReadEncodedValue();
            if (Key(key, leastRsaBits, out KeyKind kind, out int bits) is { } weak)
            {
                fault = weak;
                return null;
            }
            if (Proof(signed, kind, key) is { } unproven)
            {
                fault = unproven;
                return null;
            }
            Asked asked = new();
            if (info.HasData) Attributes(info.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)), asked);
            info.ThrowIfNotEmpty();
            List<NameAttribute> name = DistinguishedNames.Read(subject);
            if (name.Any(one => one.Value.Any(char.IsControl)) || asked.Dns.Any(dns => Uri.CheckHostName(dns.StartsWith("*.", StringComparison.Ordinal) ? dns[2..] : dns) != UriHostNameType.Dns))
                return Refuse(out fault, "csr-name", "A name in the request holds letters that names do not have.");
            string? One(string type) => name.Where(one => one.Type == type).Select(one => one.Value).FirstOrDefault(value => value.Length > 0);
            return new CheckedRequest(Convert.ToHexStringLower(SHA256.HashData(der.Span)), key.ToArray(), kind, bits, DistinguishedNames.Rfc4514(subject),
                One(DistinguishedNames.CommonName), One(DistinguishedNames.SerialNumber), asked.Dns, asked.Addresses, asked.Module, asked.Challenge, asked.WantsEncryption);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or OverflowException or ArgumentException)
        {
            return Refuse(out fault, "csr-malformed", "The request is not PKCS #10 in DER (RFC 2986): " + e.Message);
        }
    }

    /// <summary>Reads a request as persons hand it in: DER, PEM, or base64 without a frame; null when it is none of them.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Largest * 2) return null;
        // A sequence in DER begins like the digit 0, so its letters decide.
        if (text.ContainsAnyExcept(TextLetters)) return text.ToArray();
        string letters = System.Text.Encoding.Latin1.GetString(text);
        if (PemEncoding.TryFind(letters, out PemFields pem)) letters = letters[pem.Base64Data];
        byte[] bytes = new byte[letters.Length];
        return Convert.TryFromBase64String(letters, bytes, out int written) && written > 0 ? bytes[..written] : null;
    }

    /// <summary>Alternative names of a certificate; none when they cannot be read.</summary>
    internal static AlternativeNames NamesOf(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        Asked asked = new();
        try
        {
            if (certificate.Extensions.FirstOrDefault(one => one.Oid?.Value == AlternativeName)?.RawData is { } extension) ReadNames(new AsnReader(extension, AsnEncodingRules.DER).ReadSequence(), asked);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            return AlternativeNames.None;
        }
        return new AlternativeNames(asked.Dns, asked.Addresses, asked.Module);
    }

    private static CheckedRequest? Refuse(out CsrFault? fault, string code, string message)
    {
        fault = new CsrFault(code, message);
        return null;
    }

    private static CsrFault? Key(ReadOnlyMemory<byte> der, int leastRsaBits, out KeyKind kind, out int bits)
    {
        (kind, bits) = (KeyKind.P256, 0);
        AsnReader info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence(), algorithm = info.ReadSequence();
        string type = algorithm.ReadObjectIdentifier();
        byte[] key = info.ReadBitString(out _);
        info.ThrowIfNotEmpty();
        if (type == EcKey)
        {
            string curve = algorithm.PeekTag() == Asn1Tag.ObjectIdentifier ? algorithm.ReadObjectIdentifier() : "explicit parameters";
            (kind, bits) = curve == P384 ? (KeyKind.P384, 384) : (KeyKind.P256, 256);
            if (curve is not (P256 or P384)) return new CsrFault("key-curve", $"The key is on the curve {curve}; only P-256 and P-384, named, are taken.");
            return key.Length == 1 + (bits / 4) && key[0] == 4 ? null : new CsrFault("key-point", "The key's point is not written uncompressed in the curve's length.");
        }
        kind = KeyKind.Rsa;
        if (type != RsaKey) return new CsrFault("key-algorithm", $"The key is of the algorithm {type}; EC keys on P-256 and P-384, and RSA keys, are taken.");
        AsnReader rsa = new AsnReader(key, AsnEncodingRules.DER).ReadSequence();
        ReadOnlySpan<byte> modulus = rsa.ReadIntegerBytes().Span, exponent = rsa.ReadIntegerBytes().Span;
        rsa.ThrowIfNotEmpty();
        if (modulus[0] >= 0x80 || exponent[0] >= 0x80) return new CsrFault("key-weak", "The RSA key has a negative number in it.");
        modulus = modulus.TrimStart((byte)0);
        bits = modulus.Length == 0 ? 0 : (modulus.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount(modulus[0]) + 24;
        if (bits < leastRsaBits) return new CsrFault("key-weak", $"The RSA key has {bits} bits; at least {leastRsaBits} are needed.");
        if (bits > MostRsaBits) return new CsrFault("key-too-long", $"The RSA key has {bits} bits; at most {MostRsaBits} are taken.");
        return KeyStrength.Weakness(modulus, exponent) is { } weakness ? new CsrFault("key-weak", $"The RSA key is weak: {weakness}.") : null;
    }

    /// <summary>Whether the sender has the key: the request is signed with it.</summary>
    private static CsrFault? Proof(SignedContent request, KeyKind kind, ReadOnlyMemory<byte> key)
    {
        try
        {
            return request.IsSignedBy(key.Span, kind == KeyKind.Rsa) switch
            {
                true => null,
                false => new CsrFault("csr-signature", "The request is not signed with the key that it holds."),
                null => new CsrFault("signature-algorithm", $"The request is signed by the algorithm {request.Algorithm}; {SignedContent.Taken}."),
            };
        }
        catch (CryptographicException)
        {
            return new CsrFault("key-point", "The key is not a point of its curve, or its numbers are none of a key.");
        }
    }

    private static void Attributes(AsnReader attributes, Asked asked)
    {
        while (attributes.HasData)
        {
            AsnReader attribute = attributes.ReadSequence();
            string type = attribute.ReadObjectIdentifier();
            AsnReader values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            if (type is DecryptKey or AsymmetricDecryptKey) asked.WantsEncryption = true;
            else if (type == ChallengePassword) asked.Challenge = values.ReadCharacterString((UniversalTagNumber)values.PeekTag().TagValue);
            else if (type == ExtensionRequest) Extensions(values.ReadSequence(), asked);
        }
    }

    private static void Extensions(AsnReader extensions, Asked asked)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string type = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean) extension.ReadBoolean();
            byte[] value = extension.ReadOctetString();
            if (type == AlternativeName) ReadNames(new AsnReader(value, AsnEncodingRules.DER).ReadSequence(), asked);
        }
    }

    private static void ReadNames(AsnReader names, Asked asked)
    {
        for (int i = 0; names.HasData; i++)
        {
            if (i == MostNames) throw new AsnContentException($"More than {MostNames} alternative names.");
            Asn1Tag tag = names.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific) throw new AsnContentException("An alternative name of no kind.");
            switch (tag.TagValue)
            {
                case 0:
                    AsnReader other = names.ReadSequence(tag);
                    if (other.ReadObjectIdentifier() != ModuleName) break;
                    AsnReader module = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)).ReadSequence();
                    asked.Module = new HardwareModuleName(module.ReadObjectIdentifier(), module.ReadOctetString());
                    break;
                case 2:
                    asked.Dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 7:
                    asked.Addresses.Add(new IPAddress(names.ReadOctetString(tag)));
                    break;
                default:
                    names.ReadEncodedValue();
                    break;
            }
        }
    }

    private sealed class Asked
    {
        public List<string> Dns { get; } = [];

        public List<IPAddress> Addresses { get; } = [];

        public HardwareModuleName? Module { get; set; }

        public string? Challenge { get; set; }

        public bool WantsEncryption { get; set; }
    }
}
