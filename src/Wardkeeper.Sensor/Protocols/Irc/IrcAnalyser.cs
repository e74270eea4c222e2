using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Irc;

/// <summary>
/// Internet Relay Chat: who a client is, which channels it joins, which files it offers, and what the server is. In a hospital it is the
/// voice of old malware more often than of people. Kept per flow are two names. Behind <c>STARTTLS</c> the stream is TLS.
/// </summary>
internal sealed class IrcAnalyser : LineAnalyser, IProtocol
{
    private const int LongestText = 200, MostWords = 16;

    private string? nick, user;
    private UriMasking? masking;
    private bool hasPassword, wantsTls;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "irc",
        Title = "Internet Relay Chat",
        Standard = "RFC 1459, RFC 2812",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(":NUPCJS"u8),
        Ports = [6667],
        LookAhead = 512,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match client = IsClient(opening.Client), server = IsServer(opening.Server);
        if (client == Match.Yes || server == Match.Yes) return server == Match.No && !opening.Server.IsEmpty ? Match.No : Match.Yes;
        if (IsServer(opening.Client) == Match.Yes) return Match.YesReversed;
        if (!opening.FromStart && IsClient(opening.Server) == Match.Yes) return Match.YesReversed;
        if (server == Match.No && !opening.Server.IsEmpty) return Match.No;
        if (client == Match.NeedMore && opening.Client.Length < 400) return Match.NeedMore;
        return server == Match.NeedMore && opening.Client.IsEmpty ? Match.NeedMore : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        nick = user = null;
        hasPassword = wantsTls = false;
    }

    /// <inheritdoc/>
    protected override int LongestLine => 8 * 1024;

    /// <inheritdoc/>
    protected override Fault? TooLong => IrcFaults.LineTooLong;

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        Span<Range> words = stackalloc Range[MostWords];
        ReadOnlySpan<byte> bytes = line.Bytes;
        int count = Split(bytes, words, out int first);
        if (first >= count) return Continuation.Stay;
        ReadOnlySpan<byte> command = bytes[words[first]];
        words = words[(first + 1)..count];
        if (line.Side == Side.Server)
        {
            // 004: the server's name and software; 670: TLS begins.
            if (command.SequenceEqual("004"u8) && words.Length >= 3) into.Emit(new IrcCommand(line.At, line.Range) { Nick = nick, User = user, Command = "VERSION", Value = Text(bytes[words[2]]), Addl = Text(bytes[words[1]]), HasPassword = hasPassword, Places = TextPlace.Of(null, bytes, line.Range, Text(bytes[words[2]])) });
            return wantsTls && command.SequenceEqual("670"u8) ? Continuation.HandOver : Continuation.Stay;
        }
        if (Is(command, "STARTTLS")) wantsTls = true;
        if (words.Length == 0) return Continuation.Stay;
        if (Is(command, "PASS")) hasPassword = true;
        if (!Is(command, "NICK") && !Is(command, "USER") && !Is(command, "OPER") && !Is(command, "JOIN") && !IsOffer(command, bytes, words)) return Continuation.Stay;
        string? value = Text(bytes[words[0]]);
        if (Is(command, "NICK")) Tell(in line, "NICK", value, null, into);
        else if (Is(command, "USER")) Tell(in line, "USER", value, words.Length < 4 ? null : Text(bytes[words[1].Start.Value..words[3].End.Value]), into);
        else if (Is(command, "OPER")) Tell(in line, "OPER", value, null, into);
        else if (Is(command, "JOIN")) Join(in line, bytes[words[0]], into);
        else Offer(in line, value, bytes[words[1]], into);
        if (Is(command, "NICK")) nick = value;
        else if (Is(command, "USER")) user = value;
        return Continuation.Stay;
    }

    /// <summary>Words of a line, the last of which may begin with a colon and hold blanks; <paramref name="first"/> is the command's, behind a sender. RFC 2812 2.3.1.</summary>
    private static int Split(ReadOnlySpan<byte> line, Span<Range> words, out int first)
    {
        int count = 0, at = 0;
        first = line.StartsWith(":"u8) ? 1 : 0;
        while (at < line.Length && count < words.Length)
        {
            if (line[at] == ' ')
            {
                at++;
                continue;
            }
            bool isLast = line[at] == ':' && count > first;
            int end = isLast ? -1 : line[at..].IndexOf((byte)' ');
            end = end < 0 ? line.Length : at + end;
            words[count++] = (isLast ? at + 1 : at)..end;
            at = end;
        }
        return count;
    }

    private static bool IsOffer(ReadOnlySpan<byte> command, ReadOnlySpan<byte> line, ReadOnlySpan<Range> words) =>
        Is(command, "PRIVMSG") && words.Length > 1 && line[words[1]].StartsWith("\u0001DCC SEND "u8);

    private static bool Is(ReadOnlySpan<byte> word, string name) => word.Length == name.Length && Ascii.EqualsIgnoreCase(word, name);

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestText);

    /// <summary>A line that only a client of this protocol begins with.</summary>
    private static Match IsClient(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Match.No;
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
        if (line.ContainsAnyInRange((byte)0, (byte)0x1F) && !line.Contains((byte)1)) return Match.No;
        bool mayBecome = false;
        foreach (string start in (ReadOnlySpan<string>)["NICK ", "USER ", "PASS ", "CAP LS", "CAP REQ :", "JOIN #", "PRIVMSG ", "STARTTLS"])
        {
            int common = Math.Min(start.Length, line.Length);
            if (!Ascii.EqualsIgnoreCase(line[..common], start.AsSpan(0, common))) continue;
            if (common < start.Length)
            {
                mayBecome |= end < 0;
                continue;
            }
            if (end < 0) return Match.NeedMore;
            ReadOnlySpan<byte> rest = line[common..];
            switch (start)
            {
                case "USER ":
                    // Others begin so too, but with the name alone.
                    return rest.IndexOf(" :"u8) > 0 && rest[..rest.IndexOf(" :"u8)].Count((byte)' ') >= 2 ? Match.Yes : Match.No;
                case "PRIVMSG ":
                    return rest.IndexOf(" :"u8) > 0 ? Match.Yes : Match.No;
                case "PASS ":
                    return IsClient(bytes[(end + 1)..]) is var next && bytes.Length == end + 1 ? Match.NeedMore : next;
                case "STARTTLS":
                    return Match.NeedMore;
                case "NICK ":
                    return !rest.IsEmpty && rest.Length <= 64 && !rest.Contains((byte)' ') ? Match.Yes : Match.No;
                default:
                    return Match.Yes;
            }
        }
        return mayBecome ? Match.NeedMore : Match.No;
    }

    /// <summary>A line that says its sender and a number of three digits, or one of the words that servers hand on.</summary>
    private static Match IsServer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] is not ((byte)':' or (byte)'N' or (byte)'P')) return Match.No;
        if (bytes[0] == 'N') return Openings.Begin(bytes, "NOTICE AUTH "u8);
        if (bytes[0] == 'P') return Openings.Begin(bytes, "PING :"u8) == Match.No ? Match.No : Match.NeedMore;
        int blank = bytes.IndexOf((byte)' ');
        if (blank < 0) return bytes.Length < 128 && !bytes.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? Match.NeedMore : Match.No;
        if (blank is < 4 or > 128 || bytes[..blank].ContainsAnyExceptInRange((byte)'!', (byte)'~')) return Match.No;
        ReadOnlySpan<byte> rest = bytes[(blank + 1)..];
        if (rest.Length < 8) return Match.NeedMore;
        if (char.IsAsciiDigit((char)rest[0]) && char.IsAsciiDigit((char)rest[1]) && char.IsAsciiDigit((char)rest[2]) && rest[3] == ' ') return Match.Yes;
        return rest.StartsWith("NOTICE "u8) || rest.StartsWith("PRIVMSG "u8) || rest.StartsWith("JOIN :"u8) || rest.StartsWith("MODE "u8) || rest.StartsWith("CAP * "u8) ? Match.Yes : Match.No;
    }

    private void Tell(in Line line, string command, string? value, string? more, ITransactionSink into) =>
        into.Emit(new IrcCommand(line.At, line.Range) { Nick = nick, User = user, Command = command, Value = value, Addl = more, HasPassword = hasPassword });

    private void Join(in Line line, ReadOnlySpan<byte> channels, ITransactionSink into)
    {
        int shown = 0;
        foreach (Range channel in channels.Split((byte)','))
        {
            if (shown++ < MostWords) Tell(in line, "JOIN", Text(channels[channel]), null, into);
        }
    }

    /// <summary><c>DCC SEND name address port length</c> between two bytes of 1, the address as one number.</summary>
    private void Offer(in Line line, string? target, ReadOnlySpan<byte> text, ITransactionSink into)
    {
        text = text[10..].Trim((byte)1);
        // The name may be in quotes and then hold blanks.
        int name = text is [(byte)'"', ..] ? text[1..].IndexOf((byte)'"') + 2 : text.IndexOf((byte)' ');
        if (name < 1) return;
        PatientContext context = default;
        ReadOnlySpan<byte> shown = text[..name].Trim((byte)'"');
        MaskedText file = UriMasking.Of(into.Masker, ref masking).FileName(shown[..Math.Min(shown.Length, LongestText)], in context);
        ReadOnlySpan<byte> rest = text[name..].TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(rest, out uint address, out int used)) return;
        rest = rest[used..].TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(rest, out ushort port, out used)) return;
        rest = rest[used..].TrimStart((byte)' ');
        into.Emit(new IrcCommand(line.At, line.Range) { Nick = nick, User = user, Command = "DCC", Value = target, HasPassword = hasPassword, DccFileName = file, DccFileSize = Utf8Parser.TryParse(rest, out long size, out _) ? size : null });
        if (port > 0) into.Expect(new ExpectedFlow(Address.FromV4(address), port, Carrier.Tcp, null));
    }
}
