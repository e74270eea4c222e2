using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Btle;

/// <summary>Reads advertisements (Bluetooth Core, volume 6, part B, 2.3; Core Specification Supplement, part A). Pure.</summary>
internal static class Advertisement
{
    private const int MostServices = 16, LongestName = 64;

    /// <summary>What an advertising packet is; those of other types are not read.</summary>
    public static string KindOf(int type) => type switch { 1 => "directed-advertisement", 4 => "scan-response", 5 => "connect", _ => "advertisement" };

    /// <summary>An address, which stands with its last byte first.</summary>
    public static MacAddress Address(ReadOnlySpan<byte> at) => new(BinaryPrimitives.ReadUInt32LittleEndian(at) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(at[4..]) << 32));

    /// <summary>Whether a maker gave the address, or how it was made up. Volume 6, part B, 1.3.</summary>
    public static string AddressKind(MacAddress address, bool isRandom) =>
        !isRandom ? "public" : (address.Value >> 46) switch { 3 => "random-static", 1 => "random-resolvable", 0 => "random-non-resolvable", _ => "random" };

    /// <summary>What of an advertisement does not change from one to the next: not the content of a maker's and of services' data.</summary>
    public static int Stable(byte header, ReadOnlySpan<byte> payload, Span<byte> into)
    {
        into[0] = (byte)(header & 0x4F);
        payload[..6].CopyTo(into[1..]);
        int length = 7;
        ReadOnlySpan<byte> rest = payload[6..];
        while (rest.Length >= 2 && rest[0] >= 1 && rest[0] < rest.Length && length + 1 + rest[0] <= into.Length)
        {
            int kept = rest[1] is 0xFF or 0x16 ? Math.Min((int)rest[0], 3) : rest[0];
            rest.Slice(1, kept).CopyTo(into[length..]);
            length += kept;
            rest = rest[(1 + rest[0])..];
        }
        return length;
    }

    /// <summary>Adds what the elements say: each a length, a type and content.</summary>
    public static Fault? Read(ReadOnlySpan<byte> elements, ref BtleEvent into)
    {
        List<string>? services = null;
        Fault? fault = null;
        while (!elements.IsEmpty && elements[0] != 0)
        {
            int length = elements[0];
            if (length >= elements.Length)
            {
                fault = BtleFaults.Element;
                break;
            }
            Element(elements[1], elements.Slice(2, length - 1), ref into, ref services);
            elements = elements[(1 + length)..];
        }
        if (services is not null) into = into with { Services = services };
        return fault;
    }

    private static void Element(byte type, ReadOnlySpan<byte> data, ref BtleEvent into, ref List<string>? services)
    {
        switch (type)
        {
            case 0x02 or 0x03:
                for (; data.Length >= 2; data = data[2..]) Add(ref services, BtleNames.Service(BinaryPrimitives.ReadUInt16LittleEndian(data)));
                break;
            case 0x16 when data.Length >= 2:
                Add(ref services, BtleNames.Service(BinaryPrimitives.ReadUInt16LittleEndian(data)));
                break;
            case 0x06 or 0x07:
                for (; data.Length >= 16; data = data[16..]) Add(ref services, Uuid(data[..16]));
                break;
            case 0x08 or 0x09:
                into = into with { Name = ShortText.Of(data.TrimEnd((byte)0), LongestName) };
                break;
            case 0x0A when data.Length == 1:
                into = into with { TxPower = (sbyte)data[0] };
                break;
            case 0x19 when data.Length == 2:
                into = into with { Appearance = BtleNames.Appearance(BinaryPrimitives.ReadUInt16LittleEndian(data)) };
                break;
            case 0xFF when data.Length >= 2:
                int company = BinaryPrimitives.ReadUInt16LittleEndian(data);
                into = into with { CompanyId = company, Company = BtleNames.Company(company) };
                break;
            default:
                break;
        }
    }

    private static void Add(ref List<string>? services, string service)
    {
        services ??= [];
        if (services.Count < MostServices && !services.Contains(service)) services.Add(service);
    }

    /// <summary>A long identifier, whose bytes stand in reverse.</summary>
    private static string Uuid(ReadOnlySpan<byte> reversed)
    {
        Span<byte> bytes = stackalloc byte[16];
        reversed.CopyTo(bytes);
        bytes.Reverse();
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
