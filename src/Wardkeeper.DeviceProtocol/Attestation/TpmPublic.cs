using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Numbers of algorithms (TPM 2.0 Library, Part 2, section 6.3) that are read here.</summary>
public static class TpmAlgorithm
{
    /// <summary>RSA key.</summary>
    public const ushort Rsa = 0x0001;

    /// <summary>SHA-1; as a bank of PCRs it is not accepted.</summary>
    public const ushort Sha1 = 0x0004;

    /// <summary>SHA-256.</summary>
    public const ushort Sha256 = 0x000B;

    /// <summary>SHA-384.</summary>
    public const ushort Sha384 = 0x000C;

    /// <summary>SHA-512.</summary>
    public const ushort Sha512 = 0x000D;

    /// <summary>None.</summary>
    public const ushort Null = 0x0010;

    /// <summary>RSASSA-PKCS1-v1.5 signature.</summary>
    public const ushort RsaSsa = 0x0014;

    /// <summary>RSASSA-PSS signature.</summary>
    public const ushort RsaPss = 0x0016;

    /// <summary>ECDSA signature.</summary>
    public const ushort EcDsa = 0x0018;

    /// <summary>ECDAA signature; not accepted.</summary>
    public const ushort EcDaa = 0x001A;

    /// <summary>Elliptic curve key.</summary>
    public const ushort Ecc = 0x0023;

    /// <summary>.NET's name of a hash; null when it is none that is accepted.</summary>
    public static HashAlgorithmName? HashName(ushort algorithm) => algorithm switch
    {
        Sha256 => HashAlgorithmName.SHA256,
        Sha384 => HashAlgorithmName.SHA384,
        Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Bytes of a digest; 0 when the hash is not accepted.</summary>
    public static int HashLength(ushort algorithm) => algorithm switch { Sha256 => 32, Sha384 => 48, Sha512 => 64, _ => 0 };
}

/// <summary>What a TPM says a key may do and where it comes from (Part 2, section 8.3).</summary>
[Flags]
public enum TpmAttributes : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It cannot be moved to another TPM.</summary>
    FixedTpm = 1 << 1,

    /// <summary>It cannot be moved under another parent.</summary>
    FixedParent = 1 << 4,

    /// <summary>Its secret part was made by the TPM.</summary>
    SensitiveDataOrigin = 1 << 5,

    /// <summary>It works only on what the TPM itself made.</summary>
    Restricted = 1 << 16,

    /// <summary>It decrypts.</summary>
    Decrypt = 1 << 17,

    /// <summary>It signs.</summary>
    Sign = 1 << 18,
}

/// <summary>The public part of a TPM's key (TPMT_PUBLIC, Part 2, section 12.2.4): what <c>tpm2_readpublic -f tpmt</c> gives, or a TPM2B_PUBLIC without its first two bytes.</summary>
public sealed class TpmPublic
{
    /// <summary>Most bytes of one.</summary>
    public const int MaxLength = 1024;

    private TpmPublic(byte[] bytes) => Bytes = bytes;

    /// <summary>As it was read.</summary>
    public byte[] Bytes { get; }

    /// <summary><see cref="TpmAlgorithm.Ecc"/> or <see cref="TpmAlgorithm.Rsa"/>.</summary>
    public ushort Type { get; private set; }

    /// <summary>Hash of its name.</summary>
    public ushort NameAlgorithm { get; private set; }

    /// <summary>What it may do.</summary>
    public TpmAttributes Attributes { get; private set; }

    /// <summary>The policy of its use; empty for none.</summary>
    public byte[] Policy { get; private set; } = [];

    /// <summary>Bits of the AES key (CFB) that protects what lies under it; 0 when it is no storage key.</summary>
    public ushort SymmetricBits { get; private set; }

    /// <summary>Its only signature scheme; <see cref="TpmAlgorithm.Null"/> for any.</summary>
    public ushort Scheme { get; private set; }

    /// <summary>An elliptic curve key's point and curve; null for RSA.</summary>
    public ECParameters? Curve { get; private set; }

    /// <summary>An RSA key's modulus and exponent; null otherwise.</summary>
    public RSAParameters? Rsa { get; private set; }

