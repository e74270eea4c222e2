using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Addresses that a rule's header means: ranges, some of them excepted. An immutable value.</summary>
internal sealed class AddressSet
{
    private const int MaxDepth = 16;
    private readonly (Address First, Address Last)[] within;
    private readonly AddressSet[] without;

    private AddressSet(List<(Address, Address)> within, List<AddressSet> without)
    {
        this.within = [.. within.OrderBy(range => range.Item1)];
        this.without = [.. without];
        IsAny = within.Count == 0 && without.Count == 0;
    }

    /// <summary>Every address.</summary>
    public static AddressSet Any { get; } = new([], []);

    /// <summary>Whether every address is in it.</summary>
    public bool IsAny { get; }

    /// <summary>Whether the address is in it.</summary>
    public bool Contains(Address address)
    {
        if (IsAny) return true;
        foreach (AddressSet set in without)
        {
            if (set.Contains(address)) return false;
        }
        if (within.Length == 0) return true;
        foreach ((Address first, Address last) in within)
        {
            if (first > address) return false;
            if (address <= last) return true;
        }
        return false;
    }

    /// <summary>Reads <c>any</c>, an address, a network, a range, a variable, or a list of these in brackets, each perhaps with an exclamation mark.</summary>
    /// <exception cref="RefusedException">It is none of these.</exception>
    public static AddressSet Parse(string text, RuleVariables variables, int depth = 0)
    {
        if (depth > MaxDepth) throw new RefusedException("header", "addresses are nested too deeply");
        List<(Address, Address)> within = [];
        List<AddressSet> without = [];
        bool any = false;
        foreach (string part in Parts(text))
        {
            bool negated = part.StartsWith('!');
            string item = negated ? part[1..].Trim() : part;
            if (item.StartsWith('[') || item.StartsWith('$'))
            {
                AddressSet inner = Parse(item.StartsWith('$') ? variables.Address(item[1..]) : item, variables, depth + 1);
                if (negated) without.Add(inner);
                else
                {
                    any |= inner.within.Length == 0;
                    within.AddRange(inner.within);
                    without.AddRange(inner.without);
                }
            }
            else if (item.Equals("any", StringComparison.OrdinalIgnoreCase))
            {
                if (negated) throw new RefusedException("header", "!any is nobody");
                any = true;
            }
            else if (negated) without.Add(new AddressSet([Range(item)], []));
            else within.Add(Range(item));
        }
        if (any) within.Clear();
        return new AddressSet(within, without);
    }

    /// <summary>The items of a list, or the one thing that is no list.</summary>
    public static IEnumerable<string> Parts(string text)
    {
        text = text.Trim();
        if (!text.StartsWith('[') || !text.EndsWith(']'))
        {
            if (!text.Contains(',', StringComparison.Ordinal) || text.StartsWith('!'))
            {
                yield return text;
                yield break;
            }
        }
        else text = text[1..^1];
        int depth = 0, from = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '[') depth++;
            else if (i < text.Length && text[i] == ']') depth--;
            else if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                string part = text[from..i].Trim();
                from = i + 1;
                if (part.Length > 0) yield return part;
            }
        }
    }

    private static (Address, Address) Range(string item)
    {
        int slash = item.IndexOf('/', StringComparison.Ordinal), dash = item.IndexOf('-', StringComparison.Ordinal);
        if (slash > 0 && Address.TryParse(item[..slash], out Address network))
        {
            string mask = item[(slash + 1)..];
            int bits = int.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) ? prefix
                : Address.TryParse(mask, out Address netmask) && netmask.IsV4 ? System.Numerics.BitOperations.PopCount(netmask.V4) : -1;
            if (network.IsV4) bits += 96;
            if (bits is >= 0 and <= 128) return Network(network, bits);
        }
        else if (dash > 0 && Address.TryParse(item[..dash], out Address first) && Address.TryParse(item[(dash + 1)..], out Address last)) return (first, last);
        else if (Address.TryParse(item, out Address one)) return (one, one);
        throw new RefusedException("header", $"{item} is no address");
    }

    private static (Address, Address) Network(Address address, int bits)
    {
        UInt128 value = new(address.High, address.Low), host = bits == 128 ? 0 : UInt128.MaxValue >> bits, low = value & ~host, high = value | host;
        return (new Address((ulong)(low >> 64), (ulong)low), new Address((ulong)(high >> 64), (ulong)high));
    }
}
