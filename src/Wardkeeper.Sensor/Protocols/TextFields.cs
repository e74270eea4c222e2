namespace Wardkeeper.Sensor.Protocols;

/// <summary>Walks the fields of a head, "Name: value" in lines, as SIP, RTSP and their kin have them behind their first line.</summary>
internal ref struct TextFields(ReadOnlySpan<byte> rest)
{
    private const int LongestName = 40;

    /// <summary>What was not read; behind the head the body.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = rest;

    /// <summary>Name of the field just read, as written.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value without blanks around it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next field; false at the head's end.</summary>
    public bool Next()
    {
        while (!Rest.IsEmpty)
        {
            int end = Rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? Rest : Rest[..end]).TrimEnd((byte)'\r');
            Rest = end < 0 ? default : Rest[(end + 1)..];
            if (line.IsEmpty) return false;
            int colon = line.IndexOf((byte)':');
            if (colon is <= 0 or > LongestName) continue;
            Name = line[..colon].TrimEnd((byte)' ');
            Value = line[(colon + 1)..].Trim(" \t"u8);
            return true;
        }
        return false;
    }
}
