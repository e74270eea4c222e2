using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ftp;

/// <summary>
/// A data connection of FTP: one file, which goes one way, or a list of names, which is none. What it is says the control connection that
/// announced it; its content shows nothing of that. The file passes through and is not held.
/// </summary>
internal sealed class FtpDataAnalyser : IProtocol
{
    private readonly Body body = new();
    private bool isOpen;
    private Side sender;
    private CaptureTime last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ftp-data",
        Title = "File Transfer Protocol, data connections",
        Standard = "RFC 959, section 3; RFC 2428",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(),
        Ports = [20],
        LookAhead = 1,
        MaxHeld = 1,
        IsAnnounced = true,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (!isOpen)
        {
            (isOpen, sender, where) = (true, segment.Side, segment.Range(0, segment.Bytes.Length));
            body.Begin(new BodyHead { OfferedBy = segment.Side, KeepsMore = true, IsFile = true, At = segment.At, Where = new ByteRange(segment.Side, segment.Offset, 0), Into = into });
        }
        if (segment.Side != sender)
        {
            // Files go one way: it is something else.
            Reset();
            return Progress.Done(segment.Bytes.Length);
        }
        body.Push(segment.Bytes);
        last = segment.At;
        where = where with { Length = body.Length };
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        if (isOpen && side == sender) body.Lose(missing);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (!isOpen) return;
        into.Buffers?.Complete(sender);
        BodyFacts facts = body.End(how == FlowEnd.Closed, last);
        Brought file = new("ftp-data", last, where, sender) { Kind = "transfer", IsFile = true };
        into.WhenAnnounced((said, then) =>
        {
            if (said is { IsFile: true }) (file with { Name = said.Name }).Emit(facts, then);
        });
        isOpen = false;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        body.Abandon();
        isOpen = false;
    }
}
