using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Arp;

/// <summary>
/// Reads ARP requests and replies for IPv4 over Ethernet. A conversation is what one pair of hardware addresses exchanges, so a
/// broadcast request and its reply lie in two of them: every frame is taken by itself, and no answer is looked for. Kept per
/// conversation: the last few statements, so that a repeated one is shown once in ten minutes. Not parsed: RARP, inverse ARP,
/// other hardware.
/// </summary>
internal sealed class ArpAnalyser : IProtocol
{
    private const ushort ArpType = 0x0806;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "arp",
        Title = "Address resolution for IPv4",
        Standard = "RFC 826, RFC 5227",
        Carriers = Carrier.Link,
        EtherTypes = [ArpType],
        FirstBytes = FirstBytes.Of(0),
        LookAhead = ArpFrame.Length,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == ArpType && ArpFrame.Read(opening.Any, out _) is null ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (ArpFrame.Read(segment.Bytes, out ArpFrame frame) is { } fault) return new Progress(segment.Bytes.Length, 0, fault);
        if (!recent.IsRepeat(segment.Side, segment.Bytes[..ArpFrame.Length], segment.At)) Emit(frame, in segment, into);
        bool hasSender = !frame.SenderMac.IsNone && !frame.SenderMac.IsGroup;
        return new Progress(segment.Bytes.Length, 0, hasSender ? null : ArpFaults.NoSender);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset() => recent.Clear();

    private static void Emit(ArpFrame frame, in Segment segment, ITransactionSink into)
    {
        MacAddress source = segment.Flow.At(segment.Side).Mac;
        into.Emit(new ArpStatement(segment.At, segment.Range(0, ArpFrame.Length))
        {
            Operation = frame.Operation,
            SenderMac = frame.SenderMac,
            SenderIp = frame.SenderIp,
            TargetMac = frame.TargetMac,
            TargetIp = frame.TargetIp,
            SourceMismatch = !source.IsNone && source != frame.SenderMac,
        });
    }
}
