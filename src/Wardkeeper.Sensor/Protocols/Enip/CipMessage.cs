using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>Reads CIP requests and responses. CIP Volume 1, chapter 2 and appendix C.</summary>
internal static class CipMessage
{
    private const int MostServices = 32, LongestSymbol = 64, MostSegments = 16, MostListed = 64, IdentityClass = 1, ManagerClass = 6;
    private const byte GetAll = 1, GetList = 3, GetSingle = 0x0E, Multiple = 0x0A, UnconnectedSend = 0x52;

    /// <summary>Whether a message is a response.</summary>
    public static bool IsResponse(ReadOnlySpan<byte> cip) => !cip.IsEmpty && (cip[0] & 0x80) != 0;

    /// <summary>Adds to a row what a request says.</summary>
    public static EnipExchange Request(EnipExchange row, ReadOnlySpan<byte> cip, out Fault? fault)
    {
        fault = null;
        SpanReader reader = new(cip);
        byte service = reader.U8();
        ReadOnlySpan<byte> path = reader.Take(reader.U8() * 2);
        if (reader.Failed)
        {
            fault = EnipFaults.MalformedMessage;
            return row;
        }
        Place place = Path(path);
        if (service == UnconnectedSend && place.Class == ManagerClass && Embedded(reader.Rest) is { IsEmpty: false } inner && inner[0] != UnconnectedSend) return Request(row, inner, out fault);
        return row with
        {
            Service = EnipNames.Service(service, place.Class),
            Class = place.Class is { } number ? EnipNames.Class(number) : null,
            Instance = place.Instance,
            Attribute = place.Attribute,
            Symbol = place.Symbol,
            IsWrite = EnipNames.IsWrite(service, place.Class),
            Services = service == Multiple ? Several(reader.Rest) : null,
            Asked = (place.Class, service),
        };
    }

    /// <summary>What a request is for; a request that is to be sent on, what that is for.</summary>
    public static (int? Class, long? Instance, long? Attribute) Target(ReadOnlySpan<byte> cip)
    {
        SpanReader reader = new(cip);
        byte service = reader.U8();
        ReadOnlySpan<byte> path = reader.Take(reader.U8() * 2);
        if (reader.Failed) return default;
        Place place = Path(path);
        if (service == UnconnectedSend && place.Class == ManagerClass && Embedded(reader.Rest) is { IsEmpty: false } inner && inner[0] != UnconnectedSend) return Target(inner);
        return (place.Class, place.Instance, place.Attribute);
    }

    /// <summary>The attributes of which a request gives a list: how many, then their numbers. CIP Volume 1, appendix A-4.</summary>
    public static IReadOnlyList<ushort> Listed(ReadOnlySpan<byte> cip)
    {
        SpanReader reader = new(cip);
        byte service = reader.U8();
        ReadOnlySpan<byte> path = reader.Take(reader.U8() * 2);
        if (reader.Failed) return [];
        if (service == UnconnectedSend && Path(path).Class == ManagerClass && Embedded(reader.Rest) is { IsEmpty: false } inner && inner[0] != UnconnectedSend) return Listed(inner);
        if (service != GetList) return [];
        List<ushort> listed = [];
        for (int left = Math.Min((int)reader.U16Little(), MostListed); left > 0 && reader.Remaining >= 2; left--) listed.Add(reader.U16Little());
        return listed;
    }

    /// <summary>Adds to a row what a response says.</summary>
    public static EnipExchange Response(EnipExchange row, ReadOnlySpan<byte> cip, out Fault? fault)
    {
        fault = null;
        SpanReader reader = new(cip);
        byte service = (byte)(reader.U8() & 0x7F);
        reader.Skip(1);
        byte status = reader.U8();
        reader.Skip(reader.U8() * 2);
        if (reader.Failed)
        {
            fault = EnipFaults.MalformedMessage;
            return row;
        }
        row = row with { CipStatus = EnipNames.CipStatus(status), Service = row.Service ?? EnipNames.Service(service, null) };
        if (status != 0 || row.Asked.Class != IdentityClass) return row;
        if (row.Asked.Service == GetAll) return row with { Identity = Identity(reader.Rest) };
        return row.Asked.Service == GetSingle && row.Attribute == 7 ? row with { ProductName = Short(reader.Rest) } : row;
    }

