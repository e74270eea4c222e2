using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// The hash that deals packets to shards and finds flows: the same for both directions, and mixed so that any of its bits may be
/// used. It has no secret, because the same capture must give the same output on every run.
/// </summary>
internal static class TupleHash
{
    private const ulong First = 0x9E37_79B9_7F4A_7C15, Second = 0xD6E8_FEB8_6659_FD93, Third = 0xA076_1D64_78BD_642F;

    /// <summary>The hash of an IP tuple; ports are 0 for whatever has none, ICMP included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(Address source, ushort sourcePort, Address destination, ushort destinationPort, byte protocol) =>
        Finish(End(source.High, source.Low, sourcePort) + End(destination.High, destination.Low, destinationPort), protocol);

    /// <summary>The hash of a conversation below IP.</summary>
    public static uint Of(MacAddress source, MacAddress destination, ushort etherType) =>
        Finish(End(1, source.Value, 0) + End(1, destination.Value, 0), etherType + 0x1_0000UL);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong End(ulong high, ulong low, ushort port) => Fold(high ^ First, (low + (port * Third)) ^ Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Finish(ulong ends, ulong protocol)
    {
        ulong mixed = Fold(ends ^ Third, (protocol * Second) + First);
        return (uint)(mixed ^ (mixed >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
