using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smtp;

/// <summary>
/// SMTP and ESMTP: the envelope, the fields of the mail's head and its files. Kept per flow are the commands that wait for
/// replies, the envelope and the mail's fields; a mail's parts pass through and are not held. Texts and secrets are not kept. Behind
/// STARTTLS the stream is TLS.
/// </summary>
internal sealed class SmtpAnalyser : LineAnalyser, IProtocol
{
    private const int MostWaiting = 32, MostReceivers = 64, LongestText = 512;

    private readonly Queue<string> waiting = new();
    private readonly List<string> receivers = [];
    private readonly MailReader mail = new();
    private readonly SaslLogin login = new();
    private bool isInLogin, isInData, hasMail, hasGreeting, hasActivity, isTls, isLastChunk, hasLost, hasTold;
    private string? helo, from, greeting, lastReply, mechanism;
    private bool? loggedIn;
    private int transferred;
    private long size;
    private CaptureTime began;
    private ByteRange where, greetingAt;
    private FlowView? flow;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "smtp",
        Title = "Simple Mail Transfer Protocol",
        Standard = "RFC 5321, RFC 3030, RFC 3207, RFC 4954, RFC 5322, RFC 2045",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("2EHLMRehlmr"u8),
        Ports = [25, 587, 2525],
        LookAhead = 512,
        MaxHeld = UsualLine + 1,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match client = Asks(opening.Client);
        if (client == Match.Yes) return Match.Yes;
        ReadOnlySpan<byte> server = opening.Server;
        Match greets = Openings.BeginOne(server, ["220 ", "220-"]);
        if (client == Match.No || greets == Match.No) return Match.No;
        // FTP greets alike.
        ReadOnlySpan<byte> beginning = server[..Math.Min(server.Length, 203)];
        if (beginning.IndexOf("FTP"u8) > 0) return Match.No;
        if (greets == Match.Yes && beginning.IndexOf((byte)'\n') > 0 && HtmlTitle.IndexOf(beginning, "smtp"u8) > 0) return Match.Yes;
        return opening.Client.Length > 64 || server.Length > 400 ? Match.No : Match.NeedMore;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => Finish(null, into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        Forget();
        isInLogin = isInData = hasMail = hasGreeting = isTls = isLastChunk = hasLost = hasTold = false;
        helo = greeting = mechanism = null;
        login.Reset();
        flow = null;
        loggedIn = null;
        transferred = 0;
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        if (into.Buffers is { } buffers && line.IsBeginning && (line.Side == Side.Server || !isInData))
        {
            buffers.Offer(line.Side == Side.Server ? Signatures.Buffers.BufferName.FrameSmtpResponseLine : Signatures.Buffers.BufferName.FrameSmtpCommandLine, line.Side, line.Bytes);
            buffers.Complete(line.Side);
        }
        if (line.Side == Side.Server) return line.IsBeginning ? Answer(in line, into) : Continuation.Stay;
        if (isInData) Data(in line);
        else if (line.IsBeginning) Ask(in line, into);
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
        size += bytes.Length;
        mail.Bytes(bytes);
        if (isLast && isLastChunk) mail.End(!hasLost);
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        if (side == Side.Client && hasMail)
        {
            size += missing;
            hasLost = true;
            mail.Lose(missing);
        }
        // Which reply belongs to which command cannot be told any longer, unless the loss lay in a mail's text.
        if (side == Side.Server || (!isInData && !isInStep)) waiting.Clear();
        if (isInData && side == Side.Client) waiting.Clear();
    }

    private static Match Asks(ReadOnlySpan<byte> bytes) => Openings.BeginOne(bytes, ["EHLO ", "HELO ", "LHLO ", "MAIL FROM:", "RCPT TO:"], inAnyCase: true);

