using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Knx;

/// <summary>One message of KNXnet/IP: a search, a description, a connection, or a telegram of the bus.</summary>
/// <param name="At">Time of the packet.</param>
/// <param name="Bytes">Where it lies.</param>
public sealed record KnxMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "knx";

    /// <summary>Service: <c>search-response</c>, <c>connect-request</c>, <c>tunnelling-request</c>, <c>routing-indication</c> …</summary>
    public required string Service { get; init; }

    /// <summary>Whether the flow's originator sent it.</summary>
    public bool IsOrig { get; init; }

    /// <summary>Number of the connection, 1 to 255.</summary>
    public int? Channel { get; internal set; }

    /// <summary>Error of an answer; null for none.</summary>
    public string? Status { get; internal set; }

    /// <summary>Kind of connection that is wanted: <c>tunnel</c>, <c>device-management</c> …</summary>
    public string? ConnectionType { get; internal set; }

    /// <summary>Name of the device, meant for people.</summary>
    public string? FriendlyName { get; internal set; }

    /// <summary>Address of the device on the bus.</summary>
    public string? IndividualAddress { get; internal set; }

    /// <summary>Serial number in hexadecimal; its first four digits are the maker.</summary>
    public string? SerialNumber { get; internal set; }

    /// <summary>Hardware address of the device.</summary>
    public MacAddress Mac { get; internal set; }

    /// <summary>Medium of the bus: <c>tp1</c>, <c>rf</c>, <c>ip</c>.</summary>
    public string? Medium { get; internal set; }

    /// <summary>Whether the device is in programming mode.</summary>
    public bool? ProgrammingMode { get; internal set; }

    /// <summary>Sender of a telegram on the bus.</summary>
    public string? Source { get; internal set; }

    /// <summary>Group or device it is for.</summary>
    public string? Destination { get; internal set; }

    /// <summary>What the telegram asks: <c>group-value-write</c>, <c>memory-write</c>, <c>restart</c> …</summary>
    public string? Application { get; internal set; }

    /// <summary>Side that sent it.</summary>
    internal Side Speaker { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Flag("is_orig"u8, IsOrig);
        row.Number("channel"u8, Channel);
        row.Text("status"u8, Status);
        row.Text("connection_type"u8, ConnectionType);
        row.Text("friendly_name"u8, FriendlyName);
        row.Text("individual_address"u8, IndividualAddress);
        row.Text("serial_number"u8, SerialNumber);
        row.Mac("mac"u8, Mac);
        row.Text("medium"u8, Medium);
        row.Flag("programming_mode"u8, ProgrammingMode);
        row.Text("source"u8, Source);
        row.Text("destination"u8, Destination);
        row.Text("application"u8, Application);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Speaker == Side.Server) into.Service();
        if (SerialNumber is null) return;
        const string Origin = "device information";
        Subject speaker = flow.At(Speaker);
        into.Claim(speaker, ClaimKind.Role, "knx-gateway", Origin);
        into.Claim(speaker, ClaimKind.FriendlyName, FriendlyName, Origin);
        into.Claim(speaker, ClaimKind.SerialNumber, SerialNumber, Origin);
        into.Claim(speaker, ClaimKind.AnnouncedService, "knx " + IndividualAddress, Origin);
        if (!Mac.IsNone && Mac != speaker.Mac) into.Claim(speaker, ClaimKind.OtherMac, Mac.ToString(), Origin);
    }
}
