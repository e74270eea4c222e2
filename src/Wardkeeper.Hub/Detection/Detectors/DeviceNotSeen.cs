using System.Globalization;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device of the register that was seen before and has been silent for thirty days: taken away, broken, moved to where no sensor looks,
/// or lost with what it holds. Silent on devices that nobody registered, on those that are retired, in repair or in store, and where nobody keeps
/// a register. Ends by itself when the device is seen again.
/// </summary>
internal sealed class DeviceNotSeen : IDetector, IDetector<LedgerReview>
{
    private static readonly TimeSpan Silent = TimeSpan.FromDays(30);
    private static readonly FindingType Type = new("device-not-seen", Severity.Low, Duty.ClinicalEngineering, IsExposure: true);
    private static readonly HashSet<string> Expected = ["deployed", "lent"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("device-not-seen", Type) { NeedsRegister = true };

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        if (!known.Devices.HasRegister) return;
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (DeviceFacts device in known.Devices.All())
        {
            if (!device.IsKnownToPeople || device.LastSeen.Nanoseconds == 0 || seen.At.Since(device.LastSeen) < Silent || (device.LifeCycle is { } state && !Expected.Contains(state))) continue;
            string days = FlowFacts.Number((long)seen.At.Since(device.LastSeen).TotalDays), name = device.Shown;
            string last = DateTimeOffset.FromUnixTimeMilliseconds(device.LastSeen.Nanoseconds / 1_000_000).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
            Sighting sighting = new()
            {
                Type = Type,
                Subject = new Party(device.Subject, 0, device),
                Discriminator = FlowFacts.Number(device.Id),
                Severity = device.IsMedical ? Severity.Medium : null,
                Confidence = 0.9,
                Arguments = [name, last, days],
                Facts = [new Fact("last-seen", last, "within 30 days"), .. device.LifeCycle is { } cycle ? [new Fact("life-cycle", cycle)] : (Fact[])[]],
                Evidence = new Evidence(seen.At),
            };
            if (keys.Add(sighting.Key)) findings.Raise(sighting);
        }
        findings.Only(Type, keys, seen.At);
    }
}