    private void Ask(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        if (isInLogin)
        {
            login.Take(text);
            return;
        }
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? text : text[..space], rest = space < 0 ? default : text[(space + 1)..].Trim((byte)' ');
        if (word.Length is < 4 or > 8) return;
        string command = Encoding.ASCII.GetString(word).ToUpperInvariant();
        switch (command)
        {
            case "EHLO" or "HELO" or "LHLO":
                Begin(in line);
                helo = Text(rest);
                break;
            case "MAIL":
                if (from is not null || receivers.Count > 0) Finish(line.At, into);
                Begin(in line);
                from = Mailbox(rest);
                hasActivity = true;
                break;
            case "RCPT":
                Begin(in line);
                if (receivers.Count < MostReceivers && Mailbox(rest) is { } receiver) receivers.Add(receiver);
                hasActivity = true;
                break;
            case "DATA":
                Begin(in line);
                BeginMail(line.At, into);
                isInData = true;
                break;
            case "BDAT":
                if (IsLastChunk(rest, line.At, into)) command = ".";
                break;
            case "AUTH":
                int end = rest.IndexOf((byte)' ');
                mechanism = Text(end < 0 ? rest : rest[..end])?.ToUpperInvariant();
                loggedIn = null;
                isInLogin = true;
                login.Begin(mechanism);
                Begin(in line);
                if (end > 0) login.Take(rest[(end + 1)..]);
                break;
            case "RSET":
                if (hasActivity) Finish(line.At, into);
                break;
            case "STARTTLS" or "QUIT" or "NOOP" or "VRFY" or "EXPN" or "HELP" or "ETRN" or "TURN" or "BURL":
                break;
            default:
                return;
        }
        Wait(command);
    }

    /// <summary>A chunk of the mail is announced. RFC 3030, 2.</summary>
    private bool IsLastChunk(ReadOnlySpan<byte> rest, CaptureTime at, ITransactionSink into)
    {
        if (!hasMail) BeginMail(at, into);
        if (!Utf8Parser.TryParse(rest, out long count, out int digits) || count < 0)
        {
            into.Report(SmtpFaults.ChunkLength);
            return false;
        }
        isLastChunk = rest[digits..].Trim((byte)' ').Length == 4;
        Count(Side.Client, count);
        if (isLastChunk && count == 0) mail.End(!hasLost);
        return isLastChunk;
    }

    private void Begin(in Line line)
    {
        flow = line.Flow;
        if (where.Length == 0) (began, where) = (line.At, line.Range);
    }

    private void BeginMail(CaptureTime at, ITransactionSink into)
    {
        hasMail = true;
        size = 0;
        mail.Begin(at, where, into);
    }

    private void Wait(string command)
    {
        if (waiting.Count == MostWaiting) waiting.Dequeue();
        waiting.Enqueue(command);
    }

