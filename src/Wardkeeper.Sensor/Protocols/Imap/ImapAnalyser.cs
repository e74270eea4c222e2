using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Imap;

/// <summary>
/// IMAP4: commands with their results, and the mails that are transferred in literals. Kept per flow are the user's name and the
/// commands that wait; mails pass through and are not held. Behind STARTTLS the stream is TLS.
/// </summary>
internal sealed class ImapAnalyser : LineAnalyser, IProtocol
{
    private const int MostWaiting = 32, LongestText = 256, LongestTag = 32;
    private const long LongestLiteral = 1L << 31;

    private static readonly string[] Commands =
    [
        "CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "AUTHENTICATE", "LOGIN", "ENABLE", "SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB", "XLIST", "NAMESPACE", "STATUS", "APPEND", "IDLE", "CHECK", "CLOSE",
        "UNSELECT", "EXPUNGE", "SEARCH", "SORT", "THREAD", "STORE", "FETCH", "MOVE", "COPY", "UID", "ID", "GETQUOTA", "GETQUOTAROOT", "GETACL", "SETACL", "MYRIGHTS", "COMPRESS", "DONE",
    ];

    private readonly List<(string Tag, ImapCommand Row)> waiting = [];
    private readonly MailReader mail = new();
    private readonly SaslLogin login = new();
    private string? user, greeting, clientId, serverId;
    private bool hasPassword, hasGreeting, inLogin, clientGoesOn, serverGoesOn, isMail, wantsUser;
    private int mails, files;
    private CaptureTime last;
    private ByteRange where, greetingAt;
    private TextPlace? places;
    private long size;
    private string? from, to;
    private MaskedText? subject;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "imap",
        Title = "Internet Message Access Protocol 4",
        Standard = "RFC 9051, RFC 3501, RFC 2971",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("*ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8),
        Ports = [143],
        LookAhead = 512,
        MaxHeld = UsualLine + 1,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> server = opening.Server, client = opening.Client;
        Match greets = Openings.BeginOne(server, ["* OK ", "* PREAUTH ", "* BYE ", "* CAPABILITY IMAP"]);
        if (greets == Match.No) return Match.No;
        bool isGreeting = greets == Match.Yes;
        if (!client.IsEmpty)
        {
            Match asks = Asks(client);
            if (asks == Match.No || (asks == Match.Yes && (isGreeting || server.IsEmpty))) return asks;
        }
        if (isGreeting && server.IndexOf((byte)'\n') is > 0 and int end && (server[..end].IndexOf("IMAP"u8) > 0 || server[..end].IndexOf("[CAPABILITY "u8) > 0)) return Match.Yes;
        return client.Length > 64 || server.Length > 400 ? Match.No : Match.NeedMore;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        EndMail(false, into);
        foreach ((_, ImapCommand row) in waiting) into.Emit(row);
        waiting.Clear();
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        mail.Abandon();
        login.Reset();
        user = greeting = clientId = serverId = from = to = null;
        subject = null;
        hasPassword = hasGreeting = inLogin = clientGoesOn = serverGoesOn = isMail = wantsUser = false;
        mails = files = 0;
        size = 0;
        last = default;
        where = default;
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        ref bool goesOn = ref line.Side == Side.Client ? ref clientGoesOn : ref serverGoesOn;
        bool isRest = goesOn || !line.IsBeginning;
        Continuation then = Continuation.Stay;
        if (!isRest) then = line.Side == Side.Client ? Ask(in line, into) : Answer(in line, into);
        if (line.IsEnd) goesOn = Literal(in line, into);
        return then;
    }

