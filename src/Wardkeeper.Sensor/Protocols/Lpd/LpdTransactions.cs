using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lpd;

/// <summary>One command to a line printer daemon; a job with its files. Pages are not read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record LpdCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "lpd";

    /// <summary>Command: <c>print</c>, <c>receive_job</c>, <c>queue_short</c>, <c>queue_long</c>, <c>remove</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Queue of the printer.</summary>
    public string? Queue { get; init; }

    /// <summary>Host that the job names.</summary>
    public string? Host { get; init; }

    /// <summary>User who prints.</summary>
    public string? User { get; init; }

    /// <summary>Name of the job, with what names a patient masked.</summary>
    public MaskedText? JobName { get; init; }

    /// <summary>Bytes of the pages as stated.</summary>
    public long? Size { get; init; }

    /// <summary>Whether the server took everything; absent when nothing was answered.</summary>
    public bool? Status { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("queue"u8, Queue);
        row.Text("host"u8, Host);
        row.Text("user"u8, User);
        row.Text("job_name"u8, JobName);
        row.Number("size"u8, Size);
        row.Flag("status"u8, Status);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is not null)
        {
            into.Service();
            into.Claim(flow.Server, ClaimKind.Role, "print-server", "LPD");
        }
        into.Claim(flow.Client, ClaimKind.HostName, Host, "control file");
    }
}
