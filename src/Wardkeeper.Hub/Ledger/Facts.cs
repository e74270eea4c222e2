using Wardkeeper.Hub.Ledger.Commands;
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

    /// <summary>Where in the flow's stream it was first read; null where the protocol does not tell.</summary>
    public ByteRange? Bytes { get; init; }

    /// <summary>Its number in the live ledger; 0 before it has one.</summary>
    internal long Number { get; set; }

    /// <summary>Whether it changed since it was last stored.</summary>
    internal bool IsDirty { get; set; }

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

    /// <summary>Where it was taken over from, for example <c>capture C-12</c>; null when it was observed here.</summary>
    public string? Source { get; init; }

    /// <summary>Its number in the live ledger; 0 before it has one.</summary>
    internal long Number { get; set; }

    /// <summary>Whether it changed since it was last stored.</summary>
    internal bool IsDirty { get; set; }

    /// <summary>The same with a capture as its source.</summary>
    internal ServiceTally AdoptedFrom(string source) => new() { Carrier = Carrier, Port = Port, Protocol = Protocol, Banner = Banner, Flows = Flows, Source = source, IsDirty = true };
}

/// <summary>Everything observed of one pair of hardware and IP address. Which device it belongs to is decided later, on all evidence.</summary>
/// <param name="mac">Hardware address in the frames.</param>
/// <param name="ip">IP address.</param>
/// <param name="through">Who had the IP address when it was seen in another's frames; none when nobody, or when that is not kept apart.</param>
/// <param name="limits">How much is kept.</param>
internal sealed class Facts(MacAddress mac, Address ip, MacAddress through = default, LedgerLimits? limits = null)
{
    private readonly Dictionary<ClaimKey, ClaimTally> claims = [];
    private readonly Dictionary<(Carrier, ushort), ServiceTally> offered = [];
    private readonly Dictionary<(Carrier, ushort), ServiceTally> used = [];
    private readonly LedgerLimits limits = limits ?? LedgerLimits.None;

    public MacAddress Mac => mac;

    public Address Ip => ip;

    public MacAddress Through => through;

    /// <summary>Number in the live ledger.</summary>
    public long Number { get; init; }

    /// <summary>Operation by which a person took them over from a capture; 0 when they were observed here.</summary>
    public long Operation { get; init; }

    /// <summary>Where they were taken over from, for example <c>capture C-12</c>; null when they were observed here.</summary>
    public string? Source { get; init; }

    /// <summary>Whether they have an IP address that is theirs. What a card had in a capture may be another's today, unless the card is known by nothing else.</summary>
    public bool HoldsAddress => !ip.IsNone && (Operation == 0 || mac.IsNone);

    public ushort Vlan { get; private set; }

    public CaptureTime First { get; private set; } = new(long.MaxValue);

    public CaptureTime Last { get; private set; } = new(long.MinValue);

    public long FirstPacket { get; private set; } = long.MaxValue;

    public long Bytes { get; private set; }

    /// <summary>What kinds of evidence there are that this is a machine and not an address that somebody made up.</summary>
    public Signs Signs { get; set; }

    /// <summary>Claims and services that had no room.</summary>
    public long Dropped { get; private set; }

    public IReadOnlyCollection<ClaimTally> Claims => claims.Values;

    public IReadOnlyCollection<ServiceTally> Offered => offered.Values;

    public IReadOnlyCollection<ServiceTally> Used => used.Values;

    /// <summary>Why an address has no card: what it is, or whose frames it came in.</summary>
    public static string NoteWithoutCard(Address ip, bool cameThroughCard) => ip.IsRadio ? "radio" : ip.IsBehind ? "behind-serial-server" : cameThroughCard ? "behind-router" : "no-mac-seen";

    public void Saw(CaptureTime at, long packet, ushort vlan)
    {
        if (at < First) First = at;
        if (at > Last) Last = at;
        FirstPacket = Math.Min(FirstPacket, packet);
        if (vlan != 0) Vlan = vlan;
    }

    /// <summary>Counts a claim; <paramref name="gone"/> is the one that made room for a new one.</summary>
    public ClaimTally Add(Claim claim, out bool isNew, out ClaimTally? gone)
    {
        ClaimKey key = new(claim.Kind, claim.Value, claim.Protocol, claim.Origin);
        gone = null;
        isNew = !claims.TryGetValue(key, out ClaimTally? tally);
        if (isNew)
        {
            gone = Room(claim.Kind);
            claims[key] = tally = new ClaimTally
            {
                Kind = claim.Kind,
                Value = claim.Value,
                Source = claim.Protocol,
                Origin = claim.Origin,
                First = claim.At,
                Last = claim.At,
                Uid = claim.Uid,
                Packet = claim.Packet,
                Bytes = claim.Bytes,
            };
        }
        tally!.Count++;
        tally.IsDirty = true;
        if (claim.At > tally.Last) tally.Last = claim.At;
        return tally;
    }

