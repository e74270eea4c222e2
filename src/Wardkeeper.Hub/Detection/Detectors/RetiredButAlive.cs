using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>A device that people called retired, scrapped or lost, and that still talks. Silent on signs of life from before it was called so.</summary>
internal sealed class RetiredButAlive : IDetector, IDetector<LedgerReview>
{
    private static readonly FindingType Type = new("retired-but-alive", Severity.Medium, Duty.ClinicalEngineering, IsExposure: true);
    private static readonly HashSet<string> Over = ["retired", "scrapped", "lost"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("retired-but-alive", Type) { NeedsRegister = true };

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        if (!known.Devices.HasRegister) return;
        foreach (DeviceFacts device in known.Devices.All())
        {
            if (device.LifeCycle is not { } state || !Over.Contains(state) || (device.LifeCycleSince is { } since && device.LastSeen <= since)) continue;
            findings.Raise(new Sighting
            {
                Type = Type,
                Subject = new Party(device.Subject, 0, device),
                Discriminator = FlowFacts.Number(device.Id),
                Severity = state == "lost" ? Severity.High : null,
                Confidence = device.LifeCycleSince is null ? 0.8 : 0.95,
                Arguments = [device.Shown, state],
                Facts = [new Fact("life-cycle", state, "silent")],
                Evidence = new Evidence(device.LastSeen),
            });
        }
    }
}
