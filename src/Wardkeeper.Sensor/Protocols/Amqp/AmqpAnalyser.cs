using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Amqp;

/// <summary>
/// AMQP 0-9-1 and 1.0: connections with what both ends say of themselves, and what is done with exchanges, queues and messages. Kept per
/// flow are the connection, the operations that wait for an answer and the message that waits for its head. Contents are passed by.
/// </summary>
internal sealed class AmqpAnalyser : MessageAnalyser, IProtocol
{
    private const int Greeting = 8, Header = 7, MostShown = 4096, Longest = 256 << 20, MostWaiting = 64, LongestText = 128, Port = 5672;
    private const byte Method = 1, Head = 2, Body = 3, Heartbeat = 8, FrameEnd = 0xCE;

    private readonly Waiting<int, AmqpOperation> waiting = new(MostWaiting);
    private readonly AmqpOne one = new();
    private AmqpConnection? connection;
    private AmqpOperation? clientMessage, serverMessage;
    private UriMasking? masking;
    private bool isOne;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "amqp",
        Title = "Advanced Message Queuing Protocol",
        Standard = "AMQP 0-9-1, AMQP 1.0 (OASIS)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'A', Method, Head, Body, Heartbeat),
        Ports = [Port],
        LookAhead = 512,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.No;
        if (bytes[0] == 'A')
        {
            if (!bytes.StartsWith("AMQP"u8) || bytes.Length < Greeting) return "AMQP"u8.StartsWith(bytes[..Math.Min(bytes.Length, 4)]) ? Match.NeedMore : Match.No;
            if (!IsVersion(bytes[4..])) return Match.No;
            return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
        }
        // In mid-stream a whole frame with its end, and what only one side sends.
        if (opening.FromStart) return Match.No;
        if (bytes.Length < Header + 1) return Match.NeedMore;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]);
        bool isUsual = opening.ServerPort == Port, isClient = !opening.Client.IsEmpty;
        if (size > 64 * 1024 || (bytes[0] == Heartbeat ? size != 0 || bytes[1] != 0 || bytes[2] != 0 : size < 4)) return Match.No;
        if (bytes.Length < Header + 4 && bytes[0] != Heartbeat) return Match.NeedMore;
        if (size + Header + 1 > 512 ? !opening.HasPort(Port) : bytes.Length > Header + size && bytes[(int)size + Header] != FrameEnd) return Match.No;
        if (size + Header + 1 <= 512 && bytes.Length <= Header + size) return Match.NeedMore;
        if (bytes[0] is Body or Heartbeat) return !opening.HasPort(Port) ? Match.No : isUsual ? Match.Yes : Match.YesReversed;
        int group = BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]), method = BinaryPrimitives.ReadUInt16BigEndian(bytes[(Header + 2)..]);
        if (bytes[0] == Head) return group == 60 && method == 0 && size >= 14 ? isUsual || !opening.HasPort(Port) ? Match.Yes : Match.YesReversed : Match.No;
        if (NameOf(group, method) is not { } name) return Match.No;
        bool isFromServer = name.EndsWith("-ok", StringComparison.Ordinal) || name is "basic.deliver" or "basic.return" or "basic.get-empty";
        return isFromServer == isClient ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        Release(ref clientMessage, into);
        Release(ref serverMessage, into);
        waiting.End(into);
        if (connection is not null) into.Emit(connection);
        connection = null;
        one.End(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        one.Reset();
        connection = null;
        clientMessage = serverMessage = null;
        isOne = false;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Greeting) return Measured.Need(Greeting);
        if (bytes.StartsWith("AMQP"u8)) return IsVersion(bytes[4..]) ? new Measured(Greeting, Greeting) : Measured.Wrong(AmqpFaults.MalformedFrame);
        if (isOne)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            return length is < Greeting or > Longest || bytes[4] < 2 || bytes[5] > 1 ? Measured.Wrong(AmqpFaults.MalformedFrame) : new Measured(length, MostShown);
        }
        uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes[3..]);
        return size > Longest || bytes[0] is not (Method or Head or Body or Heartbeat) ? Measured.Wrong(AmqpFaults.MalformedFrame) : new Measured(Header + size + 1, bytes[0] is Body ? Header : MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        if (bytes.StartsWith("AMQP"u8))
        {
            isOne = bytes[5] == 1 && bytes[6] == 0;
            // The layer of 1.0 that only wraps another is TLS.
            return isOne && bytes[4] == 2 && message.Side == Side.Server ? Continuation.HandOver : Continuation.Stay;
        }
        if (isOne)
        {
            int body = bytes[4] * 4;
            if (body < bytes.Length) one.Take(bytes[body..], BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), message.Side, message.At, message.Range, into);
            return Continuation.Stay;
        }
        int channel = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        ref AmqpOperation? pending = ref message.Side == Side.Client ? ref clientMessage : ref serverMessage;
        bool isWhole = bytes.Length == message.Length;
        SpanReader reader = new(bytes.Slice(Header, bytes.Length - Header - (isWhole ? 1 : 0)));
        switch (bytes[0])
        {
            case Head when pending is not null && pending.Channel == channel:
                reader.Skip(4);
                long length = (long)reader.U64();
                int flags = reader.U16();
                string? type = (flags & 0x8000) != 0 ? Short(ref reader) : null;
                if (!reader.Failed) pending = pending with { At = message.At, BodyBytes = length, ContentType = type };
                Release(ref pending, into);
                break;
            case Method:
                Release(ref pending, into);
                int group = reader.U16(), method = reader.U16();
                if (group == 10) OnConnection(method, in message, ref reader, into);
                else if (NameOf(group, method) is { } name) OnMethod(name, channel, in message, ref reader, ref pending, into);
                if (reader.Failed && isWhole) into.Report(AmqpFaults.MalformedMethod);
                break;
        }
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    private static bool IsVersion(ReadOnlySpan<byte> version) => version is [0, 0, 9, 1, ..] or [1, 1, 0, 9 or 10, ..] or [1, 1, 8, 0, ..] or [<= 3, 1, 0, 0, ..];

    private static void Release(ref AmqpOperation? operation, ITransactionSink into)
    {
        if (operation is not null) into.Emit(operation);
        operation = null;
    }

    private static string? Short(ref SpanReader reader)
    {
        ReadOnlySpan<byte> text = reader.Take(reader.U8());
        return ShortText.Of(text, LongestText);
    }

    /// <summary>Methods that are told of or that answer them. AMQP 0-9-1, section 1.</summary>
    private static string? NameOf(int group, int method) => (group, method) switch
    {
        (20, 10) => "channel.open",
        (20, 11) => "channel.open-ok",
        (20, 40) => "channel.close",
        (20, 41) => "channel.close-ok",
        (40, 10) => "exchange.declare",
        (40, 11) => "exchange.declare-ok",
        (40, 20) => "exchange.delete",
        (40, 21) => "exchange.delete-ok",
        (50, 10) => "queue.declare",
        (50, 11) => "queue.declare-ok",
        (50, 20) => "queue.bind",
        (50, 21) => "queue.bind-ok",
        (50, 30) => "queue.purge",
        (50, 31) => "queue.purge-ok",
        (50, 40) => "queue.delete",
        (50, 41) => "queue.delete-ok",
        (50, 50) => "queue.unbind",
        (50, 51) => "queue.unbind-ok",
        (60, 20) => "basic.consume",
        (60, 21) => "basic.consume-ok",
        (60, 40) => "basic.publish",
        (60, 50) => "basic.return",
        (60, 60) => "basic.deliver",
        (60, 70) => "basic.get",
        (60, 71) => "basic.get-ok",
        (60, 72) => "basic.get-empty",
        (60, 80) => "basic.ack",
        (60, 90) => "basic.reject",
        (60, 120) => "basic.nack",
        _ => null,
    };

    private void OnConnection(int method, in Message message, ref SpanReader reader, ITransactionSink into)
    {
        connection ??= new AmqpConnection(message.At, message.Range) { Began = message.At, Version = "0-9-1" };
        switch (method)
        {
            case 10:
                byte major = reader.U8(), minor = reader.U8();
                AmqpProperties server = AmqpValues.Table(ref reader);
                string version = (major, minor) is (0, 9) ? "0-9-1" : string.Create(CultureInfo.InvariantCulture, $"{major}-{minor}");
                connection = connection with { At = message.At, Version = version, Server = server.Product, ServerPlatform = server.Platform, ServerName = server.Name, Places = TextPlace.Of(connection.Places, message.Bytes, message.Range, server.Product) };
                break;
            case 11:
                AmqpProperties client = AmqpValues.Table(ref reader);
                string? mechanism = Short(ref reader);
                ReadOnlySpan<byte> response = reader.Take((int)Math.Min(reader.U32(), int.MaxValue));
                SaslCredentials shown = SaslCredentials.Of(mechanism, response);
                connection = connection with { At = message.At, Client = client.Product, ClientPlatform = client.Platform, ClientName = client.Name, Mechanism = mechanism, User = shown.User, HasPassword = shown.HasPassword, PasswordRule = shown.PasswordRule, Places = TextPlace.Of(connection.Places, message.Bytes, message.Range, client.Product) };
                break;
            case 40:
                connection = connection with { At = message.At, VirtualHost = Short(ref reader) };
                break;
            case 41:
                Told(message.At, true, null, into);
                break;
            case 50 when message.Side == Side.Server:
                int code = reader.U16();
                // Behind the opening it is the end of a connection that has its row.
                if (connection.Client is null && connection.Server is null) connection = null;
                else Told(message.At, false, code, into);
                break;
            default:
                if (connection.Client is null && connection.Server is null) connection = null;
                break;
        }
    }

    private void Told(CaptureTime at, bool isOpen, int? code, ITransactionSink into)
    {
        into.Emit(connection! with { At = at, IsOpen = isOpen, ReplyCode = code });
        connection = null;
    }

    private void OnMethod(string name, int channel, in Message message, ref SpanReader reader, ref AmqpOperation? pending, ITransactionSink into)
    {
        bool isClient = message.Side == Side.Client;
        if (!isClient && (name.EndsWith("-ok", StringComparison.Ordinal) || name is "basic.get-empty" or "channel.close"))
        {
            int? code = name == "channel.close" ? reader.U16() : null;
            if (waiting.Take(channel) is { } asked) into.Emit(asked with { At = message.At, Success = name != "basic.get-empty" && code is null, ReplyCode = code });
            return;
        }
        AmqpOperation operation = new(message.At, message.Range) { Began = message.At, Method = name, FromClient = isClient, Channel = channel };
        switch (name)
        {
            case "exchange.declare" or "exchange.delete":
                reader.Skip(2);
                operation = operation with { Exchange = Short(ref reader) };
                break;
            case "queue.declare" or "queue.purge" or "queue.delete" or "basic.consume" or "basic.get":
                reader.Skip(2);
                operation = operation with { Queue = Short(ref reader) };
                break;
            case "queue.bind" or "queue.unbind":
                reader.Skip(2);
                operation = operation with { Queue = Short(ref reader), Exchange = Short(ref reader), RoutingKey = Key(ref reader, into) };
                break;
            case "basic.publish":
                reader.Skip(2);
                pending = operation with { Exchange = Short(ref reader), RoutingKey = Key(ref reader, into) };
                return;
            case "basic.deliver":
                Short(ref reader);
                reader.Skip(9);
                pending = operation with { Exchange = Short(ref reader), RoutingKey = Key(ref reader, into) };
                return;
            case "basic.return":
                int code = reader.U16();
                Short(ref reader);
                pending = operation with { ReplyCode = code, Exchange = Short(ref reader), RoutingKey = Key(ref reader, into) };
                return;
            default:
                return;
        }
        if (isClient && !reader.Failed) waiting.Add(channel, operation, into);
    }

    private MaskedText? Key(ref SpanReader reader, ITransactionSink into)
    {
        ReadOnlySpan<byte> key = reader.Take(reader.U8());
        return SubjectMasking.Of(key, into.Masker, ref masking);
    }
}
