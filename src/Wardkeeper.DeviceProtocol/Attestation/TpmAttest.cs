using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>What a TPM states with a restricted key (TPMS_ATTEST, Part 2, section 10.12.8): a quote of its PCRs, or that it holds a key.</summary>
public sealed class TpmAttest
{
    /// <summary>Most bytes of one.</summary>
    public const int MaxLength = 1024;

    private const uint Magic = 0xFF544347;
    private const ushort QuoteType = 0x8018, CertifyType = 0x8017;

    /// <summary>Whether it is a quote; else it certifies a key.</summary>
    public bool IsQuote { get; private init; }

    /// <summary>What the asker gave to be stated with it: the hub's nonce.</summary>
    public byte[] ExtraData { get; private init; } = [];

    /// <summary>Milliseconds that the TPM was powered in all its life.</summary>
    public ulong Clock { get; private set; }

    /// <summary>How often it was reset (power-on).</summary>
    public uint ResetCount { get; private set; }

    /// <summary>How often it was restarted or resumed since.</summary>
    public uint RestartCount { get; private set; }

    /// <summary>Whether the clock surely never stood higher before.</summary>
    public bool IsClockSafe { get; private set; }

    /// <summary>Which PCRs were quoted: bank and a bit for each, PCR 0 lowest; a quote of one bank only is accepted.</summary>
    public (ushort Bank, uint Mask) Selection { get; private set; }

    /// <summary>Digest over the quoted PCRs' values.</summary>
    public byte[] PcrDigest { get; private set; } = [];

    /// <summary>Name of the key that is certified.</summary>
    public byte[] KeyName { get; private set; } = [];

    /// <summary>Reads one; null with the fault when it is none, or not made by a TPM (its first bytes say so, and a restricted key signs nothing else that begins so).</summary>
    public static TpmAttest? Read(ReadOnlySpan<byte> bytes, out ProtocolFault fault)
    {
        fault = ProtocolFault.TooLong;
        if (bytes.Length > MaxLength) return null;
        WireReader reader = new(bytes);
        reader.Require(reader.U32() == Magic);
        ushort type = reader.U16();
        if (type is not (QuoteType or CertifyType)) reader.Fail(ProtocolFault.WrongKind);
        reader.Bytes16(0, 68);
        TpmAttest attest = new() { IsQuote = type == QuoteType, ExtraData = reader.Bytes16(0, 64) };
        (attest.Clock, attest.ResetCount, attest.RestartCount) = (reader.U64(), reader.U32(), reader.U32());
        byte safe = reader.U8();
        reader.Require(safe <= 1);
        attest.IsClockSafe = safe == 1;
        reader.U64();
        if (attest.IsQuote) attest.ReadQuote(ref reader);
        else (attest.KeyName, _) = (reader.Bytes16(34, 68), reader.Bytes16(0, 68));
        if (reader.Left > 0) reader.Fail(ProtocolFault.TrailingBytes);
        fault = reader.Fault;
        return fault == ProtocolFault.None ? attest : null;
    }

    private void ReadQuote(ref WireReader reader)
    {
        reader.Require(reader.U32() == 1);
        ushort bank = reader.U16();
        byte[] bits = reader.Bytes8(1, 3);
        uint mask = 0;
        for (int i = 0; i < bits.Length; i++) mask |= (uint)bits[i] << (8 * i);
        Selection = (bank, mask);
        PcrDigest = reader.Bytes16(32, 64);
    }
}

/// <summary>A TPM's signature (TPMT_SIGNATURE, Part 2, section 11.3.4): what <c>tpm2_quote -s</c> writes unless told otherwise.</summary>
public static class TpmSignature
{
    /// <summary>Most bytes of one.</summary>
    public const int MaxLength = 600;

    /// <summary>Whether it is a signature of a TPM's key over these bytes. Never throws on input.</summary>
    public static bool Verify(TpmPublic key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (signature.Length > MaxLength) return false;
        WireReader reader = new(signature);
        ushort scheme = reader.U16();
        if (TpmAlgorithm.HashName(reader.U16()) is not { } hash || (key.Scheme != TpmAlgorithm.Null && key.Scheme != scheme)) return false;
        try
        {
            return (scheme, key.Curve, key.Rsa) switch
            {
                (TpmAlgorithm.EcDsa, { } curve, _) => VerifyCurve(curve, data, hash, ref reader),
                (TpmAlgorithm.RsaSsa, _, { } rsa) => VerifyRsa(rsa, data, hash, RSASignaturePadding.Pkcs1, ref reader),
                (TpmAlgorithm.RsaPss, _, { } rsa) => VerifyRsa(rsa, data, hash, RSASignaturePadding.Pss, ref reader),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool VerifyCurve(ECParameters curve, ReadOnlySpan<byte> data, HashAlgorithmName hash, ref WireReader reader)
    {
        int size = curve.Q.X!.Length;
        byte[] r = reader.Bytes16(1, size), s = reader.Bytes16(1, size);
        if (reader.Fault != ProtocolFault.None || reader.Left > 0) return false;
        using ECDsa verifier = ECDsa.Create(curve);
        return verifier.VerifyData(data, [.. new byte[size - r.Length], .. r, .. new byte[size - s.Length], .. s], hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool VerifyRsa(RSAParameters parameters, ReadOnlySpan<byte> data, HashAlgorithmName hash, RSASignaturePadding padding, ref WireReader reader)
    {
        byte[] value = reader.Bytes16(256, 512);
        if (reader.Fault != ProtocolFault.None || reader.Left > 0) return false;
        using RSA verifier = RSA.Create(parameters);
        return verifier.VerifyData(data, value, hash, padding);
    }
}
