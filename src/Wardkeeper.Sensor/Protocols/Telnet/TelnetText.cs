using System.Text;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>Text of one side as far as it matters: the line under way, and the beginning of all since it was cleared. Bounded; control sequences of terminals are left out.</summary>
internal sealed class TelnetText
{
    private const int LongestLine = 256, Longest = 1024;

    private readonly StringBuilder line = new(), all = new();
    private bool isEscape;

    /// <summary>The line under way.</summary>
    public string Line => line.ToString();

    /// <summary>Whether nothing stands in the line.</summary>
    public bool IsEmpty => line.Length == 0;

    /// <summary>What came since it was cleared, lines apart by line feeds, blanks around it removed; null when there is nothing.</summary>
    public string? All => all.ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Takes a byte; true at the end of a line.</summary>
    public bool Take(byte one)
    {
        if (isEscape)
        {
            isEscape = one is (byte)'[' or (byte)';' or >= (byte)'0' and <= (byte)'9';
            return false;
        }
        switch (one)
        {
            case 0x1B:
                isEscape = true;
                return false;
            case (byte)'\r' or (byte)'\n':
                if (one == '\n' && all.Length is > 0 and < Longest) all.Append('\n');
                return true;
            case 0x08 or 0x7F:
                if (line.Length > 0) line.Length--;
                return false;
            case < 0x20:
                return false;
            default:
                if (line.Length < LongestLine) line.Append((char)one);
                if (all.Length < Longest) all.Append((char)one);
                return false;
        }
    }

    public void ClearLine() => line.Clear();

    public void Clear()
    {
        line.Clear();
        all.Clear();
        isEscape = false;
    }
}
