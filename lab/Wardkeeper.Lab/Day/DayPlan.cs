using Wardkeeper.Lab.Day.Planning;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day;

/// <summary>
/// What happens in a hospital on one day: care with its rhythm, and the machines' own doings. All of it comes from the hospital's
/// seed and the date; a part of a day is cut out of the whole, so that two parts agree where they overlap.
/// </summary>
public sealed record DayPlan
{
    /// <summary>The hospital.</summary>
    public required HospitalPlan Hospital { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>From when, since midnight.</summary>
    public required TimeSpan From { get; init; }

    /// <summary>How long.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>What happens, in order.</summary>
    public required IReadOnlyList<LabEvent> Events { get; init; }

    /// <summary>Visits of the whole day, in the order of their numbers.</summary>
    public required IReadOnlyList<PatientVisit> Visits { get; init; }

    /// <summary>The same hospital on a day on which nothing happens.</summary>
    public DayPlan Quiet() => this with { Events = [], Visits = [] };

    /// <summary>Plans a day or a part of it.</summary>
    /// <param name="plan">The hospital.</param>
    /// <param name="date">The day.</param>
    /// <param name="from">From when, since midnight.</param>
    /// <param name="length">How long; not beyond midnight.</param>
    /// <exception cref="ArgumentOutOfRangeException">That is no part of one day.</exception>
    public static DayPlan FromSeed(HospitalPlan plan, DateOnly date, TimeSpan from, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + length, TimeSpan.FromHours(24), nameof(length));
        DayDraft draft = new(plan, date);
        AdmissionPlanner.Plan(draft);
        ImagingPlanner.Plan(draft);
        LaboratoryPlanner.Plan(draft);
        BedsidePlanner.Plan(draft);
        InfusionPlanner.Plan(draft);
        ClinicPlanner.Plan(draft);
        OfficePlanner.Plan(draft);
        NetworkPlanner.Plan(draft);
        MaintenancePlanner.Plan(draft);
        return new DayPlan { Hospital = plan, Date = date, From = from, Length = length, Events = draft.Finish(from, length), Visits = draft.Census.Visits };
    }
}
