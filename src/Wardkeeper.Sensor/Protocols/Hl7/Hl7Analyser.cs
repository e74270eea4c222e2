using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// HL7 version 2 over MLLP: what hospital systems and bedside devices tell each other about patients, orders and results. Frames of
/// both sides come in; each message leaves as one row together with the acknowledgement it got, matched by MSA-2 and MSH-10. Kept
/// per flow and side: the messages that wait for an acknowledgement, the latest control ids, and text that came without MLLP blocks
/// (its end only shows when the connection closes). Read of a message are its header, the names of its segments, the patient's
/// identifier (masked) and the devices it names. Deliberately not read: clinical content, texts of acknowledgements (they quote
/// patients), the XML encoding, and continuation of messages (DSC).
/// </summary>
internal sealed class Hl7Analyser : IProtocol, IFrameSink
{
    /// <summary>Messages that are read of one frame.</summary>
    private const int MostInFrame = 1000;

    private readonly MllpReader client = new(Side.Client), server = new(Side.Server);
    private readonly AwaitedMessages fromClient = new(), fromServer = new();
    private bool clientLost, serverLost, flushing;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "hl7",
        Title = "HL7 version 2 messages over MLLP",
        Standard = "HL7 2.9, chapters 2 and 2.C; HL7 Transport Specification: MLLP, Release 1",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(MllpReader.StartBlock, (byte)'M', (byte)'F', (byte)'B'),
        Ports = [2575, 6661],
        LookAhead = Hl7Recogniser.LookAhead,
        MaxHeld = MllpReader.MaxFrame + 1024,
    };

    /// <summary>Bytes that were searched for the ends of frames so far: about as many as came.</summary>
    public long Searched => client.Searched + server.Searched;

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => Hl7Recogniser.Recognise(in opening);

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into) => Reader(segment.Side).Take(in segment, this, into);

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        Reader(side).Gap();
        if (side == Side.Client) clientLost = true;
        else serverLost = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        client.End(this, into);
        server.End(this, into);
        fromClient.EmitAll(into);
        fromServer.EmitAll(into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client.Reset();
        server.Reset();
        fromClient.Reset();
        fromServer.Reset();
        clientLost = serverLost = flushing = false;
    }

    /// <summary>Takes the text of one frame: a message, or a batch of them.</summary>
    public void Take(in Frame frame, ITransactionSink into)
    {
        ReadOnlySpan<byte> text = frame.Text;
        int at = 0;
        if (text.StartsWith("\uFEFF"u8)) at = 3;
        while (at < text.Length && text[at] is (byte)'\r' or (byte)'\n' or (byte)' ') at++;
        // MLLP release 2 says with a lone ACK or NAK that a frame arrived; that is below HL7's acknowledgements.
        if (text[at..] is [] or [0x06] or [0x15]) return;
        if (!Hl7Header.MayBegin(text[at..]))
        {
            into.Report(Hl7Faults.FrameWithoutHeader);
            return;
        }
        string? batch = null;
        for (int messages = 0; at < text.Length; messages++)
        {
            if (messages == MostInFrame)
            {
                into.Report(Hl7Faults.BatchTooLong);
                return;
            }
            int length = LengthOfUnit(text[at..]);
            ReadOnlySpan<byte> unit = text.Slice(at, length);
            bool cut = frame.Truncated && at + length == text.Length;
            if (unit.StartsWith("MSH"u8)) TakeMessage(cut ? unit[..(unit.LastIndexOfAny((byte)'\r', (byte)'\n') + 1)] : unit, in frame, at, cut, batch, into);
            else batch = BatchId(unit) ?? batch;
            at += length;
        }
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

    private void TakeMessage(ReadOnlySpan<byte> bytes, in Frame frame, int at, bool cut, string? batch, ITransactionSink into)
    {
        if (bytes.IsEmpty) return;
        ByteRange range = new(frame.Bytes.Side, frame.Bytes.Start + at + (frame.Framed ? 1 : 0), bytes.Length);
        if (Hl7Reader.Read(bytes, in frame, range, cut, batch, into) is not { } message) return;
        Side side = range.Side, other = side == Side.Client ? Side.Server : Side.Client;
        bool matched = message.Acknowledges is { } acknowledgement && Acknowledge(other, acknowledgement, into);
        if (message.IsPureAcknowledgement)
        {
            if (!matched) TakeLoneAcknowledgement(message, other, into);
            return;
        }
        // An answer to a query is a message too, but nobody acknowledges it unless it asks for that.
        if (matched && message.Exchange.AcceptAckType != "AL") into.Emit(message.Exchange);
        else Awaited(side).Add(message, into);
    }

    private bool Acknowledge(Side sender, Acknowledgement acknowledgement, ITransactionSink into)
    {
        if (Awaited(sender).TryAcknowledge(acknowledgement, into)) return true;
        // Without blocks nothing shows that a message is complete, but its acknowledgement does.
        if (flushing || !Announces(Reader(sender).Waiting, acknowledgement.ControlId)) return false;
        flushing = true;
        Reader(sender).Flush(this, into);
        flushing = false;
        return Awaited(sender).TryAcknowledge(acknowledgement, into);
    }

    /// <summary>An acknowledgement that matches nothing: of a message sent elsewhere or before the capture began, or forged.</summary>
    private void TakeLoneAcknowledgement(MessageSeen message, Side sender, ITransactionSink into)
    {
        // The message may be the one that was lost.
        if (sender == Side.Client ? clientLost : serverLost) return;
        Acknowledgement? said = message.Acknowledges;
        MaskedText? shown = said is null ? null : Awaited(sender).Shown(said.ControlId);
        into.Emit(message.Exchange with
        {
            IsAck = true,
            Ack = said?.Code,
            // Whose identifiers to look for in an error is not known here: only the numbers of table 0357 are safe.
            AckError = said is { Error: { Length: <= 4 } error } && int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? error : null,
            // Where the message's control id quotes its patient, that of the acknowledgement may do so too.
            ControlId = shown is null ? message.Exchange.ControlId : null,
            Answers = shown ?? message.Exchange.Answers,
        });
    }

    private static bool Announces(ReadOnlySpan<byte> message, string controlId)
    {
        if (controlId.Length == 0 || !Hl7Header.IsMessage(message)) return false;
        ReadOnlySpan<byte> id = Hl7Header.Field(message, 10, out bool whole);
        return whole && id.Length <= 4 * 199 && Encoding.UTF8.GetString(id) == controlId;
    }

    private MllpReader Reader(Side side) => side == Side.Client ? client : server;

    private AwaitedMessages Awaited(Side side) => side == Side.Client ? fromClient : fromServer;
}
