using System.Text;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Walks over the field lines of a message head (RFC 9112, section 5) without copying; folded lines come as one value with its line breaks.</summary>
internal ref struct FieldLines(ReadOnlySpan<byte> lines)
{
    private ReadOnlySpan<byte> rest = lines;

    /// <summary>Name without blanks around it.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value without blanks around it; inner line breaks of a folded value are still there.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>What is wrong with the current line, or null.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>Goes to the next field. A line that is none has an empty name.</summary>
    public bool Next()
    {
        Fault = null;
        Name = Value = default;
        if (rest.IsEmpty) return false;
        int end = rest.IndexOf((byte)'\n') + 1;
        if (end == 0) end = rest.Length;
        while (end < rest.Length && rest[end] is (byte)' ' or (byte)'\t')
        {
            Fault = HttpFaults.FoldedField;
            int more = rest[end..].IndexOf((byte)'\n');
            end = more < 0 ? rest.Length : end + more + 1;
        }
        ReadOnlySpan<byte> line = rest[..end];
        rest = rest[end..];
        if (line.Trim("\r\n"u8).IsEmpty) return Next();
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            Fault = HttpFaults.BadField;
            return true;
        }
        Name = line[..colon].Trim(" \t\r\n"u8);
        if (Name.Length != colon) Fault = HttpFaults.BadField;
        Value = line[(colon + 1)..].Trim(" \t\r\n"u8);
        return true;
    }

    /// <summary>Whether the name is this one, in any case.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Name.Length == name.Length && Ascii.EqualsIgnoreCase(Name, name);
}
