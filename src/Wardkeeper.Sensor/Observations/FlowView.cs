namespace Wardkeeper.Sensor.Observations;

/// <summary>What carries a conversation.</summary>
[Flags]
public enum Carrier : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A TCP stream.</summary>
    Tcp = 1,

    /// <summary>UDP datagrams.</summary>
    Udp = 2,

    /// <summary>Frames without IP, keyed by their pair of hardware addresses and EtherType.</summary>
    Link = 4,

    /// <summary>ICMP or ICMPv6 messages.</summary>
    Icmp = 8,

    /// <summary>IP packets of a protocol with a number of its own (IGMP, OSPF, VRRP).</summary>
    Ip = 16,

    /// <summary>SCTP packets.</summary>
    Sctp = 32,
}

/// <summary>The unchanging facts of one flow, as transactions and observations need them. Plain values, safe to keep.</summary>
public sealed class FlowView
{
    /// <summary>Zeek-style unique id: "C" and 17 base-62 digits, derived from the tuple and the first packet, so the same in every run.</summary>
    public required string Uid { get; init; }

    /// <summary>What carries it.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>IP protocol number, 0 for link-layer conversations.</summary>
    public byte IpProtocol { get; init; }

    /// <summary>EtherType of a link-layer conversation, else 0.</summary>
    public ushort EtherType { get; init; }

    /// <summary>Time of the first packet.</summary>
    public CaptureTime Began { get; init; }

    /// <summary>Number of the first packet in the order of analysis.</summary>
    public long FirstPacket { get; init; }

    /// <summary>The end that opened the flow (Zeek's originator).</summary>
    public Address OriginatorAddress { get; init; }

    /// <summary>The end that was addressed (Zeek's responder).</summary>
    public Address ResponderAddress { get; init; }

    /// <summary>Originator's port; ICMP type for ICMP.</summary>
    public ushort OriginatorPort { get; init; }

    /// <summary>Responder's port; ICMP code for ICMP.</summary>
    public ushort ResponderPort { get; init; }

    /// <summary>Hardware address in the originator's frames; a router's when the originator is remote.</summary>
    public MacAddress OriginatorMac { get; init; }

    /// <summary>Hardware address in the responder's frames.</summary>
    public MacAddress ResponderMac { get; init; }

    /// <summary>Outer VLAN id, 0 when untagged.</summary>
    public ushort Vlan { get; init; }

    /// <summary>Outer VLAN id in the responder's own frames; another than <see cref="Vlan"/> where both sides of a router are heard.</summary>
    public ushort ResponderVlan { get; init; }

    /// <summary>Whether the protocol's client is the responder (a capture that began in mid-conversation).</summary>
    public bool ClientIsResponder { get; internal set; }

    /// <summary>The protocol's client.</summary>
    public Subject Client => ClientIsResponder ? Responder : Originator;

    /// <summary>The protocol's server.</summary>
    public Subject Server => ClientIsResponder ? Originator : Responder;

    /// <summary>The server's port.</summary>
    public ushort ServerPort => ClientIsResponder ? OriginatorPort : ResponderPort;

    /// <summary>The client's port.</summary>
    public ushort ClientPort => ClientIsResponder ? ResponderPort : OriginatorPort;

    /// <summary>The originator as a subject of claims.</summary>
    public Subject Originator => new(OriginatorMac, OriginatorAddress, Vlan);

    /// <summary>The responder as a subject of claims.</summary>
    public Subject Responder => new(ResponderMac, ResponderAddress, ResponderVlan);

    /// <summary>The same with the machine behind the responder's port in the responder's place; null where that has no name of its own (<see cref="Address.Behind"/>).</summary>
    internal FlowView? BehindResponder() => Address.Behind(ResponderAddress, ResponderPort) is not { IsNone: false } behind ? null : new FlowView
    {
        Uid = Uid,
        Carrier = Carrier,
        IpProtocol = IpProtocol,
        Began = Began,
        FirstPacket = FirstPacket,
        OriginatorAddress = OriginatorAddress,
        ResponderAddress = behind,
        OriginatorPort = OriginatorPort,
        ResponderPort = ResponderPort,
        OriginatorMac = OriginatorMac,
        Vlan = Vlan,
        ResponderVlan = ResponderVlan,
        ClientIsResponder = ClientIsResponder,
    };

    /// <summary>The end on the given side of the protocol.</summary>
    public Subject At(Side side) => side == Side.Client ? Client : Server;
}

/// <summary>Whom a claim is about, as far as packets tell: a network attachment, not yet a device.</summary>
/// <param name="Mac">Hardware address in the frame, or none. It may be a router's: only the ledger can tell.</param>
/// <param name="Ip">IP address, or none.</param>
/// <param name="Vlan">VLAN id, 0 when untagged.</param>
public readonly record struct Subject(MacAddress Mac, Address Ip, ushort Vlan = 0)
{
    /// <summary>A subject that stated its own hardware address in a protocol (ARP sender, DHCP chaddr), wherever the frame came from.</summary>
    public static Subject Of(MacAddress mac, Address ip = default, ushort vlan = 0) => new(mac, ip, vlan);
}
