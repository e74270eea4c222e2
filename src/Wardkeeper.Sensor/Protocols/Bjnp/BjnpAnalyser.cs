using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Bjnp;

/// <summary>Canon's BJNP over UDP: searches for printers and scanners, and what they answer of themselves. Pages and images are passed by.</summary>
internal sealed class BjnpAnalyser : IProtocol
{
    private const int Header = 16, MostWaiting = 16;

    private readonly Waiting<(byte Command, ushort Sequence), BjnpExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "bjnp",
        Title = "Canon BJNP",
        Standard = "Canon BJNP, as observed",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of("BM"u8),
        Ports = [8611, 8612],
        LookAhead = Header,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Header || !(bytes.StartsWith("BJNP"u8) || bytes.StartsWith("MFNP"u8)) || (bytes[4] & 0x7F) is 0 or > 8) return Match.No;
        return (bytes[4] >= 0x80) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        SpanReader reader = new(segment.Bytes);
        reader.Skip(4);
        byte device = reader.U8(), command = reader.U8();
        ushort status = reader.U16(), sequence = reader.U16();
        // The job's number.
        reader.Skip(2);
        uint length = reader.U32();
        if (reader.Failed || (length > reader.Remaining && segment.Missing == 0)) return new Progress(segment.Bytes.Length, 0, segment.Missing > 0 ? null : BjnpFaults.Short);
        BjnpExchange row = new(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At, Command = Command(command), Device = Device(device & 0x7F) };
        (byte, ushort) key = (command, sequence);
        BjnpExchange? asked = waiting.Take(key);
        if (device < 0x80)
        {
            waiting.Add(key, row, into);
            return Progress.All(in segment);
        }
        row = (asked is null ? row : asked with { At = segment.At }) with { Status = status };
        if (command == 1) row = Found(reader.Rest, row);
        else if (command == 0x30 && reader.Remaining > 2) row = Identified(reader.Rest[2..], row);
        into.Emit(row with { Places = TextPlace.Of(null, segment.Bytes, segment.Range(0, segment.Bytes.Length), row.Vendor, row.Model) });
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public void Reset() => waiting.Clear();

    /// <summary>Lengths of the two addresses, then the addresses.</summary>
    private static BjnpExchange Found(ReadOnlySpan<byte> content, BjnpExchange row)
    {
        SpanReader reader = new(content);
        reader.Skip(4);
        int mac = reader.U8(), ip = reader.U8();
        ReadOnlySpan<byte> hardware = reader.Take(mac), address = reader.Take(ip);
        if (reader.Failed || mac != 6) return row;
        row = row with { Mac = MacAddress.Read(hardware) };
        return ip is 4 or 16 ? row with { Ip = Address.Read(address) } : row;
    }

    /// <summary>Keys and values of IEEE 1284: MFG and MDL, or MANUFACTURER and MODEL.</summary>
    private static BjnpExchange Identified(ReadOnlySpan<byte> id, BjnpExchange row)
    {
        foreach (Range range in id.Split((byte)';'))
        {
            ReadOnlySpan<byte> pair = id[range];
            int colon = pair.IndexOf((byte)':');
            if (colon <= 0) continue;
            string? value = ShortText.Of(pair[(colon + 1)..], 64);
            ReadOnlySpan<byte> name = pair[..colon];
            if (Ascii.EqualsIgnoreCase(name, "MFG"u8) || Ascii.EqualsIgnoreCase(name, "MANUFACTURER"u8)) row = row with { Vendor = value };
            if (Ascii.EqualsIgnoreCase(name, "MDL"u8) || Ascii.EqualsIgnoreCase(name, "MODEL"u8)) row = row with { Model = value };
        }
        return row;
    }

    private static string Device(int device) => device switch { 1 => "printer", 2 => "scanner", 3 => "print_server", _ => device.ToString(CultureInfo.InvariantCulture) };

    private static string Command(byte command) => command switch
    {
        0x01 => "discover",
        0x02 => "start_scan",
        0x10 => "start_job",
        0x11 => "close",
        0x20 => "status",
        0x21 => "print_data",
        0x30 => "get_id",
        0x32 => "scan_job",
        _ => command.ToString(CultureInfo.InvariantCulture),
    };
}
