using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>One request to a gatekeeper with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record RasMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "h225_ras";

    /// <summary><c>gatekeeper</c> (discovery), <c>registration</c>, <c>unregistration</c>, <c>admission</c>, <c>bandwidth</c>, <c>disengage</c>, <c>location</c> or <c>information</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the exchange, 1 to 65,535.</summary>
    public int Sequence { get; init; }

    /// <summary><c>confirmed</c> or <c>rejected</c>; absent without an answer.</summary>
    public string? Outcome { get; init; }

    /// <summary><c>terminal</c>, <c>gateway</c>, <c>mcu</c> (it joins several ends) or <c>gatekeeper</c>.</summary>
    public string? EndpointType { get; init; }

    /// <summary>Names and numbers of who asks, at most 8.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Names and numbers that are called, at most 8.</summary>
    public IReadOnlyList<string>? Destinations { get; init; }

    /// <summary>Maker as country, extension and number of ITU-T T.35, for example <c>181/0/18</c>.</summary>
    public string? VendorCode { get; init; }

    /// <summary>Product, by its own word.</summary>
    public string? Product { get; init; }

    /// <summary>Version of the product.</summary>
    public string? Version { get; init; }

    /// <summary>Name of the gatekeeper that is asked for or answers.</summary>
    public string? Gatekeeper { get; init; }

    /// <summary>Address at which the endpoint takes calls.</summary>
    public Address SignalAddress { get; init; }

    /// <summary>Port of that address.</summary>
    public long? SignalPort { get; init; }

    /// <summary>Whether the rest of it is passed by, since it says nothing of the device.</summary>
    internal bool IsBeyondReading { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Number("sequence"u8, Sequence);
        row.Text("outcome"u8, Outcome);
        row.Text("endpoint_type"u8, EndpointType);
        row.Texts("aliases"u8, Aliases);
        row.Texts("destinations"u8, Destinations);
        row.Text("vendor_code"u8, VendorCode);
        row.Text("product"u8, Product);
        row.Text("version"u8, Version);
        row.Text("gatekeeper"u8, Gatekeeper);
        row.Address("signal_address"u8, SignalAddress);
        row.Number("signal_port"u8, SignalPort);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Outcome is not null)
        {
            into.Service(Gatekeeper);
            into.Claim(flow.Server, ClaimKind.Role, "h323-gatekeeper", Kind);
        }
        if (Kind is not ("gatekeeper" or "registration")) return;
        Subject asking = flow.Client;
        into.Claim(asking, ClaimKind.Model, Product, "endpoint vendor");
        into.Claim(asking, ClaimKind.Software, Product is null ? null : Version, "endpoint vendor");
        into.Claim(asking, ClaimKind.FriendlyName, Aliases is [{ } alias, ..] ? alias : null, "alias");
        into.Claim(asking, ClaimKind.Role, EndpointType is null ? null : "h323-" + EndpointType, "endpoint type");
    }
}
