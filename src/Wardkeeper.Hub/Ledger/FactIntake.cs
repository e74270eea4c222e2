using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>Sorts what a sensor says into facts and the address book; the same for a capture's analysis and for live operation.</summary>
internal sealed class FactIntake(LocalNetworks local, IFactStore store, AddressBook book, IFactWatcher? watcher = null)
{
    /// <summary>Foreign addresses behind one hardware address after which it is a router's for certain, and they are no longer kept one by one.</summary>
    private const int ForeignKept = 8;

    /// <summary>Takes one observation.</summary>
    public void Take(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        Subject subject = observation.Subject;
        if (subject.Ip.IsMulticastOrBroadcast || subject.Mac.IsGroup || (subject.Mac.IsNone && subject.Ip.IsUnspecified)) return;
        Address ip = subject.Ip.IsUnspecified ? default : subject.Ip;
        Claim? claim = observation as Claim;
        if (claim is { Kind: ClaimKind.GroupProtocol }) return;
        // Who asks for what is nobody's business, unless it tells what asks.
        if (claim is { Kind: ClaimKind.AskedName } && !KnowledgeBase.InForce.Knows(Trait.Asks, claim.Value)) return;
        if (claim is { Kind: ClaimKind.AddressBinding } && Address.TryParse(claim.Value, out Address bound) && !bound.IsUnspecified && !bound.IsMulticastOrBroadcast && !bound.IsPlaceholder)
        {
            watcher?.Binding(claim);
            book.Bind(subject.Mac, bound, claim.At);
        }
        if (FactsOf(subject.Mac, ip) is not { } facts) return;
        facts.Saw(observation.At, observation.Packet, subject.Vlan);
        if (claim is not null)
        {
            ClaimTally tally = facts.Add(claim, out bool isNew, out ClaimTally? gone);
            watcher?.Claimed(facts, claim, tally, isNew, gone);
        }
        else if (observation is ServiceSighting sighting)
        {
            facts.Add(sighting);
            watcher?.Seen(facts, Signs.Conversed, observation.At);
        }
    }

    /// <summary>Takes one flow. Reports of flows that are still alive are taken as signs of life only.</summary>
    public void Take(FlowRecord flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        FlowView view = flow.View;
        if (flow.OriginatorPackets > 0 && FactsOf(view.OriginatorMac, view.OriginatorAddress) is { } originator)
        {
            CaptureTime last = Saw(originator, flow, view.Vlan);
            if (!flow.IsInterim) originator.AddBytes(flow.OriginatorIpBytes);
            if (!flow.IsInterim) Serve(originator, flow, ServiceOf(flow, isOriginator: true));
            watcher?.Seen(originator, SignOf(flow, flow.ResponderPackets > 0), last);
        }
        if (flow.ResponderPackets > 0 && FactsOf(view.ResponderMac, view.ResponderAddress) is { } responder)
        {
            CaptureTime last = Saw(responder, flow, view.ResponderVlan);
            if (!flow.IsInterim) responder.AddBytes(flow.ResponderIpBytes);
            if (!flow.IsInterim) Serve(responder, flow, ServiceOf(flow, isOriginator: false));
            watcher?.Seen(responder, SignOf(flow, Answered(flow)), last);
        }
    }

    private static void Serve(Facts facts, FlowRecord flow, (ushort Port, bool IsOffer) service)
    {
        if (service.Port == 0) return;
        if (service.IsOffer) facts.Offers(flow, service.Port);
        else facts.Uses(flow, service.Port);
    }

    /// <summary>What a flow shows that one of its ends offers or uses; port 0 when nothing.</summary>
    private static (ushort Port, bool IsOffer) ServiceOf(FlowRecord flow, bool isOriginator)
    {
        FlowView view = flow.View;
        if (view.Carrier is not (Carrier.Tcp or Carrier.Udp)) return default;
        // Who began was not seen: the port that nobody is given by chance is the service's.
        if (IsOverheard(flow) && IsByChance(view.ResponderPort) && !IsByChance(view.OriginatorPort)) return (view.OriginatorPort, isOriginator);
        if (!isOriginator) return Answered(flow) ? (view.ResponderPort, true) : default;
        if (flow.ResponderPackets > 0) return (view.ResponderPort, false);
        if (view.Carrier != Carrier.Udp) return default;
        // Who calls out to everybody is answered in another flow; so is who answers. Only what tells what it is counts.
        if (view.ResponderAddress.IsMulticastOrBroadcast && IsKnown(Trait.Uses, view.ResponderPort)) return (view.ResponderPort, false);
        return IsByChance(view.ResponderPort) && IsKnown(Trait.Offers, view.OriginatorPort) ? (view.OriginatorPort, true) : default;
    }

