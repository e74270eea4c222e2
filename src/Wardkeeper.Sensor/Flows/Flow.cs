using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>State of one end of a TCP connection, in Zeek's terms, from which the connection's state is told.</summary>
internal enum EndState : byte
{
    Inactive,
    SynSent,
    SynAckSent,
    Partial,
    Established,
    Closed,
    Reset,
}

/// <summary>Everything that is kept per direction of a flow.</summary>
internal struct FlowSide
{
    /// <summary>Packets and IP bytes sent.</summary>
    public long Packets, IpBytes;

    /// <summary>Payload bytes of datagrams; for TCP see <see cref="StreamLength"/>.</summary>
    public long PayloadBytes;

    /// <summary>Bytes of the stream that were passed by (delivered or missing): the offset of <see cref="NextSeq"/>.</summary>
    public long StreamOffset;

    /// <summary>Content bytes that were never captured.</summary>
    public long Missed;

    /// <summary>Segments that came too early, in sequence order.</summary>
    public PendingSegment? Pending;

    /// <summary>The last of <see cref="Pending"/>: the next early segment usually goes behind it.</summary>
    public PendingSegment? PendingLast;

    /// <summary>Bytes in <see cref="Pending"/>.</summary>
    public int PendingBytes;

    /// <summary>Segments in <see cref="Pending"/>.</summary>
    public int PendingCount;

    /// <summary>Sequence number of the stream's first byte, the next byte expected, the end of the furthest byte sent, and the furthest byte the peer acknowledged.</summary>
    public uint FirstSeq, NextSeq, LastSeq, PeerAck;

    /// <summary>Sequence number of the first reset in this end's name; <see cref="SideNotes.HasReset"/> tells whether there is one.</summary>
    public uint ResetSeq;

    /// <summary>How often things happened that the history repeats at 1, 10, 100 …</summary>
    public uint BadChecksums, Retransmissions, ZeroWindows, Gaps;

    public EndState State;
    public SideNotes Notes;

    /// <summary>Time to live of the first packet.</summary>
    public byte Ttl;

    /// <summary>Bytes from the first to the furthest sequence number sent, without SYN and FIN.</summary>
    public readonly long StreamLength =>
        (Notes & SideNotes.HasSeq) == 0 ? 0 : StreamOffset + Math.Max(0, (int)(LastSeq - NextSeq));
}

/// <summary>What a direction has shown so far; the history letters are among it.</summary>
[Flags]
internal enum SideNotes : ushort
{
    None = 0,
    Syn = 1,
    SynAck = 2,
    Ack = 4,
    Data = 8,
    Fin = 16,
    Rst = 32,
    HasSeq = 64,
    HasPeerAck = 128,
    OneByteProbe = 256,
    Inconsistent = 512,
    MultiFlag = 1024,
    HasReset = 2048,
    SentAfterReset = 4096,
}

/// <summary>How far recognition of a flow has come.</summary>
internal enum RecognitionStage : byte
{
    /// <summary>Nothing was said yet.</summary>
    Fresh,

    /// <summary>Some protocols still may be it.</summary>
    Undecided,

    /// <summary>An analyser reads it.</summary>
    Attached,

    /// <summary>It is none that we know, or its analyser gave up: content is passed by.</summary>
    Settled,
}

/// <summary>One flow as it lies in the table. No object is made for it until something is recognised.</summary>
internal struct Flow
{
    public Address Originator, Responder;
    public ushort OriginatorPort, ResponderPort;
    public PacketKind Kind;
    public byte IpProtocol;
    public ushort EtherType;
    public ushort Vlan, InnerVlan, ResponderVlan;
    public uint Hash;
    public int Tunnel;

    /// <summary>Neighbours in the list of its time-out, and which list that is.</summary>
    public int Older, Newer;
    public TimeoutClass Timeout;

    public CaptureTime FirstAt, LastAt, ListedAt;

