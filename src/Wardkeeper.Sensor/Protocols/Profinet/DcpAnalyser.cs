using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Profinet;

/// <summary>
/// PROFINET's discovery and configuration: who a station is, its address, and what it is told to become. Frames with cyclic data of
/// the same EtherType are passed by. Kept per conversation: the last few messages, so that an unchanged one is shown once in ten
/// minutes.
/// </summary>
internal sealed class DcpAnalyser : IProtocol
{
    private const ushort PnType = 0x8892, Hello = 0xFEFC, IdentifyResponse = 0xFEFF;
    private const int Header = 12, LongestText = 240;

    private static readonly string[] RoleNames = ["io-device", "io-controller", "io-multidevice", "io-supervisor"];
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "pn_dcp",
        Title = "PROFINET discovery and configuration",
        Standard = "IEC 61158-6-10, 4.3",
        Carriers = Carrier.Link,
        EtherTypes = [PnType],
        LookAhead = 600,
        NamesService = false,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Link && opening.EtherType == PnType && opening.Any.Length >= 4 && BinaryPrimitives.ReadUInt16BigEndian(opening.Any) is not (0 or 0xFFFF) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(bytes) is < Hello or > IdentifyResponse) return Progress.All(in segment);
        if (bytes.Length < Header || bytes[2] is < 3 or > 6) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : DcpFaults.MalformedHeader);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        bool isWhole = Header + length <= bytes.Length;
        ReadOnlySpan<byte> blocks = bytes[Header..Math.Min(bytes.Length, Header + length)];
        // The transaction's number changes with each repetition.
        Span<byte> said = stackalloc byte[2 + Math.Min(blocks.Length, 254)];
        (said[0], said[1]) = (bytes[2], bytes[3]);
        blocks[..(said.Length - 2)].CopyTo(said[2..]);
        if (recent.IsRepeat(segment.Side, said, segment.At)) return Progress.All(in segment);
        DcpMessage row = new(segment.At, segment.Range(0, bytes.Length))
        {
            Service = bytes[2] switch { 3 => "get", 4 => "set", 5 => "identify", _ => "hello" },
            Kind = bytes[3] switch { 0 => "request", 1 => "response", _ => "unsupported" },
            Speaker = segment.Side,
        };
        // A get request lists options without lengths.
        Fault? fault = isWhole ? null : DcpFaults.MalformedHeader;
        if (bytes[2] != 3 || bytes[3] != 0) fault ??= Blocks(row, blocks, hasInfo: bytes[3] != 0 || bytes[2] is 4 or 6);
        into.Emit(row with { Places = TextPlace.Of(null, bytes, row.Bytes, row.StationType) });
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

    /// <summary>Blocks of option, suboption, length and value, padded to two bytes; answers and settings put two bytes of information before the value.</summary>
    private static Fault? Blocks(DcpMessage row, ReadOnlySpan<byte> blocks, bool hasInfo)
    {
        SpanReader reader = new(blocks);
        while (reader.Remaining >= 4)
        {
            byte option = reader.U8(), suboption = reader.U8();
            int length = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(length);
            if (reader.Failed) return DcpFaults.MalformedBlock;
            if ((length & 1) != 0 && reader.Remaining > 0) reader.Skip(1);
            bool isAnswer = option == 5 && suboption == 4;
            if (hasInfo && !isAnswer && value.Length >= 2) value = value[2..];
            Add(row, option, suboption, value);
        }
        return null;
    }

    private static void Add(DcpMessage row, byte option, byte suboption, ReadOnlySpan<byte> value)
    {
        switch (option, suboption)
        {
            case (1, 2 or 3) when value.Length >= 12:
                row.Ip = BinaryPrimitives.ReadUInt32BigEndian(value) == 0 ? default : Address.Read(value[..4]);
                row.Mask = Address.Read(value[4..8]);
                row.Gateway = Address.Read(value[8..12]);
                break;
            case (2, 1):
                row.StationType = ShortText.Of(value.TrimEnd((byte)0), LongestText);
                break;
            case (2, 2):
                row.StationName = ShortText.Of(value.TrimEnd((byte)0), LongestText);
                break;
            case (2, 3) when value.Length >= 4:
                (row.VendorId, row.DeviceId) = (BinaryPrimitives.ReadUInt16BigEndian(value), BinaryPrimitives.ReadUInt16BigEndian(value[2..]));
                break;
            case (2, 4) when value.Length >= 1:
                row.Roles = Roles(value[0]);
                break;
            case (5, 3):
                row.Control = "signal";
                break;
            case (5, 5):
                row.Control = "factory-reset";
                break;
            case (5, 6):
                row.Control = "reset-to-factory";
                break;
            case (5, 4) when value.Length >= 3:
                row.Error = value[2] == 0 ? row.Error : value[2];
                break;
        }
    }

    private static List<string> Roles(byte bits)
    {
        List<string> roles = [];
        for (int i = 0; i < RoleNames.Length; i++)
        {
            if ((bits & (1 << i)) != 0) roles.Add(RoleNames[i]);
        }
        return roles;
    }
}
