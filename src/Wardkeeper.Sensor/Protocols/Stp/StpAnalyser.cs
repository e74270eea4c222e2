using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stp;

/// <summary>
/// Spanning tree in its three ages (802.1D, rapid, multiple) and in Cisco's form for each VLAN: which bridge is the root, what the
/// sender's port is to it, and when the topology changed. Bridges repeat themselves every two seconds: kept per conversation are
/// the last few statements, so that an unchanged one is shown once in ten minutes and a change at once.
/// </summary>
internal sealed class StpAnalyser : IProtocol
{
    private const ushort BridgeType = 0x4242, PerVlanType = 0x010B;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "stp",
        Title = "Spanning tree",
        Standard = "IEEE 802.1D, IEEE 802.1Q 14",
        Carriers = Carrier.Link,
        EtherTypes = [BridgeType, PerVlanType],
        FirstBytes = FirstBytes.Of(0),
        LookAhead = 4,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType is BridgeType or PerVlanType && BpduReader.BeginsRight(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!BpduReader.BeginsRight(bytes)) return new Progress(bytes.Length, 0, StpFaults.Header);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        Bpdu said = new(segment.At, segment.Range(0, bytes.Length)) { Version = BpduReader.VersionOf(bytes), Kind = BpduReader.KindOf(bytes) };
        Fault? fault = BpduReader.Read(bytes, segment.Flow.EtherType == PerVlanType, ref said);
        into.Emit(said);
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
