using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Remembers of the last segments handed on just enough to tell a retransmission from an overlap with other content: place,
/// length and a sample of the bytes. Fixed size per shard.
/// </summary>
internal sealed class RecentSegments
{
    private const int Entries = 1024;
    private readonly Entry[] entries = new Entry[Entries];

    /// <summary>Remembers a segment.</summary>
    public void Remember(in Flow flow, bool fromOriginator, uint seq, int length, in Packet packet)
    {
        ulong key = Key(in flow, fromOriginator, seq);
        entries[(int)(key >> 54)] = new Entry(key, length, Sample(packet.Payload));
    }

    /// <summary>Whether a segment at the same place and of the same length had other bytes.</summary>
    public bool Differs(in Flow flow, bool fromOriginator, uint seq, in Packet packet)
    {
        ulong key = Key(in flow, fromOriginator, seq);
        Entry entry = entries[(int)(key >> 54)];
        return entry.Key == key && entry.Length == packet.PayloadLength && packet.PayloadCaptured == packet.PayloadLength && entry.Sample != Sample(packet.Payload);
    }

    private static ulong Key(in Flow flow, bool fromOriginator, uint seq) =>
        (((ulong)flow.Hash << 32) | seq) * 0x9E3779B97F4A7C15 ^ (ulong)flow.FirstPacket ^ (fromOriginator ? 0x8000_0000_0000_0000 : 0);

    /// <summary>A cheap mix of up to 32 words spread over the bytes; equal bytes give equal samples.</summary>
    private static uint Sample(ReadOnlySpan<byte> bytes)
    {
        ulong mix = (ulong)bytes.Length;
        int step = Math.Max(8, bytes.Length / 32);
        for (int at = 0; at + 8 <= bytes.Length; at += step) mix = (mix ^ BitConverter.ToUInt64(bytes[at..])) * 0x9E3779B97F4A7C15;
        for (int at = Math.Max(0, bytes.Length - 8); at < bytes.Length; at++) mix = (mix ^ bytes[at]) * 0x100000001B3;
        return (uint)(mix >> 32) ^ (uint)mix;
    }

    private readonly record struct Entry(ulong Key, int Length, uint Sample);
}
