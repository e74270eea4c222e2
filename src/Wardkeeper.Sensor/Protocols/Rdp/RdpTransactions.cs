using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rdp;

/// <summary>How one remote desktop connection began: what both agreed on, and in clear what the client says of itself.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the client's request lies in the stream.</param>
public sealed record RdpConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rdp";

    /// <summary>Cookie of the client; mostly the user's name, cut to nine characters.</summary>
    public string? Cookie { get; init; }

    /// <summary><c>Success</c>, <c>encrypted</c> when the rest is hidden, or the reason of the server's refusal.</summary>
    public string? Result { get; init; }

    /// <summary>Security the server chose: <c>RDP</c>, <c>SSL</c>, <c>HYBRID</c>, <c>RDSTLS</c>, <c>HYBRID_EX</c>.</summary>
    public string? SecurityProtocol { get; init; }

    /// <summary>Channels the client wants, for example <c>rdpdr</c> (drives) and <c>cliprdr</c> (clipboard).</summary>
    public IReadOnlyList<string>? ClientChannels { get; init; }

    /// <summary>Keyboard layout of the client as Windows numbers it, in hexadecimal.</summary>
    public string? KeyboardLayout { get; init; }

    /// <summary>Build of the client.</summary>
    public int? ClientBuild { get; init; }

    /// <summary>Name of the client's machine.</summary>
    public string? ClientName { get; init; }

    /// <summary>Product number of the client.</summary>
    public string? ClientDigProductId { get; init; }

    /// <summary>Width of the desktop wanted, in pixels.</summary>
    public int? DesktopWidth { get; init; }

    /// <summary>Height of the desktop wanted, in pixels.</summary>
    public int? DesktopHeight { get; init; }

    /// <summary>Encryption of the old kind: <c>None</c>, <c>40bit</c>, <c>56bit</c>, <c>128bit</c>, <c>FIPS</c>.</summary>
    public string? EncryptionMethod { get; init; }

    /// <summary>Level of the old kind's encryption: <c>None</c>, <c>Low</c>, <c>Client compatible</c>, <c>High</c>, <c>FIPS</c>.</summary>
    public string? EncryptionLevel { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("cookie"u8, Cookie);
        row.Text("result"u8, Result);
        row.Text("security_protocol"u8, SecurityProtocol);
        row.Texts("client_channels"u8, ClientChannels);
        row.Text("keyboard_layout"u8, KeyboardLayout);
        row.Number("client_build"u8, ClientBuild);
        row.Text("client_name"u8, ClientName);
        row.Text("client_dig_product_id"u8, ClientDigProductId);
        row.Number("desktop_width"u8, DesktopWidth);
        row.Number("desktop_height"u8, DesktopHeight);
        row.Text("encryption_method"u8, EncryptionMethod);
        row.Text("encryption_level"u8, EncryptionLevel);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Result is not null) into.Service(SecurityProtocol);
        into.Claim(flow.Client, ClaimKind.HostName, ClientName, "client core data, clientName");
    }
}
