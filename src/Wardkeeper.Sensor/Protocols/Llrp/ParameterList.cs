using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Llrp;

/// <summary>Walks parameters that stand one after another: with a length of their own, or of a type that says it. GS1 LLRP 1.1, 17.2.</summary>
/// <param name="bytes">Parameters.</param>
internal ref struct ParameterList(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Type of the parameter.</summary>
    public int Type { get; private set; }

    /// <summary>What follows its type and length.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether something could not be read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Goes on to the next parameter.</summary>
    public bool Next()
    {
        if (rest.IsEmpty || IsCut) return false;
        bool isShort = (rest[0] & 0x80) != 0;
        Type = isShort ? rest[0] & 0x7F : rest.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest) & 0x3FF;
        int header = isShort ? 1 : 4, length = isShort ? 1 + LlrpNames.ShortLength(Type) : rest.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        IsCut = length < header || length > rest.Length || (isShort && length == 1);
        if (IsCut) return false;
        Value = rest[header..length];
        rest = rest[length..];
        return true;
    }
}
