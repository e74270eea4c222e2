using System.Globalization;

namespace Wardkeeper.Lab.Hospital;

/// <summary>Makes the patients up.</summary>
internal static class PatientPlanner
{
    private const int Small = 90, Full = 320;
    private static readonly DateOnly Youngest = new(2008, 1, 1);

    /// <summary>All patients that a hospital of a size knows.</summary>
    public static IReadOnlyList<HospitalPatient> Make(int seed, HospitalSize size)
    {
        Dice dice = new(seed, "patients");
        HashSet<string> numbers = new(StringComparer.Ordinal);
        int first = dice.Between(1, 60_000);
        return [.. Enumerable.Range(0, size == HospitalSize.Small ? Small : Full).Select(i => Make(dice, first + i, numbers))];
    }

    private static HospitalPatient Make(Dice dice, int number, HashSet<string> numbers)
    {
        string sex = dice.Chance(50) ? "M" : "F", charset = dice.Of(["ascii", "gb18030", "gb18030", "utf-8", "utf-8"]);
        (string family, string given) = charset == "ascii" ? Names.Latin(dice, sex) : dice.Chance(25) ? Names.Rare(dice, sex, charset) : Names.Chinese(dice, sex);
        DateOnly birth = Youngest.AddDays(-dice.Between(0, 80 * 365));
        string national;
        do national = NationalId.Make(dice, birth, sex);
        while (!numbers.Add(national));
        // 154 belongs to no operator.
        string telephone = string.Create(CultureInfo.InvariantCulture, $"154{dice.Between(0, 99_999_999):00000000}");
        return new HospitalPatient(string.Create(CultureInfo.InvariantCulture, $"HL{number:00000}"), national, family, given, sex, birth, charset, telephone);
    }
}
