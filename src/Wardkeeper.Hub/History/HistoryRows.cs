using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.History;

/// <summary>One end of a conversation as history keeps it.</summary>
/// <param name="Device">The device that had the address at the time; null when the ledger knew none (remote machines, multicast).</param>
/// <param name="Ip">Address; none for link-layer conversations.</param>
/// <param name="Port">Port; ICMP type or code.</param>
/// <param name="Mac">Hardware address in its frames; may be a router's.</param>
public readonly record struct HistoryEnd(long? Device, Address Ip, int Port, MacAddress Mac);

/// <summary>
/// A flow in history. A flow that lasts is reported while it lives: each report is a row with what was added since the one
/// before, so that sums over rows are right and traffic stands at the time at which it was; all of them share the uid.
/// </summary>
public sealed record HistoryFlow
{
    /// <summary>Begin of what this row counts: the flow's, or that of the report before.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>Begin of the flow.</summary>
    public required CaptureTime Began { get; init; }

    /// <summary>Zeek-style unique id.</summary>
    public required string Uid { get; init; }

    /// <summary>The end that opened the flow.</summary>
    public required HistoryEnd Originator { get; init; }

    /// <summary>The end that was addressed.</summary>
    public required HistoryEnd Responder { get; init; }

    /// <summary>tcp, udp, icmp, link, or <c>ip-N</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>Protocols that were parsed in it, comma separated, or null.</summary>
    public string? Service { get; init; }

    /// <summary>Payload bytes of the originator.</summary>
    public long OriginatorBytes { get; init; }

    /// <summary>Payload bytes of the responder.</summary>
    public long ResponderBytes { get; init; }

    /// <summary>Packets of the originator.</summary>
    public long OriginatorPackets { get; init; }

    /// <summary>Packets of the responder.</summary>
    public long ResponderPackets { get; init; }

    /// <summary>From <see cref="At"/> to the last packet counted here; null for a flow of one packet.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>State in Zeek's words.</summary>
    public required string State { get; init; }

    /// <summary>Community ID version 1.</summary>
    public required string CommunityId { get; init; }

    /// <summary>Outer VLAN id, 0 when untagged.</summary>
    public int Vlan { get; init; }

    /// <summary>The sensor that saw it.</summary>
    public required string Sensor { get; init; }

    /// <summary>Whether this is a report of a flow that was still alive.</summary>
    public bool IsInterim { get; init; }
}

/// <summary>A transaction in history.</summary>
public sealed record HistoryTransaction
{
    /// <summary>When it began.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>The flow it was said in; null for link-layer frames.</summary>
    public string? Uid { get; init; }

    /// <summary>The log it belongs to, for example <c>dicom_dimse</c>.</summary>
    public required string Log { get; init; }

    /// <summary>The end that opened the flow.</summary>
    public required HistoryEnd Originator { get; init; }

    /// <summary>The end that was addressed.</summary>
    public required HistoryEnd Responder { get; init; }

    /// <summary>How it ended, in the protocol's words (a DIMSE status, an HTTP code, an acknowledgement code), or null.</summary>
    public string? Status { get; init; }

    /// <summary>What was said, in short; language neutral.</summary>
    public string? What { get; init; }

    /// <summary>The row as <c>analyze --out --key</c> writes it, one JSON object.</summary>
    public required string Json { get; init; }

    /// <summary>The sensor that saw it.</summary>
    public required string Sensor { get; init; }
}

/// <summary>Traffic of one protocol in one span of time.</summary>
/// <param name="At">Begin of the span.</param>
/// <param name="Protocol">Protocol, or <c>-</c> when none was recognised.</param>
/// <param name="Bytes">Payload bytes, both directions.</param>
/// <param name="Packets">Packets, both directions.</param>
/// <param name="Flows">Flows that began.</param>
public sealed record ActivityBucket(CaptureTime At, string Protocol, long Bytes, long Packets, long Flows);

/// <summary>Whom a device talks to.</summary>
/// <param name="Device">The peer's number; null when the ledger knew none.</param>
/// <param name="Ip">The peer's address it was last seen with.</param>
/// <param name="Protocols">Protocols between the two in order of bytes; <c>-</c> when none was recognised.</param>
/// <param name="Sent">Payload bytes from the device to the peer.</param>
/// <param name="Received">Payload bytes from the peer to the device.</param>
/// <param name="Flows">Flows.</param>
/// <param name="Opened">Flows that the device opened.</param>
/// <param name="First">First packet between them in the range.</param>
/// <param name="Last">Begin of the latest flow or report in the range.</param>
public sealed record Peer(long? Device, Address Ip, IReadOnlyList<string> Protocols, long Sent, long Received, long Flows, long Opened, CaptureTime First, CaptureTime Last);

/// <summary>Two devices that talked, the one that opened first.</summary>
/// <param name="Originator">Device that opened the flows; null stands for everything the ledger knows not.</param>
/// <param name="Responder">Device that was addressed; null likewise.</param>
/// <param name="Protocol">Protocol, or <c>-</c>.</param>
/// <param name="Bytes">Payload bytes, both directions.</param>
/// <param name="Flows">Flows.</param>
/// <param name="First">First in the range.</param>
/// <param name="Last">Last in the range.</param>
public sealed record DevicePair(long? Originator, long? Responder, string Protocol, long Bytes, long Flows, CaptureTime First, CaptureTime Last);

/// <summary>A log that has rows.</summary>
/// <param name="Log">Its name.</param>
/// <param name="Rows">Rows that match.</param>
/// <param name="First">Earliest of them.</param>
/// <param name="Last">Latest of them.</param>
public sealed record LogSeen(string Log, long Rows, CaptureTime First, CaptureTime Last);

/// <summary>What history holds.</summary>
/// <param name="First">Earliest row.</param>
/// <param name="Last">Latest row.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Days">Days that have rows.</param>
public sealed record HistoryRange(CaptureTime? First, CaptureTime? Last, long Bytes, int Days);
