using System.Collections.Immutable;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Finds the protocol of a flow by its content. All protocols' possible first bytes are made into one table, so that a flow meets
/// only the few that could be it.
/// </summary>
internal sealed class Recognition
{
    private const int Slots = 6;
    private readonly ImmutableArray<Protocol> protocols;
    private readonly ProtocolSet[] byFirstByte = new ProtocolSet[Slots * 256];
    private readonly int[] lookAhead = new int[Slots];

    /// <summary>That of all protocols; it is never changed, and making it costs more than a small capture.</summary>
    public static Recognition OfAll { get; } = new(ProtocolRegistry.All);

    public Recognition(ImmutableArray<Protocol> protocols)
    {
        if (protocols.Length > ProtocolSet.Capacity) throw new ArgumentException($"At most {ProtocolSet.Capacity} protocols fit the set of candidates.", nameof(protocols));
        this.protocols = protocols;
        for (int i = 0; i < protocols.Length; i++)
        {
            ProtocolInfo info = protocols[i].Info;
            for (int carrier = 0; carrier < Slots; carrier++)
            {
                if (((int)info.Carriers & (1 << carrier)) == 0) continue;
                lookAhead[carrier] = Math.Max(lookAhead[carrier], info.LookAhead);
                for (int first = 0; first < 256; first++)
                {
                    if (info.FirstBytes.Contains((byte)first)) byFirstByte[(carrier << 8) | first] |= ProtocolSet.Of(i);
                }
            }
        }
    }

    /// <summary>The protocols, in the order of their indexes.</summary>
    public ImmutableArray<Protocol> Protocols => protocols;

    /// <summary>The protocols whose first byte the opening's can be, on any side that has spoken.</summary>
    public ProtocolSet Candidates(in Opening opening)
    {
        int carrier = Slot(opening.Carrier);
        ProtocolSet set = default;
        if (!opening.Client.IsEmpty) set |= byFirstByte[carrier | opening.Client[0]];
        if (!opening.Server.IsEmpty) set |= byFirstByte[carrier | opening.Server[0]];
        return set;
    }

    /// <summary>
    /// Asks the candidates. Returns the index of the protocol that said Yes (and whether its client is the opening's server side),
    /// or -1; then <paramref name="candidates"/> holds those that need more.
    /// </summary>
    public int Ask(in Opening opening, ref ProtocolSet candidates, out bool reversed)
    {
        reversed = false;
        ProtocolSet left = candidates;
        while (!left.IsEmpty)
        {
            int i = left.First;
            left -= ProtocolSet.Of(i);
            Protocol protocol = protocols[i];
            Match match = protocol.Recognise(in opening);
            if (match is Match.Yes or Match.YesReversed)
            {
                reversed = match == Match.YesReversed;
                return i;
            }
            int look = protocol.Info.LookAhead;
            if (match == Match.No || (opening.Client.Length >= look && opening.Server.Length >= look) || Math.Max(opening.Client.Length, opening.Server.Length) >= 4 * look)
                candidates -= ProtocolSet.Of(i);
        }
        return -1;
    }

    /// <summary>Most bytes any protocol on this carrier looks at.</summary>
    public int LookAhead(Carrier carrier) => lookAhead[Slot(carrier) >> 8];

    /// <summary>Index of a protocol by its name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < protocols.Length; i++)
        {
            if (protocols[i].Info.Name == name) return i;
        }
        return -1;
    }

    private static int Slot(Carrier carrier) => carrier switch { Carrier.Tcp => 0, Carrier.Udp => 1 << 8, Carrier.Link => 2 << 8, Carrier.Icmp => 3 << 8, Carrier.Ip => 4 << 8, _ => 5 << 8 };
}
