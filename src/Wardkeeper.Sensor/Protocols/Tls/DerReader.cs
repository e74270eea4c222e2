namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// Reads DER elements (X.690) one after another without ever running beyond the bytes: after a malformed element
/// <see cref="Failed"/> is set and nothing more is read. It does not recurse; who descends makes another reader.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> bytes)
{
    public const byte Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, ObjectIdentifier = 0x06, Utf8String = 0x0C;
    public const byte UtcTime = 0x17, GeneralizedTime = 0x18, UniversalString = 0x1C, BmpString = 0x1E, Sequence = 0x30, Set = 0x31;

    private const int MostIdentifierBytes = 64;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether an element was malformed or not the one asked for.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsEmpty => Failed || rest.IsEmpty;

    /// <summary>Tag of the next element, 0 if there is none.</summary>
    public readonly byte Tag => IsEmpty ? (byte)0 : rest[0];

    /// <summary>Takes the next element whatever it is.</summary>
    public bool TryTake(out byte tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> whole)
    {
        tag = 0;
        content = whole = default;
        if (IsEmpty) return false;
        int header = Header(rest, out int length);
        if (header == 0)
        {
            Failed = true;
            return false;
        }
        tag = rest[0];
        content = rest.Slice(header, length);
        whole = rest[..(header + length)];
        rest = rest[(header + length)..];
        return true;
    }

    /// <summary>Takes an element of this tag; anything else fails.</summary>
    public ReadOnlySpan<byte> Take(byte tag) => Take(tag, out _);

    /// <summary>Takes an element of this tag, and shows it with its header.</summary>
    public ReadOnlySpan<byte> Take(byte tag, out ReadOnlySpan<byte> whole)
    {
        whole = default;
        if (Tag == tag && TryTake(out _, out ReadOnlySpan<byte> content, out whole)) return content;
        Failed = true;
        return default;
    }

    /// <summary>Takes an element if it has this tag.</summary>
    public bool TryTake(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        return Tag == tag && TryTake(out _, out content, out _);
    }

    /// <summary>An object identifier in dotted form; null if it is malformed or longer than any in use.</summary>
    public static string? Dotted(ReadOnlySpan<byte> identifier) =>
        identifier.Length > MostIdentifierBytes ? null : Protocols.ObjectIdentifier.Dotted(identifier, (1UL << 56) - 1, MostIdentifierBytes);

    /// <summary>A UTCTime or GeneralizedTime in seconds since 1970-01-01T00:00:00Z; null if it is malformed.</summary>
    public static long? Time(byte tag, ReadOnlySpan<byte> text)
    {
        int years = tag switch { UtcTime => 2, GeneralizedTime => 4, _ => 0 };
        if (years == 0 || !Number(ref text, years, out int year) || !Number(ref text, 2, out int month) || !Number(ref text, 2, out int day)
            || !Number(ref text, 2, out int hour) || !Number(ref text, 2, out int minute))
        {
            return null;
        }
        if (tag == UtcTime) year += year < 50 ? 2000 : 1900;
        if (!Number(ref text, 2, out int second)) second = 0;
        if (text.Length > 0 && text[0] is (byte)'.' or (byte)',')
        {
            int end = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            text = end < 0 ? default : text[(1 + end)..];
        }
        int offset = 0;
        if (text.Length == 5 && text[0] is (byte)'+' or (byte)'-')
        {
            bool isEast = text[0] == '+';
            ReadOnlySpan<byte> zone = text[1..];
            if (!Number(ref zone, 2, out int hours) || !Number(ref zone, 2, out int minutes)) return null;
            offset = ((hours * 60) + minutes) * (isEast ? 60 : -60);
        }
        else if (!text.SequenceEqual("Z"u8))
        {
            return null;
        }
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return null;
        return ((new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) - offset;
    }

    private static bool Number(ref ReadOnlySpan<byte> text, int digits, out int value)
    {
        value = 0;
        if (text.Length < digits) return false;
        for (int i = 0; i < digits; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + text[i] - '0';
        }
        text = text[digits..];
        return true;
    }

    /// <summary>Bytes of the header, or 0 when the element is malformed or longer than the bytes.</summary>
    private static int Header(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2 || (bytes[0] & 0x1F) == 0x1F) return 0;
        int header = 2;
        if (bytes[1] < 0x80)
        {
            length = bytes[1];
        }
        else
        {
            int count = bytes[1] & 0x7F;
            if (count is 0 or > 3 || bytes.Length < 2 + count) return 0;
            for (int i = 0; i < count; i++) length = (length << 8) | bytes[2 + i];
            header += count;
        }
        return length <= bytes.Length - header ? header : 0;
    }
}
