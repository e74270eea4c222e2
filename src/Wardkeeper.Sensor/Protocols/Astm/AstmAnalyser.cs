using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>
/// What laboratory analysers and their information system tell each other by the protocols of ASTM and CLSI: transfers of numbered
/// frames, each acknowledged (E1381, LIS01-A2), that carry messages of records (E1394, LIS02-A2), or the same records bare. Each
/// message leaves as one row with what became of it. Kept per flow and side: the frame that waits for its answer, the record it is
/// part of, and what the message has said so far. Read of a message are its header, which names the analyser, its kinds of records,
/// the codes of tests, the identifiers of patients (masked) and the instruments that measured. Of results stand codes, status and digests of their values, of specimens digests, so that a forged one can be told. Deliberately not read: values of results,
/// comments, specimens, operators, addresses, the password of the header, and manufacturers' records.
/// </summary>
internal sealed class AstmAnalyser : IProtocol
{
    private readonly AstmSide client = new(Side.Client), server = new(Side.Server);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "astm",
        Title = "ASTM laboratory messages",
        Standard = "CLSI LIS01-A2 (ASTM E1381) and LIS02-A2 (ASTM E1394)",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(AstmLine.Enq, AstmLine.Ack, AstmLine.Nak, AstmLine.Eot, AstmLine.Stx, (byte)'H', (byte)'\r', (byte)'\n'),
        Ports = [15200],
        LookAhead = AstmRecogniser.LookAhead,
        MaxHeld = AstmSide.MaxFrame + 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => AstmRecogniser.Recognise(in opening);

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        AstmSide speaker = Of(segment.Side);
        Progress progress = speaker.Take(in segment, into, out byte control);
        if (control != 0) Judge(control, speaker, speaker == client ? server : client, segment.At, into);
        return progress;
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        Of(side).Gap(into);
        (side == Side.Client ? server : client).Message.MissedAnswers = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        client.End(into);
        server.End(into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client.Reset();
        server.Reset();
    }

    private static void Judge(byte control, AstmSide speaker, AstmSide other, CaptureTime at, ITransactionSink into)
    {
        switch (control)
        {
            case AstmLine.Enq:
                speaker.Finish(at, into);
                speaker.HasEnquired = !other.HasEnquired;
                if (!other.HasEnquired) return;
                // Both give way and enquire again, the analyser first.
                other.HasEnquired = false;
                speaker.Message.Contentions++;
                other.Message.Contentions++;
                into.Report(AstmFaults.Contention);
                return;
            case AstmLine.Ack:
                other.Accept(at, into);
                return;
            case AstmLine.Nak:
                other.Refuse();
                return;
            default:
                // From a receiver it accepts the frame and asks for a pause.
                if (speaker.IsSending) speaker.Finish(at, into);
                else other.Accept(at, into);
                return;
        }
    }

    private AstmSide Of(Side side) => side == Side.Client ? client : server;
}
