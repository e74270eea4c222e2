using System.Security.Cryptography;
using System.Text;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>A secret in a form that only one TPM opens.</summary>
/// <param name="Credential">TPM2B_ID_OBJECT without its length.</param>
/// <param name="Secret">TPM2B_ENCRYPTED_SECRET without its length.</param>
internal sealed record TpmCredential(byte[] Credential, byte[] Secret);

/// <summary>
/// TPM2_MakeCredential without a TPM (TPM 2.0 Library, Part 1, section 24): a secret is encrypted to an endorsement key and tied to the name
/// of an attestation key. A TPM opens it only when it holds both, so who answers with the secret shows that the attestation key lies in the
/// TPM of that endorsement key.
/// </summary>
internal static class CredentialMaker
{
    /// <summary>Makes it; null when the endorsement key is none: not restricted, does not decrypt, or a point off its curve.</summary>
    public static TpmCredential? Make(TpmPublic ek, ReadOnlySpan<byte> akName, ReadOnlySpan<byte> secret)
    {
        if (!IsEndorsementKey(ek) || TpmAlgorithm.HashName(ek.NameAlgorithm) is not { } hash) return null;
        if (Seed(ek, hash) is not { } made) return null;
        int length = TpmAlgorithm.HashLength(ek.NameAlgorithm);
        byte[] storage = KeyDerivation(hash, made.Seed, "STORAGE", akName, [], ek.SymmetricBits / 8), integrity = KeyDerivation(hash, made.Seed, "INTEGRITY", [], [], length);
        using Aes aes = Aes.Create();
        aes.Key = storage;
        byte[] clear = new WireWriter().Bytes16(secret, 1, length).Written.ToArray();
        // CFB of 128 bits is a stream, but .NET takes whole blocks only: zeros are added and what they give is cut off.
        byte[] whole = [.. clear, .. new byte[(16 - (clear.Length % 16)) % 16]];
        byte[] hidden = aes.EncryptCfb(whole, new byte[16], PaddingMode.None, 128)[..clear.Length];
        byte[] mac = Mac(hash, integrity, [.. hidden, .. akName]);
        return new TpmCredential(new WireWriter().Bytes16(mac, 1, 64).Raw(hidden).Written.ToArray(), made.Encrypted);
    }

    /// <summary>Whether a key is one that credentials are made for: a restricted storage key that never leaves its TPM.</summary>
    public static bool IsEndorsementKey(TpmPublic ek) => ek.SymmetricBits > 0
        && (ek.Attributes & (TpmAttributes.FixedTpm | TpmAttributes.FixedParent | TpmAttributes.SensitiveDataOrigin | TpmAttributes.Restricted | TpmAttributes.Decrypt | TpmAttributes.Sign))
            == (TpmAttributes.FixedTpm | TpmAttributes.FixedParent | TpmAttributes.SensitiveDataOrigin | TpmAttributes.Restricted | TpmAttributes.Decrypt);

    /// <summary>KDFa: SP 800-108 in counter mode with HMAC (Part 1, section 11.4.10.2).</summary>
    internal static byte[] KeyDerivation(HashAlgorithmName hash, byte[] key, string label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int length)
    {
        List<byte> made = [];
        for (uint counter = 1; made.Count < length; counter++)
        {
            byte[] input = new WireWriter().U32(counter).Raw(Encoding.ASCII.GetBytes(label)).U8(0).Raw(first).Raw(second).U32((uint)length * 8).Written.ToArray();
            made.AddRange(Mac(hash, key, input));
        }
        return [.. made.Take(length)];
    }

    private static (byte[] Seed, byte[] Encrypted)? Seed(TpmPublic ek, HashAlgorithmName hash)
    {
        int length = TpmAlgorithm.HashLength(ek.NameAlgorithm);
        try
        {
            if (ek.Rsa is { } modulus)
            {
                byte[] seed = RandomNumberGenerator.GetBytes(length);
                using RSA rsa = RSA.Create(modulus);
                return (seed, Oaep(rsa, hash, seed));
            }
            ECParameters curve = ek.Curve!.Value;
            using ECDiffieHellman own = ECDiffieHellman.Create(curve.Curve), peer = ECDiffieHellman.Create(curve);
            byte[] shared = own.DeriveRawSecretAgreement(peer.PublicKey);
            ECPoint point = own.ExportParameters(false).Q;
            // KDFe (Part 1, section 11.4.10.3): a counter, the secret, the use, both X coordinates.
            byte[] kdf = new WireWriter().U32(1).Raw(shared).Raw("IDENTITY\0"u8).Raw(point.X).Raw(curve.Q.X).Written.ToArray();
            return (CryptographicOperations.HashData(hash, kdf)[..length], new WireWriter().Bytes16(point.X, 1, 66).Bytes16(point.Y, 1, 66).Written.ToArray());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>RSAES-OAEP with the label that a TPM expects, which .NET's own lacks (RFC 8017, section 7.1.1; the label ends in a zero byte).</summary>
    private static byte[] Oaep(RSA rsa, HashAlgorithmName hash, byte[] message)
    {
        byte[] label = CryptographicOperations.HashData(hash, "IDENTITY\0"u8);
        int size = rsa.KeySize / 8;
        byte[] block = new byte[size - label.Length - 1], seed = RandomNumberGenerator.GetBytes(label.Length);
        label.CopyTo(block, 0);
        block[^(message.Length + 1)] = 1;
        message.CopyTo(block, block.Length - message.Length);
        Hide(hash, seed, block);
        Hide(hash, block, seed);
        System.Numerics.BigInteger value = new([0, .. seed, .. block], isUnsigned: true, isBigEndian: true);
        RSAParameters key = rsa.ExportParameters(false);
        byte[] raw = System.Numerics.BigInteger.ModPow(value, new(key.Exponent, true, true), new(key.Modulus, true, true)).ToByteArray(true, true);
        return [.. new byte[size - raw.Length], .. raw];
    }

    /// <summary>MGF1 of one over the other.</summary>
    private static void Hide(HashAlgorithmName hash, byte[] seed, byte[] data)
    {
        int at = 0;
        for (uint counter = 0; at < data.Length; counter++)
        {
            foreach (byte mask in CryptographicOperations.HashData(hash, new WireWriter().Raw(seed).U32(counter).Written))
            {
                if (at < data.Length) data[at++] ^= mask;
            }
        }
    }

    private static byte[] Mac(HashAlgorithmName hash, byte[] key, byte[] data) => CryptographicOperations.HmacData(hash, key, data);
}
