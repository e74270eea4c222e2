namespace Wardkeeper.Hub.Detection;

/// <summary>What several detectors ask of names in DNS.</summary>
internal static class DomainNames
{
    // Below these a country's registry hands names out, as it does below .com elsewhere.
    private static readonly HashSet<string> SecondLevel = new(StringComparer.Ordinal) { "com", "co", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "mil", "nhs", "gob", "gouv" };

    /// <summary>The domain that somebody registered: the last two labels, three below a country's <c>com</c>, <c>co</c>, <c>gov</c> …; null for names of one label and for addresses turned round.</summary>
    /// <param name="name">A name as DNS rows have it.</param>
    public static string? ZoneOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<char> rest = name.AsSpan().TrimEnd('.');
        int top = rest.LastIndexOf('.');
        if (top <= 0 || rest[(top + 1)..] is "arpa" or "local") return null;
        int second = rest[..top].LastIndexOf('.');
        bool isCountry = rest.Length - top - 1 == 2 && second > 0 && SecondLevel.Contains(rest[(second + 1)..top].ToString());
        if (isCountry) second = rest[..second].LastIndexOf('.');
        return rest[(second + 1)..].ToString();
    }

    /// <summary>Whether a name ends in what can be a domain of the top: no such has a digit in it, but those of other scripts (<c>xn--</c>), nor more than 24 letters.</summary>
    public static bool HasDomain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<char> rest = name.AsSpan().TrimEnd('.'), top = rest[(rest.LastIndexOf('.') + 1)..];
        return top.StartsWith("xn--", StringComparison.Ordinal) || (top.Length <= 24 && !top.ContainsAnyInRange('0', '9'));
    }

    /// <summary>Bits that a character of the text carries, by how often each occurs in it (Shannon).</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return 0;
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (char c in text) counts[c & 127]++;
        double bits = 0;
        foreach (int count in counts)
        {
            if (count > 0) bits -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        }
        return bits;
    }

    /// <summary>Whether a label looks as if dice had made it: long runs without a vowel, or digits strewn among letters. Words of people pass, and abbreviations of fewer than eight characters.</summary>
    public static bool IsRandom(ReadOnlySpan<char> label)
    {
        if (label.Length < 8 || label.StartsWith("xn--", StringComparison.Ordinal)) return false;
        int run = 0, longest = 0, vowels = 0, letters = 0, turns = 0;
        char before = '\0';
        foreach (char c in label)
        {
            bool isLetter = char.IsAsciiLetter(c), isVowel = isLetter && "aeiouy".Contains(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (isLetter) letters++;
            if (isVowel) vowels++;
            run = isLetter && !isVowel ? run + 1 : 0;
            longest = Math.Max(longest, run);
            if (before != '\0' && char.IsAsciiDigit(before) != char.IsAsciiDigit(c)) turns++;
            before = c;
        }
        return longest >= 5 || turns >= 4 || (letters >= 8 && vowels * 5 < letters);
    }
}
