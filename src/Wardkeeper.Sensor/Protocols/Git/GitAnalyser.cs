using System.Buffers.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Git;

/// <summary>The daemon of git: the client's request and the server's first line, which names its program. The rest is passed by.</summary>
internal sealed class GitAnalyser : MessageAnalyser, IProtocol
{
    private const int Length = 4, Longest = 65520, Shown = 2048, LongestText = 256;

    private GitSession? row;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "git",
        Title = "git daemon",
        Standard = "gitprotocol-pack, gitprotocol-common",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'0'),
        Ports = [9418],
        LookAhead = 32,
        MaxHeld = Shown,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        if (bytes.Length < Length + 16) return IsHexadecimal(bytes[..Math.Min(bytes.Length, Length)]) ? Match.NeedMore : Match.No;
        if (!IsHexadecimal(bytes[..Length])) return Match.No;
        bytes = bytes[Length..];
        return bytes.StartsWith("git-upload-pack "u8) || bytes.StartsWith("git-receive-pack"u8) || bytes.StartsWith("git-upload-archi"u8) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (row is not null) into.Emit(row);
        row = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        row = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length) return Measured.Need(Length);
        if (!IsHexadecimal(bytes[..Length]) || !Utf8Parser.TryParse(bytes[..Length], out int length, out _, 'x') || length > Longest) return Measured.Wrong(GitFaults.LineLength);
        length = Math.Max(Length, length);
        return new Measured(length, Math.Min(length, Shown));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = message.Bytes[Length..];
        if (message.Side == Side.Client)
        {
            if (row is not null || text.IndexOf((byte)' ') is not (> 0 and int space)) return Continuation.Stay;
            SpanReader reader = new(text[(space + 1)..]);
            row = new GitSession(message.At, message.Range)
            {
                Began = message.At,
                Service = ShortText.Of(text[..space], LongestText),
                Repository = ShortText.Of(reader.UntilZero().TrimEnd((byte)'\n'), LongestText),
            };
            ReadOnlySpan<byte> parameter = reader.UntilZero();
            if (parameter.StartsWith("host="u8)) row = row with { Host = ShortText.Of(parameter[5..], LongestText) };
            return Continuation.Stay;
        }
        if (row is null) return Continuation.Stay;
        row = row with { At = message.At };
        if (text.StartsWith("ERR "u8)) row = row with { Error = ShortText.Of(text[4..].TrimEnd((byte)'\n'), LongestText) };
        int at = text.IndexOf("agent="u8);
        if (at >= 0) row = row with { Agent = ShortText.Of(text[(at + 6)..Ending(text, at + 6)], LongestText) };
        row = row with { Places = TextPlace.Of(row.Places, message.Bytes, message.Range, row.Agent) };
        // The second version lists one capability in a line; the agent's is among the first.
        if (row.Agent is null && row.Error is null && text.StartsWith("version 2"u8)) return Continuation.Stay;
        End(FlowEnd.Detached, into);
        return Continuation.Done;
    }

    private static int Ending(ReadOnlySpan<byte> text, int from)
    {
        int end = text[from..].IndexOfAny((byte)' ', (byte)'\n', (byte)0);
        return end < 0 ? text.Length : from + end;
    }

    private static bool IsHexadecimal(ReadOnlySpan<byte> digits)
    {
        foreach (byte b in digits)
        {
            if (!char.IsAsciiHexDigitLower((char)b)) return false;
        }
        return true;
    }
}
