using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>The messages in one frame or body, one after the other: a single one, or a batch or file of them. HL7 2.9, 2.10.3.</summary>
internal ref struct Hl7Batch(Frame frame)
{
    /// <summary>Messages that are read of one frame.</summary>
    private const int MostInFrame = 1000;

    private readonly Frame frame = frame;
    private int at = frame.Text.StartsWith("\uFEFF"u8) ? 3 : 0;
    private int units, messages, batches;
    private bool inBatch, inFile;
    private string? batch;

    /// <summary>Reads the next message; false when there is none.</summary>
    public bool TryNext(ITransactionSink into, out MessageSeen message)
    {
        message = null!;
        ReadOnlySpan<byte> text = frame.Text;
        if (units == 0)
        {
            while (at < text.Length && text[at] is (byte)'\r' or (byte)'\n' or (byte)' ') at++;
            // MLLP release 2 says with a lone ACK or NAK that a frame arrived; that is below HL7's acknowledgements.
            if (text[at..] is [] or [0x06] or [0x15]) return false;
            if (!Hl7Header.MayBegin(text[at..]))
            {
                into.Report(Hl7Faults.FrameWithoutHeader);
                return false;
            }
        }
        while (at < text.Length)
        {
            if (units++ == MostInFrame)
            {
                into.Report(Hl7Faults.BatchTooLong);
                at = text.Length;
                return false;
            }
            int start = at, length = LengthOfUnit(text[at..]);
            ReadOnlySpan<byte> unit = text.Slice(at, length);
            at += length;
            bool cut = frame.Truncated && at == text.Length;
            bool isMessage = unit.StartsWith("MSH"u8);
            if (isMessage) messages++;
            else Begin(unit);
            // Trailers stand behind the last message, or behind a header that none follows.
            if ((inBatch || inFile) && !cut) Close(unit, into);
            if (isMessage && TryRead(cut ? unit[..(unit.LastIndexOfAny((byte)'\r', (byte)'\n') + 1)] : unit, start, cut, into, out message)) return true;
        }
        return false;
    }

    /// <summary>A batch or a file of batches begins.</summary>
    private void Begin(ReadOnlySpan<byte> header)
    {
        batch = BatchId(header) ?? batch;
        if (header.StartsWith("FHS"u8)) (inFile, batches) = (true, 0);
        else if (header.StartsWith("BHS"u8)) (inBatch, batches) = (true, batches + 1);
        messages = 0;
    }

    /// <summary>Compares what the trailers in a part count with what was seen. BTS-1 and FTS-1; both may be empty.</summary>
    private void Close(ReadOnlySpan<byte> unit, ITransactionSink into)
    {
        while (!unit.IsEmpty)
        {
            int end = unit.IndexOfAny((byte)'\r', (byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? unit : unit[..end];
            if (inBatch && line.StartsWith("BTS"u8))
            {
                inBatch = false;
                if (Count(line) is { } count && count != messages) into.Report(Hl7Faults.BatchCount);
            }
            else if (inFile && line.StartsWith("FTS"u8))
            {
                inFile = false;
                if (Count(line) is { } count && count != batches) into.Report(Hl7Faults.FileCount);
            }
            unit = end < 0 ? default : unit[(end + 1)..];
        }
    }

    /// <summary>The first field of a trailer as a number; null when it is empty or none.</summary>
    private static long? Count(ReadOnlySpan<byte> trailer) =>
        trailer.Length > 4 && Utf8Parser.TryParse(trailer[4..], out long count, out int used) && (trailer.Length == 4 + used || trailer[4 + used] == trailer[3]) ? count : null;

    private readonly bool TryRead(ReadOnlySpan<byte> bytes, int start, bool cut, ITransactionSink into, out MessageSeen message)
    {
        message = null!;
        if (bytes.IsEmpty) return false;
        ByteRange range = new(frame.Bytes.Side, frame.Bytes.Start + start + (frame.Framed ? 1 : 0), bytes.Length);
        if (Hl7Reader.Read(bytes, in frame, range, cut, batch, into) is not { } read) return false;
        message = read;
        return true;
    }

    /// <summary>Bytes up to the next line that begins like the first one of the frame: a header with the same field separator.</summary>
    private static int LengthOfUnit(ReadOnlySpan<byte> text)
    {
        int at = 3;
        while (true)
        {
            int line = text[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (line < 0) return text.Length;
            at += line + 1;
            if (Hl7Header.Begins(text[at..]) == Match.Yes) return at;
        }
    }

    /// <summary>BHS-11 or FHS-11: the sender's number of a batch or file.</summary>
    private static string? BatchId(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> id = Hl7Header.Field(header, 11, out _);
        return id.IsEmpty ? null : Encoding.UTF8.GetString(id.Length > 199 ? id[..199] : id);
    }
}
