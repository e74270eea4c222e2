using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Wardkeeper.Hub.Trust;

/// <summary>What certificates, lists of revoked certificates and requests have in common (RFC 5280, 4.1 and 5.1; RFC 2986): content, algorithm, signature.</summary>
/// <param name="Content">What is signed, DER.</param>
/// <param name="Algorithm">Object identifier of the signature's algorithm.</param>
/// <param name="Signature">The signature.</param>
internal sealed record SignedContent(ReadOnlyMemory<byte> Content, string Algorithm, byte[] Signature)
{
    private static readonly Dictionary<string, (HashAlgorithmName Hash, bool IsRsa)> Algorithms = new(StringComparer.Ordinal)
    {
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, false),
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, false),
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, true),
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, true),
    };

    /// <summary>The algorithms that are checked here.</summary>
    public const string Taken = "ECDSA and RSA (PKCS #1) with SHA-256, SHA-384 or SHA-512 are taken";

    /// <summary>Reads the frame; what is signed is not looked at.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static SignedContent Read(ReadOnlyMemory<byte> der)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER), parts = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> content = parts.ReadEncodedValue();
        AsnReader identifier = parts.ReadSequence();
        string algorithm = identifier.ReadObjectIdentifier();
        // Parameters are NULL or left out with all that are taken (RFC 4055, 5; RFC 5758, 3.2); nothing may hide in them, they are not signed here.
        if (identifier.HasData && Algorithms.ContainsKey(algorithm)) identifier.ReadNull();
        if (Algorithms.ContainsKey(algorithm)) identifier.ThrowIfNotEmpty();
        byte[] signature = parts.ReadBitString(out int unused);
        parts.ThrowIfNotEmpty();
        return unused == 0 ? new SignedContent(content, algorithm, signature) : throw new AsnContentException("The signature does not end with a whole byte.");
    }

    /// <summary>Whether a key signed it; null when the algorithm is none that is checked here, or none of such a key.</summary>
    /// <param name="subjectPublicKeyInfo">The key, DER.</param>
    /// <param name="isRsa">Whether it is an RSA key; an EC key otherwise.</param>
    /// <exception cref="CryptographicException">The key is none.</exception>
    public bool? IsSignedBy(ReadOnlySpan<byte> subjectPublicKeyInfo, bool isRsa)
    {
        if (!Algorithms.TryGetValue(Algorithm, out (HashAlgorithmName Hash, bool IsRsa) how) || how.IsRsa != isRsa) return null;
        if (isRsa)
        {
            using RSA rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
            return rsa.VerifyData(Content.Span, Signature, how.Hash, RSASignaturePadding.Pkcs1);
        }
        using ECDsa ec = ECDsa.Create();
        ec.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        return ec.VerifyData(Content.Span, Signature, how.Hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>As <see cref="IsSignedBy(ReadOnlySpan{byte}, bool)"/>, by the key of a certificate.</summary>
    public bool? IsSignedBy(System.Security.Cryptography.X509Certificates.PublicKey key) => IsSignedBy(key.ExportSubjectPublicKeyInfo(), key.Oid.Value == "1.2.840.113549.1.1.1");
}
