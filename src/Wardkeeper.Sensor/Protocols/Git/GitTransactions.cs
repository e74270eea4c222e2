using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Git;

/// <summary>One visit at a git daemon: the repository that is read or written. Contents are not read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies.</param>
public sealed record GitSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "git";

    /// <summary>What is asked for: <c>git-upload-pack</c> reads, <c>git-receive-pack</c> writes, <c>git-upload-archive</c> packs.</summary>
    public string? Service { get; init; }

    /// <summary>Path of the repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Host that the client means.</summary>
    public string? Host { get; init; }

    /// <summary>Program of the server.</summary>
    public string? Agent { get; init; }

    /// <summary>What the server said when it refused.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Text("repository"u8, Repository);
        row.Text("host"u8, Host);
        row.Text("agent"u8, Agent);
        row.Text("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Agent is null && Error is null) return;
        into.Service(Agent);
        into.Claim(flow.Server, ClaimKind.Software, Agent, "agent");
    }
}
