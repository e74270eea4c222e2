using System.Text.Json;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Day;

/// <summary>Days for tests, planned once.</summary>
internal static class PlannedDays
{
    private static readonly Dictionary<(int, HospitalSize, DateOnly), DayPlan> Planned = [];

    /// <summary>Two weeks with a weekend, the first working day of a month and its second Tuesday.</summary>
    public static IReadOnlyList<DateOnly> Dates { get; } = [.. Enumerable.Range(0, 14).Select(day => new DateOnly(2026, 12, 1).AddDays(day))];

    public static IReadOnlyList<int> Seeds { get; } = [1, 7, 42];

    /// <summary>Whole days of several hospitals.</summary>
    public static IEnumerable<DayPlan> Some => Seeds.SelectMany(seed => Enum.GetValues<HospitalSize>().SelectMany(size => Dates.Where(date => date.Day is 1 or 4 or 8 or 13).Select(date => Of(seed, size, date))));

    public static DayPlan Of(int seed, HospitalSize size, DateOnly date)
    {
        lock (Planned)
        {
            if (!Planned.TryGetValue((seed, size, date), out DayPlan? plan)) Planned[(seed, size, date)] = plan = DayPlan.FromSeed(HospitalPlan.FromSeed(seed, size), date, TimeSpan.Zero, TimeSpan.FromHours(24));
            return plan;
        }
    }

    /// <summary>All that an event says, in a line.</summary>
    public static string Line(LabEvent what) => what.GetType().Name + JsonSerializer.Serialize(what, what.GetType());

    public static string Name(DayPlan plan) => $"{plan.Hospital.Size} hospital of seed {plan.Hospital.Seed} on {plan.Date:yyyy-MM-dd}";
}
