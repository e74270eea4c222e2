using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>
/// Reads what switches, access points, telephones and controllers announce of themselves by LLDP, with the 802.1 VLAN and the
/// LLDP-MED inventory elements. Every frame is a whole announcement. Kept per conversation: the last few announcements, so that an
/// unchanged one is shown once in ten minutes. Not parsed: 802.3 (duplex, power), DCBX, PROFINET and other makers' elements.
/// </summary>
internal sealed class LldpAnalyser : IProtocol
{
    private const ushort LldpType = 0x88CC;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "lldp",
        Title = "Link layer discovery",
        Standard = "IEEE 802.1AB-2016, ANSI/TIA-1057",
        Carriers = Carrier.Link,
        EtherTypes = [LldpType],
        // Chassis ID is type 1 in seven bits; the eighth belongs to a length of 256.
        FirstBytes = FirstBytes.Of(0x02, 0x03),
        LookAhead = 600,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == LldpType && LldpElements.BeginsRight(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!LldpElements.BeginsRight(bytes)) return new Progress(bytes.Length, 0, LldpFaults.Order);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        into.Emit(LldpReader.Read(bytes, segment.At, segment.Range(0, bytes.Length), out Fault? fault));
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
