using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Http2;

/// <summary>
/// HTTP/2 in clear, known beforehand or upgraded to: each stream leaves as a row like those of HTTP/1.1, with everything that is read of
/// their fields and bodies, and calls of gRPC as rows of their own. Kept per flow are the streams under way and the two tables of HPACK,
/// all bounded. A side whose header blocks can no longer be unpacked falls silent.
/// </summary>
internal sealed class Http2Analyser : MessageAnalyser, IProtocol
{
    private const int Header = 9, MostShown = 32 * 1024, LargestFrame = 1 << 20, MostStreams = 128, MostSpare = 8;
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, PushPromise = 5, Continued = 9;
    private const byte EndStream = 1, EndHeaders = 4, Padded = 8, Priority = 0x20;

    private readonly List<Http2Stream> streams = [];
    private readonly Stack<Http2Stream> spare = new();
    private readonly Direction client = new(), server = new();
    private readonly FlowMemory memory = new();
    private UriMasking? masking;
    private long depth;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "http2",
        Title = "Hypertext Transfer Protocol 2 in clear, and gRPC",
        Standard = "RFC 9113, RFC 7541, gRPC over HTTP2",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'P', 0),
        Ports = [80, 8080, 50051],
        LookAhead = 64,
        MaxHeld = MostShown + Header,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (!bytes.IsEmpty) return Openings.Begin(bytes, Preface);
        // A server may speak first: its settings, six bytes each, on stream 0.
        bytes = opening.Server;
        if (bytes.StartsWith(Preface)) return opening.FromStart ? Match.No : Match.YesReversed;
        if (bytes.Length < Header + 6) return bytes.Length < 2 || bytes[..2].SequenceEqual((ReadOnlySpan<byte>)[0, 0]) ? Match.NeedMore : Match.No;
        int length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
        return length is >= 6 and <= 96 && length % 6 == 0 && bytes[3] == Settings && bytes[4] == 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) == 0 && bytes[9] == 0 && bytes[10] is >= 1 and <= 9 ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        while (streams.Count > 0) Finish(streams[0], false, streams[0].Exchange.Last, into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        foreach (Http2Stream stream in streams) stream.Abandon();
        streams.Clear();
        client.Reset();
        server.Reset();
        memory.Clear();
        depth = 0;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (side == Side.Client && bytes[0] == 'P')
        {
            if (bytes.Length < Preface.Length) return Measured.Need(Preface.Length);
            return bytes.StartsWith(Preface) ? new Measured(Preface.Length, Preface.Length) : Measured.Wrong(Http2Faults.BadFrame);
        }
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
        // Any number is allowed as a kind, and unknown ones are to be ignored; none above 16 is known.
        return length > LargestFrame || bytes[3] > 0x20 ? Measured.Wrong(Http2Faults.BadFrame) : new Measured(Header + length, bytes[3] is Settings ? Header : MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        if (bytes[0] == 'P' && bytes.Length == Preface.Length) return Continuation.Stay;
        byte kind = bytes[3], flags = bytes[4];
        uint id = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) & 0x7FFFFFFF;
        Direction direction = DirectionOf(message.Side);
        if (direction.IsLost) return Continuation.Stay;
        switch (kind)
        {
            case Data:
                Content(in message, id, flags, into);
                break;
            case Headers or PushPromise:
                if (!TryFragment(bytes[Header..], kind, flags, out ReadOnlySpan<byte> fragment, out uint promised, out int weight))
                {
                    Lose(direction, Http2Faults.BadFrame, into);
                    break;
                }
                direction.Open(kind == PushPromise ? promised : id, kind == PushPromise, (flags & EndStream) != 0 && kind == Headers, message.Range);
                if (weight >= 0) into.Buffers?.Offer(Signatures.Buffers.BufferName.Http2Priority, message.Side, weight);
                Block(in message, direction, fragment, flags, into);
                break;
            case Continued when direction.IsOpen:
                Block(in message, direction, bytes[Header..], flags, into);
                break;
            case ResetStream when Find(id) is { } broken:
                Finish(broken, false, message.At, into);
                break;
        }
        return Continuation.Stay;
    }

    /// <summary>A header block without padding and priority, whose weight is -1 where there is none. RFC 9113 6.2 and 6.6.</summary>
    private static bool TryFragment(ReadOnlySpan<byte> content, byte kind, byte flags, out ReadOnlySpan<byte> fragment, out uint promised, out int weight)
    {
        weight = -1;
        SpanReader reader = new(content);
        int padding = (flags & Padded) != 0 ? reader.U8() : 0;
        promised = kind == PushPromise ? reader.U32() & 0x7FFFFFFF : 0;
        if (kind == Headers && (flags & Priority) != 0)
        {
            reader.Skip(4);
            weight = reader.U8();
        }
        fragment = reader.Take(reader.Remaining - padding);
        return !reader.Failed;
    }

    private Direction DirectionOf(Side side) => side == Side.Client ? client : server;

    private Http2Stream? Find(uint id)
    {
        foreach (Http2Stream stream in streams)
        {
            if (stream.Id == id) return stream;
        }
        return null;
    }

    private static void Lose(Direction direction, Fault fault, ITransactionSink into)
    {
        into.Report(fault);
        direction.Reset();
        direction.IsLost = true;
    }

    private void Block(in Message message, Direction direction, ReadOnlySpan<byte> fragment, byte flags, ITransactionSink into)
    {
        bool isWhole = message.Bytes.Length == message.Length;
        if (!isWhole || direction.Block.Length + fragment.Length > HttpLimits.Head)
        {
            Lose(direction, Http2Faults.BlockTooLong, into);
            return;
        }
        if ((flags & EndHeaders) == 0 || direction.Block.Length > 0)
        {
            direction.Block.Write(fragment);
            if ((flags & EndHeaders) == 0) return;
            fragment = direction.Block.GetBuffer().AsSpan(0, (int)direction.Block.Length);
        }
        if (!direction.Fields.TryRead(fragment))
        {
            Lose(direction, Http2Faults.BadHeaderBlock, into);
            return;
        }
        direction.Block.SetLength(0);
        direction.IsOpen = false;
        // What a server promises is a request that it makes in the client's name.
        bool isRequest = message.Side == Side.Client || direction.IsPromise;
        Http2Stream stream = Find(direction.Id) ?? Begin(direction.Id, isRequest, message.At, into);
        if (isRequest) Request(stream, in message, direction, into);
        else Response(stream, in message, direction, into);
    }

    private Http2Stream Begin(uint id, bool isRequest, CaptureTime at, ITransactionSink into)
    {
        if (streams.Count == MostStreams)
        {
            into.Report(Http2Faults.TooManyStreams);
            Finish(streams[0], false, at, into);
        }
        Http2Stream stream = spare.Count > 0 ? spare.Pop() : new Http2Stream();
        stream.Begin(id, ++depth);
        // A response alone is the answer to an upgraded request, which has its row already, or to a lost one.
        if (!isRequest) stream.Exchange.RequestDone = true;
        streams.Add(stream);
        return stream;
    }

    private void Request(Http2Stream stream, in Message message, Direction direction, ITransactionSink into)
    {
        Hpack fields = direction.Fields;
        Exchange exchange = stream.Exchange;
        if (into.Buffers is { } buffers) Http2Buffers.Request(fields, stream.Buffers(Side.Client), buffers);
        if (!exchange.HasRequest && fields.Method is { } method)
        {
            UriMasking.Of(into.Masker, ref masking);
            exchange.Request(FieldText.Of(method), "2", message.At, direction.Range);
            byte[] path = fields.Path ?? [];
            if (path.Length > 0) exchange.Uri = masking!.Uri(path, ref exchange.Patients);
            exchange.Web = DicomWebRequest.Of(method, path);
            exchange.Elastic = ElasticRequest.Of(path);
            exchange.IsForwarded = exchange.IsConnect;
            MessageHead head = MessageHead.Read(fields.Lines, true, exchange, masking!, null, into);
            if (fields.Authority is { Length: > 0 } authority) exchange.Host = FieldText.Of(authority);
            if (exchange.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true) stream.Call = CallOf(path);
            if (!direction.EndsStream) stream.BeginBody(Side.Client, in head, message.At, direction.Range, into);
        }
        exchange.Touch(message.At);
        if (direction.IsPromise || direction.EndsStream) EndSide(stream, Side.Client, message.At, into);
    }

    private void Response(Http2Stream stream, in Message message, Direction direction, ITransactionSink into)
    {
        Hpack fields = direction.Fields;
        Exchange exchange = stream.Exchange;
        if (fields.Status > 0 && into.Buffers is { } buffers) Http2Buffers.Response(fields, stream.Buffers(Side.Server), buffers);
        if (fields.GrpcStatus >= 0) stream.CallStatus ??= fields.GrpcStatus;
        if (!exchange.HasResponse && fields.Status is >= 100 and <= 999)
        {
            exchange.Response(fields.Status, null, "2", message.At, direction.Range);
            if (exchange.HasResponse)
            {
                UriMasking.Of(into.Masker, ref masking);
                MessageHead head = MessageHead.Read(fields.Lines, false, exchange, masking!, null, into);
                if (!direction.EndsStream) stream.BeginBody(Side.Server, in head, message.At, direction.Range, into);
            }
        }
        exchange.Touch(message.At);
        if (direction.EndsStream) EndSide(stream, Side.Server, message.At, into);
    }

    private void Content(in Message message, uint id, byte flags, ITransactionSink into)
    {
        if (Find(id) is not { } stream) return;
        SpanReader reader = new(message.Bytes[Header..]);
        int padding = (flags & Padded) != 0 ? reader.U8() : 0;
        long missing = message.Length - message.Bytes.Length;
        ReadOnlySpan<byte> content = reader.Take(missing > 0 ? reader.Remaining : reader.Remaining - padding);
        if (reader.Failed)
        {
            into.Report(Http2Faults.BadFrame);
            return;
        }
        stream.Push(message.Side, content, Math.Max(0, missing - padding), into);
        stream.Exchange.Touch(message.At);
        if ((flags & EndStream) != 0) EndSide(stream, message.Side, message.At, into);
    }

    private void EndSide(Http2Stream stream, Side side, CaptureTime at, ITransactionSink into)
    {
        stream.EndSide(side, true, at, into);
        if (stream.IsOver) Finish(stream, true, at, into);
    }

    private void Finish(Http2Stream stream, bool isComplete, CaptureTime at, ITransactionSink into)
    {
        streams.Remove(stream);
        stream.EndSide(Side.Client, isComplete, at, into);
        stream.EndSide(Side.Server, isComplete, at, into);
        // Nothing is known of a stream of which only a trailer was seen.
        if (stream.Exchange.HasRequest || stream.Exchange.HasResponse)
        {
            HttpExchange row = ExchangeQueue.Emit(stream.Exchange, Info.Name, memory, into);
            if (stream.Call is { } call) into.Emit(GrpcCall.Of(row, call, stream));
        }
        if (spare.Count < MostSpare) spare.Push(stream);
    }

    /// <summary><c>/package.Service/Method</c>; names of a program, so nothing in them is a patient's unless it is none of these.</summary>
    private static (string, string)? CallOf(ReadOnlySpan<byte> path)
    {
        if (path.Length is < 4 or > 256 || path[0] != '/') return null;
        int slash = path.LastIndexOf((byte)'/');
        if (slash < 2 || slash == path.Length - 1) return null;
        foreach (byte b in path)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'_' or (byte)'/' or (byte)'-')) return null;
        }
        return (Encoding.ASCII.GetString(path[1..slash]), Encoding.ASCII.GetString(path[(slash + 1)..]));
    }

    /// <summary>What is kept of one direction.</summary>
    private sealed class Direction
    {
        public Hpack Fields { get; } = new();

        /// <summary>Fragments of a header block that is not whole.</summary>
        public MemoryStream Block { get; } = new();

        public uint Id { get; private set; }

        public bool IsPromise { get; private set; }

        public bool EndsStream { get; private set; }

        public ByteRange Range { get; private set; }

        /// <summary>Whether more of a block is to come.</summary>
        public bool IsOpen { get; set; }

        /// <summary>Whether header blocks can no longer be unpacked.</summary>
        public bool IsLost { get; set; }

        public void Open(uint id, bool isPromise, bool endsStream, ByteRange range)
        {
            (Id, IsPromise, EndsStream, Range, IsOpen) = (id, isPromise, endsStream, range, true);
            Block.SetLength(0);
        }

        public void Reset()
        {
            Fields.Reset();
            Block.SetLength(0);
            IsOpen = IsLost = false;
        }
    }
}
