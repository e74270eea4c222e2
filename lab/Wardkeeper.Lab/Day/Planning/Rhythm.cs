namespace Wardkeeper.Lab.Day.Planning;

/// <summary>How much of the day's work falls into each of its hours.</summary>
internal static class Rhythm
{
    private static readonly int[]
        ClinicHours = [0, 0, 0, 0, 0, 0, 0, 8, 22, 34, 44, 26, 6, 14, 26, 24, 14, 4, 0, 0, 0, 0, 0, 0],
        WardHours = [3, 2, 2, 2, 2, 3, 6, 10, 16, 20, 24, 16, 10, 12, 16, 14, 12, 9, 8, 7, 6, 5, 4, 3],
        EvenHours = [.. Enumerable.Repeat(1, 24)];

    /// <summary>Out-patients and offices: from seven to six, most about ten.</summary>
    public static IReadOnlyList<int> Clinic => ClinicHours;

    /// <summary>Wards and emergency: all day, quiet at night.</summary>
    public static IReadOnlyList<int> Ward => WardHours;

    /// <summary>Machines by themselves.</summary>
    public static IReadOnlyList<int> Even => EvenHours;

    /// <summary>A moment, whole seconds, more often in the hours that have more work.</summary>
    public static TimeSpan Pick(Dice dice, IReadOnlyList<int> hours)
    {
        int which = dice.Between(0, hours.Sum() - 1), hour = 0;
        for (; which >= hours[hour]; hour++) which -= hours[hour];
        return TimeSpan.FromSeconds((hour * 3600) + dice.Between(0, 3599));
    }

    /// <summary>Several moments in order.</summary>
    public static IEnumerable<TimeSpan> Picks(Dice dice, IReadOnlyList<int> hours, int count) => Enumerable.Range(0, count).Select(_ => Pick(dice, hours)).Order();

    /// <summary>Moments in a span, one every so many minutes.</summary>
    public static IEnumerable<TimeSpan> Every(Dice dice, TimeSpan begin, TimeSpan end, int leastMinutes, int mostMinutes)
    {
        for (TimeSpan at = begin + dice.Minutes(1, mostMinutes); at < end; at += dice.Minutes(leastMinutes, mostMinutes)) yield return at;
    }
}
