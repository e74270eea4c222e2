using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Amqp;

/// <summary>A client's connection to a broker: who both are, and what came of it. The password is not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the first frame lies in the stream.</param>
public sealed record AmqpConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "amqp_connection";

    /// <summary>Version: <c>0-9-1</c> or <c>1.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The server's product, with its version.</summary>
    public string? Server { get; init; }

    /// <summary>What the server runs on, for example <c>Erlang/OTP 25.3</c>.</summary>
    public string? ServerPlatform { get; init; }

    /// <summary>Name of the broker or its cluster; in version 1.0 its container.</summary>
    public string? ServerName { get; init; }

    /// <summary>The client's product, with its version.</summary>
    public string? Client { get; init; }

    /// <summary>What the client runs on.</summary>
    public string? ClientPlatform { get; init; }

    /// <summary>Name of the connection or, in version 1.0, of the client's container.</summary>
    public string? ClientName { get; init; }

    /// <summary>Mechanism by which the client proves itself, for example <c>PLAIN</c>.</summary>
    public string? Mechanism { get; init; }

    /// <summary>User.</summary>
    public string? User { get; init; }

    /// <summary>Whether a password crossed the network readable.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Virtual host; in version 1.0 the host name that the client asks for.</summary>
    public string? VirtualHost { get; init; }

    /// <summary>Whether the connection was opened; absent when it was not seen.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>Code with which the broker closed it, for example 403; of SASL in version 1.0 1 to 4.</summary>
    public int? ReplyCode { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("server"u8, Server);
        row.Text("server_platform"u8, ServerPlatform);
        row.Text("server_name"u8, ServerName);
        row.Text("client"u8, Client);
        row.Text("client_platform"u8, ClientPlatform);
        row.Text("client_name"u8, ClientName);
        row.Text("mechanism"u8, Mechanism);
        row.Text("user"u8, User);
        row.Flag("has_password"u8, HasPassword);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("virtual_host"u8, VirtualHost);
        row.Flag("is_open"u8, IsOpen);
        row.Number("reply_code"u8, ReplyCode);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Server is not null || IsOpen is not null) into.Service(Server);
        if (IsOpen == true) into.WeakPassword(flow.Server, User, PasswordRule, "SASL");
        into.Claim(flow.Server, ClaimKind.Software, Server, "server properties");
        into.Claim(flow.Server, ClaimKind.FriendlyName, Version == "1.0" ? null : ServerName, "server properties, cluster name");
        into.Claim(flow.Client, ClaimKind.Software, Client, "client properties");
        into.Claim(flow.Client, ClaimKind.FriendlyName, ClientName, "client properties, connection name");
    }
}

/// <summary>One thing done with queues: declared, bound, consumed from, a message published or delivered. Contents are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the method's frame lies in the stream.</param>
public sealed record AmqpOperation(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "amqp";

    /// <summary>Method: <c>basic.publish</c>, <c>basic.deliver</c>, <c>queue.declare</c> …; in version 1.0 <c>attach</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Whether the client sent it; else the broker did.</summary>
    public bool FromClient { get; init; }

    /// <summary>Channel, 0 to 65535.</summary>
    public int Channel { get; init; }

    /// <summary>Exchange; in version 1.0 the address that messages go to.</summary>
    public string? Exchange { get; init; }

    /// <summary>Queue; in version 1.0 the address that messages come from.</summary>
    public string? Queue { get; init; }

    /// <summary>Routing key, what names a patient in it masked.</summary>
    public MaskedText? RoutingKey { get; init; }

    /// <summary>Media type that the sender states.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes of the message.</summary>
    public long? BodyBytes { get; init; }

    /// <summary>Whether the broker did as it was told; absent where nothing is answered or no answer was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Code of a refusal, for example 404.</summary>
    public int? ReplyCode { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Flag("from_client"u8, FromClient);
        row.Number("channel"u8, Channel);
        row.Text("exchange"u8, Exchange);
        row.Text("queue"u8, Queue);
        row.Text("routing_key"u8, RoutingKey);
        row.Text("content_type"u8, ContentType);
        row.Number("body_bytes"u8, BodyBytes);
        row.Flag("success"u8, Success);
        row.Number("reply_code"u8, ReplyCode);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!FromClient || Success is not null) into.Service();
    }
}
