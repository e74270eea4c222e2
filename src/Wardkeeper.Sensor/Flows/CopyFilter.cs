using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Whether a packet was seen before, and why twice.</summary>
internal enum CopyKind : byte
{
    /// <summary>It is seen for the first time.</summary>
    None,

    /// <summary>The mirror showed the same frame twice.</summary>
    Mirror,

    /// <summary>The mirror shows it before and behind a router; this one is the router's, so its sender is.</summary>
    RoutedFrom,

    /// <summary>As before, but the one behind the router was shown first; this one is addressed to the router.</summary>
    RoutedTo,
}

/// <summary>
/// Recognises copies of a packet: those that a mirror made (both directions of a port, two VLANs) and those that are mirrored both
/// before and behind routers (other hardware addresses, a time to live a little lower or higher). Same tuple, IP identification,
/// sequence numbers, lengths, checksum and content sample within a short window. A true retransmission is another IP packet: it
/// has another identification, or comes the same way, or comes later. A packet whose addresses were translated is no copy.
/// </summary>
internal sealed class CopyFilter
{
    /// <summary>How far a copy may lag when the IP identification tells packets apart, or when a router passed it on.</summary>
    public const long Window = 20_000_000;

    /// <summary>How far a copy may lag when nothing but content does (IPv6, identification 0) and it took another way: other VLAN, hardware addresses or time to live.</summary>
    public const long NarrowWindow = 1_000_000;

    /// <summary>How far it may lag when it took the same way too. Programs that say a thing twice (SSDP, resolvers) need longer.</summary>
    public const long TwinWindow = 50_000;

    /// <summary>How far it may lag when it took the same way and is a bare acknowledgement: duplicate ones are honest, and look alike where the IP header does not number packets.</summary>
    public const long AcknowledgementWindow = 10_000;

    /// <summary>Routers that lie between two places that are mirrored, at most.</summary>
    public const int MostRouters = 8;

    private const int Entries = 512;
    private readonly Entry[] recent = new Entry[Entries];

    /// <summary>Whether an equal packet was seen just before; remembers this one otherwise.</summary>
    public CopyKind Check(in Packet packet)
    {
        ulong digest = packet.Digest;
        ref Entry entry = ref recent[(int)(digest >> 55) & (Entries - 1)];
        long now = packet.At.Nanoseconds, lag = now - entry.At;
        uint way = Way(in packet);
        if (entry.Digest == (uint)digest && lag is >= 0 and <= Window)
        {
            CopyKind routed = Routed(entry.Way, way);
            if (routed != CopyKind.None || packet.IpId != 0) return routed != CopyKind.None ? routed : CopyKind.Mirror;
            if (lag <= (entry.Way != way ? NarrowWindow : IsBareAck(in packet) ? AcknowledgementWindow : TwinWindow)) return CopyKind.Mirror;
        }
        entry = new Entry((uint)digest, way, now);
        return CopyKind.None;
    }

    /// <summary>What the network changes in a packet on its way: the time to live in the lowest byte, above it a digest of hardware addresses and VLAN.</summary>
    private static uint Way(in Packet packet) =>
        ((uint)PacketDigest.Mix(packet.SourceMac.Value | ((ulong)packet.Vlan << 48), packet.DestinationMac.Value) << 8) | packet.Ttl;

    private static CopyKind Routed(uint before, uint now)
    {
        int hops = (int)(before & 0xFF) - (int)(now & 0xFF);
        if (hops == 0 || before >> 8 == now >> 8) return CopyKind.None;
        return hops is > 0 and <= MostRouters ? CopyKind.RoutedFrom : hops is < 0 and >= -MostRouters ? CopyKind.RoutedTo : CopyKind.None;
    }

    private static bool IsBareAck(in Packet packet) => packet.Kind == PacketKind.Tcp && packet.PayloadLength == 0 && (packet.TcpFlags & 0x07) == 0;

    // Sixteen bytes, so that one never straddles two cache lines; 41 bits of the digest (slot and rest) within 20 ms are enough.
    private readonly record struct Entry(uint Digest, uint Way, long At);
}
