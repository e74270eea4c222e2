using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Jetdirect;

/// <summary>One connection to a printer's raw port. The page is not read.</summary>
/// <param name="At">Time of the last line that was read.</param>
/// <param name="Bytes">Where the first line lies.</param>
public sealed record PrintJob(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "jetdirect";

    /// <summary>Language of the page: <c>PCL</c>, <c>PCLXL</c>, <c>POSTSCRIPT</c>, <c>PDF</c>, <c>ESC/P</c> …</summary>
    public string? Language { get; init; }

    /// <summary>Name of the job, with what names a patient masked.</summary>
    public MaskedText? JobName { get; init; }

    /// <summary>User who prints.</summary>
    public string? User { get; init; }

    /// <summary>Commands of the job language, at most 32.</summary>
    public IReadOnlyList<string>? Commands { get; init; }

    /// <summary>Model that the printer names when it is asked.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number that the printer names when it is asked.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Bytes that the client sent behind the job language.</summary>
    public long Size { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("language"u8, Language);
        row.Text("job_name"u8, JobName);
        row.Text("user"u8, User);
        row.Texts("commands"u8, Commands);
        row.Text("model"u8, Model);
        row.Text("serial_number"u8, SerialNumber);
        row.Number("size"u8, Size);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Service(Model);
        into.Claim(flow.Server, ClaimKind.Role, "printer", "raw port");
        into.Claim(flow.Server, ClaimKind.Model, Model, "PJL INFO ID");
        into.Claim(flow.Server, ClaimKind.SerialNumber, SerialNumber, "PJL INFO CONFIG");
    }
}
