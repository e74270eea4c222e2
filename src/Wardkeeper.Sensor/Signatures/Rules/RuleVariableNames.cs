namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>The variables that one rule takes from the traffic, by name.</summary>
internal sealed class RuleVariableNames
{
    /// <summary>Most variables of one rule.</summary>
    public const int Most = 16;

    private readonly List<string> names = [];

    /// <summary>Index of a variable, or -1.</summary>
    public int IndexOf(string name) => names.IndexOf(name);

    /// <summary>Makes a variable and returns its index.</summary>
    /// <exception cref="RefusedException">There are too many.</exception>
    public int Add(string keyword, string name)
    {
        if (names.IndexOf(name) is >= 0 and int known) return known;
        if (names.Count == Most) throw new RefusedException(keyword, "more variables than 16");
        names.Add(name);
        return names.Count - 1;
    }
}
