using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stun;

/// <summary>One request of STUN or TURN with its answer, when it says something new in its flow. Credentials are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record StunExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "stun";

    /// <summary>Method: <c>BINDING</c>, <c>ALLOCATE</c>, <c>REFRESH</c>, <c>SEND</c>, <c>DATA</c>, <c>CREATE_PERMISSION</c>, <c>CHANNEL_BIND</c> …</summary>
    public required string Method { get; init; }

    /// <summary>What came of it: <c>success</c>, <c>error</c> or <c>indication</c>; absent when no answer was seen.</summary>
    public string? Class { get; init; }

    /// <summary>Code of an error. RFC 8489, 14.8.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Address by which the server sees the client.</summary>
    public Address MappedAddress { get; init; }

    /// <summary>Port by which the server sees the client.</summary>
    public int? MappedPort { get; init; }

    /// <summary>Address that a relay lends to the client.</summary>
    public Address RelayedAddress { get; init; }

    /// <summary>Port that a relay lends to the client.</summary>
    public int? RelayedPort { get; init; }

    /// <summary>Far end that is reached through a relay.</summary>
    public Address PeerAddress { get; init; }

    /// <summary>Software of the client.</summary>
    public string? ClientSoftware { get; init; }

    /// <summary>Software of the server.</summary>
    public string? Software { get; init; }

    /// <summary>Realm of a server that wants a login.</summary>
    public string? Realm { get; init; }

    /// <summary>User who logs in at a relay.</summary>
    public string? Username { get; init; }

    /// <summary>Whether it negotiates a direct path of a call (ICE).</summary>
    public bool IsIce { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Text("class"u8, Class);
        row.Number("error_code"u8, ErrorCode);
        row.Address("mapped_address"u8, MappedAddress);
        row.Number("mapped_port"u8, MappedPort);
        row.Address("relayed_address"u8, RelayedAddress);
        row.Number("relayed_port"u8, RelayedPort);
        row.Address("peer_address"u8, PeerAddress);
        row.Text("client_software"u8, ClientSoftware);
        row.Text("software"u8, Software);
        row.Text("realm"u8, Realm);
        row.Text("username"u8, Username);
        row.Flag("is_ice"u8, IsIce ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Class is "success" or "error" && !IsIce) into.Service(Software);
        into.Claim(flow.Server, ClaimKind.Software, Class is null ? null : Software, "SOFTWARE");
        into.Claim(flow.Client, ClaimKind.Software, ClientSoftware, "SOFTWARE");
    }
}
