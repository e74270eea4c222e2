using System.Numerics;
using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>Values of some PCRs of one bank.</summary>
/// <param name="Bank">Hash of the bank: SHA-256, SHA-384 or SHA-512.</param>
/// <param name="Mask">A bit for each PCR that is there, PCR 0 lowest, 23 highest.</param>
/// <param name="Values">Their digests, the lowest PCR first.</param>
public sealed record PcrValues(ushort Bank, uint Mask, IReadOnlyList<byte[]> Values)
{
    /// <summary>Highest mask: PCR 0 to 23.</summary>
    public const uint MaxMask = 0x00FF_FFFF;

    /// <summary>Numbers of the PCRs, in the order of their values.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            uint mask = Mask;
            return Enumerable.Range(0, 24).Where(number => (mask & (1u << number)) != 0);
        }
    }

    /// <summary>The digest that a quote holds: over all values one after another (Part 3, TPM2_Quote).</summary>
    /// <param name="hash">Hash of the quoting key's scheme.</param>
    public byte[] Digest(HashAlgorithmName hash) => CryptographicOperations.HashData(hash, Values.SelectMany(static value => value).ToArray());

    /// <summary>Reads them.</summary>
    internal static PcrValues Read(ref WireReader reader)
    {
        ushort bank = reader.U16();
        uint mask = reader.U32();
        int size = TpmAlgorithm.HashLength(bank);
        reader.Require(size > 0 && mask is > 0 and <= MaxMask);
        if (reader.Fault != ProtocolFault.None) return new PcrValues(bank, mask, []);
        byte[][] values = new byte[BitOperations.PopCount(mask)][];
        for (int i = 0; i < values.Length; i++) values[i] = reader.Exactly(size).ToArray();
        return new PcrValues(bank, mask, values);
    }

    /// <summary>Writes them.</summary>
    internal void Write(WireWriter writer)
    {
        int size = TpmAlgorithm.HashLength(Bank);
        if (size == 0 || Mask is 0 or > MaxMask || Values.Count != BitOperations.PopCount(Mask)) throw new ArgumentException("PCR values do not fit their mask or bank.");
        writer.U16(Bank).U32(Mask);
        foreach (byte[] value in Values) writer.Exactly(value, size);
    }
}
