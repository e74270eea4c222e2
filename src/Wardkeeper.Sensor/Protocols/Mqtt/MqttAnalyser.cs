using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>
/// MQTT 3.1, 3.1.1 and 5.0: connections, subscriptions and messages by their topics. Kept per flow are the connection and the
/// subscriptions that wait for an answer, a bounded number. Contents are passed by; passwords are never read.
/// </summary>
internal sealed class MqttAnalyser : MessageAnalyser, IProtocol
{
    private const int Connect = 1, ConnectAnswer = 2, Publish = 3, Subscribe = 8, SubscribeAnswer = 9, Unsubscribe = 10, UnsubscribeAnswer = 11;
    private const byte Ping = 0xC0, PingAnswer = 0xD0;
    private const int MostShown = 1024, MostWaiting = 16, MostTopics = 32, LongestText = 256, Port = 1883;

    private static readonly byte[] Name = [0, 4, .. "MQTT"u8], OldName = [0, 6, .. "MQIsdp"u8];

    private readonly Waiting<int, MqttSubscribe> waiting = new(MostWaiting);
    private MqttConnect? connecting;
    private UriMasking? masking;
    private MqttEvents? events;
    private bool isVersion5;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "mqtt",
        Title = "Message Queuing Telemetry Transport",
        Standard = "MQTT 3.1.1, MQTT 5.0 (OASIS)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of([Connect << 4, Ping, PingAnswer, .. Enumerable.Range(Publish << 4, 14).Select(static b => (byte)b)]),
        Ports = [Port],
        LookAhead = 64,
        MaxHeld = 4096,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 2) return bytes.IsEmpty ? Match.No : Match.NeedMore;
        if (bytes[0] is Ping or PingAnswer) return IsPing(opening.Client, opening.Server);
        if (!TryLength(bytes, out int header, out int length)) return Match.No;
        if (header == 0) return Match.NeedMore;
        ReadOnlySpan<byte> content = bytes[header..];
        if (bytes[0] == Connect << 4)
        {
            ReadOnlySpan<byte> name = content.Length > 1 && content[1] == OldName[1] ? OldName : Name;
            if (content.Length < name.Length) return name.StartsWith(content) ? Match.NeedMore : Match.No;
            return content.StartsWith(name) && length >= name.Length + 4 ? opening.Client.IsEmpty ? Match.YesReversed : Match.Yes : Match.No;
        }
        // In mid-stream a message, with a topic of readable text that fits into it; its length begins with a zero, which no text does.
        if (bytes[0] >> 4 != Publish || (bytes[0] & 6) == 6) return Match.No;
        if (content.Length < 2) return content.Length == 1 && content[0] != 0 ? Match.No : Match.NeedMore;
        int topic = (content[0] << 8) | content[1];
        if (topic is < 3 or > 200 || topic + 2 > length) return Match.No;
        ReadOnlySpan<byte> shown = content[2..Math.Min(content.Length, 2 + Math.Min(topic, 32))];
        if (shown.ContainsAnyExceptInRange((byte)'!', (byte)'~')) return Match.No;
        if (shown.Length < Math.Min(topic, 32)) return Match.NeedMore;
        // Either side sends messages; the broker is at the usual port, or the one whose port was not made up for this connection.
        bool isFromBroker = opening.ClientPort == Port || (!opening.FromStart && opening.ServerPort != Port && opening.ClientPort < opening.ServerPort);
        return isFromBroker ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (connecting is not null) into.Emit(connecting);
        waiting.End(into);
        connecting = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        connecting = null;
        events?.Clear();
        isVersion5 = false;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return Measured.Need(2);
        if (bytes[0] >> 4 == 0) return Measured.Wrong(MqttFaults.UnassignedType);
        if (!TryLength(bytes, out int header, out int length)) return Measured.Wrong(MqttFaults.MalformedHeader);
        return header == 0 ? Measured.Need(bytes.Length + 1) : new Measured(header + length, MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        TryLength(message.Bytes, out int header, out _);
        SpanReader reader = new(message.Bytes[header..]);
        if (into.Buffers is { } buffers)
        {
            (events ??= new MqttEvents()).Look(message.Bytes, header, message.Bytes.Length == message.Length, message.Side, buffers);
            MqttBuffers.Offer(message.Bytes, header, isVersion5, message.Side, buffers);
        }
        bool isClient = message.Side == Side.Client, isWhole = message.Bytes.Length == message.Length;
        switch (message.Bytes[0] >> 4)
        {
            case Connect when isClient:
                if (connecting is not null) into.Emit(connecting);
                connecting = Connection(in message, ref reader, into);
                break;
            case ConnectAnswer when !isClient && connecting is not null:
                reader.Skip(1);
                byte code = reader.U8();
                if (reader.Failed) break;
                into.Emit(connecting with { At = message.At, ConnectStatus = MqttNames.Status(code), IsAccepted = code == 0 });
                connecting = null;
                return Continuation.Stay;
            case Publish:
                Published(in message, header, ref reader, into);
                break;
            case Subscribe or Unsubscribe when isClient:
                Subscription(in message, message.Bytes[0] >> 4 == Subscribe, isWhole, ref reader, into);
                return Continuation.Stay;
            case SubscribeAnswer or UnsubscribeAnswer when !isClient:
                MqttSubscribe? asked = waiting.Take(reader.U16());
                if (isVersion5) Properties(ref reader);
                if (asked is null) break;
                into.Emit(asked with { At = message.At, Ack = true, GrantedQosLevel = message.Bytes[0] >> 4 == SubscribeAnswer && reader.Remaining > 0 ? reader.U8() : null });
                return Continuation.Stay;
            default:
                return Continuation.Stay;
        }
        if (reader.Failed && isWhole) into.Report(MqttFaults.MalformedPacket);
        return Continuation.Stay;
    }

    /// <summary>In mid-stream a ping and its answer, two bytes each; only a client pings.</summary>
    private static Match IsPing(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        if ((client.Length >= 2 && client[1] != 0) || (server.Length >= 2 && server[1] != 0) || client.Length > 2 || server.Length > 2) return Match.No;
        if (client.Length < 2 || server.Length < 2) return Match.NeedMore;
        return (client[0], server[0]) switch { (Ping, PingAnswer) => Match.Yes, (PingAnswer, Ping) => Match.YesReversed, _ => Match.No };
    }

    /// <summary>The remaining length: seven bits a byte, four bytes at most. <paramref name="header"/> is 0 while it is not all there. 2.1.4.</summary>
    private static bool TryLength(ReadOnlySpan<byte> bytes, out int header, out int length)
    {
        length = header = 0;
        for (int i = 1; i <= 4 && i < bytes.Length; i++)
        {
            length |= (bytes[i] & 0x7F) << (7 * (i - 1));
            if ((bytes[i] & 0x80) != 0) continue;
            header = i + 1;
            return true;
        }
        return bytes.Length <= 4;
    }

    private static void Properties(ref SpanReader reader)
    {
        int length = 0;
        for (int i = 0; i < 4; i++)
        {
            byte part = reader.U8();
            length |= (part & 0x7F) << (7 * i);
            if ((part & 0x80) == 0) break;
        }
        reader.Skip(length);
    }

    private static string? Text(ref SpanReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Take(reader.U16());
        return ShortText.Of(bytes, LongestText);
    }

    /// <summary>A topic is a path, and what names a patient in it is found as in one.</summary>
    private MaskedText? Topic(ref SpanReader reader, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = reader.Take(reader.U16());
        if (bytes.IsEmpty) return null;
        PatientContext context = default;
        return UriMasking.Of(into.Masker, ref masking).Uri(bytes[..Math.Min(bytes.Length, LongestText)], ref context);
    }

    private MqttConnect Connection(in Message message, ref SpanReader reader, ITransactionSink into)
    {
        string name = Text(ref reader) ?? "";
        byte version = reader.U8(), flags = reader.U8();
        reader.Skip(2);
        isVersion5 = version == 5;
        if (isVersion5) Properties(ref reader);
        string? client = Text(ref reader);
        MaskedText? will = null;
        if ((flags & 4) != 0)
        {
            if (isVersion5) Properties(ref reader);
            will = Topic(ref reader, into);
            reader.Skip(reader.U16());
        }
        string? user = (flags & 0x80) != 0 ? Text(ref reader) : null;
        bool hasPassword = (flags & 0x40) != 0;
        ReadOnlySpan<byte> password = hasPassword ? reader.Take(reader.U16()) : default;
        return new MqttConnect(message.At, message.Range)
        {
            Began = message.At,
            ProtoName = name,
            ProtoVersion = version switch { 3 => "3.1", 4 => "3.1.1", 5 => "5.0", _ => null },
            ClientId = client,
            WillTopic = will,
            User = user,
            HasPassword = hasPassword,
            PasswordRule = hasPassword && !reader.Failed ? PasswordRules.Broken(user, password) : null,
        };
    }

    private void Published(in Message message, int header, ref SpanReader reader, ITransactionSink into)
    {
        int qos = (message.Bytes[0] >> 1) & 3;
        MaskedText? topic = Topic(ref reader, into);
        if (qos > 0) reader.Skip(2);
        if (isVersion5) Properties(ref reader);
        if (reader.Failed) return;
        into.Emit(new MqttPublish(message.At, message.Range)
        {
            FromClient = message.Side == Side.Client,
            Retain = (message.Bytes[0] & 1) != 0,
            Qos = qos switch { 0 => "at most once", 1 => "at least once", _ => "exactly once" },
            Topic = topic,
            PayloadLen = message.Length - header - reader.Position,
            PayloadKind = MqttNames.Kind(reader.Rest[..Math.Min(reader.Remaining, 64)]),
        });
    }

    private void Subscription(in Message message, bool isStart, bool isWhole, ref SpanReader reader, ITransactionSink into)
    {
        int id = reader.U16();
        if (isVersion5) Properties(ref reader);
        List<MaskedText> topics = [];
        List<long> levels = [];
        while (reader.Remaining > 2 && topics.Count < MostTopics)
        {
            MaskedText? topic = Topic(ref reader, into);
            byte options = isStart ? reader.U8() : (byte)0;
            if (reader.Failed) break;
            topics.Add(topic ?? PatientMasker.Plain(""));
            if (isStart) levels.Add(options & 3);
        }
        if (reader.Failed && isWhole) into.Report(MqttFaults.MalformedPacket);
        waiting.Add(id, new MqttSubscribe(message.At, message.Range) { Began = message.At, Action = isStart ? "MQTT::SUBSCRIBE" : "MQTT::UNSUBSCRIBE", Topics = topics, QosLevels = isStart ? levels : null }, into);
    }
}
