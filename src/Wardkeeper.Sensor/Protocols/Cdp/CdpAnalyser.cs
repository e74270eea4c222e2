using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Cdp;

/// <summary>
/// Reads what Cisco's and others' network devices and telephones announce of themselves by CDP, versions 1 and 2. Every frame is a
/// whole announcement. Kept per conversation: the last few announcements, so that an unchanged one is shown once in ten minutes.
/// Not parsed: power, cluster management, IP prefixes, trust of VLANs.
/// </summary>
internal sealed class CdpAnalyser : IProtocol
{
    private const ushort SnapType = 0x2000;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "cdp",
        Title = "Cisco discovery",
        Standard = "Cisco Discovery Protocol, as its maker describes the frame",
        Carriers = Carrier.Link,
        EtherTypes = [SnapType],
        FirstBytes = FirstBytes.Of(1, 2),
        LookAhead = 600,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == SnapType && CdpReader.BeginsRight(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!CdpReader.BeginsRight(bytes)) return new Progress(bytes.Length, 0, CdpFaults.Header);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        into.Emit(CdpReader.Read(bytes, segment.At, segment.Range(0, bytes.Length), out Fault? fault));
        return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : fault);
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
}
