using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using EllipticPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Wardkeeper.DeviceProtocol.Sm;

/// <summary>
/// Suite 2 of the device protocol: SM3 (GB/T 32905), agreement by ECDH over the curve of SM2 (GB/T 32918.5), HKDF with SM3, SM4-GCM (GB/T 32907, RFC 8998). Signatures are by the key of the
/// certificate, whichever it is: SM2 with SM3 by a key on SM2's curve, else ECDSA as in suite 1, since certificates that TLS shows are on P-256.
/// </summary>
public sealed class SmSuite : CipherSuite
{
    private static readonly ECDomainParameters Curve = new(CustomNamedCurves.GetByOid(GMObjectIdentifiers.sm2p256v1));

    private SmSuite()
    {
    }

    /// <summary>The suite.</summary>
    public static SmSuite Instance { get; } = new();

    /// <inheritdoc/>
    public override byte Number => 2;

    /// <inheritdoc/>
    public override int KeyLength => 16;

    /// <inheritdoc/>
    public override byte[] Hash(ReadOnlySpan<byte> data)
    {
        SM3Digest digest = new();
        digest.BlockUpdate(data);
        byte[] hash = new byte[HashLength];
        digest.DoFinal(hash);
        return hash;
    }

    /// <inheritdoc/>
    public override byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length)
    {
        HkdfBytesGenerator generator = new(new SM3Digest());
        generator.Init(new HkdfParameters(secret.ToArray(), salt.ToArray(), info.ToArray()));
        byte[] key = new byte[length];
        generator.GenerateBytes(key);
        return key;
    }

    /// <inheritdoc/>
    public override byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> beside)
    {
        GcmBlockCipher gcm = Gcm(true, key, nonce, beside);
        byte[] into = new byte[clear.Length + TagLength];
        int written = gcm.ProcessBytes(clear, into);
        gcm.DoFinal(into.AsSpan(written));
        return into;
    }

    /// <inheritdoc/>
    public override byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> beside)
    {
        if (sealedBytes.Length < TagLength) return null;
        GcmBlockCipher gcm = Gcm(false, key, nonce, beside);
        byte[] clear = new byte[gcm.GetOutputSize(sealedBytes.Length)];
        try
        {
            int written = gcm.ProcessBytes(sealedBytes, clear);
            gcm.DoFinal(clear.AsSpan(written));
            return clear;
        }
        catch (InvalidCipherTextException)
        {
            // What was opened before the tag was looked at is nobody's.
            CryptographicOperations.ZeroMemory(clear);
            return null;
        }
    }

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Sm2Signature.IsKey(subjectPublicKeyInfo) ? signature.Length == SignatureLength && Sm2Signature.VerifyPlain(subjectPublicKeyInfo, data, signature) : P256.Verify(subjectPublicKeyInfo, data, signature);

    /// <inheritdoc/>
    public override IAgreementKey NewAgreementKey()
    {
        ECKeyPairGenerator generator = new();
        generator.Init(new ECKeyGenerationParameters(Curve, new SecureRandom()));
        return new AgreementKey((ECPrivateKeyParameters)generator.GenerateKeyPair().Private);
    }

    private static GcmBlockCipher Gcm(bool encrypts, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> beside)
    {
        GcmBlockCipher gcm = new(new SM4Engine());
        gcm.Init(encrypts, new AeadParameters(new KeyParameter(key), TagLength * 8, nonce.ToArray(), beside.ToArray()));
        return gcm;
    }

    /// <summary>ECDH over the curve of SM2; the curve has no cofactor, so a point that is on it is in the group.</summary>
    private sealed class AgreementKey(ECPrivateKeyParameters key) : IAgreementKey
    {
        private ECPrivateKeyParameters? key = key;

        public byte[] Public { get; } = Curve.G.Multiply(key.D).Normalize().GetEncoded(false);

        public byte[]? Agree(ReadOnlySpan<byte> peer)
        {
            if (peer.Length != PointLength || peer[0] != 4 || key is null) return null;
            try
            {
                EllipticPoint point = Curve.ValidatePublicPoint(Curve.Curve.DecodePoint(peer.ToArray()));
                EllipticPoint shared = point.Multiply(key.D).Normalize();
                return shared.IsInfinity ? null : shared.AffineXCoord.GetEncoded();
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                return null;
            }
        }

        public void Dispose() => key = null;
    }
}

/// <summary>A P-256 key's signer for suite 2: the certificate of TLS signs, everything else is SM.</summary>
/// <param name="inner">Signs in suite 1.</param>
public sealed class SmSigner(IMessageSigner inner) : IMessageSigner
{
    /// <inheritdoc/>
    public CertificateId Signer => inner.Signer;

    /// <inheritdoc/>
    public CipherSuite Suite => SmSuite.Instance;

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> data) => inner.Sign(data);
}
