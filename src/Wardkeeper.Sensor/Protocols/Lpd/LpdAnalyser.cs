using System.Buffers.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lpd;

/// <summary>The line printer daemon: commands, and of a job its control file. Pages are counted and passed by. Kept per flow is the command under way.</summary>
internal sealed class LpdAnalyser : LineAnalyser, IProtocol
{
    private const int Port = 515, LongestText = 128, LongestControl = 4096;

    private readonly byte[] control = new byte[LongestControl];
    private LpdCommand? row;
    private int controlLength;
    private bool isControl;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "lpd",
        Title = "Line Printer Daemon Protocol",
        Standard = "RFC 1179",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(1, 2, 3, 4, 5),
        Ports = [Port],
        LookAhead = 64,
        MaxHeld = UsualLine + 1,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (opening.ServerPort != Port || bytes.IsEmpty || bytes[0] is < 1 or > 5) return Match.No;
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> name = end < 0 ? bytes[1..] : bytes[1..end];
        if (name.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0 || name.Length > 128) return Match.No;
        // A queue of one letter could be anything else.
        return end < 0 ? Match.NeedMore : end > 2 ? Match.Yes : Match.No;
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
        controlLength = 0;
        isControl = false;
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        if (line.Side == Side.Server || !line.IsBeginning || line.Bytes.IsEmpty) return Continuation.Stay;
        ReadOnlySpan<byte> text = line.Bytes;
        // A file ends with a zero, which stands before the next line.
        text = text.TrimStart((byte)0);
        if (text.IsEmpty) return Continuation.Stay;
        if (row is { Command: "receive_job" })
        {
            Part(text, into);
            return Continuation.Stay;
        }
        string? command = text[0] switch { 1 => "print", 2 => "receive_job", 3 => "queue_short", 4 => "queue_long", 5 => "remove", _ => null };
        if (command is null)
        {
            into.Report(LpdFaults.NoCommand);
            return Continuation.Stay;
        }
        End(FlowEnd.Detached, into);
        int space = text.IndexOf((byte)' ');
        row = new LpdCommand(line.At, line.Range) { Began = line.At, Command = command, Queue = ShortText.Of(space < 0 ? text[1..] : text[1..space], LongestText) };
        // Acknowledgements of a job are single bytes, not lines; answers to questions are text.
        Count(Side.Server, long.MaxValue);
        return Continuation.Stay;
    }

    /// <inheritdoc/>
    protected override void TakeCounted(in Segment segment, ReadOnlySpan<byte> bytes, bool isLast, ITransactionSink into)
    {
        if (segment.Side == Side.Server)
        {
            if (row is null) return;
            bool isTaken = row.Command != "receive_job" || !bytes.ContainsAnyExcept((byte)0);
            row = row with { At = segment.At, Status = isTaken && row.Status != false };
            return;
        }
        if (!isControl) return;
        int taken = Math.Min(bytes.Length, LongestControl - controlLength);
        bytes[..taken].CopyTo(control.AsSpan(controlLength));
        controlLength += taken;
        if (!isLast) return;
        isControl = false;
        Control(control.AsSpan(0, controlLength), into);
    }

    /// <inheritdoc/>
    protected override void TakeLoss(Side side, long missing, bool isInStep, ITransactionSink into)
    {
        if (side == Side.Client) isControl = false;
    }

    /// <summary>The head of a control file (2) or of a page (3): its length and name. RFC 1179, 6.</summary>
    private void Part(ReadOnlySpan<byte> text, ITransactionSink into)
    {
        if (text[0] is not (2 or 3) || !Utf8Parser.TryParse(text[1..], out long length, out _) || length < 0)
        {
            if (text[0] != 1) into.Report(LpdFaults.NoCommand);
            return;
        }
        isControl = text[0] == 2;
        controlLength = 0;
        if (!isControl) row = row! with { Size = (row.Size ?? 0) + length };
        // Some send the page without saying how long it is.
        Count(Side.Client, length == 0 ? long.MaxValue : length);
    }

    /// <summary>Lines of a control file. RFC 1179, 7.</summary>
    private void Control(ReadOnlySpan<byte> file, ITransactionSink into)
    {
        foreach (Range range in file.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = file[range].TrimEnd((byte)'\r');
            if (line.Length < 2 || row is null) continue;
            ReadOnlySpan<byte> value = line[1..];
            row = (char)line[0] switch
            {
                'H' => row with { Host = ShortText.Of(value, LongestText) },
                'P' => row with { User = ShortText.Of(value, LongestText) },
                'J' => row with { JobName = FreeText.Of(value, into.Masker, LongestText) },
                _ => row,
            };
        }
    }
}
