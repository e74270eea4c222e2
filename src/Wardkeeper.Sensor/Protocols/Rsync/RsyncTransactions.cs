using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rsync;

/// <summary>One visit at an rsync daemon: what was asked for and whether it was granted. Names and contents of files are not read.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the client's greeting lies.</param>
public sealed record RsyncSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rsync";

    /// <summary>Protocol version of the server.</summary>
    public string? Version { get; init; }

    /// <summary>Protocol version of the client.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>Module that is asked for; absent for a list of all.</summary>
    public string? Module { get; init; }

    /// <summary>Modules that the server lists; at most 32.</summary>
    public IReadOnlyList<string>? Modules { get; init; }

    /// <summary>Whether the server wants a login.</summary>
    public bool WantsLogin { get; init; }

    /// <summary>User who logs in.</summary>
    public string? User { get; init; }

    /// <summary>Whether the module was granted; absent when nothing was decided.</summary>
    public bool? Success { get; init; }

    /// <summary>What the server said when it refused.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("client_version"u8, ClientVersion);
        row.Text("module"u8, Module);
        row.Texts("modules"u8, Modules);
        row.Flag("wants_login"u8, WantsLogin);
        row.Text("user"u8, User);
        row.Flag("success"u8, Success);
        row.Text("error"u8, Error);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Version is null) return;
        into.Service($"rsync protocol {Version}");
        into.Claim(flow.Server, ClaimKind.Role, "file-server", "rsync");
    }
}
