using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Signed telemetry that was refused because it is not the device's latest word: told again, signed by another device than the one that
/// sends it, a counter used for two different envelopes, a boot id that comes back. Silent on the same envelope sent again because its
/// answer was lost, and on what comes late within the last 1,024.
/// </summary>
internal sealed class TelemetryAbused : IDetector, IDetector<TrustEvent>
{
    private static readonly FindingType Replayed = new("telemetry-replayed", Severity.High, Duty.InformationDepartment, "T1565.002");
    private static readonly FindingType CounterBack = new("telemetry-counter-back", Severity.High, Duty.ClinicalEngineering, "T1649");
    private static readonly FindingType BootReused = new("boot-id-reused", Severity.Medium, Duty.ClinicalEngineering, "T1649");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("telemetry-abused", Replayed, CounterBack, BootReused);

    /// <inheritdoc/>
    public void Inspect(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        FindingType? type = seen.Kind switch
        {
            TrustEventKind.Replayed => Replayed,
            TrustEventKind.CounterBack => CounterBack,
            TrustEventKind.BootReused => BootReused,
            _ => null,
        };
        if (type is null) return;
        findings.Raise(new Sighting
        {
            Type = type,
            Subject = known.Party(Subject.Of(default, seen.Address)),
            Discriminator = seen.Identity.ToString(),
            Confidence = 0.9,
            Arguments = [seen.Identity.Serial, seen.Seen, seen.Expected ?? "-"],
            Facts = [new Fact("certificate", seen.Identity.ToString()), new Fact("envelope", seen.Seen, seen.Expected), new Fact("bytes-digest", seen.Digest ?? "-")],
            Evidence = new Evidence(seen.At, Log: "trust"),
        });
    }
}
