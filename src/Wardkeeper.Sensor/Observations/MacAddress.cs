namespace Wardkeeper.Sensor.Observations;

/// <summary>A 48-bit hardware address (IEEE 802). The default value is "none".</summary>
/// <param name="Value">The six bytes as a number, first byte most significant.</param>
public readonly record struct MacAddress(ulong Value) : IComparable<MacAddress>
{
    /// <summary>Whether there is no hardware address.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Multicast or broadcast: the group bit is set.</summary>
    public bool IsGroup => (Value & 0x0100_0000_0000) != 0;

    /// <summary>Locally administered: randomised by a phone, or made up by a hypervisor or a bond.</summary>
    public bool IsLocal => (Value & 0x0200_0000_0000) != 0;

    /// <summary>Reads six bytes.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new(((ulong)bytes[0] << 40) | ((ulong)bytes[1] << 32) | ((ulong)bytes[2] << 24) | ((ulong)bytes[3] << 16) | ((ulong)bytes[4] << 8) | bytes[5]);

    /// <summary>Writes the address as 00:1b:21:3a:4f:10 in ASCII.</summary>
    /// <param name="destination">At least 17 bytes.</param>
    /// <returns>17.</returns>
    public int FormatUtf8(Span<byte> destination)
    {
        for (int i = 0; i < 6; i++)
        {
            int part = (int)(Value >> (40 - (8 * i))) & 0xFF;
            destination[3 * i] = Hex(part >> 4);
            destination[(3 * i) + 1] = Hex(part & 15);
            if (i < 5) destination[(3 * i) + 2] = (byte)':';
        }
        return 17;

        static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Lower case with colons.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[17];
        return RecentTexts.OfAscii(text[..FormatUtf8(text)]);
    }

    /// <summary>Orders by number.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;
}
