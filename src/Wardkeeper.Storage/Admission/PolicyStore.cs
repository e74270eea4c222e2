using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Admission;

/// <summary>Segments, rules and approvals in the relational store. Whatever is stored is in force when the commit held, by a policy made anew.</summary>
internal sealed class PolicyStore(StoreFactory stores, HubGate gate, AdmissionPolicyBook book, IKnownDevices devices, ICareBoard care, IAuditLog audit, TimeProvider clock, Func<TimeZoneInfo> zone) : IAdmissionPolicies
{
    private const int MostDays = 90, LongestReason = 500, MostRefused = 5_000, GuestDays = 30;
    private static readonly Role[] Administrators = [Role.Administrator], Responders = [Role.Analyst, Role.ClinicalEngineer, Role.Administrator];

    /// <summary>Reads what is stored and puts it in force; at the start, and after each change.</summary>
    public async Task LoadAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        long now = clock.Now().Nanoseconds;
        List<AdmissionSegmentRow> segments = await context.Set<AdmissionSegmentRow>().AsNoTracking().ToListAsync(cancel);
        List<AdmissionRuleRow> rules = await context.Set<AdmissionRuleRow>().AsNoTracking().ToListAsync(cancel);
        List<AdmissionApprovalRow> approvals = await context.Set<AdmissionApprovalRow>().AsNoTracking().Where(row => row.Ends >= now).ToListAsync(cancel);
        List<AdmissionGuestRow> guests = await GuestRowsAsync(context, cancel);
        book.Current = new AdmissionPolicy(
            segments.Select(row => JsonSerializer.Deserialize<AdmissionSegment>(row.Body)!),
            rules.Select(row => JsonSerializer.Deserialize<AdmissionRule>(row.Body)! with { Number = row.Number }),
            approvals.Select(row => new AdmissionApproval(row.Device, row.Who, row.Reason, new CaptureTime(row.Begins), new CaptureTime(row.Ends))),
            zone(),
            guests.Select(Guest));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredSegment>> SegmentsAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<AdmissionSegmentRow> rows = await context.Set<AdmissionSegmentRow>().AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancel);
        return [.. rows.Select(row => new StoredSegment(JsonSerializer.Deserialize<AdmissionSegment>(row.Body)!, row.Revision))];
    }

    /// <inheritdoc/>
    public Task<Outcome> SaveAsync(Actor who, AdmissionSegment segment, long revision, CancellationToken cancel = default)
    {
        if (AdmissionPolicy.Mistake(segment) is { } mistake) return Task.FromResult(Refused(OutcomeKind.Invalid, mistake));
        return ChangeAsync(who, segment.Name, stored => stored is null != (revision == 0) || (stored is { } seen && seen.Revision != revision) ? new Outcome(OutcomeKind.Stale, stored?.Revision ?? 0) : null,
            stored => segment with { Mode = stored?.Segment.Mode ?? SegmentMode.Observe }, "admission-segment-saved", null, cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> RemoveSegmentAsync(Actor who, string name, CancellationToken cancel = default) => RunAsync(who, Administrators, "needs-administrator", async transaction =>
    {
        if (await FindAsync(transaction, name, cancel) is not { } stored) return new Outcome(OutcomeKind.NotFound);
        await transaction.RunAsync("DELETE FROM admission_segments WHERE name = @p0", cancel, name);
        await audit.AppendAsync(who, "admission-segment-removed", name, JsonSerializer.Serialize(stored.Segment), null, null, cancel);
        return new Outcome(OutcomeKind.Done);
    }, cancel);

    /// <inheritdoc/>
    public async Task<EnforcementProof> ProofAsync(string segment, int days, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MostDays);
        // From a whole second on, so that an address can name it and opens exactly what was counted.
        CaptureTime from = clock.Now().Plus(-TimeSpan.FromDays(days)).WholeSecond();
        await using DbConnection connection = await stores.ConnectAsync(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        long decisions = (await transaction.AskAsync("SELECT COUNT(*) FROM admission_decisions WHERE segment = @p0 AND at >= @p1", row => row.GetInt64(0), cancel, segment, from.Nanoseconds))[0];
        List<WouldRefuse> refused = await transaction.AskAsync(
            "SELECT mac, wanted, times, latest, (SELECT d.device FROM admission_decisions d WHERE d.number = newest), (SELECT d.reasons FROM admission_decisions d WHERE d.number = newest) FROM " +
            "(SELECT mac, MAX(wanted) AS wanted, COUNT(*) AS times, MAX(at) AS latest, MAX(number) AS newest FROM admission_decisions WHERE segment = @p0 AND at >= @p1 AND wanted <> 0 GROUP BY mac) grouped " +
            $"ORDER BY wanted DESC, times DESC, mac LIMIT {MostRefused}",
            row => Told(row.GetString(0), (AdmissionOutcome)row.GetInt32(1), row.GetInt64(2), new CaptureTime(row.GetInt64(3)), row.IsDBNull(4) ? null : row.GetInt64(4), row.GetString(5)), cancel, segment, from.Nanoseconds);
        return new EnforcementProof(segment, from, days, decisions, refused);
    }

    /// <inheritdoc/>
    public async Task<Outcome> EnforceAsync(Actor who, string segment, int days, string digest, string reason, CancellationToken cancel = default)
    {
        if (days is < 1 or > MostDays) return Refused(OutcomeKind.Invalid, "segment-proof");
        if (!IsReason(reason)) return Refused(OutcomeKind.Invalid, "reason-missing");
        EnforcementProof proof = await ProofAsync(segment, days, cancel);
        return await ChangeAsync(who, segment, stored => stored is null ? new Outcome(OutcomeKind.NotFound) : proof.Decisions == 0 ? Refused(OutcomeKind.Invalid, "segment-untried") : proof.Digest != digest ? Refused(OutcomeKind.Stale, "segment-proof-changed") : null,
            stored => stored!.Segment with { Mode = SegmentMode.Enforce }, "admission-enforced",
            FormattableString.Invariant($"{reason.Trim()} (over {days} days of {proof.Decisions} decisions it would have refused {proof.Refused.Count} devices, of which the safety check holds {proof.Refused.Count(one => one.IsHeldBySafety)})"), cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> ObserveAsync(Actor who, string segment, string reason, CancellationToken cancel = default) =>
        ChangeAsync(who, segment, stored => stored is null ? new Outcome(OutcomeKind.NotFound) : IsReason(reason) ? null : Refused(OutcomeKind.Invalid, "reason-missing"), stored => stored!.Segment with { Mode = SegmentMode.Observe }, "admission-observed", reason?.Trim(), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AdmissionRule>> RulesAsync(CancellationToken cancel = default) => Task.FromResult(book.Current.Rules);

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> SaveAsync(Actor who, AdmissionRule rule, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        long number = rule.Number;
        Outcome outcome = await RunAsync(who, Administrators, "needs-administrator", async transaction =>
        {
            if (rule.Types.Count + rule.Departments.Count == 0 || rule is { Segments.Count: 0, Nas.Count: 0, Ports.Count: 0, From: null, Vlan: null, Acl: null, SessionTimeout: null }) return Refused(OutcomeKind.Invalid, "rule-empty");
            if (rule.Types.Any(type => !Taxonomy.AllTypes.Any(known => known == type || Taxonomy.CategoryOf(known) == type))) return Refused(OutcomeKind.Invalid, "rule-type");
            if (rule.Vlan is { } vlan && !AdmissionPolicy.IsVlan(vlan)) return Refused(OutcomeKind.Invalid, "segment-vlan");
            string? before = number == 0 ? null : (await transaction.AskAsync("SELECT body FROM admission_rules WHERE number = @p0", row => row.GetString(0), cancel, number)).FirstOrDefault();
            if (number != 0 && before is null) return new Outcome(OutcomeKind.NotFound);
            if (number == 0) number = await transaction.NextAsync("admission_rules", "number", cancel);
            string body = JsonSerializer.Serialize(rule with { Number = number });
            await transaction.RunAsync("INSERT INTO admission_rules (number, body) VALUES (@p0, @p1) ON CONFLICT (number) DO UPDATE SET body = excluded.body", cancel, number, body);
            await audit.AppendAsync(who, "admission-rule-saved", FormattableString.Invariant($"rule {number}"), before, body, rule.Note, cancel);
            return new Outcome(OutcomeKind.Done);
        }, cancel);
        return (outcome, outcome.IsDone ? number : 0);
    }

    /// <inheritdoc/>
    public Task<Outcome> RemoveRuleAsync(Actor who, long number, CancellationToken cancel = default) => RunAsync(who, Administrators, "needs-administrator", async transaction =>
    {
        List<string> before = await transaction.AskAsync("DELETE FROM admission_rules WHERE number = @p0 RETURNING body", row => row.GetString(0), cancel, number);
        if (before.Count == 0) return new Outcome(OutcomeKind.NotFound);
        await audit.AppendAsync(who, "admission-rule-removed", FormattableString.Invariant($"rule {number}"), before[0], null, null, cancel);
        return new Outcome(OutcomeKind.Done);
    }, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AdmissionApproval>> ApprovalsAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        long now = clock.Now().Nanoseconds;
        List<AdmissionApprovalRow> rows = await context.Set<AdmissionApprovalRow>().AsNoTracking().Where(row => row.Ends > now).OrderBy(row => row.Ends).ToListAsync(cancel);
        return [.. rows.Select(row => new AdmissionApproval(row.Device, row.Who, row.Reason, new CaptureTime(row.Begins), new CaptureTime(row.Ends)))];
    }

    /// <inheritdoc/>
    public Task<Outcome> ApproveAsync(Actor who, long device, string reason, TimeSpan lasts, CancellationToken cancel = default) => RunAsync(who, Responders, "needs-responder", async transaction =>
    {
        if (devices.Of(device) is null) return Refused(OutcomeKind.NotFound, "approval-device");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason) return Refused(OutcomeKind.Invalid, "approval-reason");
        if (lasts < TimeSpan.FromMinutes(1) || lasts > TimeSpan.FromDays(90)) return Refused(OutcomeKind.Invalid, "approval-lasts");
        CaptureTime now = clock.Now();
        long number = await transaction.NextAsync("admission_approvals", "number", cancel);
        await transaction.RunAsync("INSERT INTO admission_approvals (number, device, who, reason, begins, ends) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)", cancel, number, device, who.Name, reason.Trim(), now.Nanoseconds, now.Plus(lasts).Nanoseconds);
        await audit.AppendAsync(who, "admission-approved", LiveDevice.NameOf(device), null, FormattableString.Invariant($"until {now.Plus(lasts).ToDate():O}"), reason.Trim(), cancel);
        return new Outcome(OutcomeKind.Done);
    }, cancel);

    /// <inheritdoc/>
    public Task<Outcome> WithdrawAsync(Actor who, long device, string reason, CancellationToken cancel = default) => RunAsync(who, Responders, "needs-responder", async transaction =>
    {
        if (await transaction.RunAsync("UPDATE admission_approvals SET ends = @p1 WHERE device = @p0 AND ends > @p1", cancel, device, clock.Now().Nanoseconds) == 0) return new Outcome(OutcomeKind.NotFound);
        await audit.AppendAsync(who, "admission-withdrawn", LiveDevice.NameOf(device), null, null, reason, cancel);
        return new Outcome(OutcomeKind.Done);
    }, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AdmissionGuest>> GuestsAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return [.. (await GuestRowsAsync(context, cancel)).Select(Guest)];
    }

    /// <inheritdoc/>
    public Task<Outcome> InviteAsync(Actor who, string mac, string vlan, string reason, TimeSpan lasts, CancellationToken cancel = default) => RunAsync(who, Responders, "needs-responder", async transaction =>
    {
        if (!RegisterValues.TryMac(mac, out MacAddress card)) return Refused(OutcomeKind.Invalid, "guest-mac");
        if (devices.Of(card) is { IsKnownToPeople: true }) return Refused(OutcomeKind.Invalid, "guest-known");
        if (!AdmissionPolicy.IsVlan(vlan)) return Refused(OutcomeKind.Invalid, "segment-vlan");
        if (!IsReason(reason)) return Refused(OutcomeKind.Invalid, "guest-reason");
        if (lasts < TimeSpan.FromMinutes(1) || lasts > TimeSpan.FromDays(GuestDays)) return Refused(OutcomeKind.Invalid, "guest-lasts");
        CaptureTime now = clock.Now();
        long number = await transaction.NextAsync("admission_guests", "number", cancel);
        AdmissionGuest guest = new(number, card.ToString(), vlan, who.Name, reason.Trim(), now, now.Plus(lasts));
        await transaction.RunAsync("INSERT INTO admission_guests (number, mac, vlan, sponsor, reason, begins, ends) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)", cancel, number, guest.Mac, vlan, guest.Sponsor, guest.Reason, guest.From.Nanoseconds, guest.Until.Nanoseconds);
        await audit.AppendAsync(who, "admission-guest-invited", guest.Mac, null, FormattableString.Invariant($"VLAN {vlan} until {guest.Until.ToDate():O}"), guest.Reason, cancel);
        return new Outcome(OutcomeKind.Done, number);
    }, cancel);

    /// <inheritdoc/>
    public Task<Outcome> DismissAsync(Actor who, long number, string reason, CancellationToken cancel = default) => RunAsync(who, Responders, "needs-responder", async transaction =>
    {
        if (!IsReason(reason)) return Refused(OutcomeKind.Invalid, "reason-missing");
        CaptureTime now = clock.Now();
        List<string> gone = await transaction.AskAsync("UPDATE admission_guests SET ends = @p1 WHERE number = @p0 AND ends > @p1 RETURNING mac", row => row.GetString(0), cancel, number, now.Nanoseconds);
        if (gone.Count == 0) return new Outcome(OutcomeKind.NotFound);
        await audit.AppendAsync(who, "admission-guest-dismissed", gone[0], null, FormattableString.Invariant($"ends {now.ToDate():O}"), reason.Trim(), cancel);
        return new Outcome(OutcomeKind.Done);
    }, cancel);

    private Task<List<AdmissionGuestRow>> GuestRowsAsync(StoreContext context, CancellationToken cancel)
    {
        long since = clock.Now().Plus(-TimeSpan.FromDays(GuestDays)).Nanoseconds;
        return context.Set<AdmissionGuestRow>().AsNoTracking().Where(row => row.Ends >= since).OrderByDescending(row => row.Ends).ToListAsync(cancel);
    }

    private static AdmissionGuest Guest(AdmissionGuestRow row) => new(row.Number, row.Mac, row.Vlan, row.Sponsor, row.Reason, new CaptureTime(row.Begins), new CaptureTime(row.Ends));

    private static bool IsReason(string? reason) => !string.IsNullOrWhiteSpace(reason) && reason.Length <= LongestReason;

    private static Outcome Refused(OutcomeKind how, string reason) => new(how, 0, "refused." + reason);

    private static async Task<StoredSegment?> FindAsync(DbTransaction transaction, string name, CancellationToken cancel) => (await transaction.AskAsync(
        "SELECT body, revision FROM admission_segments WHERE name = @p0", row => new StoredSegment(JsonSerializer.Deserialize<AdmissionSegment>(row.GetString(0))!, row.GetInt64(1)), cancel, name)).FirstOrDefault();

    private WouldRefuse Told(string mac, AdmissionOutcome wanted, long times, CaptureTime last, long? device, string reasons)
    {
        AdmissionReason reason = JsonSerializer.Deserialize<AdmissionReason[]>(reasons) is [var first, ..] ? first : default;
        bool isHeld = device is { } number && SafetyCheck.Judge(AdmissionRuling.Holding(number, care.Of(number).Situation, SafetyCheck.Longest, reason.Key, last)).Answer != SafetyAnswer.Cleared;
        return new WouldRefuse(mac, device, device is { } known ? devices.Of(known)?.Name : null, wanted, times, last, reason, isHeld);
    }

    private Task<Outcome> ChangeAsync(Actor who, string name, Func<StoredSegment?, Outcome?> refuse, Func<StoredSegment?, AdmissionSegment> change, string action, string? reason, CancellationToken cancel) =>
        RunAsync(who, Administrators, "needs-administrator", async transaction =>
        {
            StoredSegment? stored = await FindAsync(transaction, name, cancel);
            if (refuse(stored) is { } refused) return refused;
            AdmissionSegment after = change(stored);
            string body = JsonSerializer.Serialize(after);
            long revision = (stored?.Revision ?? 0) + 1;
            await transaction.RunAsync("INSERT INTO admission_segments (name, body, revision) VALUES (@p0, @p1, @p2) ON CONFLICT (name) DO UPDATE SET body = excluded.body, revision = excluded.revision", cancel, name, body, revision);
            await audit.AppendAsync(who, action, name, stored is null ? null : JsonSerializer.Serialize(stored.Segment), body, reason, cancel);
            return new Outcome(OutcomeKind.Done, revision);
        }, cancel);

    /// <summary>A change by who may make it.</summary>
    private async Task<Outcome> RunAsync(Actor who, Role[] may, string refusal, Func<DbTransaction, Task<Outcome>> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(may)) return Refused(OutcomeKind.NotAllowed, refusal);
        Outcome outcome = await gate.RunAsync((_, transaction) => change(transaction), cancel: cancel);
        if (outcome.IsDone) await LoadAsync(CancellationToken.None);
        return outcome;
    }
}
