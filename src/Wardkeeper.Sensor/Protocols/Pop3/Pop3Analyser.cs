using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Pop3;

/// <summary>
/// POP3: commands with their replies, and the mails that are fetched. Kept per flow are the user's name and the commands that wait;
/// mails pass through and are not held. Behind STLS the stream is TLS.
/// </summary>
internal sealed class Pop3Analyser : LineAnalyser, IProtocol
{
    private const int MostWaiting = 64, LongestText = 256;

    private readonly Queue<Pop3Command> waiting = new();
    private readonly MailReader mail = new();
    private readonly SaslLogin login = new();
    private Pop3Command? listing;
    private string? user, greeting, implementation;
    private ByteRange greetingAt, implementationAt;
    private bool hasPassword, hasGreeting, inLogin, isMail, hasLost;
    private long size;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "pop3",
        Title = "Post Office Protocol 3",
        Standard = "RFC 1939, RFC 2449, RFC 2595, RFC 5034",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("+-"u8),
        Ports = [110],
        LookAhead = 512,
        MaxHeld = UsualLine + 1,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> server = opening.Server, client = opening.Client;
        bool isGreeting = server.StartsWith("+OK"u8) && (server.Length == 3 || server[3] is (byte)' ' or (byte)'\r' or (byte)'\n');
        Match greets = Openings.Begin(server, "+OK"u8), asks = Openings.BeginOne(client, ["CAPA", "USER ", "AUTH", "APOP ", "STLS", "QUIT"], inAnyCase: true);
        if (greets == Match.No || (greets == Match.Yes && !isGreeting) || asks == Match.No) return Match.No;
        if (isGreeting && asks == Match.Yes) return Match.Yes;
        int end = server.IndexOf((byte)'\n');
        if (isGreeting && client.IsEmpty && end > 0 && server[..end].IndexOf("POP"u8) > 0) return Match.Yes;
        return client.Length > 64 || server.Length > 400 ? Match.No : Match.NeedMore;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (listing is not null) Finish(listing.At, false, into);
        while (waiting.TryDequeue(out Pop3Command? asked)) into.Emit(asked);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        mail.Abandon();
        listing = null;
        user = greeting = implementation = null;
        login.Reset();
        hasPassword = hasGreeting = inLogin = isMail = hasLost = false;
        size = 0;
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        if (line.Side == Side.Client)
        {
            if (line.IsBeginning) Ask(in line, into);
            return Continuation.Stay;
        }
        if (listing is null) return line.IsBeginning ? Answer(in line, into) : Continuation.Stay;
        ReadOnlySpan<byte> text = line.Bytes;
        if (line.IsBeginning && text is [(byte)'.', ..])
        {
            if (text.Length == 1 && line.IsEnd)
            {
                Finish(line.At, !hasLost, into);
                return Continuation.Stay;
            }
            text = text[1..];
        }
        size += line.Range.Length;
        if (isMail) mail.Line(text, line.IsBeginning, line.IsEnd);
        else if (listing.Command == "CAPA" && text.StartsWith("IMPLEMENTATION "u8)) (implementation, implementationAt) = (Text(text[15..]), line.Range with { Start = line.Range.Start + 15, Length = Math.Max(0, text.Length - 15) });
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        if (side == Side.Server && listing is not null)
        {
            // It may have been the list's end: what follows is believed to be the rest of it.
            hasLost = true;
            size += missing;
            mail.Lose(missing);
            return;
        }
        while (waiting.TryDequeue(out Pop3Command? asked)) into.Emit(asked);
        inLogin = false;
    }

    private void Ask(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        // Lines within a login are secrets.
        if (inLogin)
        {
            login.Take(text);
            return;
        }
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? text : text[..space], rest = space < 0 ? default : text[(space + 1)..];
        if (word.Length is < 3 or > 8) return;
        foreach (byte b in word)
        {
            if (!char.IsAsciiLetter((char)b)) return;
        }
        string command = Encoding.ASCII.GetString(word).ToUpperInvariant();
        string? argument = Text(rest);
        switch (command)
        {
            case "USER":
                (user, hasPassword, argument) = (argument, false, null);
                break;
            case "PASS":
                (hasPassword, argument) = (!rest.IsEmpty, null);
                break;
            case "APOP":
                int end = rest.IndexOf((byte)' ');
                (user, hasPassword, argument) = (Text(end < 0 ? rest : rest[..end]), true, null);
                break;
            case "AUTH":
                int blank = rest.IndexOf((byte)' ');
                argument = Text(blank < 0 ? rest : rest[..blank]);
                inLogin = argument is not null;
                login.Begin(argument?.ToUpperInvariant());
                if (blank > 0) login.Take(rest[(blank + 1)..].Trim((byte)' '));
                hasPassword |= inLogin;
                break;
        }
        if (waiting.Count == MostWaiting) into.Emit(waiting.Dequeue());
        waiting.Enqueue(new Pop3Command(line.At, line.Range)
        {
            Began = line.At,
            Command = command,
            Arg = argument,
            User = user,
            Password = hasPassword ? "<hidden>" : null,
            PasswordRule = command == "PASS" ? PasswordRules.Broken(user, rest) : null,
            Greeting = greeting,
            GreetingAt = greetingAt,
        });
        greeting = null;
    }

    private Continuation Answer(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = line.Bytes;
        bool isGood = text.StartsWith("+OK"u8);
        if (!isGood && !text.StartsWith("-ERR"u8))
        {
            // "+ " asks for more of a login.
            if (text is not [(byte)'+', ..]) into.Report(Pop3Faults.NoStatus);
            return Continuation.Stay;
        }
        string? said = Text(text[(isGood ? 3 : 4)..].Trim((byte)' '));
        if (!hasGreeting && waiting.Count == 0)
        {
            hasGreeting = true;
            greeting = said;
            greetingAt = line.Range;
            return Continuation.Stay;
        }
        hasGreeting = true;
        if (!waiting.TryDequeue(out Pop3Command? asked)) return Continuation.Stay;
        asked = asked with { At = line.At, Success = isGood, Reply = said };
        if (asked.Command == "AUTH" && asked.Arg is not null)
        {
            inLogin = false;
            asked = asked with { User = login.User ?? asked.User, PasswordRule = login.PasswordRule };
            login.Reset();
        }
        bool isList = isGood && (asked.Command is "CAPA" or "RETR" or "TOP" || (asked.Command is "LIST" or "UIDL" or "AUTH" && asked.Arg is null));
        if (isList)
        {
            listing = asked;
            size = 0;
            hasLost = false;
            isMail = asked.Command is "RETR" or "TOP";
            if (isMail) mail.Begin(line.At, line.Range, into);
            return Continuation.Stay;
        }
        into.Emit(asked);
        return isGood && asked.Command == "STLS" ? Continuation.HandOver : Continuation.Stay;
    }

    /// <summary>A list of lines ended: the capabilities, the mails there are, or one of them.</summary>
    private void Finish(CaptureTime at, bool isComplete, ITransactionSink into)
    {
        Pop3Command asked = listing! with { At = at, Implementation = implementation, Places = implementation is null ? null : new TextPlace(implementation, implementationAt, null) };
        if (isMail)
        {
            mail.End(isComplete);
            asked = asked with
            {
                Size = size,
                From = mail.Fields.GetValueOrDefault("from"),
                To = mail.Fields.GetValueOrDefault("to"),
                Subject = mail.Fields.TryGetValue("subject", out string? subject) ? FreeText.Of(subject, into.Masker, LongestText) : null,
                Files = new Brought(Info.Name, at, asked.Bytes, Side.Server).Emit(mail, into),
            };
            mail.Abandon();
        }
        into.Emit(asked);
        listing = null;
        implementation = null;
        isMail = false;
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestText);
}