    /// <summary>When it is looked at next whether it reports.</summary>
    public CaptureTime LookAt;

    /// <summary>Seconds of its life at which it last reported as all do, and packets it had when it was last looked at.</summary>
    public uint ReportedAt, LookedPackets;
    public long FirstPacket;
    public MacAddress OriginatorMac, ResponderMac;
    public FlowSide Orig, Resp;

    public RecognitionStage Stage;
    public bool Flipped;
    public bool FromStart;

    /// <summary>What was odd in its packets and has been told.</summary>
    public Trick Tricks;
    public byte Offers;
    public byte HandOvers;

    /// <summary>How often it has reported early since it is busy.</summary>
    public byte EarlyReports;

    /// <summary>ICMP errors about this flow, and type and code of the first.</summary>
    public ushort IcmpErrors;
    public byte IcmpErrorType, IcmpErrorCode;
    public byte HistoryLength;
    public HistoryLetters History;

    /// <summary>Protocols that were recognised, by registry index.</summary>
    public ProtocolSet Services;

    public StreamFeeder? Feeder;
    public Undecided? Undecided;
    public FlowView? View;

    /// <summary>What the rules remember of it; none while there are no rules.</summary>
    public Signatures.FlowMemory? Signatures;

    /// <summary>The announcement of this flow, as far as it is known.</summary>
    public Announcement? Announced;

    /// <summary>Batch in which was asked last who announced it; 0 when that need not be asked again.</summary>
    public int AskedIn;

    /// <summary>Whether what reads it was attached without knowing that it was announced.</summary>
    public bool IsGuess;

    public readonly Carrier Carrier => Kind switch
    {
        PacketKind.Tcp => Carrier.Tcp,
        PacketKind.Udp => Carrier.Udp,
        PacketKind.Icmp or PacketKind.Icmp6 => Carrier.Icmp,
        PacketKind.Link => Carrier.Link,
        PacketKind.OtherIp when IpProtocol == 132 => Carrier.Sctp,
        PacketKind.OtherIp => Carrier.Ip,
        _ => Carrier.None,
    };

    /// <summary>Adds a history letter: upper case from the originator.</summary>
    public void Note(char letter, bool fromOriginator)
    {
        if (HistoryLength >= HistoryLetters.Capacity) return;
        History[HistoryLength++] = (byte)(fromOriginator ? char.ToUpperInvariant(letter) : letter);
    }

    public readonly string HistoryText()
    {
        ReadOnlySpan<byte> letters = History;
        return RecentTexts.OfAscii(letters[..HistoryLength]);
    }

    /// <summary>The flow's unchanging facts, made when they are first needed.</summary>
    public FlowView Facts() => View ??= new FlowView
    {
        Uid = FlowUid.Of(in this),
        Carrier = Carrier,
        IpProtocol = IpProtocol,
        EtherType = EtherType,
        Began = FirstAt,
        FirstPacket = FirstPacket,
        OriginatorAddress = Originator,
        ResponderAddress = Responder,
        OriginatorPort = OriginatorPort,
        ResponderPort = ResponderPort,
        OriginatorMac = OriginatorMac,
        ResponderMac = ResponderMac,
        Vlan = Vlan,
        ResponderVlan = ResponderVlan,
    };

    [InlineArray(Capacity)]
    internal struct HistoryLetters
    {
        public const int Capacity = 28;
        private byte first;
    }
}

/// <summary>Why and when a silent flow ends; each class is a list in order of time.</summary>
internal enum TimeoutClass : byte
{
    /// <summary>A connection attempt without an answer, from its first packet.</summary>
    Attempt,

    /// <summary>An open TCP connection.</summary>
    Open,

    /// <summary>A closed TCP connection, waiting for stragglers.</summary>
    Closed,

    /// <summary>A reset TCP connection.</summary>
    Reset,

    /// <summary>UDP, ICMP and other datagrams.</summary>
    Datagram,

    /// <summary>Link-layer conversations.</summary>
    Link,
}