    /// <summary>The identity object's attributes 1 to 7.</summary>
    public static EnipIdentity? Identity(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        int vendor = reader.U16Little(), type = reader.U16Little(), code = reader.U16Little();
        byte major = reader.U8(), minor = reader.U8();
        reader.Skip(2);
        uint serial = reader.U32Little();
        string? name = Short(reader.Rest);
        return reader.Failed ? null : new EnipIdentity(vendor, type, code, string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}"), serial.ToString("x8", CultureInfo.InvariantCulture), name);
    }

    /// <summary>A text behind its length in one byte.</summary>
    private static string? Short(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        return ShortText.Of(reader.Take(reader.U8()), LongestSymbol);
    }

    /// <summary>What the connection manager is to send on: behind priority and time, its length and the message.</summary>
    private static ReadOnlySpan<byte> Embedded(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        reader.Skip(2);
        return reader.Take(reader.U16Little());
    }

    /// <summary>Where the requests begin that one message holds; none when it holds no others.</summary>
    public static IReadOnlyList<int> Parts(ReadOnlySpan<byte> cip)
    {
        SpanReader reader = new(cip);
        byte service = reader.U8();
        reader.Skip(reader.U8() * 2);
        if (reader.Failed || service != Multiple) return [];
        int before = cip.Length - reader.Remaining;
        return [.. Begins(reader.Rest).Select(at => at + before)];
    }

    /// <summary>Where the requests of a packet of several begin: how many, where each begins, then they themselves.</summary>
    private static List<int> Begins(ReadOnlySpan<byte> bytes)
    {
        List<int> begins = [];
        SpanReader reader = new(bytes);
        int count = Math.Min((int)reader.U16Little(), MostServices);
        for (int i = 0; i < count; i++)
        {
            int at = reader.U16Little();
            if (reader.Failed || at + 2 > bytes.Length) break;
            begins.Add(at);
        }
        return begins;
    }

    /// <summary>What the requests of a packet of several are.</summary>
    private static List<string> Several(ReadOnlySpan<byte> bytes)
    {
        List<string> services = [];
        foreach (int at in Begins(bytes))
        {
            SpanReader one = new(bytes[at..]);
            byte service = one.U8();
            Place place = Path(one.Take(one.U8() * 2));
            services.Add($"{EnipNames.Service(service, place.Class)} {(place.Class is { } number ? EnipNames.Class(number) : place.Symbol)}".TrimEnd());
        }
        return services;
    }

    /// <summary>The segments of a path: class, instance and attribute, or a symbol. Appendix C-1.</summary>
    private static Place Path(ReadOnlySpan<byte> path)
    {
        Place place = default;
        SpanReader reader = new(path);
        for (int i = 0; i < MostSegments && reader.Remaining > 0; i++)
        {
            byte kind = reader.U8();
            if (kind == 0x91)
            {
                int length = reader.U8();
                string? symbol = ShortText.Of(reader.Take(length), LongestSymbol);
                reader.Skip(length & 1);
                place = place with { Symbol = place.Symbol is null ? symbol : $"{place.Symbol}.{symbol}" };
                continue;
            }
            // Logical segments say in two bits how wide their value is; wider ones are padded.
            if (kind >> 5 != 1 || (kind & 3) == 3) break;
            if ((kind & 3) != 0) reader.Skip(1);
            long value = (kind & 3) switch { 0 => reader.U8(), 1 => reader.U16Little(), _ => reader.U32Little() };
            if (reader.Failed) break;
            place = ((kind >> 2) & 7) switch { 0 => place with { Class = (int)value }, 1 => place with { Instance = value }, 4 => place with { Attribute = value }, _ => place };
        }
        return place;
    }

    private readonly record struct Place(int? Class, long? Instance, long? Attribute, string? Symbol);
}
