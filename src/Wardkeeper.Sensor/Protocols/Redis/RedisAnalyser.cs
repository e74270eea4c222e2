using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Redis;

/// <summary>
/// Redis and what speaks like it: each command by its name, with the kind of its reply. Kept per flow are the commands that wait
/// (a bounded number) and how deep the reader is in an array. Values are passed by without being held, but for those of a log-in.
/// Messages that a server sends unasked (subscriptions) are counted as replies only while a command waits.
/// </summary>
internal sealed class RedisAnalyser : IProtocol
{
    private const int LongestLine = 512, MostWaiting = 64, Deepest = 16, LongestName = 32, MostItems = 1 << 20, MostBulk = 1 << 30;

    private static readonly string[] Typed = ["PING", "INFO", "AUTH", "KEYS", "GET", "SET", "CONFIG", "SELECT", "ECHO", "COMMAND", "CLIENT", "DBSIZE", "MONITOR", "FLUSHALL", "SLAVEOF", "EXISTS"];

    private readonly Queue<Asked> waiting = new();
    private Reader client, server;
    private RedisLogin login;
    private string? name;
    private bool wantsSecondWord;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "redis",
        Title = "Redis",
        Standard = "RESP2 and RESP3, Redis serialization protocol",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of([.. "*PpIiAaKkGgSsCcEeDdMmFf"u8]),
        Ports = [6379],
        LookAhead = 48,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // "*N\r\n$M\r\nWORD\r\n" from the client.
        ReadOnlySpan<byte> bytes = opening.Client;
        if (!bytes.IsEmpty && bytes[0] != '*') return Inline(in opening);
        if (bytes.IsEmpty) return Match.No;
        int at = 1;
        if (Number(bytes, ref at, 7) is not { } items) return Unfinished(bytes, at);
        if (items is < 1 or > MostItems || at >= bytes.Length) return at >= bytes.Length ? Match.NeedMore : Match.No;
        if (bytes[at++] != '$') return Match.No;
        if (Number(bytes, ref at, 2) is not { } length) return Unfinished(bytes, at);
        if (length is < 2 or > LongestName) return Match.No;
        ReadOnlySpan<byte> word = bytes[at..Math.Min(bytes.Length, at + (int)length)];
        foreach (byte b in word)
        {
            if (!char.IsAsciiLetter((char)b) && b is not ((byte)'.' or (byte)'_' or (byte)'-')) return Match.No;
        }
        return word.Length == length ? Match.Yes : Match.NeedMore;
    }

    /// <summary>
    /// Words in a line, as people type them: a command that Redis has, and a reply that only Redis gives. Of its commands those are
    /// looked at that people begin with; AUTH is POP3's as well, so that there the port must say so.
    /// </summary>
    private static Match Inline(in Opening opening)
    {
        int end = opening.Client.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = end < 0 ? opening.Client : opening.Client[..end];
        int blank = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = blank < 0 ? line : line[..blank];
        if (word.Length > 8) return Match.No;
        Span<byte> upper = stackalloc byte[8];
        upper = upper[..word.Length];
        for (int i = 0; i < word.Length; i++) upper[i] = word[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(word[i] - 32) : word[i];
        bool isWhole = end >= 0 || blank >= 0, isKnown = false;
        foreach (string command in Typed)
        {
            isKnown |= Ascii.Equals(isWhole ? upper : upper[..Math.Min(upper.Length, command.Length)], isWhole ? command : command.AsSpan(0, Math.Min(upper.Length, command.Length)));
        }
        if (!isKnown || (upper.SequenceEqual("AUTH"u8) && !opening.HasPort(6379))) return Match.No;
        if (end < 0 || opening.Server.IsEmpty) return Match.NeedMore;
        return Replied(opening.Server);
    }

    /// <summary>A line of a kind that replies have, whole enough to be told from others' words.</summary>
    private static Match Replied(ReadOnlySpan<byte> reply)
    {
        foreach (string known in (ReadOnlySpan<string>)["+PONG\r\n", "+OK\r\n", "-ERR ", "-NOAUTH ", "-WRONGPASS ", "-DENIED ", "-NOPERM "])
        {
            if (reply.Length >= known.Length ? Ascii.Equals(reply[..known.Length], known) : Ascii.Equals(reply, known.AsSpan(0, reply.Length))) return reply.Length >= known.Length ? Match.Yes : Match.NeedMore;
        }
        if (reply[0] is not ((byte)'$' or (byte)':' or (byte)'*')) return Match.No;
        int at = reply.Length > 1 && reply[1] == '-' ? 2 : 1;
        return Number(reply, ref at, 9) is null ? Unfinished(reply, at) : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref Reader reader = ref ReaderOf(segment.Side);
        int at = reader.Place.Pass(in segment);
        while (at < segment.Bytes.Length && !reader.Place.IsSilent)
        {
            ReadOnlySpan<byte> rest = segment.Bytes[at..];
            int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf("\r\n"u8);
            int wanted = reader.Wants;
            if (wanted > 0)
            {
                if (rest.Length < wanted) return new Progress(at, wanted);
                if (name is null || wantsSecondWord) Word(rest[..wanted], ref reader);
                else login.Take(rest[..(wanted - 2)]);
                reader.Wants = 0;
                at += wanted;
                reader.Place.End = segment.Offset + at;
            }
            else if (end < 0)
            {
                if (rest.Length < LongestLine) return new Progress(at, rest.Length + 1);
                into.Report(RedisFaults.BeyondLimits);
                reader.Place.FallSilent();
            }
            else
            {
                Fault? fault = Line(in segment, at, rest[..end], ref reader, into);
                if (fault is not null)
                {
                    into.Report(fault);
                    reader.Place.FallSilent();
                    break;
                }
                at += end + 2;
                reader.Place.End = Math.Max(reader.Place.End, segment.Offset + at);
                at = (int)Math.Min(segment.Bytes.Length, Math.Max(at, reader.Place.End - segment.Offset));
            }
            Finish(in segment, ref reader, into);
        }
        return new Progress(reader.Place.IsSilent ? segment.Bytes.Length : at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into) => ReaderOf(side).Place.Lose();

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        while (waiting.TryDequeue(out Asked asked)) Emit(asked, asked.At, null, into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        waiting.Clear();
        client = server = default;
        login = default;
        name = null;
        wantsSecondWord = false;
    }

    private static Match Unfinished(ReadOnlySpan<byte> bytes, int at) => at >= bytes.Length ? Match.NeedMore : Match.No;

    /// <summary>A number of at most so many digits with its line end; null when it is none, or none yet (then <paramref name="at"/> is the end).</summary>
    private static long? Number(ReadOnlySpan<byte> bytes, ref int at, int mostDigits)
    {
        int from = at;
        while (at < bytes.Length && at - from < mostDigits && char.IsAsciiDigit((char)bytes[at])) at++;
        if (at == from) return null;
        int digits = at;
        if (at < bytes.Length && bytes[at] != '\r') return null;
        at = Math.Min(bytes.Length, at + 1);
        if (at < bytes.Length && bytes[at] != '\n') return null;
        at = Math.Min(bytes.Length, at + 1);
        return at == digits + 2 && Utf8Parser.TryParse(bytes[from..digits], out long value, out _) ? value : null;
    }

    private ref Reader ReaderOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>One line: a value, or the head of one.</summary>
    private Fault? Line(in Segment segment, int at, ReadOnlySpan<byte> line, ref Reader reader, ITransactionSink into)
    {
        bool isClient = segment.Side == Side.Client;
        if (line.IsEmpty) return null;
        if (reader.Depth == 0)
        {
            reader.First = line[0];
            reader.Size = null;
            reader.From = segment.Range(at, line.Length + 2);
            reader.Error = null;
            if (isClient) (name, wantsSecondWord, login) = (null, false, default);
        }
        switch ((char)line[0])
        {
            case '*' or '$' or '%' or '~' or '>' or '=' or '!':
                if (!Utf8Parser.TryParse(line[1..], out long size, out int used) || used != line.Length - 1 || size is < -1 or > MostBulk) return RedisFaults.NoValue;
                bool isArray = line[0] is (byte)'*' or (byte)'%' or (byte)'~' or (byte)'>';
                if (line[0] == '%') size *= 2;
                if (reader.Depth == 0) (reader.Size, reader.Items) = (size, isArray ? Math.Max(0, size) : 0);
                if (isArray) return reader.Enter(size) ? null : RedisFaults.BeyondLimits;
                reader.Leave();
                if (size < 0) return null;
                bool isWord = isClient && ((name is null || wantsSecondWord) ? size is > 0 and <= LongestName : reader.Depth <= 1 && login.Wants(size));
                if (isWord) reader.Wants = (int)size + 2;
                else reader.Place.End = segment.Offset + at + line.Length + 2 + size + 2;
                if (isClient && !isWord && name is null) name = "?";
                if (isClient && !isWord) wantsSecondWord = false;
                return null;
            case '+' or '-' or ':' or '_' or '#' or ',' or '(' when !isClient:
                if (line[0] == '-' && reader.Depth == 0) reader.Error = ErrorWord(line[1..]);
                reader.Leave();
                return null;
            default:
                // An inline command: words in a line.
                if (!isClient || reader.Depth > 0 || !char.IsAsciiLetter((char)line[0])) return RedisFaults.NoValue;
                int words = 0, all = line.Count((byte)' ') + 1;
                foreach (Range word in line.Split((byte)' '))
                {
                    if (words++ > 0) login.Take(line[word]);
                    else login.Begin(name = Upper(line[word]), all);
                }
                reader.Items = words;
                return null;
        }
    }

    private void Word(ReadOnlySpan<byte> word, ref Reader reader)
    {
        string text = Upper(word[..^2]);
        if (name is null)
        {
            name = text;
            login.Begin(text, reader.Items);
            wantsSecondWord = text is "CONFIG" or "CLIENT" or "CLUSTER" or "ACL" or "COMMAND" or "DEBUG" or "SCRIPT" or "MODULE" or "OBJECT" or "MEMORY" or "LATENCY" or "SLOWLOG" or "XGROUP" or "XINFO" or "PUBSUB" or "FUNCTION";
        }
        else
        {
            name += " " + text;
            wantsSecondWord = false;
        }
    }

    /// <summary>When the outermost value is complete: a command waits, or the oldest one is answered.</summary>
    private void Finish(in Segment segment, ref Reader reader, ITransactionSink into)
    {
        if (reader.Depth > 0 || reader.Wants > 0 || reader.First == 0) return;
        if (segment.Side == Side.Client)
        {
            if (name is not null)
            {
                if (waiting.Count == MostWaiting) Emit(waiting.Dequeue(), segment.At, null, into);
                waiting.Enqueue(new Asked(name, (int)Math.Min(MostItems, Math.Max(0, reader.Items - 1 - name.Count(static c => c == ' '))), segment.At, reader.From, login.User, login.PasswordRule));
                name = null;
            }
        }
        else if (!client.Place.IsSilent && waiting.TryDequeue(out Asked asked))
        {
            Emit(asked, segment.At, reader, into);
        }
        reader.First = 0;
    }

    private static void Emit(Asked asked, CaptureTime at, Reader? reply, ITransactionSink into) => into.Emit(new RedisCommand(at, asked.Where)
    {
        Began = asked.At,
        CmdName = asked.Name,
        Arguments = asked.Arguments,
        Success = reply is null ? null : reply.Value.First != '-',
        Reply = reply is null ? null : reply.Value.Size == -1 ? "null" : (char)reply.Value.First switch { '+' => "status", '-' => "error", ':' => "integer", '$' => "bulk", _ => "array" },
        Error = reply?.Error,
        ReplySize = reply?.Size is >= 0 and long size ? size : null,
        User = asked.User,
        PasswordRule = asked.PasswordRule,
    });

    private static string ErrorWord(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
        return end < 0 ? Upper(text) : end == 0 ? "ERR" : Upper(text[..end]);
    }

    private static string Upper(ReadOnlySpan<byte> word)
    {
        word = word[..Math.Min(word.Length, LongestName)];
        foreach (byte b in word)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'_' or (byte)'-')) return "?";
        }
        return Encoding.ASCII.GetString(word).ToUpperInvariant();
    }

    /// <summary>A command that waits for its reply.</summary>
    private readonly record struct Asked(string Name, int Arguments, CaptureTime At, ByteRange Where, string? User, string? PasswordRule);

    /// <summary>Where one side is among its values.</summary>
    private struct Reader
    {
        /// <summary>Where it is in its stream.</summary>
        public StreamPlace Place;

        private Counts open;

        /// <summary>Arrays that are open.</summary>
        public int Depth { get; private set; }

        /// <summary>Bytes of a word that is to be read, with its line end.</summary>
        public int Wants { get; set; }

        /// <summary>First byte of the outermost value; 0 when none is open.</summary>
        public byte First { get; set; }

        /// <summary>Its length or number of items.</summary>
        public long? Size { get; set; }

        /// <summary>Items of the outermost array.</summary>
        public long Items { get; set; }

        /// <summary>First word of an error.</summary>
        public string? Error { get; set; }

        /// <summary>Where it began.</summary>
        public ByteRange From { get; set; }

        /// <summary>An array of so many items begins. False when it is nested too deeply or too long.</summary>
        public bool Enter(long items)
        {
            if (items > MostItems) return false;
            if (items <= 0)
            {
                Leave();
                return true;
            }
            if (Depth == Deepest) return false;
            open[Depth++] = (int)items;
            return true;
        }

        /// <summary>A value ended, and with it every array whose last it was.</summary>
        public void Leave()
        {
            while (Depth > 0 && --open[Depth - 1] == 0) Depth--;
        }

        [System.Runtime.CompilerServices.InlineArray(Deepest)]
        private struct Counts
        {
            private int first;
        }
    }
}