    /// <inheritdoc/>
    protected override void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
        if (segment.Side == Side.Client && wantsUser)
        {
            // A name is short; one that comes in pieces is put together.
            user = (user ?? "") + ShortText.Of(bytes, LongestText);
            if (isLast) wantsUser = false;
            return;
        }
        if (!isMail) return;
        size += bytes.Length;
        last = segment.At;
        mail.Bytes(bytes);
        if (isLast) EndMail(true, into);
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        if (isInStep)
        {
            if (isMail) mail.Lose(missing);
            return;
        }
        if (side == Side.Client) clientGoesOn = inLogin = wantsUser = false;
        else serverGoesOn = false;
        EndMail(false, into);
    }

    /// <summary>A tag and a known command.</summary>
    private static Match Asks(ReadOnlySpan<byte> bytes)
    {
        int space = bytes.IndexOf((byte)' ');
        ReadOnlySpan<byte> tag = space < 0 ? bytes : bytes[..space];
        if (!IsTag(tag)) return Match.No;
        if (space < 0) return Match.NeedMore;
        ReadOnlySpan<byte> rest = bytes[(space + 1)..];
        int end = rest.IndexOfAny((byte)' ', (byte)'\r');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        if (word.Length > 12) return Match.No;
        foreach (string command in Commands)
        {
            if (end < 0 ? Ascii.EqualsIgnoreCase(word, command.AsSpan(0, Math.Min(word.Length, command.Length))) : Ascii.EqualsIgnoreCase(word, command)) return end < 0 ? Match.NeedMore : Opens(command, rest[end..]);
        }
        return Match.No;
    }

    /// <summary>Whether a client's first line can be this: words of other protocols' sentences must not be taken for one.</summary>
    private static Match Opens(string command, ReadOnlySpan<byte> rest)
    {
        bool isAlone = command is "CAPABILITY" or "NOOP" or "STARTTLS" or "LOGOUT";
        if (isAlone ? rest[0] == ' ' : rest[0] == '\r') return Match.No;
        if (!isAlone) return command is "LOGIN" or "AUTHENTICATE" or "SELECT" or "EXAMINE" or "UID" or "ID" or "FETCH" or "STATUS" or "LIST" ? Match.Yes : Match.No;
        return rest.Length < 2 ? Match.NeedMore : rest[1] == '\n' ? Match.Yes : Match.No;
    }

    private static bool IsTag(ReadOnlySpan<byte> tag)
    {
        if (tag.Length is 0 or > LongestTag) return false;
        foreach (byte b in tag)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'-' or (byte)'_')) return false;
        }
        return true;
    }

    /// <summary>Whether a literal follows; then its bytes are counted and the line goes on behind them.</summary>
    private bool Literal(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        if (text is not [.., (byte)'}']) return false;
        int open = text.LastIndexOf((byte)'{');
        if (open < 0 || !Utf8Parser.TryParse(text[(open + 1)..], out long length, out int digits) || length < 0) return false;
        if (text.Length - open - 2 - digits > 1) return false;
        if (length > LongestLiteral)
        {
            into.Report(ImapFaults.LiteralTooLong);
            return false;
        }
        Count(line.Side, length);
        bool isContent = line.Side == Side.Server ? HtmlTitle.IndexOf(text, "body["u8) >= 0 || HtmlTitle.IndexOf(text, "rfc822"u8) >= 0 : waiting.Count > 0 && waiting[^1].Row.Command == "APPEND";
        if (isContent && length > 0)
        {
            EndMail(false, into);
            isMail = true;
            mails++;
            (last, where) = (line.At, line.Range);
            mail.Begin(line.At, line.Range, into);
        }
        else if (line.Side == Side.Client && inLogin && user is null)
        {
            wantsUser = length > 0;
        }
        return true;
    }

    private void EndMail(bool isComplete, ITransactionSink into)
    {
        if (!isMail) return;
        isMail = false;
        mail.End(isComplete);
        if (from is null && mail.Fields.TryGetValue("from", out from))
        {
            to = mail.Fields.GetValueOrDefault("to");
            subject = mail.Fields.TryGetValue("subject", out string? text) ? FreeText.Of(text, into.Masker, LongestText) : null;
        }
        files += new Brought(Info.Name, last, where, where.Side).Emit(mail, into) ?? 0;
        mail.Abandon();
    }

    private Continuation Ask(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        int space = text.IndexOf((byte)' ');
        // Lines within a login are secrets; DONE ends IDLE.
        if (inLogin) login.Take(text);
        if (inLogin || space <= 0 || !IsTag(text[..space])) return Continuation.Stay;
        ReadOnlySpan<byte> rest = text[(space + 1)..];
        int end = rest.IndexOf((byte)' ');
        string command = Known(end < 0 ? rest : rest[..end]);
        if (command.Length == 0) return Continuation.Stay;
        rest = end < 0 ? default : rest[(end + 1)..].Trim((byte)' ');
        if (command == "UID")
        {
            end = rest.IndexOf((byte)' ');
            command = ("UID " + Known(end < 0 ? rest : rest[..end])).TrimEnd();
        }
        string? argument = null, rule = null;
        switch (command)
        {
            case "LOGIN":
                (user, hasPassword) = (Word(ref rest), true);
                inLogin = user is null;
                // A quoted password may hold escapes, a literal follows later: both are left unjudged.
                if (!rest.IsEmpty && !rest.ContainsAny((byte)'\\', (byte)'{')) rule = PasswordRules.Broken(user, rest.Trim((byte)' ').Trim((byte)'"'));
                break;
            case "AUTHENTICATE":
                argument = Word(ref rest)?.ToUpperInvariant();
                inLogin = hasPassword = true;
                login.Begin(argument);
                if (!rest.IsEmpty) login.Take(rest);
                break;
            case "ID":
                clientId = Identity(rest);
                break;
            case "SELECT" or "EXAMINE" or "CREATE" or "DELETE" or "RENAME" or "STATUS" or "APPEND" or "SUBSCRIBE" or "UNSUBSCRIBE":
                argument = Word(ref rest);
                break;
        }
        if (waiting.Count == MostWaiting)
        {
            into.Emit(waiting[0].Row);
            waiting.RemoveAt(0);
        }
        waiting.Add((Encoding.ASCII.GetString(text[..space]), new ImapCommand(line.At, line.Range)
        {
            Began = line.At,
            Command = command,
            Arg = argument,
            User = user,
            Password = hasPassword ? "<hidden>" : null,
            PasswordRule = rule,
            Greeting = greeting,
            GreetingAt = greetingAt,
            ClientId = clientId,
        }));
        greeting = clientId = null;
        return Continuation.Stay;
    }

    private Continuation Answer(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        if (text.StartsWith("* "u8))
        {
            text = text[2..];
            if (!hasGreeting && waiting.Count == 0 && (text.StartsWith("OK "u8) || text.StartsWith("PREAUTH "u8) || text.StartsWith("BYE "u8)))
            {
                greeting = ShortText.Of(text[(text.IndexOf((byte)' ') + 1)..], LongestText);
                greetingAt = line.Range;
            }
            else if (text.StartsWith("ID ("u8)) (serverId, places) = (Identity(text[3..]), TextPlace.Of(null, line.Bytes, line.Range, Identity(text[3..])));
            hasGreeting = true;
            return Continuation.Stay;
        }
        hasGreeting = true;
        if (text is [] or [(byte)'+', ..]) return Continuation.Stay;
        int space = text.IndexOf((byte)' ');
        if (space <= 0 || !IsTag(text[..space]))
        {
            into.Report(ImapFaults.NoTag);
            return Continuation.Stay;
        }
        for (int i = 0; i < waiting.Count; i++)
        {
            if (!Ascii.Equals(text[..space], waiting[i].Tag)) continue;
            ImapCommand row = waiting[i].Row;
            waiting.RemoveAt(i);
            ReadOnlySpan<byte> rest = text[(space + 1)..];
            int end = rest.IndexOf((byte)' ');
            string result = Encoding.ASCII.GetString(end < 0 ? rest[..Math.Min(rest.Length, 8)] : rest[..Math.Min(end, 8)]).ToUpperInvariant();
            if (row.Command is "LOGIN" or "AUTHENTICATE") inLogin = wantsUser = false;
            if (row.Command == "AUTHENTICATE")
            {
                (user, row) = (login.User ?? user, row with { PasswordRule = login.PasswordRule });
                login.Reset();
            }
            into.Emit(row with
            {
                At = line.At,
                User = row.User ?? user,
                Result = result,
                Reply = end < 0 ? null : ShortText.Of(rest[(end + 1)..], LongestText),
                ServerId = serverId,
                Places = serverId is null ? null : places,
                Mails = mails > 0 ? mails : null,
                Size = mails > 0 ? size : null,
                From = from,
                To = to,
                Subject = subject,
                Files = files > 0 ? files : null,
            });
            serverId = from = to = null;
            subject = null;
            mails = files = 0;
            size = 0;
            return row.Command == "STARTTLS" && result == "OK" ? Continuation.HandOver : Continuation.Stay;
        }
        return Continuation.Stay;
    }

    private static string Known(ReadOnlySpan<byte> word)
    {
        foreach (string command in Commands)
        {
            if (Ascii.EqualsIgnoreCase(word, command)) return command;
        }
        return "";
    }

    /// <summary>An atom or a quoted string; null where a literal follows.</summary>
    private static string? Word(ref ReadOnlySpan<byte> rest)
    {
        int from = 0, end;
        if (rest is [(byte)'"', ..])
        {
            from = 1;
            end = 1;
            while (end < rest.Length && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
            end = Math.Min(end, rest.Length);
        }
        else
        {
            end = rest.IndexOf((byte)' ');
            if (end < 0) end = rest.Length;
            if (rest is [(byte)'{', ..]) return null;
        }
        string? word = ShortText.Of(rest[from..end], LongestText);
        rest = rest[Math.Min(rest.Length, end + from)..].TrimStart((byte)' ');
        return word;
    }

    /// <summary>Name and version of a list of fields and values. RFC 2971, 3.3.</summary>
    private static string? Identity(ReadOnlySpan<byte> list)
    {
        list = list.TrimStart((byte)'(');
        string? name = null, version = null;
        for (int i = 0; i < 30 && list is [(byte)'"', ..]; i++)
        {
            string? key = Word(ref list)?.ToLowerInvariant();
            string? value = Word(ref list)?.TrimEnd(')');
            if (key == "name") name = value;
            if (key == "version") version = value;
        }
        return name is null ? null : version is null or "NIL" ? name : $"{name} {version}";
    }
}
