using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Radius;

/// <summary>
/// RADIUS: requests of switches and access points with the server's decision, accounting, and changes that the server asks for.
/// Kept per flow are the requests that wait, a bounded number. A length, a code and attributes that fit tell it from chance.
/// </summary>
internal sealed class RadiusAnalyser : IProtocol
{
    private const int Header = 20, Longest = 4096, MostWaiting = 16, LongestText = 128;

    private readonly Waiting<(byte Id, string Kind), RadiusExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "radius",
        Title = "Remote Authentication Dial In User Service",
        Standard = "RFC 2865, RFC 2866, RFC 2868, RFC 3579, RFC 5176",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(1, 2, 3, 4, 5, 11, 12, 13, 40, 41, 42, 43, 44, 45),
        Ports = [1812, 1813, 1645, 1646, 3799],
        LookAhead = Longest,
        MaxHeld = Longest,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Header || Kind(bytes[0]) is null) return Match.No;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length is < Header or > Longest || (length > bytes.Length && !opening.Truncated)) return Match.No;
        bool isUsual = opening.HasPort(1812) || opening.HasPort(1813) || opening.HasPort(1645) || opening.HasPort(1646) || opening.HasPort(3799) || opening.HasPort(1700);
        // There other speakers are told by what cannot be an attribute.
        if (isUsual && length == bytes.Length && length >= Header + 2 && bytes[Header + 1] >= 2 && bytes[Header + 1] <= length - Header) return IsAnswer(bytes[0]) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
        // Elsewhere the length must be the datagram's, and attributes must fill it; an answer may have none.
        if (!isUsual && (length != bytes.Length || length < Header + 6)) return Match.No;
        ReadOnlySpan<byte> attributes = bytes[Header..Math.Min(length, bytes.Length)];
        int known = 0;
        while (attributes.Length >= 2 && attributes[1] >= 2 && attributes[1] <= attributes.Length)
        {
            if (attributes[0] is 0) return Match.No;
            known += attributes[0] is >= 1 and <= 104 ? 1 : 0;
            attributes = attributes[attributes[1]..];
        }
        if (!attributes.IsEmpty && (!opening.Truncated || (attributes.Length >= 2 && attributes[1] < 2))) return Match.No;
        if ((!isUsual || opening.Truncated) && known < 2) return Match.No;
        return IsAnswer(bytes[0]) == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < Header) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : RadiusFaults.Short);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (Kind(bytes[0]) is not { } kind || length < Header || (length > bytes.Length && segment.Missing == 0)) return new Progress(bytes.Length, 0, RadiusFaults.Short);
        byte id = bytes[1], code = bytes[0];
        ByteRange range = segment.Range(0, bytes.Length);
        bool isWhole = true;
        if (!IsAnswer(code))
        {
            RadiusExchange asked = new(segment.At, range) { Began = segment.At, Kind = kind };
            isWhole = Attributes(bytes[Header..Math.Min(length, bytes.Length)], ref asked);
            // The same request again is a repetition; of one that was given up nothing will come.
            waiting.Take((id, kind));
            waiting.Add((id, kind), asked, into);
        }
        else
        {
            RadiusExchange answered = waiting.Take((id, kind)) is { } asked ? asked with { At = segment.At, Ttl = segment.At.Since(asked.At) } : new RadiusExchange(segment.At, range) { Began = segment.At, Kind = kind };
            isWhole = Attributes(bytes[Header..Math.Min(length, bytes.Length)], ref answered);
            answered = answered with { Result = code switch { 2 or 5 or 41 or 44 => "success", 3 or 42 or 45 => "failed", _ => null }, IsChallenged = code == 11 };
            into.Emit(answered);
        }
        return new Progress(bytes.Length, 0, isWhole || segment.Missing > 0 ? null : RadiusFaults.MalformedAttribute);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public void Reset() => waiting.Clear();

    private static string? Kind(byte code) => code switch
    {
        1 or 2 or 3 or 11 => "access",
        4 or 5 => "accounting",
        12 or 13 => "status",
        40 or 41 or 42 => "disconnect",
        43 or 44 or 45 => "coa",
        _ => null,
    };

    private static bool IsAnswer(byte code) => code is 2 or 3 or 5 or 11 or 13 or 41 or 42 or 44 or 45;

    /// <summary>Adds what the attributes say. False when one does not fit.</summary>
    private static bool Attributes(ReadOnlySpan<byte> rest, ref RadiusExchange exchange)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < 2 || rest[1] < 2 || rest[1] > rest.Length) return false;
            ReadOnlySpan<byte> value = rest[2..rest[1]];
            exchange = rest[0] switch
            {
                1 => exchange with { Username = Text(value) },
                2 => exchange with { Method = exchange.Method ?? "pap" },
                3 => exchange with { Method = exchange.Method ?? "chap" },
                4 when exchange.Nas is null && value.Length == 4 => exchange with { Nas = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(value)).ToString() },
                5 when exchange.NasPort is null && value.Length == 4 => exchange with { NasPort = BinaryPrimitives.ReadUInt32BigEndian(value).ToString(CultureInfo.InvariantCulture) },
                8 when value.Length == 4 => exchange with { FramedAddr = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(value)) },
                18 => exchange with { ReplyMsg = Text(value) },
                26 when value.Length > 4 && BinaryPrimitives.ReadUInt32BigEndian(value) == 311 && value[4] is 1 or 25 => exchange with { Method = "ms-chap" },
                30 => exchange with { CalledStation = Text(value) },
                31 => exchange with { Mac = Hardware(value) },
                32 => exchange with { Nas = Text(value) },
                40 when value.Length == 4 => exchange with { Status = value[3] switch { 1 => "start", 2 => "stop", 3 => "interim", 7 => "on", 8 => "off", _ => null } },
                66 => exchange with { TunnelClient = Text(Tagless(value)) },
                77 => exchange with { ConnectInfo = Text(value) },
                79 => exchange with { Method = "eap" },
                81 => exchange with { Vlan = Text(Tagless(value)) },
                87 => exchange with { NasPort = Text(value) },
                _ => exchange,
            };
            rest = rest[rest[1]..];
        }
        return true;
    }

    /// <summary>Texts of tunnels may begin with a tag below a space. RFC 2868, 3.</summary>
    private static ReadOnlySpan<byte> Tagless(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] < 0x20 ? value[1..] : value;

    private static string? Text(ReadOnlySpan<byte> value) => ShortText.Of(value, LongestText);

    /// <summary>Twelve hexadecimal digits with whatever makers put between them; none for a telephone number or an address. RFC 3580, 3.21.</summary>
    private static MacAddress Hardware(ReadOnlySpan<byte> value)
    {
        ulong address = 0;
        int digits = 0;
        foreach (byte b in value)
        {
            if (b is (byte)'-' or (byte)':' or (byte)'.') continue;
            if (!char.IsAsciiHexDigit((char)b) || ++digits > 12) return default;
            address = (address << 4) | (uint)(b <= (byte)'9' ? b - '0' : (b | 0x20) - 'a' + 10);
        }
        return digits == 12 ? new MacAddress(address) : default;
    }
}
