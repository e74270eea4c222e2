using System.Collections.Frozen;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>Open findings of the types that stand against admission, gathered from the book at most every <see cref="Every"/> by whoever asks first after that; the others read what was gathered.</summary>
/// <param name="book">All findings.</param>
/// <param name="clock">Wall clock.</param>
public sealed class StandingFindings(FindingBook book, TimeProvider clock) : IStandingFindings
{
    /// <summary>How old what was gathered may be.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Lock gathering = new();
    private volatile Gathered? gathered;

    /// <inheritdoc/>
    public IReadOnlyList<StandingFinding> Of(long? device, MacAddress mac)
    {
        Gathered now = Current();
        if (now.ByDevice.Count == 0 && now.ByCard.Count == 0) return [];
        IReadOnlyList<StandingFinding> ofDevice = device is { } number ? now.ByDevice.GetValueOrDefault(number, []) : [];
        IReadOnlyList<StandingFinding> ofCard = now.ByCard.GetValueOrDefault(mac, []);
        return ofCard.Count == 0 ? ofDevice : ofDevice.Count == 0 ? ofCard : [.. ofDevice.Union(ofCard)];
    }

    private Gathered Current()
    {
        if (gathered is { } known && clock.GetElapsedTime(known.At) < Every) return known;
        if (!gathering.TryEnter()) return gathered ?? Gathered.Nothing;
        try
        {
            return gathered = Gather(clock.GetTimestamp());
        }
        finally
        {
            gathering.Exit();
        }
    }

    private Gathered Gather(long at)
    {
        List<(Finding Finding, StandingFinding Standing)> open = [.. book.OpenOf(AdmissionConditions.Types).Select(finding => (finding, new StandingFinding(finding.Number, finding.Type, finding.Severity, finding.Last)))];
        return new Gathered(
            at,
            open.Where(one => one.Finding.Subject.Device is not null).GroupBy(one => one.Finding.Subject.Device!.Id).ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<StandingFinding>)[.. group.Select(one => one.Standing)]),
            open.Where(one => !one.Finding.Subject.Subject.Mac.IsNone).GroupBy(one => one.Finding.Subject.Subject.Mac).ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<StandingFinding>)[.. group.Select(one => one.Standing)]));
    }

    private sealed record Gathered(long At, FrozenDictionary<long, IReadOnlyList<StandingFinding>> ByDevice, FrozenDictionary<MacAddress, IReadOnlyList<StandingFinding>> ByCard)
    {
        public static readonly Gathered Nothing = new(0, FrozenDictionary<long, IReadOnlyList<StandingFinding>>.Empty, FrozenDictionary<MacAddress, IReadOnlyList<StandingFinding>>.Empty);
    }
}
