using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ntp;

/// <summary>One time message, modes 1 to 5, with the fields of Zeek's ntp log. RFC 5905 section 7.3.</summary>
public sealed record NtpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version, 1 to 4.</summary>
    public required long Version { get; init; }

    /// <summary>1 symmetric active, 2 symmetric passive, 3 client, 4 server, 5 broadcast.</summary>
    public required long Mode { get; init; }

    /// <summary>Distance from a reference clock, 0 to 16; 0 unspecified or a kiss, 1 has the clock, 16 unsynchronised.</summary>
    public required long Stratum { get; init; }

    /// <summary>Longest interval between messages, in seconds.</summary>
    public required double Poll { get; init; }

    /// <summary>Precision of the clock, in seconds.</summary>
    public required double Precision { get; init; }

    /// <summary>Round trip to the reference clock, in seconds with six decimals.</summary>
    public required double RootDelay { get; init; }

    /// <summary>Dispersion to the reference clock, in seconds with six decimals.</summary>
    public required double RootDispersion { get; init; }

    /// <summary>Strata 0 and 1: the kiss code or the clock's four letters; else the reference's IPv4 address or the first four bytes of its IPv6 address' hash. Null when empty.</summary>
    public string? ReferenceId { get; init; }

    /// <summary>When the clock was last set; null when unset, and then 0 in the row, as Zeek writes it.</summary>
    public CaptureTime? ReferenceTime { get; init; }

    /// <summary>When the request left the client, as the client said.</summary>
    public CaptureTime? OriginTime { get; init; }

    /// <summary>When the request reached the server.</summary>
    public CaptureTime? ReceiveTime { get; init; }

    /// <summary>When this message left.</summary>
    public CaptureTime? TransmitTime { get; init; }

    /// <summary>Extension fields (RFC 7822); an authenticator is none.</summary>
    public required long Extensions { get; init; }

    /// <inheritdoc/>
    public override string Log => "ntp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Number("mode"u8, Mode);
        row.Number("stratum"u8, Stratum);
        row.Real("poll"u8, Poll);
        row.Real("precision"u8, Precision);
        row.Real("root_delay"u8, RootDelay);
        row.Real("root_disp"u8, RootDispersion);
        row.Text("ref_id"u8, ReferenceId);
        row.Time("ref_time"u8, ReferenceTime ?? default(CaptureTime));
        row.Time("org_time"u8, OriginTime ?? default(CaptureTime));
        row.Time("rec_time"u8, ReceiveTime ?? default(CaptureTime));
        row.Time("xmt_time"u8, TransmitTime ?? default(CaptureTime));
        row.Number("num_exts"u8, Extensions);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Mode is not (4 or 5) || Stratum is < 1 or > 15) return;
        into.Claim(flow.At(Bytes.Side), ClaimKind.Role, "ntp-server", $"mode {Mode}");
        if (Bytes.Side == Side.Server) into.Service();
    }
}

/// <summary>One control (mode 6, RFC 9327) or private (mode 7) message: somebody asks for or changes more than the time.</summary>
public sealed record NtpManagement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary>Version, 1 to 4.</summary>
    public required long Version { get; init; }

    /// <summary>6 control, 7 private.</summary>
    public required long Mode { get; init; }

    /// <summary>Control: 1 read status, 2 read variables, 3 write variables … RFC 9327 section 2; null in private messages.</summary>
    public long? OperationCode { get; init; }

    /// <summary>Private: request code; 20 and 42 are the monlist that amplifies attacks. Null in control messages.</summary>
    public long? RequestCode { get; init; }

    /// <summary>Private: data items in the message, 0 to 4,095.</summary>
    public long? Items { get; init; }

    /// <summary>Whether it is a response.</summary>
    public required bool IsResponse { get; init; }

    /// <inheritdoc/>
    public override string Log => "ntp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Number("mode"u8, Mode);
        row.Number("op_code"u8, OperationCode);
        row.Number("req_code"u8, RequestCode);
        row.Number("items"u8, Items);
        row.Flag("resp_bit"u8, IsResponse);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (IsResponse && Bytes.Side == Side.Server) into.Service();
    }
}
