using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>
/// A family of algorithms that are used together: hash, signature, key agreement, encryption. Messages name theirs by its number; who reads
/// them says which he accepts. Suite 1, <see cref="P256"/>, everybody speaks. Suite 2 is SM2's curve, SM3 and SM4 and lives outside this
/// library, since the base library lacks them.
/// </summary>
public abstract class CipherSuite
{
    /// <summary>Bytes of the tag behind what is encrypted.</summary>
    public const int TagLength = 16;

    /// <summary>Bytes of the nonce of an encryption.</summary>
    public const int NonceLength = 12;

    /// <summary>Bytes of a digest of either suite.</summary>
    public const int HashLength = 32;

    /// <summary>Bytes of a public key of an agreement: 04, X and Y (SEC 1, section 2.3.3).</summary>
    public const int PointLength = 65;

    /// <summary>Bytes of a signature: r and s, 32 bytes each (IEEE P1363), with either suite.</summary>
    public const int SignatureLength = 64;

    /// <summary>ECDSA and ECDH over P-256, SHA-256, HKDF-SHA-256, AES-256-GCM.</summary>
    public static CipherSuite P256 { get; } = new P256Suite();

    /// <summary>Its number in messages.</summary>
    public abstract byte Number { get; }

    /// <summary>Bytes of a key of its encryption.</summary>
    public abstract int KeyLength { get; }

    /// <summary>A digest, <see cref="HashLength"/> bytes.</summary>
    public abstract byte[] Hash(ReadOnlySpan<byte> data);

    /// <summary>HKDF (RFC 5869), extract and expand, with the suite's hash.</summary>
    public abstract byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length);

    /// <summary>Encrypts: as many bytes as there were, and a tag behind.</summary>
    public abstract byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> beside);

    /// <summary>Decrypts; null when the key is another one or anything was changed.</summary>
    public abstract byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> beside);

    /// <summary>Whether a signature is one of the key in a certificate's subject public key info. Never throws on input.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>A new key for one agreement.</summary>
    public abstract IAgreementKey NewAgreementKey();

    private sealed class P256Suite : CipherSuite
    {
        public override byte Number => 1;

        public override int KeyLength => 32;

        public override byte[] Hash(ReadOnlySpan<byte> data) => SHA256.HashData(data);

        public override byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length)
        {
            byte[] key = new byte[length];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, info);
            return key;
        }

        public override byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> beside)
        {
            using AesGcm gcm = new(key, TagLength);
            byte[] into = new byte[clear.Length + TagLength];
            gcm.Encrypt(nonce, clear, into.AsSpan(0, clear.Length), into.AsSpan(clear.Length), beside);
            return into;
        }

        public override byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> beside)
        {
            if (sealedBytes.Length < TagLength) return null;
            using AesGcm gcm = new(key, TagLength);
            byte[] clear = new byte[sealedBytes.Length - TagLength];
            try
            {
                gcm.Decrypt(nonce, sealedBytes[..clear.Length], sealedBytes[clear.Length..], clear, beside);
                return clear;
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }

        public override bool Verify(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            try
            {
                using ECDsa key = ECDsa.Create();
                key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out int read);
                return read == subjectPublicKeyInfo.Length && key.KeySize == 256 && signature.Length == SignatureLength && key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }

        public override IAgreementKey NewAgreementKey() => new P256AgreementKey(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
    }
}

/// <summary>A key pair for agreeing on a secret. Forgotten when disposed of.</summary>
public interface IAgreementKey : IDisposable
{
    /// <summary>The public half, <see cref="CipherSuite.PointLength"/> bytes.</summary>
    byte[] Public { get; }

    /// <summary>The secret that both ends come to: the X coordinate, 32 bytes; null when the peer's point is not on the curve.</summary>
    byte[]? Agree(ReadOnlySpan<byte> peer);
}

/// <summary>ECDH over P-256 (SP 800-56A, section 5.7.1.2).</summary>
internal sealed class P256AgreementKey(ECDiffieHellman key) : IAgreementKey
{
    /// <inheritdoc/>
    public byte[] Public
    {
        get
        {
            ECPoint point = key.ExportParameters(false).Q;
            return [4, .. point.X!, .. point.Y!];
        }
    }

    /// <inheritdoc/>
    public byte[]? Agree(ReadOnlySpan<byte> peer)
    {
        if (peer.Length != CipherSuite.PointLength || peer[0] != 4) return null;
        try
        {
            using ECDiffieHellman other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = peer[1..33].ToArray(), Y = peer[33..].ToArray() } });
            return key.DeriveRawSecretAgreement(other.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
