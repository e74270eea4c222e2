using System.Globalization;

namespace Wardkeeper.Lab.Hospital;

/// <summary>Identity numbers of the form of GB 11643-1999: region, date of birth, sequence (odd for men), check digit.</summary>
internal static class NationalId
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    // Provinces as in GB/T 2260. No prefecture has the number 99, so that no number made here is a living person's.
    private static readonly string[] Provinces = ["11", "12", "13", "21", "31", "32", "33", "37", "41", "42", "43", "44", "51", "61"];

    /// <summary>Makes one.</summary>
    public static string Make(Dice dice, DateOnly birth, string sex)
    {
        int sequence = (dice.Between(0, 499) * 2) + (sex == "M" ? 1 : 0);
        string first = string.Create(CultureInfo.InvariantCulture, $"{dice.Of(Provinces)}99{dice.Between(1, 98):00}{birth:yyyyMMdd}{sequence:000}");
        return first + CheckDigit(first);
    }

    /// <summary>The eighteenth character for the first seventeen (ISO 7064, MOD 11-2).</summary>
    public static char CheckDigit(string first) => "10X98765432"[Weights.Select((weight, i) => weight * (first[i] - '0')).Sum() % 11];
}
