using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>
/// Puts a device out whose certificate was revoked, at once and without waiting for a revocation list, where its segment enforces and as far as the safety check clears it; what it does not clear is proposed
/// to two people. Where its segment observes it is told what would have been done, and people are asked.
/// </summary>
public sealed class RevokedOut(CareReader care, RadiusPoint point, IAdmissionQueries admissions, IAdmissionSegments segments, IActionCommands actions, IAuditLog audit, TimeProvider clock) : IRevocationNotice
{
    /// <summary>Name of the rule whose actions these are.</summary>
    public const string RuleName = "revocation";

    private static readonly TimeSpan Lasts = SafetyCheck.Longest;

    /// <inheritdoc/>
    public async Task RevokedAsync(TrustedIdentity identity, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (await care.OfAsync(identity.Device, null, cancel) is not { } found) return;
        CaptureTime now = CaptureTime.FromDate(clock.GetUtcNow());
        ProposedAction action = new(-identity.Number, LadderStep.IsolatePort, [identity.Device], Lasts, $"certificate {identity.Serial} was revoked: {identity.RevocationReason}", null);
        bool isCleared = SafetyCheck.Clear(new SafetyPreview(action, [found.Situation], now), [], now) is not null;
        string? observes = await ObservingAsync(identity.Device, cancel);
        bool isHere = await point.ObstacleAsync(LadderStep.IsolatePort, identity.Device, cancel) is null;
        string told = isCleared && !isHere ? observes is null ? await HoldAsync(action, found, now, cancel) : $"would have been refused when it comes, but segment {observes} observes"
            : await ProposeAsync(action, found, isCleared, observes, cancel);
        await audit.AppendAsync(new Access.Actor("revocation", new HashSet<Access.Role>()), "admission-revoked", $"D-{identity.Device}", identity.Serial, told, identity.RevocationReason, cancel);
    }

    /// <summary>A stored action: it has a receipt, is verified, and one person takes it back.</summary>
    private async Task<string> ProposeAsync(ProposedAction action, DeviceCare found, bool isCleared, string? observes, CancellationToken cancel)
    {
        ActionDraft draft = new(LadderStep.IsolatePort, action.Devices, Lasts, action.Reason, Point: RadiusPoint.PointName, Rule: RuleName);
        (Findings.Outcome outcome, long number) = await actions.ProposeByRuleAsync(draft, enforces: isCleared && observes is null, cancel);
        return outcome is not { Result: Findings.OutcomeKind.Done } ? "could not be proposed: " + outcome.Reason
            : !isCleared ? $"not cleared ({found.Rule.English}); proposed to two people as action {number}"
            : observes is not null ? $"would have been refused and disconnected, but segment {observes} observes; proposed as action {number}"
            : $"refused and disconnected by action {number}";
    }

    /// <summary>A segment where it is, or where it is nowhere a segment that it may come to, that only observes; null when each enforces.</summary>
    private async Task<string?> ObservingAsync(long device, CancellationToken cancel)
    {
        Page<KeptSession> open = await admissions.SessionsAsync(new SessionFilter(IsOpen: true, Device: device), new PageRequest(1, PageRequest.MaxSize), cancel);
        string[] names = open.Items.Count > 0 ? [.. open.Items.Select(one => one.Segment ?? AdmissionPolicy.Elsewhere.Name)] : [.. segments.All.Select(one => one.Name).DefaultIfEmpty(AdmissionPolicy.Elsewhere.Name)];
        return names.FirstOrDefault(name => segments.All.FirstOrDefault(one => one.Name == name)?.Mode != SegmentMode.Enforce);
    }

    /// <summary>A device that is nowhere now has no session to end: it is held back for when it comes.</summary>
    private async Task<string> HoldAsync(ProposedAction action, DeviceCare found, CaptureTime now, CancellationToken cancel)
    {
        try
        {
            await point.ApplyAsync(SafetyCheck.Clear(new SafetyPreview(action, [found.Situation], now), [], now)!, found.Device, isRefused: true, cancel);
            return "refused when it comes: it has no session to end";
        }
        catch (EnforcementException e)
        {
            return "not done: " + e.Message;
        }
    }
}
