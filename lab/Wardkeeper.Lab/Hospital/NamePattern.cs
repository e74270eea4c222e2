using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Hospital;

/// <summary>
/// Patterns of serial numbers, versions and names: <c>#</c> a digit, <c>$</c> a capital letter, <c>&lt;a-b&gt;</c> a number
/// between (with the zeros of a), <c>&lt;a|b&gt;</c> one of, <c>&lt;name&gt;</c> a given text; anything else stands for itself.
/// </summary>
internal static class NamePattern
{
    /// <summary>Makes a text of a pattern.</summary>
    /// <param name="pattern">Pattern.</param>
    /// <param name="dice">Where choices come from.</param>
    /// <param name="known">Given texts by name.</param>
    /// <exception cref="FormatException">The pattern is wrong.</exception>
    public static string Fill(string pattern, Dice dice, params (string Name, string Text)[] known)
    {
        StringBuilder text = new();
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '#':
                    text.Append((char)('0' + dice.Between(0, 9)));
                    break;
                case '$':
                    text.Append((char)('A' + dice.Between(0, 25)));
                    break;
                case '<':
                    int end = pattern.IndexOf('>', i);
                    if (end < 0) throw new FormatException($"{pattern}: a < without its >");
                    text.Append(Choice(pattern[(i + 1)..end], dice, known));
                    i = end;
                    break;
                default:
                    text.Append(pattern[i]);
                    break;
            }
        }
        return text.ToString();
    }

    private static string Choice(string words, Dice dice, (string Name, string Text)[] known)
    {
        if (known.FirstOrDefault(one => one.Name == words) is { Name: not null } found) return found.Text;
        if (words.Contains('|', StringComparison.Ordinal)) return dice.Of(words.Split('|'));
        string[] ends = words.Split('-');
        if (ends.Length != 2) throw new FormatException($"<{words}> is neither a range nor a choice nor known");
        int number = dice.Between(int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
        return number.ToString(CultureInfo.InvariantCulture).PadLeft(ends[0].Length, '0');
    }
}
