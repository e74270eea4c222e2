using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Understands one protocol in one flow: takes in-order bytes of both sides as they come, split anywhere, and emits transactions.
/// One per flow, pooled per shard, never shared between threads. It allocates nothing per packet, keeps bounded state and
/// survives garbage.
/// </summary>
internal interface IAnalyser
{
    /// <summary>
    /// Takes what it can of <paramref name="segment"/> and says how much, and how many bytes it wants to see together next.
    /// For datagrams and frames the segment is one whole datagram, and what is not consumed is dropped.
    /// </summary>
    Progress Consume(in Segment segment, ITransactionSink into);

    /// <summary>Bytes of one side were lost: find the next unit, or fall silent. <paramref name="missing"/> counts them.</summary>
    void Gap(Side side, long missing, ITransactionSink into);

    /// <summary>The flow ended: hand out what is still open.</summary>
    void End(FlowEnd how, ITransactionSink into);

    /// <summary>Makes it as new for the next flow.</summary>
    void Reset();
}

/// <summary>What an analyser implements to be registered, by one line in <see cref="ProtocolRegistry"/>: how it is recognised, beside how it reads.</summary>
internal interface IProtocol : IAnalyser
{
    /// <summary>Name, carriers, possible first bytes, look-ahead and limits.</summary>
    static abstract ProtocolInfo Info { get; }

    /// <summary>Whether these opening bytes are this protocol. Pure; decides by content, a port is at most a hint.</summary>
    static abstract Match Recognise(in Opening opening);
}

/// <summary>How a flow came to its end.</summary>
internal enum FlowEnd
{
    /// <summary>TCP connection closed by both sides.</summary>
    Closed,

    /// <summary>TCP reset.</summary>
    Reset,

    /// <summary>Silent for too long.</summary>
    TimedOut,

    /// <summary>Dropped to stay within the limits.</summary>
    Evicted,

    /// <summary>The capture ended.</summary>
    CaptureEnd,

    /// <summary>The analyser handed the rest of the stream over, was done, gave up or was at fault.</summary>
    Detached,
}

/// <summary>A recogniser's answer.</summary>
internal enum Match
{
    /// <summary>It is not this protocol and will not become it.</summary>
    No,

    /// <summary>It may be; more bytes are needed.</summary>
    NeedMore,

    /// <summary>It is this protocol.</summary>
    Yes,

    /// <summary>It is this protocol, and the opening's client side is the protocol's server (capture began in mid-conversation).</summary>
    YesReversed,
}

/// <summary>The first bytes of a flow, as far as they have come.</summary>
internal readonly ref struct Opening
{
    /// <summary>What carries the flow.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>Source port of the flow's originator.</summary>
    public ushort ClientPort { get; init; }

    /// <summary>Port of the flow's responder.</summary>
    public ushort ServerPort { get; init; }

    /// <summary>EtherType of a link-layer conversation.</summary>
    public ushort EtherType { get; init; }

    /// <summary>IP protocol number; 0 for a link-layer conversation.</summary>
    public byte IpProtocol { get; init; }

    /// <summary>First bytes from the originator; for datagrams the whole datagram just seen, if the originator sent it.</summary>
    public ReadOnlySpan<byte> Client { get; init; }

    /// <summary>First bytes from the responder; for datagrams the whole datagram just seen, if the responder sent it.</summary>
    public ReadOnlySpan<byte> Server { get; init; }

    /// <summary>Whether the stream's true beginning was seen (SYN); false for mid-stream starts.</summary>
    public bool FromStart { get; init; }

    /// <summary>Whether bytes of the datagram are missing because the capture cut them off.</summary>
    public bool Truncated { get; init; }

    /// <summary>Whether either end uses this port.</summary>
    public bool HasPort(ushort port) => ClientPort == port || ServerPort == port;

    /// <summary>The bytes of whichever side spoke; the client's if both did.</summary>
    public ReadOnlySpan<byte> Any => Client.IsEmpty ? Server : Client;
}

/// <summary>In-order bytes of one side.</summary>
internal readonly ref struct Segment
{
    /// <summary>Which side sent them.</summary>
    public required Side Side { get; init; }

    /// <summary>The bytes; for TCP everything held plus everything new.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Time of the packet that brought the last of them.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>Offset of the first byte in this side's stream.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes of this datagram that the capture does not hold.</summary>
    public int Missing { get; init; }

    /// <summary>The flow.</summary>
    public required FlowView Flow { get; init; }

    /// <summary>The range of <paramref name="length"/> bytes from <paramref name="start"/> in this segment, as evidence.</summary>
    public ByteRange Range(int start, int length) => new(Side, Offset + start, length);
}

