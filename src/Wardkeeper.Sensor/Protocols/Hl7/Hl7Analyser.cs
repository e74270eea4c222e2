using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>
/// HL7 version 2 over MLLP: what hospital systems and bedside devices tell each other about patients, orders and results. Frames of
/// both sides come in; each message leaves as one row together with the acknowledgement it got, matched by MSA-2 and MSH-10. Kept
/// per flow and side: the messages that wait for an acknowledgement, the latest control ids, and text that came without MLLP blocks
/// (its end only shows when the connection closes). Read of a message are its header, the names of its segments, the patient's
/// identifier (masked), and the devices it names with what they say of themselves, what they do and their alarms. Of results stand codes, status and digests of their values, of pharmacy orders what is given how fast, so that a forged one can be told. Deliberately not read: other clinical content, texts of acknowledgements (they quote
/// patients), the XML encoding, and continuation of messages (DSC).
/// </summary>
internal sealed class Hl7Analyser : IProtocol, IFrameSink
{
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
        Side side = frame.Bytes.Side;
        if (into.Buffers is { } buffers) Hl7Buffers.Offer(frame.Text, side, buffers);
        Hl7Batch batch = new(frame);
        bool isEmpty = true;
        while (batch.TryNext(into, out MessageSeen message))
        {
            TakeMessage(message with { Exchange = message.Exchange with { FramingFaults = Reader(side).TakeFaults() } }, side, into);
            isEmpty = false;
        }
        if (isEmpty && frame.Text.Length > 1) Reader(side).Faults++;
    }

    private void TakeMessage(MessageSeen message, Side side, ITransactionSink into)
    {
        Side other = side == Side.Client ? Side.Server : Side.Client;
        bool matched = message.Acknowledges is { } acknowledgement && Acknowledge(other, acknowledgement, into);
        if (message.IsPureAcknowledgement)
        {
            if (!matched) TakeLoneAcknowledgement(message, side, other, into);
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
    private void TakeLoneAcknowledgement(MessageSeen message, Side by, Side sender, ITransactionSink into)
    {
        // The message may be the one that was lost.
        if (sender == Side.Client ? clientLost : serverLost) return;
        Acknowledgement? said = message.Acknowledges;
        MaskedText? shown = said is null ? null : Awaited(sender).Shown(said.ControlId);
        Hl7Exchange row = message.Exchange with
        {
            IsAck = true,
            Ack = said?.Code,
            // Whose identifiers to look for in an error is not known here: only the numbers of table 0357 are safe.
            AckError = said is { Error: { Length: <= 4 } error } && int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? error : null,
            // Where the message's control id quotes its patient, that of the acknowledgement may do so too.
            ControlId = shown is null ? message.Exchange.ControlId : null,
            Answers = shown ?? message.Exchange.Answers,
        };
        // In enhanced mode it may ask for a commit acknowledgement itself.
        if (row.AcceptAckType == "AL") Awaited(by).Add(message with { Exchange = row }, into);
        else into.Emit(row);
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
