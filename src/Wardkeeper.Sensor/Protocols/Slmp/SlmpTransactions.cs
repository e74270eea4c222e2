using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>One command to a Mitsubishi controller with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies, or the answer if only it was seen.</param>
public sealed record SlmpExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "slmp";

    /// <summary>Command: <c>read</c>, <c>write-random</c>, <c>remote-stop</c>, <c>read-type-name</c> …; absent when only an answer was seen.</summary>
    public string? Command { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Whether the command changes the controller.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Number of the network that is meant; 0 is the controller's own.</summary>
    public int Network { get; init; }

    /// <summary>Number of the station in it; 255 is the controller itself.</summary>
    public int Station { get; init; }

    /// <summary>Whether a password went over the line in clear; the password is not kept.</summary>
    public string? Password { get; init; }

    /// <summary>End code as four hexadecimal digits; null for a normal end.</summary>
    public string? EndCode { get; init; }

    /// <summary>Model of the controller.</summary>
    public string? Model { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("pdu_type"u8, PduType);
        row.Flag("is_write"u8, IsWrite);
        row.Number("network"u8, Network);
        row.Number("station"u8, Station);
        row.Text("password"u8, Password);
        row.Text("end_code"u8, EndCode);
        row.Text("model"u8, Model);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (PduType == "REQ") return;
        into.Service();
        // The model is another's where the message was for a station behind the controller.
        if (Model is null || Network != 0 || Station != 255) return;
        const string Origin = "type name";
        into.Claim(flow.Server, ClaimKind.Vendor, "Mitsubishi Electric", Origin);
        into.Claim(flow.Server, ClaimKind.Model, Model, Origin);
        into.Claim(flow.Server, ClaimKind.Role, "plc", Origin);
    }
}
