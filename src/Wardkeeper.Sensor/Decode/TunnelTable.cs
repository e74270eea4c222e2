using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>How a tunnel carries packets.</summary>
internal enum TunnelKind : byte
{
    IpInIp,
    Gre,
    Erspan,
    Vxlan,
    Geneve,
    GtpU,
    Teredo,
    EtherIp,
    L2tp,
    Capwap,
}

/// <summary>
/// The tunnels seen, each with an index that stays its own and a unique id. A tunnel is its two ends, its kind and its network
/// number; the source port of VXLAN and GENEVE is not part of it, because it only spreads load. An index is written before the
/// packet that bears it is dealt, and never changes, so that workers may ask for its id at any time.
/// </summary>
internal sealed class TunnelTable(SensorCounters counters, DecoderLimits limits)
{
    private readonly Dictionary<Key, int> known = [];
    private string[] uids = new string[16];

    /// <summary>A tunnel's unique id by its index; null for 0.</summary>
    public string? Uid(int index)
    {
        string[] all = uids;
        return index > 0 && index < all.Length ? all[index] : null;
    }

    /// <summary>The index of the tunnel that the envelope's packet belongs to; 0 if the table is full.</summary>
    /// <param name="envelope">The outer packet.</param>
    /// <param name="kind">How it carries others.</param>
    /// <param name="network">VXLAN or GENEVE network, ERSPAN session, or the UDP ports.</param>
    /// <param name="sourcePort">Its UDP source port.</param>
    /// <param name="destinationPort">Its UDP destination port.</param>
    public int Find(ref Envelope envelope, TunnelKind kind, uint network, ushort sourcePort = 0, ushort destinationPort = 0)
    {
        bool isOrdered = envelope.Source <= envelope.Destination;
        Key key = new(isOrdered ? envelope.Source : envelope.Destination, isOrdered ? envelope.Destination : envelope.Source, kind, network, envelope.Tunnel);
        if (known.TryGetValue(key, out int index)) return index;
        if (known.Count >= limits.Tunnels)
        {
            counters.Count("tunnel-table-full", envelope.Number);
            return 0;
        }
        index = known.Count + 1;
        if (index == uids.Length) Array.Resize(ref uids, index * 2);
        uids[index] = MakeUid(ref envelope, kind, sourcePort, destinationPort);
        known.Add(key, index);
        return index;
    }

    /// <summary>The uid that the outer flow has if this is its first packet, so that both can be joined.</summary>
    private static string MakeUid(ref Envelope envelope, TunnelKind kind, ushort sourcePort, ushort destinationPort)
    {
        bool isAnswer = LikelyServers.Contains(PacketKind.Udp, sourcePort) && !LikelyServers.Contains(PacketKind.Udp, destinationPort);
        Flow outer = new()
        {
            Originator = isAnswer ? envelope.Destination : envelope.Source,
            Responder = isAnswer ? envelope.Source : envelope.Destination,
            OriginatorPort = isAnswer ? destinationPort : sourcePort,
            ResponderPort = isAnswer ? sourcePort : destinationPort,
            OriginatorMac = isAnswer ? envelope.DestinationMac : envelope.SourceMac,
            IpProtocol = envelope.IpProtocol,
            // Tunnels of the other kinds are no flows; nested ones may have equal ends.
            EtherType = sourcePort == 0 ? (ushort)(((int)kind << 8) | envelope.Depth) : (ushort)0,
            FirstAt = envelope.At,
            FirstPacket = envelope.Number,
        };
        return FlowUid.Of(in outer);
    }

    private readonly record struct Key(Address Low, Address High, TunnelKind Kind, uint Network, int Outer)
    {
        // Seeded per process, so that nobody can prepare collisions; nothing depends on its order.
        public override int GetHashCode() => HashCode.Combine(Low.High, Low.Low, High.High, High.Low, Kind, Network, Outer);
    }
}