    private static bool IsKnown(Trait trait, ushort port) => KnowledgeBase.InForce.Knows(trait, PortText.Of(Carrier.Udp, port));

    /// <summary>A connection that was open before anybody listened, and in which both sides say something.</summary>
    private static bool IsOverheard(FlowRecord flow) => flow is { View.Carrier: Carrier.Tcp, ConnState: "OTH", Service: null, OriginatorBytes: > 0, ResponderBytes: > 0 };

    /// <summary>Whether systems give a port to clients. RFC 6056, section 2.1.</summary>
    private static bool IsByChance(ushort port) => port >= 32_768;

    private static CaptureTime Saw(Facts facts, FlowRecord flow, ushort vlan)
    {
        CaptureTime began = flow.View.Began;
        facts.Saw(began, flow.View.FirstPacket, vlan);
        if (flow.Duration is not { } duration) return began;
        CaptureTime last = new(began.Nanoseconds + (duration.Ticks * 100));
        facts.Saw(last, flow.View.FirstPacket, vlan);
        return last;
    }

    /// <summary>What a flow shows of one of its ends. A frame without IP shows nothing that the claims in it do not.</summary>
    private static Signs SignOf(FlowRecord flow, bool answered) => flow.View.Carrier switch
    {
        Carrier.Tcp or Carrier.Udp => answered ? Signs.Conversed : Signs.Spoke,
        Carrier.Icmp => Signs.Spoke,
        _ => Signs.None,
    };

    /// <summary>A connection that was accepted, or a datagram that was answered: something listens there.</summary>
    private static bool Answered(FlowRecord flow) => flow.View.Carrier switch
    {
        Carrier.Udp => flow.OriginatorPackets > 0 && flow.ResponderPackets > 0 && (flow.Service is not null || !IsByChance(flow.View.ResponderPort)),
        Carrier.Tcp => flow.ConnState is "SF" or "S1" or "S2" or "S3" or "RSTO" or "RSTR" || (flow.ConnState == "OTH" && flow.Service is not null) || (IsOverheard(flow) && IsByChance(flow.View.OriginatorPort) && !IsByChance(flow.View.ResponderPort)),
        _ => false,
    };

    private Facts? FactsOf(MacAddress mac, Address ip)
    {
        if (mac.IsGroup || (ip.IsUnspecified && mac.IsNone)) return null;
        // Radios and machines behind serial lines have no card whose frames would say more.
        if (ip.IsPlaceholder) return local.Contains(ip) ? store.Of(default, ip) : null;
        if (ip.IsNone) return store.Of(mac, ip);
        if (ip.IsMulticastOrBroadcast || ip.IsUnspecified) return null;
        int foreign = book.Saw(mac, ip);
        if (!local.Contains(ip) && (mac.IsNone || foreign > ForeignKept) && !book.IsBound(mac, ip)) return null;
        return store.Of(mac, ip);
    }
}

/// <summary>Kinds of evidence that an address is a machine's.</summary>
[Flags]
internal enum Signs
{
    /// <summary>None yet.</summary>
    None = 0,

    /// <summary>ARP, neighbour discovery or DHCP bound it to an IP address.</summary>
    Bound = 1,

    /// <summary>It said something of itself, or others of it.</summary>
    Stated = 2,

    /// <summary>It sent IP packets that nobody was seen to answer.</summary>
    Spoke = 4,

    /// <summary>It was answered, or it accepted a connection.</summary>
    Conversed = 8,

    /// <summary>It was still there a minute later.</summary>
    Again = 16,
}

/// <summary>Is told what came in.</summary>
internal interface IFactWatcher
{
    /// <summary>A protocol is about to bind an address.</summary>
    void Binding(Claim claim);

    /// <summary>A claim was counted.</summary>
    /// <param name="facts">Where.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="tally">How often it was made.</param>
    /// <param name="isNew">Whether it was made for the first time.</param>
    /// <param name="gone">The tally that made room for it.</param>
    void Claimed(Facts facts, Claim claim, ClaimTally tally, bool isNew, ClaimTally? gone);

    /// <summary>A sign of life.</summary>
    void Seen(Facts facts, Signs sign, CaptureTime at);
}
