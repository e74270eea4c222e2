using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Jetdirect;

/// <summary>
/// A printer's raw port: lines of the Printer Job Language before the page, and the printer's answers to questions in it. The page itself
/// is counted and passed by.
/// </summary>
internal sealed class JetdirectAnalyser : LineAnalyser, IProtocol
{
    private const int MostLines = 512, MostCommands = 32, LongestText = 128;

    private readonly List<string> commands = [];
    private PrintJob? row;
    private string? question;
    private int lines;
    private bool isPage;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "jetdirect",
        Title = "Raw printing with PJL, PCL or PostScript",
        Standard = "HP PJL Technical Reference",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x1B, (byte)'@', (byte)'%'),
        Ports = [9100],
        LookAhead = 16,
        MaxHeld = UsualLine + 1,
    };

    private static ReadOnlySpan<byte> Exit => "\x1B%-12345X"u8;

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        if (bytes.StartsWith("\u001bE"u8) && bytes.Length >= 4 && opening.ServerPort == 9100) return bytes[2] == 0x1B ? Match.Yes : Match.No;
        foreach (string beginning in (ReadOnlySpan<string>)["\x1B%-12345X", "@PJL ", "%!PS-Adobe"])
        {
            int common = Math.Min(beginning.Length, bytes.Length);
            if (Ascii.Equals(bytes[..common], beginning.AsSpan(0, common))) return common == beginning.Length ? Match.Yes : Match.NeedMore;
        }
        return bytes is [0x1B] && opening.ServerPort == 9100 ? Match.NeedMore : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (row is not null) into.Emit(row with { Commands = commands.Count > 0 ? [.. commands] : null });
        row = null;
        commands.Clear();
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        commands.Clear();
        row = null;
        question = null;
        lines = 0;
        isPage = false;
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        row ??= new PrintJob(line.At, line.Range) { Began = line.At };
        if (line.Side == Side.Server)
        {
            if (line.IsBeginning) Answer(line.Bytes, line.At, line.Range);
            return Continuation.Stay;
        }
        ReadOnlySpan<byte> text = line.Bytes;
        while (text.StartsWith(Exit)) text = text[Exit.Length..];
        if (line.IsBeginning && (text.IsEmpty || text.StartsWith("@PJL"u8)) && ++lines <= MostLines)
        {
            Ask(text, line.At, into);
            if (!isPage) return Continuation.Stay;
            text = default;
        }
        if (lines > MostLines) into.Report(JetdirectFaults.TooManyLines);
        // The page begins, and what follows is counted only.
        row = row with { Size = row.Size + text.Length, Language = row.Language ?? Language(text) };
        Count(Side.Client, long.MaxValue);
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
        if (row is not null) row = row with { Size = row.Size + bytes.Length };
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        if (isInStep && row is not null) row = row with { Size = row.Size + missing };
        else if (side == Side.Client) Count(Side.Client, long.MaxValue);
    }

    private static string? Language(ReadOnlySpan<byte> page)
    {
        if (page.StartsWith("%!PS"u8)) return "POSTSCRIPT";
        if (page.StartsWith("%PDF"u8)) return "PDF";
        if (page.StartsWith(") HP-PCL XL"u8)) return "PCLXL";
        if (page.StartsWith("\x1B@"u8)) return "ESC/P";
        return page is [0x1B, (byte)'E' or (byte)'&' or (byte)'*' or (byte)'(', ..] ? "PCL" : null;
    }

    private void Ask(ReadOnlySpan<byte> text, CaptureTime at, ITransactionSink into)
    {
        row = row! with { At = at };
        if (text.Length <= 5) return;
        text = text[5..].Trim((byte)' ');
        int equals = text.IndexOf((byte)'=');
        ReadOnlySpan<byte> value = equals < 0 ? default : text[(equals + 1)..].Trim("\" "u8);
        ReadOnlySpan<byte> name = (equals < 0 ? text : text[..equals]).Trim((byte)' ');
        string command = Encoding.ASCII.GetString(name[..Math.Min(name.Length, 48)]).ToUpperInvariant();
        if (commands.Count < MostCommands && !command.StartsWith("COMMENT", StringComparison.Ordinal)) commands.Add(command);
        question = command.StartsWith("INFO ", StringComparison.Ordinal) ? command[5..] : question;
        if (command is "JOB NAME" or "SET JOBNAME") row = row with { JobName = FreeText.Of(value, into.Masker, LongestText) };
        if (command is "SET USERNAME") row = row with { User = ShortText.Of(value, LongestText) };
        if (command != "ENTER LANGUAGE") return;
        row = row with { Language = ShortText.Of(value, 24)?.ToUpperInvariant() };
        isPage = true;
    }

    private void Answer(ReadOnlySpan<byte> text, CaptureTime at, ByteRange where)
    {
        ReadOnlySpan<byte> line = text;
        text = text.Trim("\f\r "u8);
        if (text.IsEmpty || text.StartsWith("@PJL"u8)) return;
        row = row! with { At = at };
        if (question == "ID" && row.Model is null && ShortText.Of(text.Trim((byte)'"'), LongestText) is { } model) row = row with { Model = model, Places = TextPlace.Of(null, line, where, model) };
        if (text.StartsWith("SERIALNUMBER="u8) || text.StartsWith("SERIAL NUMBER="u8)) row = row with { SerialNumber = ShortText.Of(text[(text.IndexOf((byte)'=') + 1)..].Trim("\" "u8), LongestText) };
    }
}
