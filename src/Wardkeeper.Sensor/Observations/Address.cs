using System.Buffers.Binary;
using System.Net;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// An IPv4 or IPv6 address in 16 bytes without allocation; IPv4 is held as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
/// The default value is "no address".
/// </summary>
/// <param name="High">The first eight bytes in network order.</param>
/// <param name="Low">The last eight bytes in network order.</param>
public readonly record struct Address(ulong High, ulong Low) : IComparable<Address>
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>First halves of addresses that are none of IP: 0100::/64 is discarded by every router (RFC 6666), and what follows it is nobody's.</summary>
    private const ulong BehindPrefix = 0x0100_0000_0000_0000, RadioPrefix = 0x0100_0000_0000_0001;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsV4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>Whether there is no address.</summary>
    public bool IsNone => High == 0 && Low == 0;

    /// <summary>The IPv4 address as a number in host order; meaningful only when <see cref="IsV4"/>.</summary>
    public uint V4 => (uint)Low;

    /// <summary>Multicast (224.0.0.0/4, ff00::/8) or the limited broadcast 255.255.255.255.</summary>
    public bool IsMulticastOrBroadcast => IsV4 ? (V4 >> 28) == 0xE || V4 == uint.MaxValue : (High >> 56) == 0xFF;

    /// <summary>Link-local: 169.254.0.0/16 or fe80::/10.</summary>
    public bool IsLinkLocal => IsV4 ? (V4 >> 16) == 0xA9FE : (High >> 54) == 0x3FA;

    /// <summary>The unspecified address 0.0.0.0 or ::.</summary>
    public bool IsUnspecified => IsV4 ? V4 == 0 : IsNone;

    /// <summary>Whether this is a machine behind a TCP port of another, which has no address of its own: see <see cref="Behind"/>.</summary>
    public bool IsBehind => High == BehindPrefix;

    /// <summary>Whether these are the eight bytes of a radio: see <see cref="OfRadio"/>.</summary>
    public bool IsRadio => High == RadioPrefix;

    /// <summary>Whether this stands for a machine without an address of IP, <see cref="IsBehind"/> or <see cref="IsRadio"/>. No packet may claim to be one: a sender could name itself so and be taken for that machine.</summary>
    public bool IsPlaceholder => IsBehind || IsRadio;

    /// <summary>The machine's address that <see cref="IsBehind"/> is behind.</summary>
    public Address Server => FromV4((uint)Low);

    /// <summary>An extended unique identifier as six bytes, without the two in its middle: its maker is told by the first three.</summary>
    public MacAddress RadioCard => new((Low >> 40 << 24) | (Low & 0xFF_FFFF));

    /// <summary>The machine behind a TCP port of an IPv4 server, as serial device servers have them; no address behind others. Written <c>10.0.4.7#4001</c>.</summary>
    public static Address Behind(Address server, ushort port) => server.IsV4 ? new(BehindPrefix, ((ulong)port << 32) | server.V4) : default;

    /// <summary>A radio by all eight bytes of its extended unique identifier (EUI-64), so that no two are one. Written <c>00-12-4b-00-01-02-03-04</c>.</summary>
    public static Address OfRadio(ulong extended) => new(RadioPrefix, extended);

    /// <summary>Makes an IPv4 address from a number in host order.</summary>
    public static Address FromV4(uint address) => new(0, MappedPrefix | address);

    /// <summary>Reads 4 or 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">The span is neither 4 nor 16 bytes long.</exception>
    public static Address Read(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException($"An address has 4 or 16 bytes, not {bytes.Length}.", nameof(bytes)),
    };

    /// <summary>Reads the usual text forms of an address.</summary>
    public static bool TryParse(string? text, out Address address)
    {
        if (TryParsePlain(text, out address)) return true;
        if (!IPAddress.TryParse(text, out IPAddress? ip)) return TryParseOther(text, out address);
        address = Read(ip.GetAddressBytes());
        return true;
    }

    /// <summary>Writes the address in network order: 4 bytes for IPv4, 16 for IPv6.</summary>
    /// <returns>How many bytes were written.</returns>
    public int WriteTo(Span<byte> destination)
    {
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, V4);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        return 16;
    }

    /// <summary>Writes the address as text (RFC 5952 for IPv6) in ASCII without allocation.</summary>
    /// <param name="destination">At least 46 bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public int FormatUtf8(Span<byte> destination)
    {
        if (IsV4)
        {
            int at = 0;
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                uint part = (V4 >> shift) & 0xFF;
                if (part >= 100) destination[at++] = (byte)('0' + (part / 100));
                if (part >= 10) destination[at++] = (byte)('0' + (part / 10 % 10));
                destination[at++] = (byte)('0' + (part % 10));
                if (shift > 0) destination[at++] = (byte)'.';
            }
            return at;
        }
        if (IsBehind)
        {
            int at = Server.FormatUtf8(destination);
            destination[at++] = (byte)'#';
            System.Buffers.Text.Utf8Formatter.TryFormat((ushort)(Low >> 32), destination[at..], out int digits);
            return at + digits;
        }
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        if (IsRadio)
        {
            for (int i = 0; i < 8; i++)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat(bytes[8 + i], destination[(3 * i)..], out _, new System.Buffers.StandardFormat('x', 2));
                if (i < 7) destination[(3 * i) + 2] = (byte)'-';
            }
            return 23;
        }
        new IPAddress(bytes).TryFormat(destination, out int written);
        return written;
    }

    /// <summary>Four numbers of at most three digits, none with a leading zero: how nearly all addresses are written.</summary>
    private static bool TryParsePlain(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        uint all = 0, part = 0;
        int digits = 0, dots = 0;
        foreach (char c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++dots > 3) return false;
                (all, part, digits) = ((all << 8) | part, 0, 0);
                continue;
            }
            if (!char.IsAsciiDigit(c) || (digits > 0 && part == 0)) return false;
            part = (part * 10) + (uint)(c - '0');
            if (++digits > 3 || part > 255) return false;
        }
        if (dots != 3 || digits == 0) return false;
        address = FromV4((all << 8) | part);
        return true;
    }

    /// <summary>The text forms of addresses that are none of IP.</summary>
    private static bool TryParseOther(string? text, out Address address)
    {
        address = default;
        if (text is null) return false;
        int at = text.IndexOf('#', StringComparison.Ordinal);
        if (at > 0 && ushort.TryParse(text.AsSpan(at + 1), System.Globalization.NumberStyles.None, null, out ushort port) && IPAddress.TryParse(text.AsSpan(0, at), out IPAddress? server)) address = Behind(Read(server.GetAddressBytes()), port);
        else if (text.Length == 23 && text[2] == '-' && ulong.TryParse(text.Replace("-", "", StringComparison.Ordinal), System.Globalization.NumberStyles.AllowHexSpecifier, null, out ulong extended)) address = OfRadio(extended);
        return !address.IsNone;
    }

    /// <inheritdoc/>
    public int CompareTo(Address other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>The usual text form.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[46];
        return RecentTexts.OfAscii(text[..FormatUtf8(text)]);
    }

    /// <summary>Orders addresses by their bytes.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Orders addresses by their bytes.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Orders addresses by their bytes.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Orders addresses by their bytes.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;
}
