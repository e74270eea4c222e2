using System.Buffers.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>
/// SIP over UDP and TCP: requests with their answers, and the media that a call agrees, whose flows are announced. Kept per flow are
/// the requests that wait, a bounded number. Both ends may ask.
/// </summary>
internal sealed class SipAnalyser : MessageAnalyser, IProtocol
{
    private const int LongestHead = 16 * 1024, MostWaiting = 16;
    private const long LongestBody = 1 << 20;

    private readonly Waiting<(string? CallId, string? Seq, Side Side), SipExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "sip",
        Title = "Session Initiation Protocol",
        Standard = "RFC 3261, RFC 8866",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of("SRIACBOPNUM"u8),
        Ports = [5060],
        LookAhead = 512,
        MaxHeld = LongestHead,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match match = SipMessage.Begins(opening.Any);
        if (opening.Carrier != Carrier.Tcp && match == Match.NeedMore) match = opening.Truncated && opening.Any.Length > 12 ? Match.Yes : Match.No;
        if (match != Match.Yes) return match;
        bool isAnswer = opening.Any[0] == 'S' && opening.Any[1] == 'I';
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    Progress IAnalyser.Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return Consume(in segment, into);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        // Blank lines keep a way through a firewall open.
        if (bytes.TrimStart("\r\n\0"u8).Length < 4) return new Progress(bytes.Length);
        bool isRead = Read(bytes, segment.At, segment.Range(0, bytes.Length), into);
        return new Progress(bytes.Length, 0, isRead || segment.Missing > 0 ? null : SipFaults.StartLine);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] is (byte)'\r' or (byte)'\n') return new Measured(1, 1);
        Match begins = SipMessage.Begins(bytes);
        if (begins == Match.No) return Measured.Wrong(SipFaults.StartLine);
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return bytes.Length >= LongestHead ? Measured.Wrong(SipFaults.TooLong) : Measured.Need(bytes.Length + 1);
        long length = end + 4 + BodyLength(bytes[..end]);
        return length > LongestBody ? Measured.Wrong(SipFaults.TooLong) : new Measured(length, (int)Math.Min(length, LongestHead));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        if (message.Bytes.Length > 1) Read(message.Bytes, message.At, message.Range, into);
        return Continuation.Stay;
    }

    private static long BodyLength(ReadOnlySpan<byte> head)
    {
        int at = HtmlTitle.IndexOf(head, "\ncontent-length:"u8), name = 16;
        if (at < 0) (at, name) = (HtmlTitle.IndexOf(head, "\nl:"u8), 3);
        if (at < 0) return 0;
        return Utf8Parser.TryParse(head[(at + name)..].TrimStart((byte)' '), out long length, out _) && length >= 0 ? length : 0;
    }

    private bool Read(ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (!SipMessage.TryRead(bytes, out SipMessage message)) return false;
        if (into.Buffers is { } buffers) SipBuffers.Offer(bytes, buffers);
        if (message.Length == -1) into.Report(SipFaults.ContentLength);
        message.Describe(into);
        long? length = message.Length >= 0 ? message.Length : null;
        Side asker = message.Method is not null ? range.Side : range.Side == Side.Client ? Side.Server : Side.Client;
        (string? CallId, string? Seq, Side Side) key = (message.CallId, message.Seq, asker);
        if (message.Method is not null)
        {
            // The same request again is a repetition.
            bool isRepeated = waiting.Take(key) is not null;
            SipExchange asked = new(at, range)
            {
                Began = at,
                Method = message.Method,
                Uri = message.Uri,
                Date = message.Date,
                RequestFrom = message.From,
                RequestTo = message.To,
                ReplyTo = message.ReplyTo,
                CallId = message.CallId,
                Seq = message.Seq,
                Subject = message.Subject is null ? null : FreeText.Of(message.Subject, into.Masker, 200),
                RequestPath = message.Path,
                UserAgent = message.UserAgent,
                RequestBodyLen = length,
                AuthUser = message.AuthUser,
                RequestMedia = message.Media,
                Places = TextPlace.Of(null, bytes, range, message.UserAgent),
            };
            // Nobody answers an acknowledgement.
            if (message.Method != "ACK") waiting.Add(key, asked, into);
            else if (!isRepeated) into.Emit(asked);
            return true;
        }
        SipExchange? open = waiting.Take(key);
        if (open is not null && message.Status < 200) waiting.Add(key, open, into);
        SipExchange row = open is null ? new SipExchange(at, range) { Began = at, CallId = message.CallId, Seq = message.Seq } : open with { At = at };
        into.Emit(row with
        {
            StatusCode = message.Status,
            StatusMsg = message.Reason?.Trim(),
            ResponseFrom = message.From,
            ResponseTo = message.To,
            ResponsePath = message.Path,
            ResponseBodyLen = length,
            Warning = message.Warning,
            ContentType = message.ContentType,
            Server = message.Server ?? message.UserAgent,
            ResponseMedia = message.Media,
            Places = TextPlace.Of(row.Places, bytes, range, message.Server ?? message.UserAgent),
        });
        return true;
    }
}