    public void Add(ServiceSighting sighting)
    {
        if (Of(offered, sighting.Carrier, sighting.Port, sighting.Uid) is not { } tally) return;
        if (tally.Banner is null && sighting.Banner is not null) (tally.Banner, tally.IsDirty) = (sighting.Banner, true);
        Name(tally, sighting.Service);
    }

    public void Offers(FlowRecord flow, ushort port) => Add(Of(offered, flow.View.Carrier, port, flow.View.Uid), flow);

    public void Uses(FlowRecord flow, ushort port) => Add(Of(used, flow.View.Carrier, port, flow.View.Uid), flow);

    public void AddBytes(long bytes) => Bytes += bytes;

    /// <summary>The same as a person takes it over, with the capture as the source of everything: flows are not taken over, so nothing refers to one.</summary>
    public Facts AdoptedAs(long number, long operation, string source)
    {
        Facts own = new(mac, ip) { Number = number, Operation = operation, Source = source };
        own.Restore(Vlan, First, Last, 0, 0, Signs.None, 0);
        foreach (ClaimTally claim in claims.Values.Where(AdoptDevice.Takes).OrderBy(claim => claim.Number))
            own.Restore(new ClaimTally { Kind = claim.Kind, Value = claim.Value, Source = source, Origin = $"{claim.Source} {claim.Origin}".Trim(), First = claim.First, Last = claim.Last, Count = claim.Count, Packet = claim.Packet, IsDirty = true });
        foreach (ServiceTally service in offered.Values) own.Restore(service.AdoptedFrom(source), true);
        foreach (ServiceTally service in used.Values) own.Restore(service.AdoptedFrom(source), false);
        return own;
    }

    /// <summary>Puts back what was stored.</summary>
    public void Restore(ushort vlan, CaptureTime first, CaptureTime last, long firstPacket, long bytes, Signs signs, long dropped) =>
        (Vlan, First, Last, FirstPacket, Bytes, Signs, Dropped) = (vlan, first, last, firstPacket, bytes, signs, dropped);

    /// <summary>Puts back a claim that was stored.</summary>
    public void Restore(ClaimTally claim) => claims[new ClaimKey(claim.Kind, claim.Value, claim.Source, claim.Origin)] = claim;

    /// <summary>Puts back a service that was stored.</summary>
    public void Restore(ServiceTally service, bool isOffer) => (isOffer ? offered : used)[(service.Carrier, service.Port)] = service;

    private static void Add(ServiceTally? tally, FlowRecord flow)
    {
        if (tally is null) return;
        tally.Flows++;
        tally.IsDirty = true;
        if (flow.Service is { } service) Name(tally, service);
    }

    private static void Name(ServiceTally tally, string service)
    {
        string? before = tally.Protocol;
        if (before == service) return;
        foreach (string one in service.Split(','))
        {
            if (tally.Protocol is null) tally.Protocol = one;
            else if (!tally.Protocol.Split(',').Contains(one)) tally.Protocol = string.Join(',', tally.Protocol.Split(',').Append(one).Order(StringComparer.Ordinal));
        }
        if (!string.Equals(before, tally.Protocol, StringComparison.Ordinal)) tally.IsDirty = true;
    }

    /// <summary>When a kind of claims has all its room, the one that was made least and longest ago goes: what a device really is, it says again.</summary>
    private ClaimTally? Room(ClaimKind kind)
    {
        if (claims.Count < limits.ClaimsOfKind) return null;
        ClaimTally? least = null;
        int same = 0;
        foreach (ClaimTally claim in claims.Values)
        {
            if (claim.Kind != kind) continue;
            same++;
            if (least is null || (claim.Count, claim.Last, claim.Number).CompareTo((least.Count, least.Last, least.Number)) < 0) least = claim;
        }
        if (same < limits.ClaimsOfKind || least is null) return null;
        claims.Remove(new ClaimKey(least.Kind, least.Value, least.Source, least.Origin));
        Dropped++;
        return least;
    }

    /// <summary>What makes a claim the same claim.</summary>
    private readonly record struct ClaimKey(ClaimKind Kind, string Value, string Source, string Origin)
    {
        /// <summary>Few sources say the same value: hashing the value is enough.</summary>
        public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal) ^ ((int)Kind << 8);
    }

    private ServiceTally? Of(Dictionary<(Carrier, ushort), ServiceTally> services, Carrier carrier, ushort port, string? uid)
    {
        if (services.TryGetValue((carrier, port), out ServiceTally? tally)) return tally;
        if (services.Count >= limits.Services)
        {
            Dropped++;
            return null;
        }
        return services[(carrier, port)] = new ServiceTally { Carrier = carrier, Port = port, Uid = uid, IsDirty = true };
    }
}
