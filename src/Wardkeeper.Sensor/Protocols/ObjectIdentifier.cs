using System.Globalization;
using System.Text;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Object identifiers as SNMP and certificates carry them: X.690, section 8.19.</summary>
internal static class ObjectIdentifier
{
    /// <summary>An object identifier's content with dots; null when it is malformed or exceeds a limit.</summary>
    /// <param name="content">The content octets, without tag and length.</param>
    /// <param name="largest">Largest value an arc may have reached when another byte of it follows.</param>
    /// <param name="mostArcs">Most encoded arcs; the first one stands for two.</param>
    public static string? Dotted(ReadOnlySpan<byte> content, ulong largest, int mostArcs)
    {
        if (content.IsEmpty || (content[^1] & 0x80) != 0) return null;
        StringBuilder text = new(content.Length * 3);
        ulong arc = 0;
        int arcs = 0;
        foreach (byte next in content)
        {
            if (arc > largest || arcs == mostArcs) return null;
            arc = (arc << 7) | (uint)(next & 0x7F);
            if ((next & 0x80) != 0) continue;
            if (arcs++ == 0)
            {
                ulong first = Math.Min(arc / 40, 2);
                text.Append(CultureInfo.InvariantCulture, $"{first}.{arc - (first * 40)}");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $".{arc}");
            }
            arc = 0;
        }
        return text.ToString();
    }
}
