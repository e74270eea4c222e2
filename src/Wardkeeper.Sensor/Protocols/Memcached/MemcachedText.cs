using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Memcached;

/// <summary>The text form: commands and answers in lines, values behind them by their length.</summary>
internal sealed class MemcachedText : LineAnalyser
{
    private const int MostWaiting = 64, MostValue = 1 << 30, LongestVersion = 32, MostKeys = 1000;

    private readonly Queue<MemcachedCommand> waiting = new();
    private int hits;
    private long hitBytes;
    private string? version;
    private TextPlace? places;

    /// <inheritdoc/>
    protected override int LongestLine => 8192;

    /// <inheritdoc/>
    protected override Fault? TooLong => MemcachedFaults.LineTooLong;

    /// <inheritdoc/>
    protected override bool LinesStandAlone => false;

    /// <summary>Whether a line is a command that nobody else would send so.</summary>
    /// <param name="bytes">The beginning of what a client sent.</param>
    /// <param name="isUsual">Whether it goes to the usual port.</param>
    /// <param name="server">What the server answered so far.</param>
    public static Match Begins(ReadOnlySpan<byte> bytes, bool isUsual, ReadOnlySpan<byte> server)
    {
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
        int blank = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = blank < 0 ? line : line[..blank];
        if (word.Length > 9 || word.ContainsAnyExceptInRange((byte)'_', (byte)'z')) return Match.No;
        if (end < 0 && blank < 0) return Match.NeedMore;
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Match.No;
        Kind kind = KindOf(Encoding.ASCII.GetString(word));
        if (kind == Kind.Unknown) return Match.No;
        if (end < 0) return bytes.Length < 300 ? Match.NeedMore : Match.No;
        if (bytes[end - 1] != '\r') return Match.No;
        if (kind == Kind.Store) return TrySize(line, 4, out _) && Words(line) is >= 5 and <= 7 ? Match.Yes : Match.No;
        if (kind is Kind.Get or Kind.Other && blank < 0) return Match.No;
        if (isUsual) return Match.Yes;
        foreach (string answer in (ReadOnlySpan<string>)["VALUE ", "END\r\n", "STAT ", "VERSION ", "DELETED\r\n", "NOT_FOUND\r\n", "TOUCHED\r\n"])
        {
            int common = Math.Min(answer.Length, server.Length);
            if (!Ascii.Equals(server[..common], answer.AsSpan(0, common))) continue;
            return common == answer.Length ? Match.Yes : Match.NeedMore;
        }
        return server.IsEmpty ? Match.NeedMore : Match.No;
    }

    /// <inheritdoc/>
    public override void Gap(Side side, long missing, ITransactionSink into)
    {
        base.Gap(side, missing, into);
        // Which answer belongs to which command cannot be told any longer.
        End(FlowEnd.Detached, into);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        while (waiting.TryDequeue(out MemcachedCommand? command)) into.Emit(command);
        (hits, hitBytes, version, places) = (0, 0, null, null);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        (hits, hitBytes, version, places) = (0, 0, null, null);
    }

