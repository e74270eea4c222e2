using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Igmp;

/// <summary>
/// Membership of IPv4 multicast groups, versions 1 to 3: who asks, and which groups a device listens to. Kept per flow: the last few
/// statements, so that an unchanged one is shown once in ten minutes. Not read: sources, and what else shares the number (PIM,
/// DVMRP, RGMP).
/// </summary>
internal sealed class IgmpAnalyser : IProtocol
{
    private const byte Number = 2;
    private const int Header = 8, Record = 8, MostGroups = 16;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "igmp",
        Title = "Membership of multicast groups",
        Standard = "RFC 3376, RFC 2236, RFC 1112",
        Carriers = Carrier.Ip,
        IpProtocols = [Number],
        FirstBytes = FirstBytes.Of(0x11, 0x12, 0x16, 0x17, 0x22),
        LookAhead = Header,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Ip && opening.IpProtocol == Number && opening.Any.Length >= Header && KindOf(opening.Any[0]) is not null ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < Header) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : IgmpFaults.Short);
        if (KindOf(bytes[0]) is not { } kind) return Progress.All(in segment);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        List<string> groups = [];
        Fault? fault = Checksums.IsRight(bytes) ? null : IgmpFaults.Checksum;
        if (bytes[0] == 0x22) fault = Records(bytes[Header..], BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), groups) ?? fault;
        else if (Address.Read(bytes.Slice(4, 4)) is { IsUnspecified: false } group) groups.Add(group.ToString());
        into.Emit(new IgmpStatement(segment.At, segment.Range(0, bytes.Length))
        {
            Kind = kind,
            Version = bytes[0] switch { 0x12 => 1, 0x22 => 3, 0x11 => bytes.Length >= 12 ? 3 : bytes[1] == 0 ? 1 : 2, _ => 2 },
            Groups = groups.Count == 0 ? null : groups,
        });
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

    private static string? KindOf(byte type) => type switch { 0x11 => "query", 0x12 or 0x16 or 0x22 => "report", 0x17 => "leave", _ => null };

    /// <summary>Records of a report: kind, auxiliary words, sources, group. RFC 3376, 4.2.</summary>
    private static Fault? Records(ReadOnlySpan<byte> rest, int count, List<string> into)
    {
        for (; count > 0; count--)
        {
            if (rest.Length < Record) return IgmpFaults.Records;
            int length = Record + (4 * BinaryPrimitives.ReadUInt16BigEndian(rest[2..])) + (4 * rest[1]);
            if (length > rest.Length) return IgmpFaults.Records;
            string group = Address.Read(rest.Slice(4, 4)).ToString();
            if (into.Count < MostGroups && !into.Contains(group)) into.Add(group);
            rest = rest[length..];
        }
        return null;
    }
}
