using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>One claim as it was made and repeated: what, by which source, how often, first and last.</summary>
public sealed class ClaimTally
{
    /// <summary>Which attribute.</summary>
    public required ClaimKind Kind { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; init; }

    /// <summary>Protocol (or rule, or table) that said so.</summary>
    public required string Source { get; init; }

    /// <summary>Where exactly in the source.</summary>
    public required string Origin { get; init; }

    /// <summary>Time it was first made.</summary>
    public CaptureTime First { get; init; }

    /// <summary>Time it was last made.</summary>
    public CaptureTime Last { get; internal set; }

    /// <summary>How often it was made.</summary>
    public long Count { get; internal set; }

    /// <summary>Flow it was first seen in; null for link-layer frames and tables.</summary>
    public string? Uid { get; init; }

    /// <summary>Number of the packet it was first seen in; 0 for tables and rules.</summary>
    public long Packet { get; init; }

    /// <summary>The same, to count on from here.</summary>
    internal ClaimTally Copy() => (ClaimTally)MemberwiseClone();
}

/// <summary>A service that a device offers or uses.</summary>
public sealed class ServiceTally
{
    /// <summary>TCP or UDP.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>The server's port.</summary>
    public required ushort Port { get; init; }

    /// <summary>Protocols that were parsed there, comma separated, or null when none was recognised.</summary>
    public string? Protocol { get; internal set; }

    /// <summary>What the server said of itself, or null.</summary>
    public string? Banner { get; internal set; }

    /// <summary>Flows.</summary>
    public long Flows { get; internal set; }

    /// <summary>Flow it was first seen in.</summary>
    public string? Uid { get; init; }
}

/// <summary>Everything observed of one pair of hardware and IP address. Which device it belongs to is decided later, on all evidence.</summary>
internal sealed class Facts(MacAddress mac, Address ip)
{
    private readonly Dictionary<(ClaimKind, string, string, string), ClaimTally> claims = [];
    private readonly Dictionary<(Carrier, ushort), ServiceTally> offered = [];
    private readonly Dictionary<(Carrier, ushort), ServiceTally> used = [];

    public MacAddress Mac => mac;

    public Address Ip => ip;

    public ushort Vlan { get; private set; }

    public CaptureTime First { get; private set; } = new(long.MaxValue);

    public CaptureTime Last { get; private set; } = new(long.MinValue);

    public long FirstPacket { get; private set; } = long.MaxValue;

    public long Bytes { get; private set; }

    public IReadOnlyCollection<ClaimTally> Claims => claims.Values;

    public IReadOnlyCollection<ServiceTally> Offered => offered.Values;

    public IReadOnlyCollection<ServiceTally> Used => used.Values;

    public void Saw(CaptureTime at, long packet, ushort vlan)
    {
        if (at < First) First = at;
        if (at > Last) Last = at;
        FirstPacket = Math.Min(FirstPacket, packet);
        if (vlan != 0) Vlan = vlan;
    }

    public void Add(Claim claim)
    {
        ref ClaimTally? tally = ref CollectionsMarshal.GetValueRefOrAddDefault(claims, (claim.Kind, claim.Value, claim.Protocol, claim.Origin), out _);
        tally ??= new ClaimTally
        {
            Kind = claim.Kind,
            Value = claim.Value,
            Source = claim.Protocol,
            Origin = claim.Origin,
            First = claim.At,
            Last = claim.At,
            Uid = claim.Uid,
            Packet = claim.Packet,
        };
        tally.Count++;
        if (claim.At > tally.Last) tally.Last = claim.At;
    }

    public void Add(ServiceSighting sighting)
    {
        ServiceTally tally = Of(offered, sighting.Carrier, sighting.Port, sighting.Uid);
        tally.Banner ??= sighting.Banner;
        Name(tally, sighting.Service);
    }

    public void Offers(FlowRecord flow) => Add(Of(offered, flow.View.Carrier, flow.View.ResponderPort, flow.View.Uid), flow);

    public void Uses(FlowRecord flow) => Add(Of(used, flow.View.Carrier, flow.View.ResponderPort, flow.View.Uid), flow);

    public void AddBytes(long bytes) => Bytes += bytes;

    private static void Add(ServiceTally tally, FlowRecord flow)
    {
        tally.Flows++;
        if (flow.Service is { } service) Name(tally, service);
    }

    private static void Name(ServiceTally tally, string service)
    {
        foreach (string one in service.Split(','))
        {
            if (tally.Protocol is null) tally.Protocol = one;
            else if (!tally.Protocol.Split(',').Contains(one)) tally.Protocol = string.Join(',', tally.Protocol.Split(',').Append(one).Order(StringComparer.Ordinal));
        }
    }

    private static ServiceTally Of(Dictionary<(Carrier, ushort), ServiceTally> services, Carrier carrier, ushort port, string? uid)
    {
        ref ServiceTally? tally = ref CollectionsMarshal.GetValueRefOrAddDefault(services, (carrier, port), out _);
        return tally ??= new ServiceTally { Carrier = carrier, Port = port, Uid = uid };
    }
}