    /// <summary>Its name: number of the hash and the digest of <see cref="Bytes"/> (Part 1, section 16). No two keys share one.</summary>
    public byte[] Name => [(byte)(NameAlgorithm >> 8), (byte)NameAlgorithm, .. CryptographicOperations.HashData(TpmAlgorithm.HashName(NameAlgorithm)!.Value, Bytes)];

    /// <summary>Reads one; null with the fault when it is none of those that are accepted: P-256, P-384, P-521, RSA of 2048 to 4096 bits.</summary>
    public static TpmPublic? Read(ReadOnlySpan<byte> bytes, out ProtocolFault fault)
    {
        fault = ProtocolFault.TooLong;
        if (bytes.Length > MaxLength) return null;
        WireReader reader = new(bytes);
        TpmPublic key = new(bytes.ToArray()) { Type = reader.U16(), NameAlgorithm = reader.U16(), Attributes = (TpmAttributes)reader.U32(), Policy = reader.Bytes16(0, 64) };
        reader.Require(key.Type is TpmAlgorithm.Ecc or TpmAlgorithm.Rsa && TpmAlgorithm.HashName(key.NameAlgorithm) is not null);
        key.ReadSymmetric(ref reader);
        key.ReadScheme(ref reader);
        if (key.Type == TpmAlgorithm.Ecc) key.ReadPoint(ref reader);
        else key.ReadModulus(ref reader);
        if (reader.Left > 0) reader.Fail(ProtocolFault.TrailingBytes);
        fault = reader.Fault;
        return fault == ProtocolFault.None ? key : null;
    }

    /// <summary>The same from a TPM2B_PUBLIC: with its length in front.</summary>
    public static TpmPublic? ReadSized(ReadOnlySpan<byte> bytes, out ProtocolFault fault)
    {
        if (bytes.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(bytes) == bytes.Length - 2) return Read(bytes[2..], out fault);
        fault = ProtocolFault.Truncated;
        return null;
    }

    /// <summary>As certificates hold it (DER); null when its point is not on its curve.</summary>
    public byte[]? SubjectPublicKeyInfo()
    {
        try
        {
            if (Curve is { } curve)
            {
                using ECDsa key = ECDsa.Create(curve);
                return key.ExportSubjectPublicKeyInfo();
            }
            using RSA rsa = RSA.Create(Rsa!.Value);
            return rsa.ExportSubjectPublicKeyInfo();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private void ReadSymmetric(ref WireReader reader)
    {
        ushort algorithm = reader.U16();
        if (algorithm == TpmAlgorithm.Null) return;
        SymmetricBits = reader.U16();
        ushort mode = reader.U16();
        reader.Require(algorithm == 0x0006 && mode == 0x0043 && SymmetricBits is 128 or 192 or 256);
    }

    private void ReadScheme(ref WireReader reader)
    {
        Scheme = reader.U16();
        if (Scheme == TpmAlgorithm.Null) return;
        reader.Require(Scheme is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss or TpmAlgorithm.EcDsa);
        reader.Require(TpmAlgorithm.HashName(reader.U16()) is not null);
    }

    private void ReadPoint(ref WireReader reader)
    {
        (ECCurve curve, int size) = reader.U16() switch
        {
            3 => (ECCurve.NamedCurves.nistP256, 32),
            4 => (ECCurve.NamedCurves.nistP384, 48),
            5 => (ECCurve.NamedCurves.nistP521, 66),
            _ => (default, 0),
        };
        reader.Require(size > 0);
        if (reader.U16() != TpmAlgorithm.Null) reader.U16();
        byte[] x = reader.Bytes16(1, size), y = reader.Bytes16(1, size);
        Curve = new ECParameters { Curve = curve, Q = new ECPoint { X = Padded(x, size), Y = Padded(y, size) } };
    }

    private void ReadModulus(ref WireReader reader)
    {
        ushort bits = reader.U16();
        uint exponent = reader.U32();
        reader.Require(bits is 2048 or 3072 or 4096 && exponent is 0 or 65537);
        Rsa = new RSAParameters { Exponent = [1, 0, 1], Modulus = reader.Bytes16(bits / 8, bits / 8) };
    }

    /// <summary>A coordinate may come without its leading zeros.</summary>
    private static byte[] Padded(byte[] coordinate, int size) => [.. new byte[Math.Max(0, size - coordinate.Length)], .. coordinate];
}
