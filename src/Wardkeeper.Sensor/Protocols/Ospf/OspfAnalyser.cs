using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ospf;

/// <summary>
/// Routers that tell each other the map of the network, versions 2 and 3: who they are, which area, whom they hear. Kept per flow: the
/// last few statements, so that an unchanged hello, and any other kind of packet, is shown once in ten minutes. Not read: the map.
/// </summary>
internal sealed class OspfAnalyser : IProtocol
{
    private const byte Number = 89;
    private const int ShortestHeader = 16;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ospf",
        Title = "Open Shortest Path First",
        Standard = "RFC 2328, RFC 5340",
        Carriers = Carrier.Ip,
        IpProtocols = [Number],
        FirstBytes = FirstBytes.Of(2, 3),
        LookAhead = ShortestHeader,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Ip && opening.IpProtocol == Number && BeginsRight(opening.Any, opening.Truncated) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!BeginsRight(bytes, segment.Missing > 0)) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : OspfFaults.Header);
        OspfStatement said = OspfReader.Read(bytes, segment.At, segment.Range(0, bytes.Length), out int stable, out Fault? fault);
        if (!recent.IsRepeat(segment.Side, bytes[..stable], segment.At)) into.Emit(said);
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

    private static bool BeginsRight(ReadOnlySpan<byte> bytes, bool isTruncated) =>
        bytes.Length >= ShortestHeader && bytes[0] is 2 or 3 && bytes[1] is >= 1 and <= 5
        && BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) is var length && length >= ShortestHeader && (length <= bytes.Length || isTruncated);
}
