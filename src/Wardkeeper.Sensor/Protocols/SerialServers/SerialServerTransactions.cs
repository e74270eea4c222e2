using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.SerialServers;

/// <summary>A message by which a serial device server is found or set up; behind its ports stand machines that have no address of their own.</summary>
/// <param name="At">Time of its packet.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record SerialServerMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "serial_server";

    /// <summary>Maker of the server, by its protocol: <c>Digi</c>, <c>Lantronix</c> or <c>Moxa</c>.</summary>
    public required string Vendor { get; init; }

    /// <summary><c>discovery</c>, <c>read-name</c>, <c>read-serial</c>, <c>read-address</c>, <c>read-setup</c> (may hold a password), <c>write-setup</c>, <c>set-address</c>, <c>set-dhcp</c>, <c>reboot</c> or <c>other</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the server answers.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>What the server says of how it went.</summary>
    public string? Status { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>Revision of the hardware.</summary>
    public long? Hardware { get; init; }

    /// <summary>Serial number.</summary>
    public long? Serial { get; init; }

    /// <summary>Name that the server was given.</summary>
    public string? HostName { get; init; }

    /// <summary>Hardware address of the server that is meant or answers; group addresses mean all.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>IP address that the server states.</summary>
    public Address Ip { get; init; }

    /// <summary>Serial ports that it has.</summary>
    public long? SerialPorts { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("vendor"u8, Vendor);
        row.Text("kind"u8, Kind);
        row.Flag("is_answer"u8, IsAnswer);
        row.Text("status"u8, Status);
        row.Text("model"u8, Model);
        row.Text("firmware"u8, Firmware);
        row.Number("hardware"u8, Hardware);
        row.Number("serial"u8, Serial);
        row.Text("host_name"u8, HostName);
        row.Mac("mac"u8, Mac);
        row.Address("ip"u8, Ip);
        row.Number("serial_ports"u8, SerialPorts);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!IsAnswer) return;
        Subject server = flow.At(Bytes.Side);
        into.Service(Model);
        into.Claim(server, ClaimKind.Type, "serial-device-server", Kind);
        into.Claim(server, ClaimKind.Vendor, Vendor, Kind);
        into.Claim(server, ClaimKind.Model, Model, Kind);
        into.Claim(server, ClaimKind.Firmware, Firmware, Kind);
        into.Claim(server, ClaimKind.SerialNumber, Serial?.ToString(CultureInfo.InvariantCulture), Kind);
        into.Claim(server, ClaimKind.FriendlyName, HostName, Kind);
        if (!Mac.IsNone && !Mac.IsGroup && Mac != server.Mac) into.Claim(server, ClaimKind.OtherMac, Mac.ToString(), Kind);
    }
}
