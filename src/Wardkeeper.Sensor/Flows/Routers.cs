using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Says which hardware addresses are routers': the one that sent a packet on which was also seen before it, or that it was
/// addressed to. This is proof, where a guess needs many foreign addresses behind one card. Said once per shard and address.
/// </summary>
internal sealed class Routers(ShardOutput output)
{
    private const int MaxRemembered = 1024;
    private readonly HashSet<MacAddress> known = [];

    /// <summary>Takes a copy that a router made.</summary>
    public void Note(in Packet packet, CopyKind copy)
    {
        // Out of a tunnel comes a packet whose hardware addresses are those of the tunnel's ends.
        if (packet.Tunnel != 0) return;
        MacAddress router = copy == CopyKind.RoutedFrom ? packet.SourceMac : packet.DestinationMac;
        if (router.IsNone || router.IsGroup || known.Count >= MaxRemembered || !known.Add(router)) return;
        output.Add(packet.Number, new Claim(Subject.Of(router, vlan: packet.Vlan), ClaimKind.Role, "router", "ethernet", packet.At, null, packet.Number, "packet seen on both sides"));
    }
}
