using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>A client's connection to a broker, with the broker's answer. The password is not kept, only whether there was one.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the CONNECT lies in the stream.</param>
public sealed record MqttConnect(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "mqtt_connect";

    /// <summary>Protocol name: <c>MQTT</c> or <c>MQIsdp</c>.</summary>
    public required string ProtoName { get; init; }

    /// <summary>Version: <c>3.1</c>, <c>3.1.1</c> or <c>5.0</c>.</summary>
    public string? ProtoVersion { get; init; }

    /// <summary>The client's identifier.</summary>
    public string? ClientId { get; init; }

    /// <summary>The broker's answer; absent when it was not seen.</summary>
    public string? ConnectStatus { get; init; }

    /// <summary>Topic of the client's last will.</summary>
    public MaskedText? WillTopic { get; init; }

    /// <summary>User name.</summary>
    public string? User { get; init; }

    /// <summary>Whether a password was sent, readable for everybody on the way.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Whether the broker took the client; absent when its answer was not seen.</summary>
    public bool? IsAccepted { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("proto_name"u8, ProtoName);
        row.Text("proto_version"u8, ProtoVersion);
        row.Text("client_id"u8, ClientId);
        row.Text("connect_status"u8, ConnectStatus);
        row.Text("will_topic"u8, WillTopic);
        row.Text("user"u8, User);
        row.Flag("has_password"u8, HasPassword);
        row.Text("password_rule"u8, PasswordRule);
        row.Flag("is_accepted"u8, IsAccepted);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (IsAccepted is not null) into.Service();
        into.Claim(flow.Client, ClaimKind.FriendlyName, ClientId, "CONNECT, client identifier");
        if (IsAccepted == true) into.WeakPassword(flow.Server, User, PasswordRule, "CONNECT");
    }
}

/// <summary>One message that a client published, or that the broker handed on. Its content is not kept.</summary>
/// <param name="At">Time of the packet that brought it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public sealed record MqttPublish(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "mqtt_publish";

    /// <summary>Whether the client sent it; else the broker did.</summary>
    public bool FromClient { get; init; }

    /// <summary>Whether the broker is to keep it for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>How surely it is delivered: <c>at most once</c>, <c>at least once</c>, <c>exactly once</c>.</summary>
    public required string Qos { get; init; }

    /// <summary>Topic, what names a patient in it masked; absent when version 5 only gives a number for one said before.</summary>
    public MaskedText? Topic { get; init; }

    /// <summary>Bytes of the message's content.</summary>
    public long PayloadLen { get; init; }

    /// <summary>What the content looks like: <c>json</c>, <c>xml</c>, <c>text</c>, <c>image</c>, <c>binary</c>.</summary>
    public string? PayloadKind { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("from_client"u8, FromClient);
        row.Flag("retain"u8, Retain);
        row.Text("qos"u8, Qos);
        row.Text("topic"u8, Topic);
        row.Number("payload_len"u8, PayloadLen);
        row.Text("payload_kind"u8, PayloadKind);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (!FromClient) into.Service();
    }
}

/// <summary>A subscription or its end, with the broker's answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record MqttSubscribe(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "mqtt_subscribe";

    /// <summary><c>MQTT::SUBSCRIBE</c> or <c>MQTT::UNSUBSCRIBE</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Topic filters, what names a patient in them masked.</summary>
    public IReadOnlyList<MaskedText>? Topics { get; init; }

    /// <summary>Quality of service wanted for each, 0 to 2.</summary>
    public IReadOnlyList<long>? QosLevels { get; init; }

    /// <summary>Quality of service granted for the first; 128 and more is a refusal.</summary>
    public int? GrantedQosLevel { get; init; }

    /// <summary>Whether the broker answered.</summary>
    public bool Ack { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("action"u8, Action);
        row.Texts("topics"u8, Topics);
        row.Numbers("qos_levels"u8, QosLevels);
        row.Number("granted_qos_level"u8, GrantedQosLevel);
        row.Flag("ack"u8, Ack);
    }
}
