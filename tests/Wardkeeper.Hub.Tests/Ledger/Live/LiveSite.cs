using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

/// <summary>A running ledger that is told things one after another; a second passes with each unless told otherwise.</summary>
internal sealed class LiveSite(LedgerLimits? limits = null)
{
    private long packet, second;

    public LiveLedger Ledger { get; } = new(LocalNetworks.Default, limits);

    public static Actor Engineer { get; } = new("li", new HashSet<Role> { Role.ClinicalEngineer });

    public IReadOnlyList<LiveDevice> Listed => [.. Ledger.Devices.Values.Where(device => device.IsListed).OrderBy(device => device.Number)];

    public IReadOnlyList<LedgerEvent> Events => Ledger.Changes.Events;

    public LiveSite Wait(long seconds)
    {
        second += seconds;
        return this;
    }

    public LiveSite Says(Subject who, ClaimKind kind, string value, string protocol = "http", string origin = "field")
    {
        Ledger.Take(new Claim(who, kind, value, protocol, CaptureTime.FromSeconds(++second), "C1", ++packet, origin));
        return this;
    }

    public LiveSite Binds(string mac, string ip, string protocol = "arp") => Says(At(mac, ip), ClaimKind.AddressBinding, ip, protocol, "reply");

    /// <summary>A device that is there for certain: ARP and an answered flow with the server 10.0.0.200.</summary>
    public LiveSite Lives(string mac, string ip) => Binds(mac, ip).Flow(At(mac, ip), At("0c:c4:7a:00:00:c8", "10.0.0.200"), 443);

    public LiveSite Flow(Subject from, Subject to, ushort port, string? service = null, bool answered = true)
    {
        Ledger.Take(FlowOf(from, to, port, service, answered, CaptureTime.FromSeconds(++second), ++packet));
        return this;
    }

    public static FlowRecord FlowOf(Subject from, Subject to, ushort port, string? service, bool answered, CaptureTime at, long packet) => new()
    {
        View = new FlowView
        {
            Uid = "C" + packet,
            Carrier = Carrier.Tcp,
            Began = at,
            FirstPacket = packet,
            OriginatorPort = 40_000,
            ResponderPort = port,
            OriginatorMac = from.Mac,
            OriginatorAddress = from.Ip,
            ResponderMac = to.Mac,
            ResponderAddress = to.Ip,
        },
        Service = service,
        ConnState = answered ? "SF" : "S0",
        History = "",
        CommunityId = "",
        OriginatorPackets = 3,
        OriginatorIpBytes = 300,
        ResponderPackets = answered ? 2 : 0,
        ResponderIpBytes = answered ? 200 : 0,
    };

    public LiveDevice With(string mac) => Assert.Single(Listed, device => device.Interfaces.Exists(one => one.Mac == Mac(mac)));

    public LiveDevice Behind(string ip) => Assert.Single(Listed, device => device.Interfaces.Exists(one => one.Mac.IsNone && one.Ip == Ip(ip)));

    public DeviceState State(LiveDevice device) => DeviceState.Of(device, Ledger.Book);

    public LedgerResult Do(LedgerChange change, string? reason = "because", Actor? who = null) =>
        new LedgerEditor(Ledger).Apply(who ?? Engineer, [change], reason, CaptureTime.FromSeconds(1_000_000), out _);

    public LedgerResult Undo(long operation) =>
        new LedgerEditor(Ledger).Undo(Engineer, [.. Events.Where(one => one.Operation == operation)], "a mistake", CaptureTime.FromSeconds(1_000_001), out _);

    public string[] Told(string action) => [.. Events.Where(one => one.Action == action).Select(one => LiveDevice.NameOf(one.Device))];
}
