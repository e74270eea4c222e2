using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>Options' values as text and numbers. Pure; null where an option is absent or malformed.</summary>
internal static class DhcpText
{
    /// <summary>Most addresses, names or sub-options that are listed of one option.</summary>
    public const int MaxListed = 32;

    private static readonly string[] Types =
    [
        "BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM", "FORCERENEW", "LEASEQUERY", "LEASEUNASSIGNED", "LEASEUNKNOWN",
        "LEASEACTIVE", "BULKLEASEQUERY", "LEASEQUERYDONE", "ACTIVELEASEQUERY", "LEASEQUERYSTATUS", "TLS",
    ];

    /// <summary>Name of a message type as in Zeek's dhcp.log (IANA "Message Type 53 Values"); 0 is a message without one.</summary>
    public static string TypeName(int type) => type < Types.Length ? Types[type] : string.Create(CultureInfo.InvariantCulture, $"type-{type}");

    /// <summary>Text without the zeros that some put behind it.</summary>
    public static string? Text(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> trimmed = bytes.TrimEnd((byte)0);
        return trimmed.IsEmpty ? null : DnsName.Printable(trimmed, lower: false);
    }

    /// <summary>Printable text as it is, anything else as hexadecimal pairs; at most 128 bytes.</summary>
    public static string? TextOrHex(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> shown = bytes.Length > 128 ? bytes[..128] : bytes;
        if (shown.IsEmpty) return null;
        ReadOnlySpan<byte> trimmed = shown.TrimEnd((byte)0);
        bool printable = !trimmed.IsEmpty;
        foreach (byte b in trimmed) printable &= b is >= 0x20 and < 0x7F;
        return printable ? DnsName.Printable(trimmed, lower: false) : Hex(shown);
    }

    /// <summary>Hexadecimal pairs with colons.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => string.Create((3 * bytes.Length) - (bytes.Length > 0 ? 1 : 0), bytes, static (into, from) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            from[i].TryFormat(into[(3 * i)..], out _, "x2", CultureInfo.InvariantCulture);
            if (i < from.Length - 1) into[(3 * i) + 2] = ':';
        }
    });

    /// <summary>Numbers separated by commas, in their order.</summary>
    public static string? Codes(ReadOnlySpan<byte> codes) => codes.IsEmpty ? null : string.Join(',', codes.ToArray());

    public static Address AddressOf(ReadOnlySpan<byte> bytes) => bytes.Length == 4 ? Address.Read(bytes) : default;

    public static IReadOnlyList<string>? Addresses(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return null;
        List<string> addresses = [];
        for (; bytes.Length >= 4 && addresses.Count < MaxListed; bytes = bytes[4..]) addresses.Add(Address.Read(bytes[..4]).ToString());
        return addresses;
    }

    public static uint? U32(ReadOnlySpan<byte> bytes) => bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;

    public static ushort? U16(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : null;

    /// <summary>Option 61: a hardware address, a text (type 0), or whatever it is in hexadecimal (RFC 2132, section 9.14; RFC 4361).</summary>
    public static string? ClientId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return null;
        if (MacOf(bytes) is { IsNone: false } mac) return mac.ToString();
        return bytes[0] == 0 ? TextOrHex(bytes[1..]) : Hex(bytes.Length > 64 ? bytes[..64] : bytes);
    }

    /// <summary>The hardware address in a client identifier: type 1, or a DUID with a link-layer address behind type 255.</summary>
    public static MacAddress MacOf(ReadOnlySpan<byte> clientId)
    {
        if (clientId.Length == 7 && clientId[0] == 1) return MacAddress.Read(clientId[1..]);
        return clientId.Length > 7 && clientId[0] == 255 ? Dhcpv6.Duid.MacOf(clientId[5..]) : default;
    }

    /// <summary>Option 81 (RFC 4702): flags, two dead bytes, then labels or plain text.</summary>
    public static string? Fqdn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return null;
        ReadOnlySpan<byte> name = bytes[3..];
        return (bytes[0] & 4) != 0 ? Labels(name) : Text(name);
    }

    /// <summary>A name in labels whose end may be missing (a partial name has no root).</summary>
    public static string? Labels(ReadOnlySpan<byte> name)
    {
        Span<byte> ended = stackalloc byte[257];
        if (name.Length > 255) return null;
        name.CopyTo(ended);
        ended[name.Length] = 0;
        string? text = DnsName.Text(ended[..(name.Length + 1)], 0, lower: false);
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Option 119 (RFC 3397): names that may point into the option itself.</summary>
    public static IReadOnlyList<string>? Names(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        List<string> names = [];
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        for (int at = 0; at < bytes.Length && names.Count < MaxListed;)
        {
            if (!DnsName.TryRead(bytes, ref at, name, out int length, out _, out _)) break;
            names.Add(DnsName.Printable(name[..length], lower: false));
        }
        return names;
    }

    /// <summary>Option 77: a list of classes (RFC 3004), or the one plain text that many send.</summary>
    public static string? UserClass(ReadOnlySpan<byte> bytes)
    {
        List<string> classes = [];
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty && rest[0] > 0 && rest[0] < rest.Length && classes.Count < MaxListed)
        {
            classes.Add(TextOrHex(rest.Slice(1, rest[0]))!);
            rest = rest[(1 + rest[0])..];
        }
        return rest.IsEmpty && classes.Count > 0 ? string.Join(',', classes) : TextOrHex(bytes);
    }

    /// <summary>Options 124 and 125 (RFC 3925): per enterprise number its classes or numbered sub-options.</summary>
    public static void VendorIdentifying(ReadOnlySpan<byte> bytes, bool areClasses, List<string> into)
    {
        SpanReader reader = new(bytes);
        while (reader.Remaining > 5)
        {
            uint enterprise = reader.U32();
            SpanReader inner = new(reader.Take(reader.U8()));
            while (inner.Remaining > 0 && into.Count < MaxListed)
            {
                string code = areClasses ? "" : string.Create(CultureInfo.InvariantCulture, $"{inner.U8()}=");
                ReadOnlySpan<byte> value = inner.Take(inner.U8());
                if (inner.Failed) break;
                into.Add(string.Create(CultureInfo.InvariantCulture, $"{enterprise}:{code}{TextOrHex(value)}"));
            }
        }
    }

    /// <summary>One sub-option of option 82 (RFC 3046).</summary>
    public static ReadOnlySpan<byte> SubOption(ReadOnlySpan<byte> bytes, byte code)
    {
        SpanReader reader = new(bytes);
        while (reader.Remaining >= 2)
        {
            byte found = reader.U8();
            ReadOnlySpan<byte> value = reader.Take(reader.U8());
            if (found == code) return value;
        }
        return default;
    }

    /// <summary>Option 97 (RFC 4578): the client machine's UUID, as its firmware shows it.</summary>
    public static string? MachineId(ReadOnlySpan<byte> bytes) => bytes.Length == 17 && bytes[0] == 0 ? new Guid(bytes[1..]).ToString() : null;
}
