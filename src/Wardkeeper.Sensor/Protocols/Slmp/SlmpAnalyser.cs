using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Slmp;

/// <summary>
/// SLMP and the MELSEC communication protocol it goes on with, by which Mitsubishi's controllers are read, written and stopped: 3E and
/// 4E frames in binary and in ASCII code, over TCP and UDP. Kept per flow are the commands that wait, a bounded number. Contents of
/// memory and passwords are passed by.
/// </summary>
internal sealed class SlmpAnalyser : MessageAnalyser, IProtocol
{
    private const int Longest = 64, MostWaiting = 32, ModelName = 16;

    private readonly Waiting<int, SlmpExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "slmp",
        Title = "SLMP and MELSEC, plant controllers (Mitsubishi)",
        Standard = "Mitsubishi SH(NA)-080956ENG (SLMP), SH(NA)-080008 (3E, 4E)",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x50, 0x54, 0xD0, 0xD4, (byte)'5', (byte)'D'),
        Ports = [5006, 5007, 5010],
        LookAhead = 48,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool isClient = !opening.Client.IsEmpty, isStream = opening.Carrier == Carrier.Tcp;
        if (!SlmpFrame.TryRead(bytes, out SlmpFrame frame)) return Match.No;
        if (frame.Length == 0 || (!frame.IsResponse && bytes.Length < frame.Head + (6 * frame.Unit))) return isStream ? Match.NeedMore : Match.No;
        if (!isStream && bytes.Length != frame.Head + frame.Length && !opening.Truncated) return Match.No;
        // Of an answer only the length and the end code are known: too little where the port says nothing.
        if (frame.IsResponse) return opening.HasPort(5007) || opening.HasPort(5006) || opening.HasPort(5010) ? isClient ? Match.YesReversed : Match.Yes : Match.No;
        ReadOnlySpan<byte> said = bytes[frame.Head..];
        if (SlmpNames.Command(frame.Number(said, 2, 2)) is null || frame.Number(said, 4, 2) is not (>= 0 and <= 3 or (>= 0x40 and <= 0x43) or (>= 0x80 and <= 0x83))) return Match.No;
        return isClient ? Match.Yes : Match.YesReversed;
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
        if (bytes.IsEmpty || bytes.Length < SlmpFrame.SubheaderBytes(bytes[0])) return Measured.Need(bytes.IsEmpty ? 1 : SlmpFrame.SubheaderBytes(bytes[0]));
        // Judged only when it is whole, or not at all: where it is cut must not matter.
        if (!SlmpFrame.IsSubheader(bytes)) return Measured.Wrong(SlmpFaults.MalformedHeader);
        int head = SlmpFrame.HeadBytes(bytes);
        if (bytes.Length < head) return Measured.Need(head);
        return SlmpFrame.TryRead(bytes, out SlmpFrame frame) ? new Measured(head + frame.Length, Longest) : Measured.Wrong(SlmpFaults.MalformedHeader);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        SlmpFrame.TryRead(message.Bytes, out SlmpFrame frame);
        ReadOnlySpan<byte> said = message.Bytes[frame.Head..], station = message.Bytes[(frame.Head - (7 * frame.Unit))..];
        SlmpExchange row = new(message.At, message.Range) { Network = frame.Number(station, 0, 1), Station = frame.Number(station, 1, 1) };
        // 3E frames have no number: one command at a time.
        int key = frame.Serial ?? -1;
        if (!frame.IsResponse)
        {
            int command = frame.Number(said, 2, 2);
            waiting.Add(key, row with
            {
                PduType = "REQ",
                Command = SlmpNames.Command(command) ?? "command-" + command.ToString("x4", CultureInfo.InvariantCulture),
                IsWrite = SlmpNames.IsWrite(command),
                Password = command is 0x1630 or 0x1631 ? "seen" : null,
            }, into);
            return Continuation.Stay;
        }
        SlmpExchange? asked = waiting.Take(key);
        int end = frame.Number(said, 0, 2);
        row = (asked ?? row) with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, EndCode = end == 0 ? null : end.ToString("x4", CultureInfo.InvariantCulture) };
        if (end == 0 && asked?.Command == SlmpNames.Command(SlmpNames.ReadTypeName) && said.Length >= (2 * frame.Unit) + ModelName) row = row with { Model = ShortText.Of(said.Slice(2 * frame.Unit, ModelName).TrimEnd(" \0"u8), ModelName) };
        into.Emit(row with { Places = TextPlace.Of(null, message.Bytes, message.Range, row.Model) });
        return Continuation.Stay;
    }
}
