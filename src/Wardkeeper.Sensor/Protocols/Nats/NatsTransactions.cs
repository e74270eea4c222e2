using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Nats;

/// <summary>What a NATS server and its client say of themselves. Passwords and tokens are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the first line lies in the stream.</param>
public sealed record NatsConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "nats_connection";

    /// <summary>Name of the server.</summary>
    public string? ServerName { get; init; }

    /// <summary>Version of the server.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Whether a client must prove itself.</summary>
    public bool IsAuthRequired { get; init; }

    /// <summary>Whether the connection must be encrypted.</summary>
    public bool IsTlsRequired { get; init; }

    /// <summary>Name of the client.</summary>
    public string? ClientName { get; init; }

    /// <summary>The client's library with its version.</summary>
    public string? ClientLibrary { get; init; }

    /// <summary>User.</summary>
    public string? User { get; init; }

    /// <summary>What the client proves itself with: <c>password</c>, <c>token</c>, <c>key</c>; absent when with nothing.</summary>
    public string? Credentials { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("server_name"u8, ServerName);
        row.Text("server_version"u8, ServerVersion);
        row.Flag("is_auth_required"u8, IsAuthRequired);
        row.Flag("is_tls_required"u8, IsTlsRequired);
        row.Text("client_name"u8, ClientName);
        row.Text("client_library"u8, ClientLibrary);
        row.Text("user"u8, User);
        row.Text("credentials"u8, Credentials);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        string? product = ServerVersion is null ? null : $"NATS {ServerVersion}";
        if (product is not null) into.Service(product);
        into.Claim(flow.Server, ClaimKind.Software, product, "INFO");
        into.Claim(flow.Client, ClaimKind.Software, ClientLibrary, "CONNECT");
        into.Claim(flow.Client, ClaimKind.FriendlyName, ClientName, "CONNECT, name");
    }
}

/// <summary>One message, subscription or error. Contents are not kept.</summary>
/// <param name="At">Time of the packet that brought it.</param>
/// <param name="Bytes">Where its line lies in the stream.</param>
public sealed record NatsOperation(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "nats";

    /// <summary>Operation: <c>PUB</c>, <c>HPUB</c>, <c>MSG</c>, <c>HMSG</c>, <c>SUB</c>, <c>UNSUB</c>, <c>-ERR</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Whether the client sent it; else the server did.</summary>
    public bool FromClient { get; init; }

    /// <summary>Subject, what names a patient in it masked.</summary>
    public MaskedText? Subject { get; init; }

    /// <summary>Group among which messages of a subscription are shared.</summary>
    public string? Queue { get; init; }

    /// <summary>Bytes of the message, its headers included.</summary>
    public long? PayloadBytes { get; init; }

    /// <summary>What is wrong, for example <c>Authorization Violation</c>.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("operation"u8, Operation);
        row.Flag("from_client"u8, FromClient);
        row.Text("subject"u8, Subject);
        row.Text("queue"u8, Queue);
        row.Number("payload_bytes"u8, PayloadBytes);
        row.Text("error"u8, Error);
    }
}
