using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Mqtt;

namespace Wardkeeper.Sensor.Protocols.Websocket;

/// <summary>
/// WebSocket, mostly behind an upgrade of HTTP, which knows who asked for what and writes that row. Frames are counted by side and kind, and
/// the beginning of each side's first message tells what it is. Kept per flow are these numbers; contents are passed by.
/// </summary>
internal sealed class WebsocketAnalyser : MessageAnalyser, IProtocol
{
    private const int MostShown = 256, Sample = 64, LongestControl = 125, MostOffered = 1000;
    private const byte Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    private Half client, server;
    private long pings;
    private int? closeCode;
    private bool? closedByServer;
    private CaptureTime began, last;
    private ByteRange first;
    private bool hasFrames;

    // Whether rules are loaded is known with the first frame; until then as much is waited for as they would want.
    private bool isOffering = true;
    private WebsocketBuffers fromClient, fromServer;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "websocket",
        Title = "WebSocket",
        Standard = "RFC 6455",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x80 | Text),
        LookAhead = 32,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // Only in mid-stream, where the upgrade was not seen: a masked text that is readable once unmasked, or an open one that is JSON.
        if (opening.FromStart) return Match.No;
        bool isOriginator = !opening.Client.IsEmpty;
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < 2 || bytes[0] != (0x80 | Text)) return bytes.Length == 1 && bytes[0] == (0x80 | Text) ? Match.NeedMore : Match.No;
        bool isMasked = (bytes[1] & 0x80) != 0;
        if (!TryHead(bytes, out int head, out long length) || length < 12) return Match.No;
        int shown = (int)Math.Min(length, 20);
        if (head == 0 || bytes.Length < head + shown) return Match.NeedMore;
        Span<byte> sample = stackalloc byte[20];
        sample = Unmask(bytes, head, isMasked, sample[..shown]);
        if (sample.ContainsAnyExceptInRange((byte)' ', (byte)'~') || (!isMasked && sample[0] is not ((byte)'{' or (byte)'['))) return Match.No;
        return isMasked == isOriginator ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (!hasFrames) return;
        WebsocketTraffic row = new(last, first)
        {
            Began = began,
            ClientTexts = client.Texts,
            ClientBinaries = client.Binaries,
            ClientBytes = client.Bytes,
            ServerTexts = server.Texts,
            ServerBinaries = server.Binaries,
            ServerBytes = server.Bytes,
            Pings = pings,
            ClientKind = client.Kind,
            ServerKind = server.Kind,
            CloseCode = closeCode,
            ClosedByServer = closedByServer,
        };
        into.Emit(row);
        hasFrames = false;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        client = server = default;
        fromClient.Clear();
        fromServer.Clear();
        pings = 0;
        closeCode = null;
        closedByServer = null;
        hasFrames = false;
        isOffering = true;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return Measured.Need(2);
        byte opcode = (byte)(bytes[0] & 0x0F);
        bool isControl = opcode >= Close;
        if (opcode is > Binary and < Close or > Pong || (isControl && ((bytes[0] & 0x80) == 0 || (bytes[1] & 0x7F) > LongestControl)) || !TryHead(bytes, out int head, out long length))
            return Measured.Wrong(WebsocketFaults.BadFrame);
        return head == 0 ? Measured.Need(bytes.Length + 1) : new Measured(head + length, isOffering ? head + MostOffered : head + Sample < MostShown ? head + Sample : MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        TryHead(message.Bytes, out int head, out long length);
        ref Half half = ref message.Side == Side.Client ? ref client : ref server;
        if (!hasFrames) (hasFrames, began, first) = (true, message.At, message.Range);
        last = message.At;
        byte opcode = (byte)(message.Bytes[0] & 0x0F);
        isOffering = into.Buffers is not null;
        if (into.Buffers is { } buffers) (message.Side == Side.Client ? ref fromClient : ref fromServer).Offer(message.Bytes, head, message.Side, buffers);
        Span<byte> sample = stackalloc byte[Sample];
        switch (opcode)
        {
            case Ping or Pong:
                pings++;
                return Continuation.Stay;
            case Close:
                closedByServer ??= message.Side == Side.Server;
                ReadOnlySpan<byte> reason = Unmask(message.Bytes, head, (message.Bytes[1] & 0x80) != 0, sample);
                if (reason.Length >= 2) closeCode ??= BinaryPrimitives.ReadUInt16BigEndian(reason);
                return Continuation.Stay;
            case Text:
                half.Texts++;
                break;
            case Binary:
                half.Binaries++;
                break;
        }
        half.Bytes += length;
        // The first reserved bit says that the message is compressed. RFC 7692, section 6.
        if (half.Kind is null && length > 0) half.Kind = (message.Bytes[0] & 0x40) != 0 ? "compressed" : KindOf(Unmask(message.Bytes, head, (message.Bytes[1] & 0x80) != 0, sample), message.Side);
        return Continuation.Stay;
    }

    /// <summary>Length of the header and of the content; the header is 0 while it is not all there. False when the length is none.</summary>
    private static bool TryHead(ReadOnlySpan<byte> bytes, out int head, out long length)
    {
        (head, length) = (0, bytes[1] & 0x7F);
        int mask = (bytes[1] & 0x80) != 0 ? 4 : 0, whole = mask + (length switch { 126 => 4, 127 => 10, _ => 2 });
        if (length == 127 && bytes.Length > 2 && bytes[2] != 0) return false;
        if (bytes.Length < whole) return true;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        head = whole;
        return true;
    }

    private static Span<byte> Unmask(ReadOnlySpan<byte> frame, int head, bool isMasked, Span<byte> into)
    {
        ReadOnlySpan<byte> content = frame[head..];
        content = content[..Math.Min(content.Length, into.Length)];
        into = into[..content.Length];
        content.CopyTo(into);
        if (!isMasked) return into;
        for (int i = 0; i < into.Length; i++) into[i] ^= frame[head - 4 + (i & 3)];
        return into;
    }

    private static string? KindOf(ReadOnlySpan<byte> content, Side side)
    {
        if (content.TrimStart((byte)0x0B).StartsWith("MSH|"u8)) return "hl7";
        Opening opening = side == Side.Client ? new() { Carrier = Carrier.Tcp, Client = content, FromStart = true } : new() { Carrier = Carrier.Tcp, Server = content, FromStart = true };
        if (side == Side.Client && MqttAnalyser.Recognise(in opening) == Match.Yes) return "mqtt";
        if (side == Side.Server && content is [0x20, 2, ..]) return "mqtt";
        if (content.StartsWith("CONNECT\n"u8) || content.StartsWith("CONNECTED\n"u8) || content.StartsWith("STOMP\n"u8)) return "stomp";
        if (HttpRecogniser.Match(in opening) == Match.Yes) return "http";
        return MqttNames.Kind(content);
    }

    private struct Half
    {
        public long Texts, Binaries, Bytes;
        public string? Kind;
    }
}
