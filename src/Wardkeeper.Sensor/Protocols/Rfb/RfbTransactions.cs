using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rfb;

/// <summary>One remote session of the VNC family: versions, how the viewer was known, and the desktop.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the server's version lies in the stream.</param>
public sealed record RfbSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rfb";

    /// <summary>Major version of the viewer.</summary>
    public string? ClientMajorVersion { get; init; }

    /// <summary>Minor version of the viewer.</summary>
    public string? ClientMinorVersion { get; init; }

    /// <summary>Major version of the server.</summary>
    public string? ServerMajorVersion { get; init; }

    /// <summary>Minor version of the server.</summary>
    public string? ServerMinorVersion { get; init; }

    /// <summary>How the viewer proves who it is, for example <c>None</c>, <c>VNC</c>, <c>Tight</c>.</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>Whether the server let it in; absent when that was not seen.</summary>
    public bool? Auth { get; init; }

    /// <summary>Whether other viewers stay connected.</summary>
    public bool? ShareFlag { get; init; }

    /// <summary>Name of the desktop.</summary>
    public string? DesktopName { get; init; }

    /// <summary>Width of the desktop, in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the desktop, in pixels.</summary>
    public int? Height { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("client_major_version"u8, ClientMajorVersion);
        row.Text("client_minor_version"u8, ClientMinorVersion);
        row.Text("server_major_version"u8, ServerMajorVersion);
        row.Text("server_minor_version"u8, ServerMinorVersion);
        row.Text("authentication_method"u8, AuthenticationMethod);
        row.Flag("auth"u8, Auth);
        row.Flag("share_flag"u8, ShareFlag);
        row.Text("desktop_name"u8, DesktopName);
        row.Number("width"u8, Width);
        row.Number("height"u8, Height);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (ServerMajorVersion is null) return;
        into.Service($"RFB {ServerMajorVersion}.{ServerMinorVersion}");
        into.Claim(flow.Server, ClaimKind.FriendlyName, DesktopName, "desktop name");
    }
}
