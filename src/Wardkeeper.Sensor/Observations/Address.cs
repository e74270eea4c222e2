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
        address = default;
        if (!IPAddress.TryParse(text, out IPAddress? ip)) return false;
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
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        new IPAddress(bytes).TryFormat(destination, out int written);
        return written;
    }

    /// <inheritdoc/>
    public int CompareTo(Address other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>The usual text form.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[46];
        return System.Text.Encoding.ASCII.GetString(text[..FormatUtf8(text)]);
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
