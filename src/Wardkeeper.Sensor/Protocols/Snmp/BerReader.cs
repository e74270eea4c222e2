namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>
/// Takes elements of the Basic Encoding Rules (X.690) off a span, as SNMP uses them: one-byte tags and definite lengths. It never
/// runs beyond the span and does not nest by itself: each level is a new reader over an element's content, so depth is what the
/// caller writes down.
/// </summary>
internal ref struct BerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Integer = 0x02, OctetString = 0x04, Null = 0x05, ObjectId = 0x06, Sequence = 0x30, IpAddress = 0x40, TimeTicks = 0x43;

    /// <summary>What is left.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>Takes the next element whatever it is; false when there is none or it is longer than what is left.</summary>
    public bool TryTake(out byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryHeader(Rest, out tag, out int header, out long length) || length > Rest.Length - header) return false;
        content = Rest.Slice(header, (int)length);
        Rest = Rest[(header + (int)length)..];
        return true;
    }

    /// <summary>Takes the next element, or as much of it as there is: for messages of which only the beginning is looked at.</summary>
    public bool TryHeaderAndPart(out byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryHeader(Rest, out tag, out int header, out long length)) return false;
        int there = (int)Math.Min(length, Rest.Length - header);
        content = Rest.Slice(header, there);
        Rest = Rest[(header + there)..];
        return true;
    }

    /// <summary>Takes the next element if it has this tag.</summary>
    public bool TryTake(byte tag, out ReadOnlySpan<byte> content)
    {
        BerReader before = this;
        if (TryTake(out byte found, out content) && found == tag) return true;
        this = before;
        content = default;
        return false;
    }

    /// <summary>Takes an integer of at most eight bytes.</summary>
    public bool TryTakeInteger(out long value)
    {
        value = 0;
        return TryTake(Integer, out ReadOnlySpan<byte> content) && TryInteger(content, out value);
    }

    /// <summary>Reads an integer's content, signed.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> content, out long value)
    {
        value = 0;
        // Nine bytes are a 64-bit counter with a leading zero; no SNMP value is longer.
        if (content.Length is 0 or > 8) return false;
        value = (sbyte)content[0];
        foreach (byte next in content[1..]) value = (value << 8) | next;
        return true;
    }

    /// <summary>Reads tag and length of the element that begins here; its content need not be there.</summary>
    public static bool TryHeader(ReadOnlySpan<byte> bytes, out byte tag, out int header, out long length)
    {
        (tag, header, length) = (0, 0, 0);
        if (bytes.Length < 2 || (bytes[0] & 0x1F) == 0x1F) return false;
        tag = bytes[0];
        if (bytes[1] < 0x80)
        {
            (header, length) = (2, bytes[1]);
            return true;
        }
        int more = bytes[1] & 0x7F;
        // 0x80 is the indefinite form, which SNMP forbids (RFC 3417 section 8).
        if (more is 0 or > 4 || bytes.Length < 2 + more) return false;
        foreach (byte next in bytes.Slice(2, more)) length = (length << 8) | next;
        header = 2 + more;
        return true;
    }
}
