namespace Wardkeeper.Sensor.Observations;

/// <summary>One flow at its end (or at a periodic report), with the fields and the meaning of Zeek's conn log.</summary>
public sealed record FlowRecord
{
    /// <summary>The flow's unchanging facts.</summary>
    public required FlowView View { get; init; }

    /// <summary>Protocols that were parsed in it, comma separated in alphabetical order, or null.</summary>
    public string? Service { get; init; }

    /// <summary>From the first to the last packet; null for a flow of one packet.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Payload bytes of the originator (TCP: by sequence numbers).</summary>
    public long OriginatorBytes { get; init; }

    /// <summary>Payload bytes of the responder.</summary>
    public long ResponderBytes { get; init; }

    /// <summary>State in Zeek's words: S0, S1, SF, REJ, S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR, OTH.</summary>
    public required string ConnState { get; init; }

    /// <summary>Zeek's history letters.</summary>
    public required string History { get; init; }

    /// <summary>Bytes of TCP content that were not captured.</summary>
    public long MissedBytes { get; init; }

    /// <summary>Packets of the originator.</summary>
    public long OriginatorPackets { get; init; }

    /// <summary>IP bytes of the originator, headers included.</summary>
    public long OriginatorIpBytes { get; init; }

    /// <summary>Packets of the responder.</summary>
    public long ResponderPackets { get; init; }

    /// <summary>IP bytes of the responder.</summary>
    public long ResponderIpBytes { get; init; }

    /// <summary>Whether the originator lies in a local network.</summary>
    public bool LocalOriginator { get; init; }

    /// <summary>Whether the responder lies in a local network.</summary>
    public bool LocalResponder { get; init; }

    /// <summary>Uids of tunnels it came out of, or of the flow that announced it; null if none.</summary>
    public IReadOnlyList<string>? Parents { get; init; }

    /// <summary>Inner VLAN id of QinQ, 0 if none.</summary>
    public ushort InnerVlan { get; init; }

    /// <summary>Community ID version 1.</summary>
    public required string CommunityId { get; init; }

    /// <summary>In whose name the connection was reset although that end went on sending new content: <c>orig</c>, <c>resp</c> or <c>both</c>; null as a rule.</summary>
    public string? ResetForged { get; init; }

    /// <summary>ICMP errors that quoted a packet of this flow.</summary>
    public int IcmpErrors { get; init; }

    /// <summary>Type and code of the first of them, for example <c>3/3</c>; null if none.</summary>
    public string? IcmpError { get; init; }

    /// <summary>Whether the flow is still alive and this is a periodic report.</summary>
    public bool IsInterim { get; init; }

    /// <summary>What the report before this one already counted; null for the first and for a flow without reports. Set by the publisher, so that what is stored adds up.</summary>
    public FlowTotals? Earlier { get; internal set; }
}

/// <summary>What the reports of a living flow have counted so far.</summary>
/// <param name="At">Time of the last packet counted.</param>
/// <param name="OriginatorBytes">Payload bytes of the originator.</param>
/// <param name="ResponderBytes">Payload bytes of the responder.</param>
/// <param name="OriginatorPackets">Packets of the originator.</param>
/// <param name="ResponderPackets">Packets of the responder.</param>
public sealed record FlowTotals(CaptureTime At, long OriginatorBytes, long ResponderBytes, long OriginatorPackets, long ResponderPackets);
