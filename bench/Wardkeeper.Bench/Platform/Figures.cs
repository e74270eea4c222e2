using System.Globalization;

namespace Wardkeeper.Bench.Platform;

/// <summary>The table of what was measured: each row as soon as it is known, with the bar it must reach.</summary>
internal sealed class Figures
{
    private bool isBegun;

    /// <summary>Rows that miss their bar.</summary>
    public int Missed { get; private set; }

    /// <summary>A figure without a bar.</summary>
    public void Say(string what, double value, string unit) => Row(what, Text(value, unit), "", "");

    /// <summary>A figure that must be at least so much.</summary>
    public void AtLeast(string what, double value, double bar, string unit) => Judge(what, value, unit, "≥ " + Text(bar, unit), value >= bar);

    /// <summary>A figure that must be at most so much.</summary>
    public void AtMost(string what, double value, double bar, string unit) => Judge(what, value, unit, "≤ " + Text(bar, unit), value <= bar);

    /// <summary>The value below which a share of the values lies; sorts them.</summary>
    public static double Quantile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : values[Math.Min(values.Length - 1, (int)(share * values.Length))];
    }

    private static string Text(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture)} {unit}");

    private void Judge(string what, double value, string unit, string bar, bool holds)
    {
        if (!holds) Missed++;
        Row(what, Text(value, unit), bar, holds ? "yes" : "**no**");
    }

    private void Row(string what, string value, string bar, string holds)
    {
        if (!isBegun) Console.WriteLine("| what | figure | bar | reached |\n|---|---|---|---|");
        isBegun = true;
        Console.WriteLine($"| {what} | {value} | {bar} | {holds} |");
    }
}
