using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rtp;

/// <summary>One source of sound or picture in a flow, at the flow's end. Content is not read.</summary>
/// <param name="At">Time of its last packet.</param>
/// <param name="Bytes">Where its first packet lies.</param>
public sealed record RtpSource(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rtp";

    /// <summary>Synchronisation source, eight hexadecimal digits. RFC 3550, 5.1.</summary>
    public required string Ssrc { get; init; }

    /// <summary>Whether the flow's originator sends it.</summary>
    public bool IsOrig { get; init; }

    /// <summary>Payload type, 0 to 127; absent when only reports were seen.</summary>
    public int? PayloadType { get; init; }

    /// <summary>Codec by its number in RFC 3551; <c>dynamic</c> where it was agreed elsewhere.</summary>
    public string? Codec { get; init; }

    /// <summary>Packets.</summary>
    public long Packets { get; init; }

    /// <summary>Bytes of the content.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Packets whose numbers are missing.</summary>
    public long Lost { get; init; }

    /// <summary>Reports that its sender sent.</summary>
    public long Reports { get; init; }

    /// <summary>Lasting name of the source. RFC 3550, 6.5.1.</summary>
    public string? Cname { get; init; }

    /// <summary>Program of the source. RFC 3550, 6.5.6.</summary>
    public string? Tool { get; init; }

    /// <inheritdoc/>
    internal override string? Protocol => "rtp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("ssrc"u8, Ssrc);
        row.Flag("is_orig"u8, IsOrig);
        row.Number("payload_type"u8, PayloadType);
        row.Text("codec"u8, Codec);
        row.Number("packets"u8, Packets);
        row.Number("payload_bytes"u8, PayloadBytes);
        row.Number("lost"u8, Lost);
        row.Number("reports"u8, Reports);
        row.Text("cname"u8, Cname);
        row.Text("tool"u8, Tool);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = IsOrig ? flow.Originator : flow.Responder;
        into.Claim(sender, ClaimKind.Software, Tool, "SDES TOOL");
        if (Packets > 0) into.Claim(sender, ClaimKind.Role, "media-source", "RTP");
    }
}
