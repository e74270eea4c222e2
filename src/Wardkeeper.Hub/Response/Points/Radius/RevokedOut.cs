using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>Puts a device out whose certificate was revoked, at once and without waiting for a revocation list, as far as the safety check clears it; what it does not clear is proposed to two people.</summary>
public sealed class RevokedOut(CareReader care, RadiusPoint point, IActionCommands actions, IAuditLog audit, TimeProvider clock) : IRevocationNotice
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
        string told;
        bool isCleared = SafetyCheck.Clear(new SafetyPreview(action, [found.Situation], now), [], now) is not null;
        if (!isCleared || await point.ObstacleAsync(LadderStep.IsolatePort, identity.Device, cancel) is null)
        {
            // A stored action: it has a receipt, is verified, and one person takes it back.
            (Findings.Outcome outcome, long number) = await actions.ProposeByRuleAsync(new ActionDraft(LadderStep.IsolatePort, [identity.Device], Lasts, action.Reason, Point: RadiusPoint.PointName, Rule: RuleName), enforces: isCleared, cancel);
            told = outcome is not { Result: Findings.OutcomeKind.Done } ? "could not be proposed: " + outcome.Reason
                : isCleared ? $"refused and disconnected by action {number}" : $"not cleared ({found.Rule.English}); proposed to two people as action {number}";
        }
        else told = await HoldAsync(action, found, now, cancel);
        await audit.AppendAsync(new Access.Actor("revocation", new HashSet<Access.Role>()), "admission-revoked", $"D-{identity.Device}", identity.Serial, told, identity.RevocationReason, cancel);
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