    /// <summary>A new datagram begins: nothing of the one before reaches into it.</summary>
    public void BeginDatagram() => base.Reset();

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = line.Bytes;
        int blank = bytes.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = blank < 0 ? bytes : bytes[..blank];
        if (line.Side == Side.Client) Ask(in line, word, into);
        else Answer(in line, word, into);
        return Continuation.Stay;
    }

    private static Kind KindOf(string word) => word switch
    {
        "get" or "gets" or "gat" or "gats" or "mg" => Kind.Get,
        "set" or "add" or "replace" or "append" or "prepend" or "cas" => Kind.Store,
        "ms" => Kind.MetaStore,
        "delete" or "incr" or "decr" or "touch" or "md" or "ma" or "me" or "verbosity" => Kind.Other,
        "stats" or "version" or "flush_all" or "quit" or "mn" => Kind.Bare,
        _ => Kind.Unknown,
    };

    private static int Words(ReadOnlySpan<byte> line)
    {
        int words = 1;
        foreach (byte b in line.TrimEnd((byte)' ')) words += b == ' ' ? 1 : 0;
        return words;
    }

    /// <summary>The number that is the word of this place, from 0.</summary>
    private static bool TrySize(ReadOnlySpan<byte> line, int place, out long size)
    {
        size = 0;
        int at = 0;
        foreach (Range range in line.Split((byte)' '))
        {
            if (at++ != place) continue;
            ReadOnlySpan<byte> word = line[range];
            return Utf8Parser.TryParse(word, out size, out int used) && used == word.Length && size is >= 0 and <= MostValue;
        }
        return false;
    }

    private void Ask(in Line line, ReadOnlySpan<byte> word, ITransactionSink into)
    {
        string name = word.Length is > 0 and < 12 && !word.ContainsAnyExceptInRange((byte)'_', (byte)'z') ? RecentTexts.OfAscii(word) : "?";
        Kind kind = KindOf(name);
        if (kind == Kind.Unknown) name = "?";
        long size = 0;
        if (kind is Kind.Store or Kind.MetaStore)
        {
            if (!TrySize(line.Bytes, kind == Kind.Store ? 4 : 2, out size))
            {
                into.Report(MemcachedFaults.BadLength);
                FallSilent(Side.Client);
                return;
            }
            Count(Side.Client, size + 2);
        }
        bool isQuiet = line.Bytes.EndsWith(" noreply"u8) || name == "quit";
        int keys = kind is Kind.Get ? Math.Min(MostKeys, Words(line.Bytes) - (name.StartsWith("ga", StringComparison.Ordinal) ? 2 : 1)) : kind is Kind.Store or Kind.MetaStore or Kind.Other ? 1 : 0;
        if (name == "mg") keys = 1;
        MemcachedCommand command = new(line.At, line.Range) { Began = line.At, Command = name, Keys = Math.Max(0, keys), ValueBytes = kind is Kind.Store or Kind.MetaStore ? size : null };
        if (isQuiet || IsSilent(Side.Server))
        {
            into.Emit(command);
            return;
        }
        if (waiting.Count == MostWaiting) into.Emit(waiting.Dequeue());
        waiting.Enqueue(command);
    }

    private void Answer(in Line line, ReadOnlySpan<byte> word, ITransactionSink into)
    {
        bool isMeta = word.SequenceEqual("VA"u8);
        if (word.SequenceEqual("VALUE"u8) || isMeta)
        {
            if (!TrySize(line.Bytes, isMeta ? 1 : 3, out long size))
            {
                into.Report(MemcachedFaults.BadLength);
                FallSilent(Side.Server);
                return;
            }
            Count(Side.Server, size + 2);
            hits++;
            hitBytes += size;
            if (!isMeta) return;
        }
        if (word.SequenceEqual("STAT"u8))
        {
            if (line.Bytes.StartsWith("STAT version "u8)) Told(in line, line.Bytes[13..]);
            return;
        }
        if (word.SequenceEqual("VERSION"u8) && line.Bytes.Length > 8) Told(in line, line.Bytes[8..]);
        if (!IsSilent(Side.Client) && waiting.TryDequeue(out MemcachedCommand? command))
        {
            bool isGet = KindOf(command.Command) == Kind.Get;
            into.Emit(command with { At = line.At, Status = StatusOf(word), Hits = isGet ? hits : null, HitBytes = isGet ? hitBytes : null, Version = version, Places = places });
        }
        (hits, hitBytes, version, places) = (0, 0, null, null);
    }

    private void Told(in Line line, ReadOnlySpan<byte> said)
    {
        version = ShortText.Of(said, LongestVersion);
        places = TextPlace.Of(null, line.Bytes, line.Range, version);
    }

    /// <summary>The first word of an answer; a number is a counter's new value.</summary>
    private static string StatusOf(ReadOnlySpan<byte> word)
    {
        if (word.Length is 0 or > 16) return "?";
        if (!word.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return "NUMBER";
        return word.ContainsAnyExceptInRange((byte)'A', (byte)'_') ? "?" : RecentTexts.OfAscii(word);
    }

    private enum Kind : byte
    {
        Unknown,
        Get,
        Store,
        MetaStore,
        Other,
        Bare,
    }
}
