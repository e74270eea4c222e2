using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Kerberos;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// HTTP/1.0 and 1.1 over TCP, both sides, pipelined or not. A head is read when it is whole, a body passes through
/// <see cref="Body"/> as it comes and is never held. Kept per flow: where each side is, the exchanges without their answer, and
/// what the ends said of themselves. After lost bytes a body of known length is skipped in step; elsewhere the next start line is
/// waited for. Bodies of FHIR, CDA and HL7 v2 are read as far as they are kept and leave as rows of their own; DICOM files in bodies are
/// read, and DICOMweb's transactions have rows of their own. CONNECT and Upgrade hand the stream over. HTTP/0.9 is not read; other
/// multipart bodies, cookies and credentials beyond the
/// user's name are deliberately not parsed.
/// </summary>
internal sealed class HttpAnalyser : IProtocol
{
    private readonly HttpSide client = new(Side.Client);
    private readonly HttpSide server = new(Side.Server);
    private readonly ExchangeQueue exchanges = new();
    private readonly GssExchange authentication = new();
    private UriMasking? masking;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "http",
        Title = "Hypertext Transfer Protocol 1.x",
        Standard = "RFC 9110, RFC 9112",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("\r\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8),
        Ports = [80, 8080, 8000, 8888, 3128, 5985, 631],
        LookAhead = 2048,
        MaxHeld = HttpLimits.Head + 1,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => HttpRecogniser.Match(in opening);

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        HttpSide side = segment.Side == Side.Client ? client : server;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int from = 0;
        while (from < bytes.Length)
        {
            Expecting before = side.Expecting;
            Progress step = side.Expecting switch
            {
                Expecting.Head => Head(side, bytes[from..], in segment, from, into),
                Expecting.Body or Expecting.Chunks or Expecting.Rest => BodyBytes(side, bytes[from..], segment.At, into),
                Expecting.AnyLine or Expecting.AnySegment => Resume(side, bytes[from..], from == 0),
                _ => new Progress(bytes.Length - from <= HttpLimits.Head ? 0 : bytes.Length - from),
            };
            if (into.Buffers is not null && side.Buffers.IsOdd) side.Buffers.Raw(bytes.Slice(from, step.Consumed));
            from += step.Consumed;
            if (step.Then != Continuation.Stay) return step with { Consumed = from };
            if (step.Consumed == 0 && side.Expecting == before) return new Progress(from);
        }
        return new Progress(from);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        HttpSide lost = side == Side.Client ? client : server;
        switch (lost.Expecting)
        {
            case Expecting.Body when missing <= lost.Remaining:
                lost.AtBodyStart = false;
                lost.Body.Lose(missing);
                lost.Remaining -= missing;
                if (lost.Remaining == 0) EndBody(lost, false, null, into);
                return;
            case Expecting.Chunks when lost.Chunks.IsInData && missing <= lost.Chunks.Remaining:
                lost.AtBodyStart = false;
                lost.Body.Lose(missing);
                lost.Chunks.Skip(missing);
                return;
            case Expecting.Rest:
                lost.AtBodyStart = false;
                lost.Body.Lose(missing);
                return;
        }
        int underWay = exchanges.Count;
        if (lost.Exchange is not null) EndBody(lost, false, null, into);
        if (side == Side.Client) exchanges.LoseRequests(underWay, into);
        else exchanges.LoseResponses(underWay, into);
        lost.Expect(Expecting.AnySegment);
        if (client.Expecting == Expecting.Answer) client.Expect(Expecting.AnySegment);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (into.Buffers is { } buffers)
        {
            client.Buffers.End(Side.Client, buffers);
            server.Buffers.End(Side.Server, buffers);
        }
        if (client.Exchange is not null) EndBody(client, false, null, into);
        if (server.Exchange is not null) EndBody(server, how == FlowEnd.Closed && server.Expecting == Expecting.Rest, null, into);
        exchanges.Flush(into);
        authentication.Finish(null, null, into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client.Reset();
        server.Reset();
        exchanges.Reset();
        authentication.Reset();
    }

    private Progress Head(HttpSide side, ReadOnlySpan<byte> bytes, in Segment segment, int from, ITransactionSink into)
    {
        int blank = bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (blank != 0 && !side.HasStartLine) return new Progress(blank < 0 ? bytes.Length : blank);
        if (!side.HasStartLine)
        {
            Match begins = side.Begins(bytes);
            if (begins == Match.NeedMore) return default;
            if (begins == Match.No)
            {
                into.Report(HttpFaults.BadStartLine);
                if (side.Which == Side.Server) side.Buffers.TurnOdd();
                side.Expect(Expecting.AnyLine);
                return default;
            }
            side.HasStartLine = true;
        }
        int length = side.FindHead(bytes);
        bool tooLong = Math.Max(length, length == 0 ? bytes.Length : 0) > HttpLimits.Head;
        if (length == 0 && !tooLong)
        {
            if (into.Buffers is not null) side.Buffers.Begin(bytes);
            return default;
        }
        ReadOnlySpan<byte> head = bytes[..(tooLong ? HttpLimits.Head : length)];
        ByteRange evidence = segment.Range(from, head.Length);
        UriMasking.Of(into.Masker, ref masking);
        Progress progress = side.Which == Side.Client ? Request(head, evidence, segment.At, into) : Response(head, evidence, segment.At, into);
        if (!tooLong) return progress with { Consumed = length };
        return Progress.GiveUp(HttpFaults.HeadTooLong);
    }

    private Progress Request(ReadOnlySpan<byte> head, ByteRange evidence, CaptureTime at, ITransactionSink into)
    {
        int line = head.IndexOf((byte)'\n');
        if (into.Buffers is { } buffers) client.Buffers.Request(head, buffers);
        StartLine.TryRequest(head[..line], out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> target, out ReadOnlySpan<byte> version);
        Exchange exchange = exchanges.ForRequest(server.IsLost, into);
        exchange.Request(FieldText.Of(method), FieldText.Of(version), at, evidence);
        exchange.Uri = masking!.Uri(target, ref exchange.Patients);
        exchange.Web = DicomWebRequest.Of(method, target);
        exchange.Elastic = ElasticRequest.Of(target);
        exchange.IsForwarded = exchange.IsConnect || target.IndexOf("://"u8) is > 0 and < 8;
        MessageHead fields = MessageHead.Read(head[(line + 1)..], true, exchange, masking, evidence.Of(head, head[(line + 1)..]), into);
        if (exchange.RequestToken is { } token) authentication.Take(token, at, evidence, into);
        client.Exchange = exchange;
        switch (fields.Framing)
        {
            case BodyFraming.Chunked:
                BeginBody(client, Expecting.Chunks, in fields, at, evidence, into);
                break;
            case BodyFraming.Length when fields.Length > 0:
                BeginBody(client, Expecting.Body, in fields, at, evidence, into);
                break;
            case BodyFraming.Unknown:
                EndBody(client, true, at, into);
                client.Expect(Expecting.AnyLine);
                break;
            default:
                EndBody(client, true, at, into);
                if (exchange is { IsConnect: true, HasResponse: false, IsEmitted: false }) client.Expect(Expecting.Answer);
                break;
        }
        return default;
    }

    private Progress Response(ReadOnlySpan<byte> head, ByteRange evidence, CaptureTime at, ITransactionSink into)
    {
        int line = head.IndexOf((byte)'\n');
        if (into.Buffers is { } buffers) server.Buffers.Response(head, buffers);
        StartLine.ReadResponse(line < 0 ? head : head[..line], out ReadOnlySpan<byte> version, out int status, out ReadOnlySpan<byte> reason);
        if (version[0] != (byte)'1') into.Report(HttpFaults.OddVersion);
        Exchange exchange = exchanges.ForResponse(into);
        exchange.Response(status, FieldText.Of(reason, 256), FieldText.Of(version), at, evidence);
        if (!exchange.HasResponse)
        {
            server.Expect(Expecting.Head);
            return default;
        }
        MessageHead fields = MessageHead.Read(head[(line + 1)..], false, exchange, masking!, evidence.Of(head, head[(line + 1)..]), into);
        if (exchange.ResponseToken is { } token) authentication.Take(token, at, evidence, into);
        // A refusal that goes on with the negotiation is no end of it.
        if (exchange.RequestToken is not null && (status is not (401 or 407) || exchange.ResponseToken is null)) authentication.Finish(status is not (401 or 407), at, into);
        server.Exchange = exchange;
        if (status == 101 || (exchange.IsConnect && status is >= 200 and < 300))
        {
            EndBody(server, true, at, into);
            string? successor = status == 101 ? Successor(fields.Upgrade ?? exchange.Upgrade) : null;
            if (successor == "websocket") into.Emit(exchange.ToWebsocket());
            return Progress.HandOver(0, successor);
        }
        if (client.Expecting == Expecting.Answer) client.Expect(Expecting.Head);
        BodyFraming framing = exchange.IsHead || status is 204 or 304 ? BodyFraming.Length : fields.Framing;
        long length = exchange.IsHead || status is 204 or 304 ? 0 : fields.Length;
        switch (framing)
        {
            case BodyFraming.Length when length == 0:
                EndBody(server, true, at, into);
                break;
            case BodyFraming.Length:
                BeginBody(server, Expecting.Body, in fields, at, evidence, into);
                break;
            case BodyFraming.Chunked:
                BeginBody(server, Expecting.Chunks, in fields, at, evidence, into);
                break;
            case BodyFraming.Unknown:
                server.Buffers.TurnOdd();
                EndBody(server, true, at, into);
                server.Expect(Expecting.AnyLine);
                break;
            default:
                BeginBody(server, Expecting.Rest, in fields, at, evidence, into);
                if (framing == BodyFraming.UntilClose) server.Buffers.TurnOdd();
                break;
        }
        return default;
    }

    private static string? Successor(string? upgrade) => upgrade switch { "websocket" => "websocket", "h2c" => "http2", _ => null };

    private static void BeginBody(HttpSide side, Expecting kind, in MessageHead fields, CaptureTime at, ByteRange where, ITransactionSink into)
    {
        side.Expect(kind);
        side.Remaining = fields.Length;
        side.Chunks = default;
        side.Buffers.Keeps |= kind == Expecting.Chunks && side.Which == Side.Server;
        side.Body.Begin(fields.BodyHead(side.Which == Side.Server && side.Exchange?.Web?.Operation == "search", at, where, into) with { IsPlain = kind != Expecting.Chunks });
    }

    private Progress BodyBytes(HttpSide side, ReadOnlySpan<byte> bytes, CaptureTime at, ITransactionSink into)
    {
        if (side.AtBodyStart && MayBeAbsent(side))
        {
            Match next = side.Begins(bytes);
            // Also where the body would be whole: what it is must not depend on how much came at once.
            if (next == Match.NeedMore) return default;
            if (next == Match.Yes)
            {
                EndBody(side, false, at, into);
                return default;
            }
        }
        side.AtBodyStart = false;
        switch (side.Expecting)
        {
            case Expecting.Body:
                int length = (int)Math.Min(bytes.Length, side.Remaining);
                side.Push(bytes[..length], into);
                side.Remaining -= length;
                if (side.Remaining == 0) EndBody(side, true, at, into);
                return new Progress(length);
            case Expecting.Chunks:
                return ChunkBytes(side, bytes, at, into);
            default:
                side.Push(bytes, into);
                side.Exchange!.Touch(at);
                return new Progress(bytes.Length);
        }
    }

    private Progress ChunkBytes(HttpSide side, ReadOnlySpan<byte> bytes, CaptureTime at, ITransactionSink into)
    {
        if (!side.Chunks.Next(bytes, out int consumed, out ReadOnlySpan<byte> data))
        {
            into.Report(HttpFaults.BadChunk);
            if (side.Which == Side.Server) side.Buffers.TurnOdd();
            EndBody(side, false, at, into);
            side.Expect(Expecting.AnyLine, inLine: !side.Chunks.IsAtLineStart);
            return new Progress(consumed);
        }
        side.Push(data, into);
        if (side.Chunks.IsDone) EndBody(side, true, at, into);
        return new Progress(consumed);
    }

    /// <summary>Whether the announced body may not come: the answer to an unseen HEAD, or a refused Expect.</summary>
    private static bool MayBeAbsent(HttpSide side) => side.Which == Side.Server
        ? !side.Exchange!.HasRequest
        : side.Exchange is { ExpectsContinue: true, HasResponse: true, Status: >= 300 };

    private void EndBody(HttpSide side, bool isComplete, CaptureTime? at, ITransactionSink into)
    {
        if (into.Buffers is { } buffers) side.Buffers.Complete(side.Which, buffers);
        Exchange exchange = side.Exchange!;
        if (at is { } now) exchange.Touch(now);
        BodyFacts facts = side.Body.End(isComplete, exchange.Last);
        if (facts.IsWhole && facts.Length > facts.TransferLength * HttpLimits.Growth) into.Report(HttpFaults.Expansion);
        if (facts is { IsWhole: true, Dicom: { } files } && DicomFaults.Of(files.Fault) is { } fault) into.Report(fault);
        if (side.Which == Side.Client)
        {
            exchange.RequestBody = facts;
            exchange.RequestDone = true;
        }
        else
        {
            exchange.ResponseBody = facts;
            exchange.ResponseDone = true;
        }
        side.Exchange = null;
        side.Expect(Expecting.Head);
        exchanges.Settle(into);
    }

    /// <summary>Looks for the next message of a side that lost its place.</summary>
    private static Progress Resume(HttpSide side, ReadOnlySpan<byte> bytes, bool isSegmentStart)
    {
        Match found = Match.No;
        int skipped = bytes.Length;
        if (side.Expecting == Expecting.AnyLine) skipped = side.SkipLines(bytes, out found);
        else if (isSegmentStart) found = side.Which == Side.Client && !StartLine.IsUnmistakable(bytes) ? Match.No : side.Begins(bytes);
        if (found == Match.No) return new Progress(skipped);
        if (side.Expecting == Expecting.AnySegment) skipped = 0;
        if (found == Match.Yes) side.Expect(Expecting.Head);
        return new Progress(skipped);
    }
}
