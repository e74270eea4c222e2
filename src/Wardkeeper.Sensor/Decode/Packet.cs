using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>What a decoded packet is dealt and analysed as.</summary>
internal enum PacketKind : byte
{
    /// <summary>A frame without IP that a link-layer analyser may read (ARP, LLDP, EAPOL, CDP, STP): keyed by its pair of MACs and its EtherType.</summary>
    Link,
    Tcp,
    Udp,
    Icmp,
    Icmp6,

    /// <summary>IP with any other transport; ports are 0.</summary>
    OtherIp,

    /// <summary>Not a packet of its own flow: an ICMP error, dealt to the flow that its quoted packet belongs to. Addresses and ports are the quoted ones.</summary>
    IcmpError,

    /// <summary>Not a packet of any flow: headers that cannot be read, or a fragment that would reach beyond the largest packet; <see cref="Packet.Events"/> say which.</summary>
    Malformed,
}

/// <summary>Oddities that the decoder noticed; none of them drops the packet.</summary>
[Flags]
internal enum PacketNotes : ushort
{
    None = 0,
    BadIpChecksum = 1,
    BadTransportChecksum = 2,
    /// <summary>The capture holds fewer bytes than the wire had (snap length).</summary>
    Truncated = 4,
    /// <summary>Larger than 1,518 bytes (offloading or jumbo frames).</summary>
    Oversized = 8,
    /// <summary>Put together from IP fragments.</summary>
    Reassembled = 16,
    /// <summary>Came out of a tunnel; <see cref="Packet.Tunnel"/> names it.</summary>
    Tunnelled = 32,
    /// <summary>Fragments overlapped with different content (evasion).</summary>
    FragmentOverlap = 64,
    /// <summary>An IP option has no length, or one beyond the header.</summary>
    BadIpOptions = 128,
    /// <summary>IP in IP, put together from fragments, whose inner length is not what came.</summary>
    InnerLengthWrong = 256,
}

/// <summary>
/// One decoded packet: offsets into its frame, never copies. The innermost tuple counts: fragments are reassembled and tunnels
/// are opened before a packet gets here.
/// </summary>
internal struct Packet
{
    /// <summary>1-based number in the order of analysis; all packets made from one frame share it.</summary>
    public long Number;

    /// <summary>When the frame was captured (for a reassembled packet, its last fragment).</summary>
    public CaptureTime At;

    /// <summary>Memory that all offsets below refer to.</summary>
    public Chunk Chunk;

    /// <summary>Where the frame begins (for a reassembled or tunnelled packet: where its IP header begins).</summary>
    public int FrameOffset;

    /// <summary>First offset beyond the captured bytes.</summary>
    public int CapturedEnd;

    /// <summary>Bytes of the frame on the wire, for byte counts; a reassembled packet sums its fragments.</summary>
    public int WireLength;

    /// <summary>Hardware addresses of the frame, outermost; none where the link has no MACs.</summary>
    public MacAddress SourceMac, DestinationMac;

    /// <summary>VLAN ids, outer and inner (802.1Q, QinQ); 0 when untagged.</summary>
    public ushort Vlan, InnerVlan;

    /// <summary>EtherType of a <see cref="PacketKind.Link"/> frame (for LLC/SNAP the SNAP type; for plain LLC the DSAP and SSAP as 0x0000–0xFFFF below 0x0600 are not used: STP is 0x4242, CDP its SNAP type 0x2000; frames of radios have the numbers of <see cref="RadioTypes"/>).</summary>
    public ushort EtherType;

    public PacketKind Kind;
    public PacketNotes Notes;

    /// <summary>What is wrong with its headers, for rules.</summary>
    public DecoderEvents Events;

    /// <summary>IP protocol number (6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6 …).</summary>
    public byte IpProtocol;

    /// <summary>Time to live or hop limit.</summary>
    public byte Ttl;

    /// <summary>IPv4 identification (or that of the IPv6 fragment header); 0 if there is none.</summary>
    public ushort IpId;

    /// <summary>IPv4 "don't fragment".</summary>
    public bool DontFragment;

    /// <summary>Bytes of the IP packet with its header, as its length field says (Zeek's ip_bytes).</summary>
    public int IpLength;

    public Address Source, Destination;

    /// <summary>TCP/UDP ports. ICMP: type in <see cref="SourcePort"/>, code in <see cref="DestinationPort"/>.</summary>
    public ushort SourcePort, DestinationPort;

    public byte TcpFlags;
    public ushort TcpWindow;

    /// <summary>The transport checksum as it was sent (TCP, UDP, ICMP).</summary>
    public ushort TransportChecksum;

    public uint Seq, Ack;

    /// <summary>Where the IP header begins; equals <see cref="FrameOffset"/> if there is none.</summary>
    public int NetworkOffset;

    /// <summary>Where the TCP/UDP/ICMP header begins (for <see cref="PacketKind.OtherIp"/>: the IP payload).</summary>
    public int TransportOffset;

    /// <summary>Where the payload begins. For <see cref="PacketKind.Link"/>: the first byte after the EtherType/LLC header. For ICMP: after the 4 bytes of type, code and checksum.</summary>
    public int PayloadOffset;

    /// <summary>Payload bytes that the headers promise; Ethernet padding is not counted.</summary>
    public int PayloadLength;

    /// <summary>Payload bytes that were captured, at most <see cref="PayloadLength"/>.</summary>
    public int PayloadCaptured;

    /// <summary>Which tunnel it came out of: an index from 1 into the decoder's tunnel table; 0 for none.</summary>
    public int Tunnel;

    /// <summary>Symmetric hash of the tuple (Link: of the MAC pair and the EtherType); equal for both directions.</summary>
    public uint Hash;

    /// <summary>What tells this packet from others, equal in its copies: see <see cref="PacketDigest"/>.</summary>
    public ulong Digest;

    /// <summary>The captured payload.</summary>
    public readonly ReadOnlySpan<byte> Payload => Chunk.Data.AsSpan(PayloadOffset, PayloadCaptured);

    /// <summary>The whole frame as captured.</summary>
    public readonly ReadOnlySpan<byte> Frame => Chunk.Data.AsSpan(FrameOffset, CapturedEnd - FrameOffset);
}
