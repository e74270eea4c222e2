using System.Globalization;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Ports that a rule's header means. An immutable value.</summary>
internal sealed class PortSet
{
    private const int MaxDepth = 16;
    private readonly ulong[]? bits;

    private PortSet(ulong[]? bits) => this.bits = bits;

    /// <summary>Every port.</summary>
    public static PortSet Any { get; } = new(null);

    /// <summary>Whether every port is in it.</summary>
    public bool IsAny => bits is null;

    /// <summary>Whether the port is in it.</summary>
    public bool Contains(ushort port) => bits is null || (bits[port >> 6] & (1UL << (port & 63))) != 0;

    /// <summary>Reads <c>any</c>, a port, a range, a variable, or a list of these in brackets, each perhaps with an exclamation mark.</summary>
    /// <exception cref="RefusedException">It is none of these.</exception>
    public static PortSet Parse(string text, RuleVariables variables)
    {
        if (text.Equals("any", StringComparison.OrdinalIgnoreCase)) return Any;
        ref PortSet? known = ref variables.KnownPorts(text);
        if (known is not null) return known;
        ulong[] within = new ulong[1024], without = new ulong[1024];
        bool some = Add(text, variables, within, without, 0);
        for (int i = 0; i < 1024; i++) within[i] = (some ? within[i] : ulong.MaxValue) & ~without[i];
        return variables.KnownPorts(text) = new PortSet(within);
    }

    private static bool Add(string text, RuleVariables variables, ulong[] within, ulong[] without, int depth)
    {
        if (depth > MaxDepth) throw new RefusedException("header", "ports are nested too deeply");
        bool some = false;
        foreach (string part in AddressSet.Parts(text))
        {
            bool negated = part.StartsWith('!');
            string item = negated ? part[1..].Trim() : part;
            if (item.StartsWith('[') || item.StartsWith('$'))
            {
                string inner = item.StartsWith('$') ? variables.Ports(item[1..]) : item;
                if (negated) Except(Parse(inner, variables), without);
                else some |= Add(inner, variables, within, without, depth + 1);
                continue;
            }
            (int first, int last) = Range(item);
            for (int port = first; port <= last; port++) (negated ? without : within)[port >> 6] |= 1UL << (port & 63);
            some |= !negated;
        }
        return some;
    }

    private static void Except(PortSet set, ulong[] without)
    {
        for (int i = 0; i < 1024; i++) without[i] |= set.bits is null ? ulong.MaxValue : set.bits[i];
    }

    private static (int, int) Range(string item)
    {
        if (item.Equals("any", StringComparison.OrdinalIgnoreCase)) return (0, 65535);
        int colon = item.IndexOf(':', StringComparison.Ordinal);
        string from = colon < 0 ? item : item[..colon], to = colon < 0 ? item : item[(colon + 1)..];
        int first = 0, last = 65535;
        bool good = (from.Length == 0 || int.TryParse(from, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out first))
            && (to.Length == 0 || int.TryParse(to, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out last));
        return good && item.Length > 0 && first is >= 0 and <= 65535 && last <= 65535 && first <= last ? (first, last) : throw new RefusedException("header", $"{item} is no port");
    }
}
