namespace Wardkeeper.Sensor.Flows;

/// <summary>A set of registered protocols by their indexes, at most <see cref="Capacity"/> of them.</summary>
internal readonly record struct ProtocolSet
{
    /// <summary>Most protocols that can be told apart.</summary>
    public const int Capacity = 256;

    private readonly UInt128 low, high;

    private ProtocolSet(UInt128 low, UInt128 high) => (this.low, this.high) = (low, high);

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => (low | high) == 0;

    /// <summary>The lowest index in it; the set must not be empty.</summary>
    public int First => (int)(low != 0 ? UInt128.TrailingZeroCount(low) : 128 + UInt128.TrailingZeroCount(high));

    /// <summary>Whether just one protocol is in it.</summary>
    public bool IsSingle => UInt128.PopCount(low) + UInt128.PopCount(high) == 1;

    /// <summary>The set of one protocol.</summary>
    public static ProtocolSet Of(int index) => index < 128 ? new(UInt128.One << index, 0) : new(0, UInt128.One << (index - 128));

    /// <inheritdoc/>
    public override int GetHashCode() => ((ulong)(low >> 64) ^ (ulong)low ^ (((ulong)(high >> 64) ^ (ulong)high) * 0x9E3779B97F4A7C15)).GetHashCode();

    /// <summary>What is in either.</summary>
    public static ProtocolSet operator |(ProtocolSet one, ProtocolSet other) => new(one.low | other.low, one.high | other.high);

    /// <summary>What is in the one and not in the other.</summary>
    public static ProtocolSet operator -(ProtocolSet one, ProtocolSet other) => new(one.low & ~other.low, one.high & ~other.high);

    /// <summary>Whether the protocol is in it.</summary>
    public bool Contains(int index) => (index < 128 ? low >> index : high >> (index - 128)) << 127 != 0;
}
