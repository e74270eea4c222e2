namespace Wardkeeper.Lab.Hospital;

/// <summary>Names of made-up people.</summary>
internal static class Names
{
    private static readonly Dictionary<string, IReadOnlyList<string>> ByKind = PlanTable.Read("names").ToDictionary(row => row["kind"], row => row.Words("names"), StringComparer.Ordinal);

    /// <summary>A name in letters of ASCII.</summary>
    public static (string Family, string Given) Latin(Dice dice, string sex) => (dice.Of(ByKind["latin-family"]), dice.Of(ByKind[sex == "M" ? "latin-male" : "latin-female"]));

    /// <summary>A Chinese name.</summary>
    public static (string Family, string Given) Chinese(Dice dice, string sex) => (dice.Of(ByKind["family"]), dice.Of(ByKind[sex == "M" ? "male" : "female"]));

    /// <summary>A Chinese name with a rare character that a character set has: outside the Basic Multilingual Plane, or with a delimiter among its bytes.</summary>
    public static (string Family, string Given) Rare(Dice dice, string sex, string charset)
    {
        (string family, string given) = Chinese(dice, sex);
        return (family, given.Length == 1 && dice.Chance(50) ? given + dice.Of(ByKind["rare-" + charset]) : dice.Of(ByKind["rare-" + charset]));
    }
}
