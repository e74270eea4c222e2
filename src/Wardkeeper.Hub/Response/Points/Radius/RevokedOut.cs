using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>Puts a device out whose certificate was revoked, at once and without waiting for a revocation list, as far as the safety check clears it; what it does not clear is proposed to two people.</summary>
public sealed class RevokedOut(CareReader care, RadiusPoint point, IActionCommands actions, IAuditLog audit, TimeProvider clock) : IRevocationNotice
{
    private static readonly TimeSpan Lasts = SafetyCheck.Longest;

    /// <inheritdoc/>
    public async Task RevokedAsync(TrustedIdentity identity, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (await care.OfAsync(identity.Device, null, cancel) is not { } found) return;
        CaptureTime now = CaptureTime.FromDate(clock.GetUtcNow());
        ProposedAction action = new(-identity.Number, LadderStep.IsolatePort, [identity.Device], Lasts, $"certificate {identity.Serial} was revoked: {identity.RevocationReason}", null);
        string told;
        if (SafetyCheck.Clear(new SafetyPreview(action, [found.Situation], now), [], now) is not { } cleared)
        {
            (Findings.Outcome outcome, long number) = await actions.ProposeByRuleAsync(new ActionDraft(LadderStep.IsolatePort, [identity.Device], Lasts, action.Reason, Point: RadiusPoint.PointName, Rule: "revocation"), enforces: false, cancel);
            told = $"not cleared ({found.Rule.English}); proposed as action {number}: {outcome.Result}";
        }
        else
        {
            try
            {
                await point.ApplyAsync(cleared, identity.Device, isRefused: true, cancel);
                told = "refused and disconnected";
            }
            catch (EnforcementException e)
            {
                told = "not done: " + e.Message;
            }
        }
        await audit.AppendAsync(new Access.Actor("revocation", new HashSet<Access.Role>()), "admission-revoked", $"D-{identity.Device}", identity.Serial, told, identity.RevocationReason, cancel);
    }
}
