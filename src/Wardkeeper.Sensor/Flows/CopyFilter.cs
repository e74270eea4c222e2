using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Recognises copies of a packet that a mirror made (both directions of a port, two VLANs): same tuple, IP identification,
/// sequence numbers, lengths, checksum and content sample within a short window. A true retransmission is another IP packet: it
/// has another identification, or comes later.
/// </summary>
internal sealed class CopyFilter
{
    /// <summary>How far a copy may lag when the IP identification tells packets apart.</summary>
    public const long Window = 20_000_000;

    /// <summary>How far a copy may lag when nothing but content does (IPv6, identification 0) and it took another way: other VLAN, hardware addresses or time to live.</summary>
    public const long NarrowWindow = 1_000_000;

    /// <summary>How far it may lag when it took the same way too. Programs that say a thing twice (SSDP, resolvers) need longer.</summary>
    public const long TwinWindow = 50_000;

    /// <summary>How far it may lag when it took the same way and is a bare acknowledgement: duplicate ones are honest, and look alike where the IP header does not number packets.</summary>
    public const long AcknowledgementWindow = 10_000;

    private const int Entries = 512;
    private readonly Entry[] recent = new Entry[Entries];

    /// <summary>Whether an equal packet was seen just before; remembers this one otherwise.</summary>
    public bool IsCopy(in Packet packet)
    {
        ulong digest = Digest(in packet, out bool hasIdentity);
        ref Entry entry = ref recent[(int)(digest >> 55) & (Entries - 1)];
        long now = packet.At.Nanoseconds, lag = now - entry.At;
        uint way = (uint)Way(in packet);
        if (entry.Digest == (uint)digest && lag >= 0 && lag <= (hasIdentity ? Window : entry.Way != way ? NarrowWindow : IsBareAck(in packet) ? AcknowledgementWindow : TwinWindow)) return true;
        entry = new Entry((uint)digest, way, now);
        return false;
    }

    /// <summary>What the network changes in a packet on its way.</summary>
    private static ulong Way(in Packet packet) =>
        Mix(packet.SourceMac.Value | ((ulong)packet.Vlan << 48), packet.DestinationMac.Value | ((ulong)packet.Ttl << 48));

    private static bool IsBareAck(in Packet packet) => packet.Kind == PacketKind.Tcp && packet.PayloadLength == 0 && (packet.TcpFlags & 0x07) == 0;

    private static ulong Digest(in Packet packet, out bool hasIdentity)
    {
        hasIdentity = packet.IpId != 0;
        ulong digest = packet.Hash | ((ulong)packet.IpId << 32) | ((ulong)packet.TransportChecksum << 48);
        digest = Mix(digest, packet.Seq | ((ulong)packet.Ack << 32));
        digest = Mix(digest, packet.SourcePort | ((ulong)(uint)packet.IpLength << 16) | ((ulong)packet.TcpFlags << 48) | ((ulong)packet.Kind << 56));
        digest = Mix(digest, packet.Source.Low);
        ReadOnlySpan<byte> payload = packet.Payload;
        if (payload.Length >= 8)
        {
            digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref MemoryMarshal.GetReference(payload)));
            digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(payload), payload.Length - 8)));
            if (payload.Length >= 32) digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(payload), payload.Length / 2)));
        }
        return digest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong digest, ulong value)
    {
        ulong high = Math.BigMul(digest ^ 0x9E3779B97F4A7C15, value ^ 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low ^ (value << 1);
    }

    // Sixteen bytes, so that one never straddles two cache lines; 41 bits of the digest (slot and rest) within 20 ms are enough.
    private readonly record struct Entry(uint Digest, uint Way, long At);
}
