using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>A day while it is planned: planners add to it; <see cref="Finish"/> leaves out what cannot be and puts the rest in order.</summary>
internal sealed class DayDraft
{
    private readonly List<Chain> chains = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private HashSet<object> kept = [];

    /// <summary>Begins a day.</summary>
    public DayDraft(HospitalPlan plan, DateOnly date)
    {
        (Plan, Date) = (plan, date);
        Census = Census.Of(this);
        Power = new Power(this);
    }

    /// <summary>The hospital.</summary>
    public HospitalPlan Plan { get; }

    /// <summary>The day.</summary>
    public DateOnly Date { get; }

    /// <summary>Who is where.</summary>
    public Census Census { get; }

    /// <summary>What is switched on.</summary>
    public Power Power { get; }

    /// <summary>Whether it is Saturday or Sunday: the clinics are nearly empty.</summary>
    public bool IsWeekend => Date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    /// <summary>Choices for one purpose of this day.</summary>
    public Dice Dice(string purpose) => new(Plan.Seed, string.Create(CultureInfo.InvariantCulture, $"{Date:yyyyMMdd}/{purpose}"));

    /// <summary>One number or another by the size of the hospital, less than half of it at a weekend.</summary>
    public int Count(int small, int full) => (Plan.Size == HospitalSize.Small ? small : full) * (IsWeekend ? 2 : 5) / 5;

    /// <summary>Whether the hospital has all these devices.</summary>
    public bool Has(params string[] keys) => keys.All(key => Plan.Find(key) is not null);

    /// <summary>The next number of a kind, with the date before it.</summary>
    public string Number(string kind, int digits = 4)
    {
        numbers[kind] = numbers.GetValueOrDefault(kind) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{Date:yyMMdd}{numbers[kind].ToString("D" + digits, CultureInfo.InvariantCulture)}");
    }

    /// <summary>The planned day's local time of a moment.</summary>
    public DateTime Local(TimeSpan at) => Date.ToDateTime(TimeOnly.MinValue) + at;

    /// <summary>Adds an event that stands alone.</summary>
    public void Add(LabEvent what) => Add(Step.Of(what));

    /// <summary>Adds an event that stands alone.</summary>
    public void Add(Step step)
    {
        Chain chain = new();
        chain.Add(step);
        chains.Add(chain);
    }

    /// <summary>Adds events that rest on each other.</summary>
    public void Add(Chain chain) => chains.Add(chain);

    /// <summary>Whether a chain's subject happens; known when events are made.</summary>
    public bool IsKept(object subject) => kept.Contains(subject);

    /// <summary>The day's events from one moment to another, in order.</summary>
    public IReadOnlyList<LabEvent> Finish(TimeSpan from, TimeSpan length)
    {
        TimeSpan end = from + length, begin = from + Power.Settling(length);
        (Chain Chain, List<Step> Steps, bool IsKept)[] possible = [.. chains.Select(chain => (chain, PossibleOf(chain), false))];
        for (int i = 0; i < possible.Length; i++)
        {
            (Chain chain, List<Step> steps, _) = possible[i];
            possible[i].IsKept = steps.Count > 0 && (chain.Anchor ?? steps[0].At) >= begin && (chain.Anchor ?? steps[0].At) < end;
        }
        kept = [.. possible.Where(one => one.IsKept && one.Chain.Subject is not null).Select(one => one.Chain.Subject!)];

        // All are made, also those outside of the recording: running numbers must not depend on when it begins.
        List<LabEvent> events = [.. Power.SwitchedOn(from, end)];
        foreach ((Step step, bool isKept) in possible.SelectMany(one => one.Steps.Select(step => (step, one.IsKept))).OrderBy(one => one.step.At))
        {
            LabEvent made = step.Make();
            if (isKept && step.At >= begin && step.At < end) events.Add(made);
        }
        return [.. events.OrderBy(what => what.At)];
    }

    private List<Step> PossibleOf(Chain chain) => [.. chain.Steps.OrderBy(step => step.At).TakeWhile(step => step.Devices.All(key => Power.IsOn(key, step.At)))];
}
