using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Knx;

/// <summary>
/// KNXnet/IP, the building bus over IP: searches and descriptions in which devices say who they are, connections, and telegrams with
/// their sender, group and what they ask. Values are passed by. Keeps nothing per flow.
/// </summary>
internal sealed class KnxAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 6, Longest = 512, DeviceInformation = 1, DeviceInformationLength = 54, ConnectionHeader = 4;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "kip",
        Title = "KNXnet/IP, building bus",
        Standard = "KNX 03_08 (ISO 22510)",
        Carriers = Carrier.Udp | Carrier.Tcp,
        FirstBytes = FirstBytes.Of(Header),
        Ports = [3671],
        LookAhead = 16,
        MaxHeld = 2048,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length > 1 && bytes[1] is not (0x10 or 0x20)) return Match.No;
        if (bytes.Length < Header) return opening.Carrier == Carrier.Tcp ? Match.NeedMore : Match.No;
        int service = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (KnxNames.Service(service) is null || length is < Header or > Longest) return Match.No;
        if (opening.Carrier == Carrier.Udp && length != bytes.Length && !opening.Truncated) return Match.No;
        return KnxNames.IsAnswer(service) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != Header) return Measured.Wrong(KnxFaults.MalformedHeader);
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        return length < Header || KnxNames.Service(BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])) is null ? Measured.Wrong(KnxFaults.MalformedHeader) : new Measured(length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes, body = bytes[Header..];
        int service = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        // Acknowledgements, signs of life and what is encrypted say nothing more.
        if (service is 0x0207 or 0x0208 or 0x0311 or 0x0421 or 0x0950 or 0x0955) return Continuation.Stay;
        KnxMessage row = new(message.At, message.Range)
        {
            Service = KnxNames.Service(service)!,
            IsOrig = message.Side == Side.Client != message.Flow.ClientIsResponder,
            Speaker = message.Side,
        };
        bool isRight = service switch
        {
            0x0202 or 0x020C => body.Length >= 8 && body[0] == 8 && Descriptions(row, body[8..]),
            0x0204 => Descriptions(row, body),
            0x0205 => Connect(row, body),
            0x0206 => Connected(row, body),
            0x0209 or 0x020A when body.Length >= 2 => Disconnect(row, body, service),
            0x0420 when body.Length > ConnectionHeader => Telegram(row, body),
            0x0530 => Frame(row, body),
            _ => true,
        };
        into.Emit(row);
        if (!isRight && message.Length <= bytes.Length) into.Report(KnxFaults.MalformedStructure);
        return Continuation.Stay;
    }

    /// <summary>Description blocks, each with its length and kind; the device's own comes first. 03_08_02, 7.5.4.</summary>
    private static bool Descriptions(KnxMessage row, ReadOnlySpan<byte> blocks)
    {
        while (blocks.Length >= 2)
        {
            int length = blocks[0];
            if (length < 2 || length > blocks.Length) return false;
            if (blocks[1] == DeviceInformation && length >= DeviceInformationLength) Device(row, blocks[..length]);
            blocks = blocks[length..];
        }
        return blocks.IsEmpty;
    }

    private static void Device(KnxMessage row, ReadOnlySpan<byte> block)
    {
        row.Medium = KnxNames.Medium(block[2]);
        row.ProgrammingMode = (block[3] & 1) != 0;
        row.IndividualAddress = KnxNames.Individual(BinaryPrimitives.ReadUInt16BigEndian(block[4..]));
        row.SerialNumber = Convert.ToHexStringLower(block.Slice(8, 6));
        row.Mac = MacAddress.Read(block.Slice(18, 6));
        ReadOnlySpan<byte> name = block.Slice(24, 30);
        int end = name.IndexOf((byte)0);
        row.FriendlyName = Encoding.Latin1.GetString(end < 0 ? name : name[..end]);
    }

    /// <summary>Two endpoints, then what kind of connection is wanted.</summary>
    private static bool Connect(KnxMessage row, ReadOnlySpan<byte> body)
    {
        if (body.Length < 18 || body[0] != 8 || body[8] != 8) return false;
        row.ConnectionType = body[17] switch { 3 => "device-management", 4 => "tunnel", 6 => "remote-logging", 7 => "remote-configuration", 8 => "object-server", _ => null };
        return true;
    }

    /// <summary>Channel and status; where it went well an endpoint and the address that the tunnel has on the bus.</summary>
    private static bool Connected(KnxMessage row, ReadOnlySpan<byte> body)
    {
        if (body.Length < 2) return false;
        (row.Channel, row.Status) = (body[0] == 0 ? null : body[0], KnxNames.Status(body[1]));
        if (body[1] == 0 && body.Length >= 14 && body[11] == 4) row.IndividualAddress = KnxNames.Individual(BinaryPrimitives.ReadUInt16BigEndian(body[12..]));
        return true;
    }

    private static bool Disconnect(KnxMessage row, ReadOnlySpan<byte> body, int service)
    {
        row.Channel = body[0];
        if (service == 0x020A) row.Status = KnxNames.Status(body[1]);
        return true;
    }

    private static bool Telegram(KnxMessage row, ReadOnlySpan<byte> body)
    {
        row.Channel = body[1];
        return body[0] == ConnectionHeader && Frame(row, body[ConnectionHeader..]);
    }

    /// <summary>A frame of the bus: code, more information, two bytes of control, sender, receiver, length, application. 03_06_03, 4.1.5.</summary>
    private static bool Frame(KnxMessage row, ReadOnlySpan<byte> frame)
    {
        SpanReader reader = new(frame);
        byte code = reader.U8();
        // Only data of the link layer; the rest is the bus's own housekeeping.
        if (code is not (0x11 or 0x29 or 0x2E)) return true;
        reader.Skip(reader.U8());
        reader.Skip(1);
        bool isGroup = (reader.U8() & 0x80) != 0;
        int source = reader.U16(), destination = reader.U16();
        byte length = reader.U8();
        int application = length == 0 ? -1 : reader.U16() & 0x3FF;
        if (reader.Failed) return false;
        row.Source = KnxNames.Individual(source);
        row.Destination = isGroup ? KnxNames.Group(destination) : KnxNames.Individual(destination);
        row.Application = application < 0 ? null : KnxNames.Application(application);
        return true;
    }
}
