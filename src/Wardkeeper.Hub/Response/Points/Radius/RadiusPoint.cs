using System.Net;
using System.Text.Json;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response.Points.Radius;

/// <summary>How a switch is asked.</summary>
/// <param name="Address">Where it takes RFC 5176.</param>
/// <param name="Secret">The secret of it.</param>
/// <param name="Form">The form of its segment.</param>
public sealed record ChangeTarget(IPEndPoint Address, string Secret, string Form);

/// <summary>Knows how switches are asked.</summary>
public interface IChangeTargets
{
    /// <summary>How a switch is asked; null when it is none of those that were entered.</summary>
    ChangeTarget? Of(IPAddress nas);
}

/// <summary>Notes for FreeRADIUS what holds also while the hub is down.</summary>
public interface ILastKnown
{
    /// <summary>Refuses a MAC address until a moment.</summary>
    void Refuse(string mac, CaptureTime until);

    /// <summary>Forgets that it is refused.</summary>
    void Forgive(string mac);
}

/// <summary>
/// Takes a device off its network over RADIUS: its MAC addresses are held back (quarantine, or refused after a revocation), then its switch is asked to end the session or to ask again, so that the
/// next admission carries it out. Verified by accounting: the old session ended, and no other goes on but one that the isolation's own decision let into quarantine.
/// </summary>
public sealed class RadiusPoint(IDeviceQueries devices, IKnownDevices known, IAdmissionQueries admissions, SessionBoard board, IsolationBook book, IChangeTargets targets, DynamicAuthorization changes, ILastKnown lastKnown, TimeProvider clock) : IEnforcementPoint
{
    /// <summary>Its name.</summary>
    public const string PointName = "radius";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60), TellsWithin = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => PointName;

    /// <inheritdoc/>
    public async ValueTask<string?> ObstacleAsync(LadderStep step, long device, CancellationToken cancel)
    {
        if (step != LadderStep.IsolatePort) return $"a switch asked over RADIUS cannot {KebabWord.Of(step)}.";
        string[] macs = await MacsAsync(device, cancel);
        AdmissionSession[] sessions = [.. macs.Select(board.OfMac).OfType<AdmissionSession>()];
        if (sessions.Length == 0) return "accounting tells no session of the device: it is nowhere, or its switch sends no accounting.";
        AdmissionSession? unknown = Array.Find(sessions, session => targets.Of(session.Nas) is null);
        return unknown is null ? null : $"the switch {unknown.Nas} is not among those that were entered, so its secret of RFC 5176 is not known.";
    }

    /// <inheritdoc/>
    public ValueTask<Receipt> ApplyAsync(ClearedAction action, long device, CancellationToken cancel) => ApplyAsync(action, device, isRefused: action?.Action.Rule == RevokedOut.RuleName, cancel);

    /// <summary>As <see cref="ApplyAsync(ClearedAction, long, CancellationToken)"/>, or not let in at all, also while the hub is down.</summary>
    public async ValueTask<Receipt> ApplyAsync(ClearedAction action, long device, bool isRefused, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(action);
        CaptureTime now = Now();
        if (action.Action.Step != LadderStep.IsolatePort || !action.Action.Devices.Contains(device)) throw new EnforcementException("The action does not isolate this device.");
        if (now >= action.Until) throw new EnforcementException("The action's time is over.");
        string[] macs = await MacsAsync(device, cancel);
        if (macs.Length == 0) throw new EnforcementException("No MAC address of the device is known.");
        Applied applied = new([.. macs], action.Until.Nanoseconds, isRefused);
        Hold(applied, action.Action.Number, action);
        List<string> failures = [];
        foreach (string mac in macs)
        {
            if (await AskAgainAsync(mac, cancel) is { } failure) failures.Add(failure);
        }
        if (failures.Count > 0)
        {
            // Half done is not done: what was held back is let go, the ladder is gone again from the start.
            Release(applied, action.Action.Number);
            throw new EnforcementException(string.Join("; ", failures));
        }
        return new Receipt(action.Action.Number, Name, device, JsonSerializer.Serialize(applied), now);
    }

    /// <inheritdoc/>
    public ValueTask<VerificationResult> VerifyAsync(Receipt receipt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        if (Read(receipt) is not { } applied) return ValueTask.FromResult(new VerificationResult(Verification.NotYet, "nothing is known of what was applied"));
        CaptureTime now = Now();
        if (now.Nanoseconds < applied.Until && applied.Macs.Any(mac => book.Of(mac, now)?.Action != receipt.Action)) Hold(applied, receipt.Action, null);
        foreach (string mac in applied.Macs)
        {
            if (board.OfMac(mac) is not { } session) continue;
            if (session.Decision is { } number && number == book.DecisionOf(mac)) continue;
            Verification state = now.Since(receipt.At) < Within ? Verification.NotYet : Verification.NotAsOrdered;
            return ValueTask.FromResult(new VerificationResult(state, $"accounting: {mac} still has session {session.Id} at {session.Nas} {session.Port}, let in by decision {session.Decision}"));
        }
        string basis = string.Join("; ", applied.Macs.Select(mac => board.OfMac(mac) is { } session ? $"accounting: {mac} came back at {session.Nas} {session.Port} by decision {session.Decision}, in quarantine" : $"accounting: {mac} has no session"));
        return ValueTask.FromResult(new VerificationResult(Verification.AsOrdered, basis));
    }

    /// <inheritdoc/>
    public async ValueTask UndoAsync(Receipt receipt, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        // Ordered, and not known whether it was applied: whatever it holds back is let go.
        Applied applied = Read(receipt) ?? new Applied(book.By(receipt.Action), 0, false);
        // It was put into quarantine a moment ago, and accounting does not tell of the session yet: it is asked again at the next try.
        string[] untold = [.. applied.Macs.Where(mac => board.OfMac(mac) is null && book.DecidedAt(mac) is { } at && Now().Since(at) < TellsWithin)];
        Release(applied, receipt.Action);
        List<string> failures = [.. untold.Select(mac => $"accounting does not tell the session of {mac} yet")];
        foreach (string mac in applied.Macs)
        {
            // It sits in quarantine until it asks again; where it is nowhere it asks by itself.
            if (await AskAgainAsync(mac, cancel) is { } failure) failures.Add(failure);
        }
        if (failures.Count > 0) throw new EnforcementException($"The device may come back, but its switch did not make it ask again: {string.Join("; ", failures)}");
    }

    private void Hold(Applied applied, long action, ClearedAction? cleared)
    {
        foreach (string mac in applied.Macs)
        {
            book.Hold(mac, new Isolation(action, new CaptureTime(applied.Until), cleared, applied.IsRefused));
            if (applied.IsRefused) lastKnown.Refuse(mac, new CaptureTime(applied.Until));
        }
    }

    private void Release(Applied applied, long action)
    {
        foreach (string mac in applied.Macs)
        {
            book.Release(mac, action);
            if (applied.IsRefused) lastKnown.Forgive(mac);
        }
    }

    /// <summary>Makes the switch of an address ask again; what stood in the way, null when nothing did.</summary>
    private async Task<string?> AskAgainAsync(string mac, CancellationToken cancel)
    {
        if (board.OfMac(mac) is not { } session) return null;
        if (targets.Of(session.Nas) is not { } target) return $"the switch {session.Nas} is not among those that were entered";
        ChangeRequest request = new(mac, session.Id, AdmissionForms.AskAgain(target.Form));
        if (request.AskAgain is not null && (await changes.AskAsync(ChangeKind.CoA, target.Address, target.Secret, request, cancel)).IsDone) return null;
        ChangeAnswer answer = await changes.AskAsync(ChangeKind.Disconnect, target.Address, target.Secret, request, cancel);
        return answer.IsDone || answer.IsGone ? null : $"the switch {session.Nas}: {answer.Words}";
    }

    /// <summary>Its addresses by the ledger, and those by which it was let in: a new device shows a certificate before the ledger knows a card of it. A card that people entered for another device is that one's.</summary>
    private async Task<string[]> MacsAsync(long device, CancellationToken cancel)
    {
        IEnumerable<string> entered = await devices.GetAsync(device, null, cancel) is { } line ? line.Interfaces.Where(one => one.Mac != default).Select(one => one.Mac.ToString().ToLowerInvariant()) : [];
        Page<KeptSession> open = await admissions.SessionsAsync(new SessionFilter(IsOpen: true, Device: device), new PageRequest(1, PageRequest.MaxSize), cancel);
        IEnumerable<string> letIn = open.Items.Where(one => one.Device == device).Select(one => one.Session.Mac).OfType<string>().Where(mac => !IsAnothers(mac, device));
        return [.. entered.Concat(letIn).Distinct()];
    }

    private bool IsAnothers(string mac, long device) => RegisterValues.TryMac(mac, out MacAddress card) && known.Of(card) is { IsKnownToPeople: true } owner && owner.Id != device;

    private static Applied? Read(Receipt receipt) => receipt.Applied.Length == 0 ? null : JsonSerializer.Deserialize<Applied>(receipt.Applied);

    private CaptureTime Now() => CaptureTime.FromDate(clock.GetUtcNow());

    /// <summary>What was applied, as the receipt keeps it.</summary>
    private sealed record Applied(IReadOnlyList<string> Macs, long Until, bool IsRefused);
}
