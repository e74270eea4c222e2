using System.Globalization;
using Wardkeeper.Lab.Day.Planning.Messages;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>Values that an analyser measures.</summary>
internal static class TestValues
{
    private static readonly IReadOnlyList<PlanRow> Tests = PlanTable.Read("tests");

    /// <summary>All tests of an analyser.</summary>
    /// <param name="analyser">Analyser.</param>
    /// <param name="dice">Where values come from.</param>
    /// <param name="abnormal">How many of a hundred values lie outside of their range.</param>
    public static IReadOnlyList<TestResult> Of(HospitalDevice analyser, Dice dice, int abnormal) => [.. TestsOf(analyser).Select(row => Value(row, dice, dice.Chance(abnormal)))];

    /// <summary>Another value of the same test, another one in any case.</summary>
    public static TestResult Again(HospitalDevice analyser, TestResult earlier, Dice dice)
    {
        PlanRow row = TestsOf(analyser).Single(test => test["code"] == earlier.Measured.Code);
        while (true)
        {
            TestResult result = Value(row, dice, dice.Chance(50));
            if (result.Measured.Value != earlier.Measured.Value) return result;
        }
    }

    private static IEnumerable<PlanRow> TestsOf(HospitalDevice analyser) => Tests.Where(row => row["type"] == analyser.Type && (row["model"].Length == 0 || row["model"] == analyser.Model));

    private static TestResult Value(PlanRow row, Dice dice, bool isAbnormal)
    {
        int decimals = row.Number("decimals"), scale = (int)Math.Pow(10, decimals);
        int low = Scaled(row["low"], scale), high = Scaled(row["high"], scale), width = Math.Max(1, high - low);
        bool isLow = isAbnormal && low - (width / 2) > 0 && dice.Chance(45), isFar = isAbnormal && dice.Chance(15);
        int value = !isAbnormal ? dice.Between(low, high) : isLow ? low - dice.Between(1, Math.Max(1, width / 2)) : high + dice.Between(1, isFar ? 2 * width : Math.Max(1, width / 2));
        string flag = value > high + width ? "HH" : value > high ? "H" : value < low ? "L" : "N";
        Measured measured = new(row["code"], row["name"], Text(value, decimals, scale), row["unit"], flag);
        return new TestResult(measured, row["loinc"], $"{row["low"]}-{row["high"]}");
    }

    private static int Scaled(string number, int scale) => (int)Math.Round(scale * double.Parse(number, CultureInfo.InvariantCulture));

    private static string Text(int value, int decimals, int scale) => ((decimal)value / scale).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