    private void Data(in Line line)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        size += line.Range.Length;
        if (line.IsBeginning && text is [(byte)'.', ..])
        {
            if (text.Length == 1 && line.IsEnd)
            {
                size -= line.Range.Length;
                isInData = false;
                mail.End(!hasLost);
                Wait(".");
                return;
            }
            text = text[1..];
        }
        mail.Line(text, line.IsBeginning, line.IsEnd);
    }

    private Continuation Answer(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        bool hasCode = text.Length >= 3 && text[0] is >= (byte)'2' and <= (byte)'5' && char.IsAsciiDigit((char)text[1]) && char.IsAsciiDigit((char)text[2]) && (text.Length == 3 || text[3] is (byte)' ' or (byte)'-');
        if (!hasCode)
        {
            into.Report(SmtpFaults.NoReplyCode);
            return Continuation.Stay;
        }
        int code = ((text[0] - '0') * 100) + ((text[1] - '0') * 10) + text[2] - '0';
        bool isMore = text.Length > 3 && text[3] == '-';
        string? said = text.Length > 4 ? Text(text[4..]) : null;
        if (waiting.Count == 0 && !hasGreeting && helo is null && from is null && code is 220 or 554)
        {
            Begin(in line);
            greeting = said;
            greetingAt = line.Range;
            hasGreeting = !isMore;
            return Continuation.Stay;
        }
        hasGreeting = true;
        if (isMore) return Continuation.Stay;
        lastReply = said is null ? code.ToString(CultureInfo.InvariantCulture) : $"{code} {said}";
        if (!waiting.TryPeek(out string? command) || (command == "AUTH" && code == 334)) return Continuation.Stay;
        waiting.Dequeue();
        switch (command)
        {
            case "AUTH":
                isInLogin = false;
                loggedIn = code < 400;
                break;
            case "DATA" when code >= 400:
                // Refused: what the client says next are commands.
                isInData = hasMail = false;
                mail.Abandon();
                break;
            case ".":
                Finish(line.At, into);
                transferred++;
                break;
            case "STARTTLS" when code == 220:
                isTls = true;
                Finish(line.At, into);
                return Continuation.HandOver;
        }
        return Continuation.Stay;
    }

    /// <summary>Hands out the mail, or at the end a session that had none.</summary>
    private void Finish(CaptureTime? at, ITransactionSink into)
    {
        if (hasMail && isInData) mail.End(false);
        bool isSession = !hasTold && (isTls || helo is not null || greeting is not null);
        if (hasActivity || isSession)
        {
            Dictionary<string, string> fields = mail.Fields;
            string? Field(string name) => fields.TryGetValue(name, out string? value) ? Cut(value) : null;
            IReadOnlyList<string> received = mail.Received;
            hasTold = true;
            int? files = new Brought(Info.Name, at ?? began, where, Side.Client).Emit(mail, into);
            into.Emit(new SmtpMessage(at ?? began, where)
            {
                Began = began,
                TransDepth = transferred + 1,
                Helo = helo,
                Mailfrom = from,
                Rcptto = receivers.Count > 0 ? [.. receivers] : null,
                Date = Field("date"),
                From = Field("from"),
                To = Field("to"),
                Cc = Field("cc"),
                ReplyTo = Field("reply-to"),
                MsgId = Field("message-id"),
                InReplyTo = Field("in-reply-to"),
                Subject = fields.TryGetValue("subject", out string? subject) ? FreeText.Of(subject, into.Masker, LongestText) : null,
                XOriginatingIp = Field("x-originating-ip")?.Trim('[', ']'),
                FirstReceived = received.Count > 0 ? Cut(received[^1]) : null,
                SecondReceived = received.Count > 1 ? Cut(received[^2]) : null,
                LastReply = lastReply,
                Path = flow is null ? null : PathOf(flow, received),
                UserAgent = Field("user-agent") ?? Field("x-mailer"),
                Tls = isTls,
                AuthMechanism = mechanism,
                AuthUser = login.User,
                Password = mechanism is not null && login.IsReadable ? "<hidden>" : null,
                PasswordRule = login.PasswordRule,
                AuthSuccess = loggedIn,
                Greeting = greeting,
                GreetingAt = greetingAt,
                Size = hasMail ? size : null,
                Files = files,
                IsFirstHand = received.Count == 0,
            });
            greeting = mechanism = null;
            login.Reset();
            loggedIn = null;
        }
        Forget();
        hasMail = isInData = false;
    }

    private void Forget()
    {
        mail.Abandon();
        receivers.Clear();
        from = lastReply = null;
        hasActivity = hasLost = isLastChunk = false;
        size = 0;
        began = default;
        where = default;
    }

    /// <summary>The server, the client, and the addresses that the Received fields name, the latest first.</summary>
    private static List<string> PathOf(FlowView flow, IReadOnlyList<string> received)
    {
        List<string> path = [flow.Server.Ip.ToString(), flow.Client.Ip.ToString()];
        foreach (string hop in received)
        {
            int open = hop.IndexOf('[', StringComparison.Ordinal), close = open < 0 ? -1 : hop.IndexOf(']', open);
            if (close < 0) continue;
            string text = hop[(open + 1)..close];
            if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) text = text[5..];
            if (Address.TryParse(text, out Address address)) path.Add(address.ToString());
        }
        return path;
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestText);

    private static string Cut(string text) => text.Length > LongestText ? text[..LongestText] : text;

    /// <summary>The address behind <c>FROM:</c> or <c>TO:</c>, without brackets and parameters. RFC 5321, 4.1.1.2.</summary>
    private static string? Mailbox(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf((byte)':');
        if (colon < 0) return null;
        text = text[(colon + 1)..].Trim((byte)' ');
        if (text is [(byte)'<', ..])
        {
            int close = text.IndexOf((byte)'>');
            text = close < 0 ? text[1..] : text[1..close];
        }
        else if (text.IndexOf((byte)' ') is > 0 and int space)
        {
            text = text[..space];
        }
        return text.IsEmpty ? "" : Text(text);
    }
}
