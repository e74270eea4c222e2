using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lacp;

/// <summary>
/// Link aggregation: which ports of which two systems are one link. Kept per conversation: the last few statements, so that an
/// unchanged one is shown once in ten minutes. Not read: markers, and the other slow protocols beside it (OAM).
/// </summary>
internal sealed class LacpAnalyser : IProtocol
{
    private const ushort SlowProtocols = 0x8809;
    private const int Length = 42;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "lacp",
        Title = "Link aggregation",
        Standard = "IEEE 802.1AX 6.4",
        Carriers = Carrier.Link,
        EtherTypes = [SlowProtocols],
        FirstBytes = FirstBytes.Of(1),
        LookAhead = Length,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == SlowProtocols && BeginsRight(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!BeginsRight(bytes)) return new Progress(bytes.Length, 0, bytes.IsEmpty || bytes[0] != 1 ? null : LacpFaults.Malformed);
        if (recent.IsRepeat(segment.Side, bytes[..Length], segment.At)) return Progress.All(in segment);
        into.Emit(new LacpStatement(segment.At, segment.Range(0, Length)) { Version = bytes[1], Actor = LacpPort.Read(bytes[4..]), Partner = LacpPort.Read(bytes[24..]) });
        return Progress.All(in segment);
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

    /// <summary>Subtype, then actor and partner with their types and lengths.</summary>
    private static bool BeginsRight(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Length && bytes[0] == 1 && bytes[1] is 1 or 2 && bytes[2] == 1 && bytes[3] == 20 && bytes[22] == 2 && bytes[23] == 20;
}
