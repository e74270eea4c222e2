using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>Makes observations of an invented network, the same for the same seed: cards, leases, routers, floods, replaced cards.</summary>
internal sealed class Hospital(int seed)
{
    private static readonly string[] Names = ["ct-host", "pump-1", "pump-2", "ws-7"], Serials = ["SN-000771", "SN-000772", "0000"], Titles = ["CT01", "MR01"];
    private readonly Random chance = new(seed);
    private long packet;

    public (List<Observation> Observations, List<FlowRecord> Flows) Batch(int size)
    {
        List<Observation> observations = [];
        List<FlowRecord> flows = [];
        for (int i = 0; i < size; i++)
        {
            packet++;
            if (chance.Next(4) == 0) flows.Add(Flow());
            else observations.Add(Observation());
        }
        return (observations, flows);
    }

    public static MacAddress Mac(ulong number) => new(0x0012_2100_0000UL + number);

    public static Address Ip(string text) => Address.TryParse(text, out Address ip) ? ip : throw new FormatException(text);

    public static Claim Says(Subject who, ClaimKind kind, string value, string protocol, long second, string origin = "field") =>
        new(who, kind, value, protocol, CaptureTime.FromSeconds(second), "C1", second, origin);

    /// <summary>A device that is there for certain: bound by ARP, with a service of its own.</summary>
    public static Observation[] Device(ulong number, string ip, long second) =>
    [
        Says(Subject.Of(Mac(number), Ip(ip)), ClaimKind.AddressBinding, ip, "arp", second),
        new ServiceSighting(new Subject(Mac(number), Ip(ip), 10), Carrier.Tcp, 104, "dicom", "banner", default, CaptureTime.FromSeconds(second), "C1", second),
    ];

    private Observation Observation()
    {
        Subject who = Who();
        CaptureTime at = Now();
        return chance.Next(9) switch
        {
            0 or 1 => new Claim(who, ClaimKind.AddressBinding, who.Ip.ToString(), chance.Next(3) == 0 ? "dhcp" : "arp", at, null, packet, "reply"),
            2 => new Claim(who, ClaimKind.HostName, Pick(Names), "dhcp", at, "C1", packet, "option 12"),
            3 => new Claim(who, ClaimKind.SerialNumber, Pick(Serials), "snmp", at, "C1", packet, "serial"),
            4 => new Claim(who, ClaimKind.AeTitle, Pick(Titles), "dicom", at, "C1", packet, "calling"),
            5 => new Claim(who, ClaimKind.OtherMac, Mac((ulong)chance.Next(8)).ToString(), Pick("lldp", "snmp"), at, "C1", packet, "chassis id"),
            6 => new Claim(who, ClaimKind.UserAgent, "agent " + chance.Next(60).ToString(CultureInfo.InvariantCulture), "http", at, "C1", packet, "User-Agent"),
            7 => new ServiceSighting(who, Carrier.Tcp, (ushort)chance.Next(20, 26), "ssh", chance.Next(2) == 0 ? "OpenSSH" : null, default, at, "C1", packet),
            _ => new Claim(who, ClaimKind.Model, Pick("A", "B"), Pick("http", "snmp"), at, "C1", packet, "model"),
        };
    }

    private FlowRecord Flow()
    {
        Subject from = Who(), to = Who();
        bool answered = chance.Next(3) > 0;
        return new FlowRecord
        {
            View = new FlowView { Uid = "C2", Carrier = Carrier.Tcp, Began = Now(), FirstPacket = packet, OriginatorPort = 40_000, ResponderPort = (ushort)chance.Next(80, 84), OriginatorMac = from.Mac, OriginatorAddress = from.Ip, ResponderMac = to.Mac, ResponderAddress = to.Ip, Vlan = (ushort)chance.Next(3) },
            Service = chance.Next(2) == 0 ? "http" : null,
            ConnState = answered ? "SF" : "S0",
            History = "",
            CommunityId = "",
            OriginatorPackets = 1,
            OriginatorIpBytes = 60,
            ResponderPackets = answered ? 1 : 0,
            ResponderIpBytes = answered ? 60 : 0,
            Duration = TimeSpan.FromSeconds(chance.Next(3)),
        };
    }

    /// <summary>One of few known cards, the router with anybody's address, or somebody made up.</summary>
    private Subject Who() => chance.Next(10) switch
    {
        0 => new Subject(Mac(900), Ip(chance.Next(3) == 0 ? $"203.0.113.{chance.Next(1, 9)}" : $"10.0.{chance.Next(2)}.{chance.Next(1, 12)}"), 10),
        1 => new Subject(default, Ip($"10.0.0.{chance.Next(1, 12)}")),
        2 => new Subject(Mac((ulong)chance.Next(1_000, 1_400)), Ip($"10.0.3.{chance.Next(1, 250)}")),
        3 => new Subject(Mac((ulong)chance.Next(8)), default),
        _ => new Subject(Mac((ulong)chance.Next(8)), Ip($"10.0.0.{chance.Next(1, 12)}"), 20),
    };

    private CaptureTime Now() => CaptureTime.FromSeconds(packet * 30);

    private string Pick(params string[] values) => values[chance.Next(values.Length)];
}
