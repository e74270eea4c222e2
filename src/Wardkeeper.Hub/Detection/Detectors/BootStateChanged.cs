using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device's TPM that quotes another start than the expected one, or whose clock or count of resets went back. Silent when the quoted
/// values are those that were seen first or were approved, and on a device without attestation.
/// </summary>
internal sealed class BootStateChanged : IDetector, IDetector<TrustEvent>
{
    private static readonly FindingType Quote = new("boot-state-changed", Severity.High, Duty.ClinicalEngineering, "T1542");
    private static readonly FindingType Clock = new("chip-replaced", Severity.High, Duty.ClinicalEngineering, "T1649");

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("boot-state-changed", Quote, Clock);

    /// <inheritdoc/>
    public void Inspect(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Kind is not (TrustEventKind.QuoteChanged or TrustEventKind.ClockBack)) return;
        findings.Raise(new Sighting
        {
            Type = seen.Kind == TrustEventKind.QuoteChanged ? Quote : Clock,
            Subject = known.Party(Subject.Of(default, seen.Address)),
            Discriminator = Ledger.Live.LiveDevice.NameOf(seen.Device),
            Confidence = 0.95,
            Arguments = [Ledger.Live.LiveDevice.NameOf(seen.Device), seen.Seen, seen.Expected ?? "-"],
            Facts = [new Fact("certificate", seen.Identity.ToString()), new Fact("chip-state", seen.Seen, seen.Expected), new Fact("bytes-digest", seen.Digest ?? "-")],
            Evidence = new Evidence(seen.At, Log: "trust"),
        });
    }
}