/// <summary>What an analyser did with a segment.</summary>
/// <param name="Consumed">Bytes taken; the rest is held and shown again, with more, at the next call.</param>
/// <param name="Need">Bytes (counted from the first not consumed) that it wants to see together before it is called again; 0 means "any one more".</param>
/// <param name="Fault">What was wrong with the bytes, if anything; it is counted.</param>
/// <param name="Then">What becomes of the rest of the stream.</param>
/// <param name="Successor">With <see cref="Continuation.HandOver"/>: the protocol that takes over, or null to recognise it afresh.</param>
internal readonly record struct Progress(int Consumed, int Need = 0, Fault? Fault = null, Continuation Then = Continuation.Stay, string? Successor = null)
{
    /// <summary>All bytes were taken.</summary>
    public static Progress All(in Segment segment) => new(segment.Bytes.Length);

    /// <summary>This is not what it seemed, or cannot be followed any longer: detach the analyser; the flow stays unparsed from here.</summary>
    public static Progress GiveUp(Fault fault) => new(0, 0, fault, Continuation.GiveUp);

    /// <summary>Nothing more can be learned (the rest is encrypted): detach the analyser and pass the rest of the flow by; it keeps its service name.</summary>
    public static Progress Done(int consumed) => new(consumed, 0, null, Continuation.Done);

    /// <summary>After these bytes both sides speak another protocol (STARTTLS, CONNECT, Upgrade).</summary>
    public static Progress HandOver(int consumed, string? successor = null) => new(consumed, 0, null, Continuation.HandOver, successor);
}

/// <summary>What becomes of a stream after a call.</summary>
internal enum Continuation : byte
{
    /// <summary>The analyser goes on.</summary>
    Stay,

    /// <summary>Another protocol begins on both sides.</summary>
    HandOver,

    /// <summary>The analyser is detached.</summary>
    GiveUp,

    /// <summary>The analyser has learned all it can and is detached; the flow keeps its service name.</summary>
    Done,
}

/// <summary>One way to be wrong, with the section that says so. Compared by reference; declare each once as a static field.</summary>
/// <param name="Id">Protocol and fault in kebab case, for example <c>dicom.pdu-too-long</c>.</param>
/// <param name="Section">Standard and section, for example <c>PS3.8 9.3.1</c>.</param>
internal sealed record Fault(string Id, string Section)
{
    /// <summary>What rules call it (<see cref="Signatures.Rules.EventNames"/>); null where they have no name for it.</summary>
    public string? Event { get; init; }
}

/// <summary>A flow that a protocol announced (FTP data, the sub-association of a C-MOVE).</summary>
/// <param name="Server">Address that will be connected to.</param>
/// <param name="Port">Port that will be connected to.</param>
/// <param name="Carrier">TCP or UDP.</param>
/// <param name="Protocol">Protocol to expect, or null to recognise it.</param>
internal readonly record struct ExpectedFlow(Address Server, ushort Port, Carrier Carrier, string? Protocol)
{
    /// <summary>The file that will pass there, when one was named.</summary>
    public AnnouncedFile? File { get; init; }

    /// <summary>A machine whose TCP ports are serial lines: what is said there in a protocol of such lines is said by whoever is at the line's other end.</summary>
    public static ExpectedFlow SerialLines(Address server) => new(server, 0, Carrier.Tcp, null);

    /// <summary>Whether it is no flow, but a machine with serial lines.</summary>
    public bool IsOfSerialLines => Port == 0;
}

/// <summary>Where an analyser puts what it found.</summary>
internal interface ITransactionSink
{
    /// <summary>Hands out one transaction.</summary>
    void Emit(Transaction transaction);

    /// <summary>Counts something that was wrong with the bytes without giving up.</summary>
    void Report(Fault fault);

    /// <summary>Announces a flow that belongs to this one.</summary>
    void Expect(in ExpectedFlow expected);

    /// <summary>
    /// Hands out later what depends on who announced this flow, which may be learned after its end: <paramref name="tell"/> is called once, with what
    /// was said of the file or null.
    /// </summary>
    void WhenAnnounced(Action<AnnouncedFile?, ITransactionSink> tell) => tell(null, this);

    /// <summary>Remembers that this flow made a request which other flows will name as their cause.</summary>
    void Remember(CauseKey request)
    {
    }

    /// <summary>Takes raw parts of transactions for signatures to look into; null while there are no rules, so that nothing is paid for them.</summary>
    Signatures.Buffers.IBufferSink? Buffers => null;

    /// <summary>Sums of files that are wanted beside SHA-256.</summary>
    FileSums Sums => FileSums.None;

    /// <summary>Masks patients' identifiers.</summary>
    PatientMasker Masker { get; }
}

/// <summary>The set of bytes that a protocol's first byte can be, on either side.</summary>
internal readonly struct FirstBytes
{
    private readonly Bits bits;
    private readonly bool restricted;

    private FirstBytes(ReadOnlySpan<byte> values)
    {
        restricted = true;
        foreach (byte value in values) bits[value >> 6] |= 1UL << (value & 63);
    }

    /// <summary>No typical first byte.</summary>
    public static FirstBytes Any => default;

    /// <summary>One of these.</summary>
    public static FirstBytes Of(params ReadOnlySpan<byte> values) => new(values);

    /// <summary>Whether the byte can come first.</summary>
    public bool Contains(byte value) => !restricted || (bits[value >> 6] & (1UL << (value & 63))) != 0;

    [InlineArray(4)]
    private struct Bits
    {
        private ulong first;
    }
}
