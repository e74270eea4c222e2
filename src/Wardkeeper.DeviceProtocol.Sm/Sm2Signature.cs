using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Wardkeeper.DeviceProtocol.Sm;

/// <summary>
/// SM2 signatures with SM3 of documents that leave the house (GB/T 32918.2, GB/T 35276), by the identifier that GB/T 35276 names. Such keys sign data
/// alone: neither .NET nor OpenSSL has TLS suites of them.
/// </summary>
public sealed class Sm2Signature
{
    private const string EcKey = "1.2.840.10045.2.1";
    private static readonly byte[] Identifier = "1234567812345678"u8.ToArray();
    private readonly ECPrivateKeyParameters key;
    private readonly ECPublicKeyParameters half;

    private Sm2Signature(ECPrivateKeyParameters key)
    {
        this.key = key;
        half = new ECPublicKeyParameters("EC", key.Parameters.G.Multiply(key.D).Normalize(), GMObjectIdentifiers.sm2p256v1);
    }

    /// <summary>Makes a key.</summary>
    public static Sm2Signature Make()
    {
        ECKeyPairGenerator generator = new();
        generator.Init(new ECKeyGenerationParameters(GMObjectIdentifiers.sm2p256v1, new SecureRandom()));
        return new Sm2Signature((ECPrivateKeyParameters)generator.GenerateKeyPair().Private);
    }

    /// <summary>Opens a key in PKCS #8, PEM, unencrypted; OpenSSL writes the same.</summary>
    /// <exception cref="CryptographicException">It is no SM2 key.</exception>
    public static Sm2Signature Open(string pem)
    {
        try
        {
            return PrivateKeyFactory.CreateKey(Body(pem, "PRIVATE KEY")) is ECPrivateKeyParameters key && IsSm2(key) ? new Sm2Signature(key) : throw new CryptographicException("The key is not on the curve of SM2.");
        }
        catch (Exception e) when (e is ArgumentException or IOException or SecurityUtilityException or InvalidCastException)
        {
            throw new CryptographicException("The key is not PKCS #8 in PEM: " + e.Message, e);
        }
    }

    /// <summary>The key in PKCS #8, PEM, unencrypted: for a file that its owner alone may read.</summary>
    public string ExportKey() => PemEncoding.WriteString("PRIVATE KEY", PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded());

    /// <summary>The public half, PEM.</summary>
    public string PublicKey => PemEncoding.WriteString("PUBLIC KEY", SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(half).GetDerEncoded());

    /// <summary>Signs data.</summary>
    /// <returns>The signature: SEQUENCE of r and s, DER (GB/T 35276, 7.3).</returns>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        SM2Signer signer = new();
        signer.Init(true, new ParametersWithID(key, Identifier));
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    /// <summary>Whether a signature over data is by the key with this public half (PEM). What is no key or no signature does not hold.</summary>
    public static bool Verify(string publicKey, ReadOnlySpan<byte> data, byte[] signature)
    {
        try
        {
            if (PublicKeyFactory.CreateKey(Body(publicKey, "PUBLIC KEY")) is not ECPublicKeyParameters half || !IsSm2(half)) return false;
            SM2Signer signer = new();
            signer.Init(false, new ParametersWithID(half, Identifier));
            signer.BlockUpdate(data);
            return signer.VerifySignature(signature);
        }
        catch (Exception e) when (e is CryptoException or ArgumentException or IOException or SecurityUtilityException or InvalidCastException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether a subject public key info (DER) holds a key on SM2's curve.</summary>
    internal static bool IsKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            AsnReader algorithm = new AsnReader(subjectPublicKeyInfo.ToArray(), AsnEncodingRules.DER).ReadSequence().ReadSequence();
            return algorithm.ReadObjectIdentifier() == EcKey && algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier && algorithm.ReadObjectIdentifier() == GMObjectIdentifiers.sm2p256v1.Id;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Whether a signature, r and s of 32 bytes each, is by the key of a subject public key info (DER). Never throws on input.</summary>
    internal static bool VerifyPlain(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (PublicKeyFactory.CreateKey(subjectPublicKeyInfo.ToArray()) is not ECPublicKeyParameters half || !IsSm2(half)) return false;
            SM2Signer signer = new(PlainDsaEncoding.Instance);
            signer.Init(false, new ParametersWithID(half, Identifier));
            signer.BlockUpdate(data);
            return signer.VerifySignature(signature.ToArray());
        }
        catch (Exception e) when (e is CryptoException or ArgumentException or IOException or SecurityUtilityException or InvalidCastException)
        {
            return false;
        }
    }

    /// <summary>Signs data: r and s of 32 bytes each.</summary>
    internal byte[] SignPlain(ReadOnlySpan<byte> data)
    {
        SM2Signer signer = new(PlainDsaEncoding.Instance);
        signer.Init(true, new ParametersWithID(key, Identifier));
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    private static bool IsSm2(ECKeyParameters key) => key.PublicKeyParamSet?.Equals(GMObjectIdentifiers.sm2p256v1) == true || key.Parameters.Equals(new ECDomainParameters(GMNamedCurves.GetByName("sm2p256v1")));

    private static byte[] Body(string pem, string label) => PemEncoding.TryFind(pem, out PemFields fields) && pem.AsSpan(fields.Label).SequenceEqual(label) ? Convert.FromBase64String(pem[fields.Base64Data]) : throw new ArgumentException($"There is no {label} in it.");
}
