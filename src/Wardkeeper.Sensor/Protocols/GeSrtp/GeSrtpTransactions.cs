using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.GeSrtp;

/// <summary>One service request to a controller with its answer, or the beginning of a connection.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record GeSrtpExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ge_srtp";

    /// <summary>Service: <c>connect</c>, <c>read-system-memory</c>, <c>set-plc-state</c>, <c>programmer-logon</c> …; absent when only an answer was seen.</summary>
    public string? Service { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Whether the request changes the controller, its memory or its files.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Major and minor error of a refusal, as hexadecimal digits; absent when it went well.</summary>
    public string? Error { get; init; }

    /// <summary>Privilege that the client has at the controller, 0 to 4; −1 none.</summary>
    public long? PrivilegeLevel { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Text("pdu_type"u8, PduType);
        row.Flag("is_write"u8, IsWrite);
        row.Text("error"u8, Error);
        row.Number("privilege_level"u8, PrivilegeLevel);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (PduType != "REQ") into.Service();
    }
}
