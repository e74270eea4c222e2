using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Recognisers of routing and of what keeps a network together.</summary>
internal static class RoutingLabels
{
    /// <summary>The marker of all ones, a length and a type.</summary>
    public static Match Bgp(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes[..Math.Min(bytes.Length, 16)].ContainsAnyExcept((byte)0xFF)) return Match.No;
        if (bytes.Length < 19) return Match.NeedMore;
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]) is >= 19 and <= 4096 && bytes[18] is >= 1 and <= 5 ? Match.Yes : Match.No;
    }
}
