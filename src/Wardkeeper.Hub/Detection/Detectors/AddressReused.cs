using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// An address that one device had and that another took over. Worse when the old one is a medical device or one that people keep in
/// the ledger: whatever was allowed to its address is now allowed to the other. Silent on the churn of a DHCP pool (a lease gave the
/// address to the new one, unless it was static to a device that counts), on an address that comes back within minutes (two use it: that is another finding), on a device that only got a
/// new network card, and on routers.
/// </summary>
internal sealed class AddressReused : IDetector, IDetector<AddressMoves>
{
    /// <summary>A device that was silent for so long was probably taken away.</summary>
    private static readonly TimeSpan LongGone = TimeSpan.FromDays(30);

    private static readonly FindingType Type = new("address-reused", Severity.Low, Duty.InformationDepartment, IsExposure: true);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("address-reused", Type);

    /// <inheritdoc/>
    public void Inspect(AddressMoves seen, in Knowledge known, IFindingSink findings)
    {
        foreach (AddressMove move in seen.All) Judge(move, known, findings);
    }

    private static void Judge(AddressMove move, in Knowledge known, IFindingSink findings)
    {
        DeviceFacts? old = known.Devices.Of(Subject.Of(move.Before, default)), now = known.Devices.Of(Subject.Of(move.After, move.Ip));
        // Nobody was known there, or it is the same device with a new card.
        if (old is null || old.Id == now?.Id) return;
        bool isMissed = old.IsMedical || old.IsKnownToPeople;
        // A lease may have been given before anybody listened: that the old one's was not seen says little, unless somebody counts on it.
        if (move.IsLeased && !isMissed) return;
        TimeSpan gap = move.At.Since(move.LastBefore) is { Ticks: > 0 } silent ? silent : TimeSpan.Zero;
        string oldName = old.Name ?? NameOf(old), newName = now is null ? move.After.ToString() : now.Name ?? NameOf(now);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = new Party(Subject.Of(move.After, move.Ip), 0, now),
            Peer = new Party(Subject.Of(move.Before, default), 0, old),
            Severity = move.IsLeased ? null : isMissed ? Severity.Medium : gap > LongGone ? Severity.Info : null,
            Confidence = move.IsLeased ? 0.7 : 0.9,
            Arguments = [move.Ip.ToString(), oldName, newName],
            Facts =
            [
                new Fact("address", move.Ip.ToString(), "one device"),
                new Fact("old-device", $"{oldName} ({move.Before})"),
                new Fact("old-last-seen", FlowFacts.Time(move.LastBefore)),
                new Fact("new-device", $"{newName} ({move.After})"),
                new Fact("new-first-seen", FlowFacts.Time(move.At)),
                new Fact("gap", Span(gap)),
                new Fact("lease", move.IsLeased ? "only the new device has one" : "none seen", "a lease for both"),
            ],
            Evidence = new Evidence(move.At),
        });
    }

    private static string NameOf(DeviceFacts device) => "D-" + FlowFacts.Number(device.Id);

    private static string Span(TimeSpan gap) =>
        gap.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{(long)gap.TotalDays} d") : gap.TotalHours >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{(long)gap.TotalHours} h")
        : gap.TotalMinutes >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{(long)gap.TotalMinutes} min") : string.Create(CultureInfo.InvariantCulture, $"{(long)gap.TotalSeconds} s");
}
