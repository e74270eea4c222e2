using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device that has been there for a day and for which nobody answers: neither a person nor a department. Silent where nobody keeps
/// owners at all (a capture by itself), on what is retired, and on the infrastructure of the network (people name it so, or it has been so for an hour).
/// </summary>
internal sealed class DeviceWithoutOwner : IDetector, IDetector<LedgerReview>
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24), Gone = TimeSpan.FromDays(7);
    private static readonly FindingType Type = new("device-without-owner", Severity.Info, Duty.ClinicalEngineering, IsExposure: true);
    private static readonly HashSet<string> Infrastructure = ["router", "switch", "firewall", "access-point"], Over = ["retired", "scrapped", "lost"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("device-without-owner", Type) { NeedsRegister = true };

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        if (!known.Devices.HasRegister) return;
        foreach (DeviceFacts device in known.Devices.All())
        {
            if (device.Person is not null || device.Department is not null || device.LastSeen.Since(device.FirstSeen) < Grace || seen.At.Since(device.LastSeen) > Gone) continue;
            if ((device.Type is { } type && Infrastructure.Contains(type) && device.IsTypeBelieved(seen.At)) || (device.LifeCycle is { } state && Over.Contains(state))) continue;
            findings.Raise(new Sighting
            {
                Type = Type,
                Subject = new Party(device.Subject, 0, device),
                Discriminator = FlowFacts.Number(device.Id),
                Severity = device.IsMedical ? Severity.Low : null,
                Confidence = 1,
                Arguments = [device.Shown],
                Facts = [new Fact("responsible-person", "-", "a person"), new Fact("responsible-department", "-", "a department")],
                Evidence = new Evidence(device.LastSeen),
            });
        }
    }
}
