using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Turns observations and flow records into devices. Observations come in packet order and are kept as facts per pair of hardware
/// and IP address; <see cref="Devices"/> joins the pairs on all evidence so far and decides each value over the claims. Nothing is
/// keyed on an address alone: a router's hardware address does not make one device of everything behind it.
/// </summary>
public sealed class DeviceLedger
{
    /// <summary>Foreign addresses behind one hardware address after which it is a router's for certain, and they are no longer kept one by one.</summary>
    private const int ForeignKept = 8;

    private readonly LocalNetworks local;
    private readonly IFactStore store;
    private readonly AddressBook book;

    /// <summary>Makes an empty ledger.</summary>
    /// <param name="local">Which addresses are the site's.</param>
    public DeviceLedger(LocalNetworks local)
        : this(local, new MemoryFactStore())
    {
    }

    internal DeviceLedger(LocalNetworks local, IFactStore store)
    {
        ArgumentNullException.ThrowIfNull(local);
        (this.local, this.store) = (local, store);
        book = new AddressBook(local);
    }

    /// <summary>Takes one observation.</summary>
    public void Take(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        Subject subject = observation.Subject;
        if (subject.Ip.IsMulticastOrBroadcast || subject.Mac.IsGroup || (subject.Mac.IsNone && subject.Ip.IsUnspecified)) return;
        Address ip = subject.Ip.IsUnspecified ? default : subject.Ip;
        if (observation is Claim { Kind: ClaimKind.AddressBinding } binding)
        {
            if (Address.TryParse(binding.Value, out Address bound) && !bound.IsUnspecified && !bound.IsMulticastOrBroadcast) book.Bind(subject.Mac, bound, binding.At);
        }
        if (FactsOf(subject.Mac, ip) is not { } facts) return;
        facts.Saw(observation.At, observation.Packet, subject.Vlan);
        if (observation is Claim claim) facts.Add(claim);
        else if (observation is ServiceSighting sighting) facts.Add(sighting);
    }

    /// <summary>Takes one flow. Reports of flows that are still alive are taken as signs of life only.</summary>
    public void Take(FlowRecord flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        FlowView view = flow.View;
        if (flow.OriginatorPackets > 0 && FactsOf(view.OriginatorMac, view.OriginatorAddress) is { } originator)
        {
            Saw(originator, flow);
            if (!flow.IsInterim) originator.AddBytes(flow.OriginatorIpBytes);
            if (!flow.IsInterim && view.Carrier is Carrier.Tcp or Carrier.Udp && flow.ResponderPackets > 0) originator.Uses(flow);
        }
        if (flow.ResponderPackets > 0 && FactsOf(view.ResponderMac, view.ResponderAddress) is { } responder)
        {
            Saw(responder, flow);
            if (!flow.IsInterim) responder.AddBytes(flow.ResponderIpBytes);
            if (!flow.IsInterim && Answered(flow)) responder.Offers(flow);
        }
    }

    /// <summary>The devices that the evidence so far speaks of, in the order in which they were first seen.</summary>
    public IReadOnlyList<Device> Devices()
    {
        Dictionary<(MacAddress, Address), List<Facts>> groups = [];
        foreach (Facts facts in store.All)
        {
            if (book.Owner(facts.Mac, facts.Ip) is not { } owner) continue;
            if (!groups.TryGetValue(owner, out List<Facts>? group)) groups[owner] = group = [];
            group.Add(facts);
        }
        List<Device> devices = [];
        foreach (((MacAddress mac, Address _), List<Facts> group) in groups.OrderBy(pair => pair.Value.Min(facts => facts.FirstPacket)).ThenBy(pair => pair.Key))
            devices.Add(DeviceDecision.Of(devices.Count + 1, mac, group, book.AddressesOf(mac), book.IsRouter(mac)));
        return devices;
    }

    private static void Saw(Facts facts, FlowRecord flow)
    {
        facts.Saw(flow.View.Began, flow.View.FirstPacket, flow.View.Vlan);
        if (flow.Duration is { } duration) facts.Saw(new CaptureTime(flow.View.Began.Nanoseconds + (duration.Ticks * 100)), flow.View.FirstPacket, flow.View.Vlan);
    }

    /// <summary>A connection that was accepted, or a datagram that was answered: something listens there.</summary>
    private static bool Answered(FlowRecord flow) => flow.View.Carrier switch
    {
        Carrier.Udp => flow.OriginatorPackets > 0 && flow.ResponderPackets > 0 && (flow.Service is not null || flow.View.ResponderPort < 32_768),
        Carrier.Tcp => flow.ConnState is "SF" or "S1" or "S2" or "S3" or "RSTO" or "RSTR" || (flow.ConnState == "OTH" && flow.Service is not null),
        _ => false,
    };

    private Facts? FactsOf(MacAddress mac, Address ip)
    {
        if (mac.IsGroup || (ip.IsUnspecified && mac.IsNone)) return null;
        if (ip.IsNone) return store.Of(mac, ip);
        if (ip.IsMulticastOrBroadcast || ip.IsUnspecified) return null;
        int foreign = book.Saw(mac, ip);
        if (!local.Contains(ip) && (mac.IsNone || foreign > ForeignKept) && !book.IsBound(mac, ip)) return null;
        return store.Of(mac, ip);
    }
}
