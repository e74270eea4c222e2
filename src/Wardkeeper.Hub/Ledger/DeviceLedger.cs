using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Turns observations and flow records into devices. Observations come in packet order and are kept as facts per pair of hardware
/// and IP address; <see cref="Devices"/> joins the pairs on all evidence so far and decides each value over the claims. Nothing is
/// keyed on an address alone: a router's hardware address does not make one device of everything behind it.
/// </summary>
public sealed class DeviceLedger
{
    private readonly MemoryFactStore store = new();
    private readonly AddressBook book;
    private readonly FactIntake intake;
    private readonly Moving moving;

    /// <summary>Makes an empty ledger.</summary>
    /// <param name="local">Which addresses are the site's.</param>
    public DeviceLedger(LocalNetworks local)
    {
        ArgumentNullException.ThrowIfNull(local);
        book = new AddressBook(local);
        intake = new FactIntake(local, store, book);
        book.Moves = moving = new Moving(store, new AddressMoveWatch(book));
    }

    /// <summary>Takes one observation.</summary>
    public void Take(Observation observation)
    {
        if (observation is Claim { Kind: ClaimKind.AddressBinding, Protocol: var protocol }) moving.Protocol = protocol;
        intake.Take(observation);
    }

    /// <summary>Takes one flow. Reports of flows that are still alive are taken as signs of life only.</summary>
    public void Take(FlowRecord flow) => intake.Take(flow);

    /// <summary>Addresses that went to others and have stayed there for a while, each once.</summary>
    /// <param name="now">Capture time.</param>
    internal IReadOnlyList<AddressMove> TakeMoves(CaptureTime now) => moving.Watch.Take(now);

    /// <summary>The devices that the evidence so far speaks of, in the order in which they were first seen.</summary>
    /// <param name="knowledge">What is known of devices; null for what is in force.</param>
    public IReadOnlyList<Device> Devices(KnowledgeBase? knowledge = null)
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
            devices.Add(DeviceDecision.Of(devices.Count + 1, mac.IsNone ? [] : [mac], group, book.AddressesOf(mac), book.IsRouter(mac), knowledge));
        Gateways.Name(devices);
        return devices;
    }

    /// <summary>From when a device has been of its type, by what was said of it.</summary>
    /// <param name="device">One of <see cref="Devices"/>.</param>
    internal TypeStanding StandingOf(Device device) => TypeStanding.Of(device, device.Macs.Select(mac => book.RouterSince(mac, ip => store.Find(mac, ip)?.First)).Min());

    /// <summary>Follows addresses that move. Whose they are is known when the capture is over.</summary>
    private sealed class Moving(MemoryFactStore store, AddressMoveWatch watch) : IMoveWatcher
    {
        public AddressMoveWatch Watch => watch;

        /// <summary>The protocol that binds an address just now.</summary>
        public string? Protocol { get; set; }

        public void Moved(Address ip, AddressOwner before, AddressOwner after)
        {
            Facts? had = store.Find(before.Mac, ip);
            CaptureTime last = had is not null && had.Last > before.At ? had.Last : before.At;
            bool wasLeased = had?.Claims.Any(claim => claim is { Kind: ClaimKind.AddressBinding, Source: "dhcp" or "dhcpv6" }) == true;
            if (watch.Notice(ip, before, after, Protocol, last, wasLeased) is { } move) watch.Hold(move);
        }
    }
}
