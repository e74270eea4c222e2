using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Ledger;

/// <summary>A ledger that is told things one after another, one packet and one second each.</summary>
internal sealed class Site
{
    private readonly DeviceLedger ledger = new(LocalNetworks.Default);
    private long packet;

    public IReadOnlyList<Device> Devices => ledger.Devices();

    public static MacAddress Mac(string text) => new(Convert.ToUInt64(text.Replace(":", "", StringComparison.Ordinal), 16));

    public static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);

    public static Subject At(string mac, string ip = "") => Subject.Of(mac.Length == 0 ? default : Mac(mac), ip.Length == 0 ? default : Ip(ip));

    public Site Says(Subject who, ClaimKind kind, string value, string protocol = "http", string origin = "field")
    {
        packet++;
        ledger.Take(new Claim(who, kind, value, protocol, CaptureTime.FromSeconds(packet), "C1", packet, origin));
        return this;
    }

    /// <summary>A protocol that says so (ARP): the two belong together.</summary>
    public Site Binds(string mac, string ip, string protocol = "arp") => Says(At(mac, ip), ClaimKind.AddressBinding, ip, protocol, "reply");

    public Site Serves(Subject who, ushort port, string service, string? banner = null)
    {
        packet++;
        ledger.Take(new ServiceSighting(who, Carrier.Tcp, port, service, banner, default, CaptureTime.FromSeconds(packet), "C1", packet));
        return this;
    }

    public Site Flow(Subject from, Subject to, ushort port, string? service = null, string state = "SF", Carrier carrier = Carrier.Tcp, bool interim = false)
    {
        packet++;
        ledger.Take(new FlowRecord
        {
            View = new FlowView
            {
                Uid = "C" + packet,
                Carrier = carrier,
                Began = CaptureTime.FromSeconds(packet),
                FirstPacket = packet,
                OriginatorPort = 40_000,
                ResponderPort = port,
                OriginatorMac = from.Mac,
                OriginatorAddress = from.Ip,
                ResponderMac = to.Mac,
                ResponderAddress = to.Ip,
            },
            Service = service,
            ConnState = state,
            History = "",
            CommunityId = "",
            IsInterim = interim,
            Duration = TimeSpan.FromSeconds(1),
            OriginatorPackets = 3,
            OriginatorIpBytes = 300,
            ResponderPackets = state == "S0" ? 0 : 2,
            ResponderIpBytes = state == "S0" ? 0 : 200,
        });
        return this;
    }

    /// <summary>A flow that shows no service by itself: which port each end has, and what each said.</summary>
    public Site Overhears(Subject from, ushort fromPort, Subject to, ushort port, Carrier carrier = Carrier.Tcp, long answer = 200)
    {
        packet++;
        ledger.Take(new FlowRecord
        {
            View = new FlowView { Uid = "C" + packet, Carrier = carrier, Began = CaptureTime.FromSeconds(packet), FirstPacket = packet, OriginatorPort = fromPort, ResponderPort = port, OriginatorMac = from.Mac, OriginatorAddress = from.Ip, ResponderMac = to.Mac, ResponderAddress = to.Ip },
            ConnState = carrier == Carrier.Tcp ? "OTH" : answer > 0 ? "SF" : "S0",
            History = "",
            CommunityId = "",
            Duration = TimeSpan.FromSeconds(1),
            OriginatorBytes = 100,
            OriginatorPackets = 3,
            OriginatorIpBytes = 300,
            ResponderBytes = answer,
            ResponderPackets = answer > 0 ? 2 : 0,
            ResponderIpBytes = answer,
        });
        return this;
    }

    public Device Device(string ip) => Assert.Single(Devices, device => device.Ips.Contains(Ip(ip)));
}
