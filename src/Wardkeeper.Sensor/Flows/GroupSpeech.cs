using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// States by which protocols a machine speaks to everybody: mDNS (RFC 6762), LLMNR (RFC 4795), NetBIOS (RFC 1002), SSDP, WS-Discovery. Said with the first packet, by a shard once per address and
/// protocol: nobody answers, and the flow ends a minute later.
/// </summary>
internal sealed class GroupSpeech(ContentPath content)
{
    private const int MaxRemembered = 16_384;
    private readonly HashSet<(Address, string)> told = [];

    /// <summary>Looks at a datagram of a flow.</summary>
    public void Note(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        if (!fromOriginator || flow.Orig.Packets != 1 || NameOf(packet.DestinationPort) is not { } protocol) return;
        if (told.Count >= MaxRemembered) told.Clear();
        if (!told.Add((packet.Source, protocol))) return;
        FlowView view = flow.Facts();
        content.Claim(view, view.Originator, "udp", ClaimKind.GroupProtocol, protocol, "destination port");
    }

    private static string? NameOf(ushort port) => port switch
    {
        5353 => "mDNS",
        5355 => "LLMNR",
        137 or 138 => "NetBIOS",
        1900 => "SSDP",
        3702 => "WS-Discovery",
        _ => null,
    };
}
