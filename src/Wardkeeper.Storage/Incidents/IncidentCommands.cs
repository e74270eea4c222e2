using System.Data.Common;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Incidents;

/// <summary>Changes incidents on behalf of people: rows, note and audit entry in one transaction, then the book.</summary>
internal sealed class IncidentCommands(HubGate gate, FindingBook book, IAuditLog audit, TimeProvider time) : IIncidentCommands
{
    private const int LongestText = 4000;

    /// <inheritdoc/>
    public Task<Outcome> MoveAsync(Actor who, long number, long revision, IncidentState state, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, null, row => state == IncidentState.Closed ? Refused(OutcomeKind.Invalid, "no-such-state") : null,
            row => (row with { State = state, Lesson = null }, row.State == IncidentState.Closed ? "reopened" : "moved", state.Word(), null), cancel);

    /// <inheritdoc/>
    public Task<Outcome> CloseAsync(Actor who, long number, long revision, string lesson, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, lesson ?? "", row => !who.Is(Role.Analyst) ? Refused(OutcomeKind.NotAllowed, "needs-analyst") : row.State == IncidentState.Closed ? Refused(OutcomeKind.Invalid, "already-ended") : null,
            row => (row with { State = IncidentState.Closed, Lesson = lesson!.Trim() }, "closed", IncidentState.Closed.Word(), lesson), cancel);

    /// <inheritdoc/>
    public Task<Outcome> AssignAsync(Actor who, long number, long revision, string? assignee, CancellationToken cancel = default)
    {
        string? to = string.IsNullOrWhiteSpace(assignee) ? null : assignee.Trim();
        return ChangeAsync(who, number, revision, null, row => to is { Length: > 100 } ? Refused(OutcomeKind.Invalid, "text-too-long") : row.State == IncidentState.Closed ? Refused(OutcomeKind.Invalid, "incident-closed") : null,
            row => (row with { Assignee = to, State = row.State == IncidentState.New && to is not null ? IncidentState.Triage : row.State }, "assigned", to, null), cancel);
    }

    /// <inheritdoc/>
    public Task<Outcome> CommentAsync(Actor who, long number, string text, CancellationToken cancel = default) =>
        ChangeAsync(who, number, null, text ?? "", _ => null, row => (row, "comment", null, text), cancel);

    /// <inheritdoc/>
    public async Task<Outcome> MergeAsync(Actor who, long number, long revision, long into, string reason, CancellationToken cancel = default) => (await gate.RunAsync(
        async (_, transaction) =>
        {
            if (await LookAsync(transaction, who, number, cancel) is not { } row) return new Moving(new Outcome(OutcomeKind.NotFound));
            if (Refusal(who, row, revision, reason) is { } refused) return new Moving(refused);
            if (into == number || await LookAsync(transaction, who, into, cancel) is not { MergedInto: null, State: not IncidentState.Closed }) return new Moving(Refused(OutcomeKind.Invalid, "no-such-incident"));
            List<long> findings = await MembersAsync(transaction, number, cancel);
            await MoveAsync(transaction, number, into, findings, into, cancel);
            await transaction.RunAsync("UPDATE incidents SET more = more + (SELECT more FROM incidents WHERE number = @p0) WHERE number = @p1", cancel, number, into);
            await transaction.RunAsync("UPDATE incidents SET more = 0 WHERE number = @p0", cancel, number);
            await RecordAsync(transaction, who, "merge", number, into, findings, reason, cancel);
            return new Moving(new Outcome(OutcomeKind.Done, row.Revision + 1), findings, number, into, into);
        },
        Held,
        cancel)).Outcome;

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, long Number)> SplitAsync(Actor who, long number, long revision, IReadOnlyCollection<long> findings, string reason, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(findings);
        Moving done = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await LookAsync(transaction, who, number, cancel) is not { } row) return new Moving(new Outcome(OutcomeKind.NotFound));
                if (Refusal(who, row, revision, reason) is { } refused) return new Moving(refused);
                List<long> members = await MembersAsync(transaction, number, cancel), chosen = [.. findings.Distinct().Order()];
                if (chosen.Count == 0 || chosen.Count >= members.Count || chosen.Except(members).Any()) return new Moving(Refused(OutcomeKind.Invalid, "split-wrong"));
                long made = await transaction.NextAsync("incidents", "number", cancel);
                await transaction.RunAsync(
                    "INSERT INTO incidents (number, severity, lead, first_seen, last_seen, findings, more, actors, targets, search_text, merged_into, state, is_touched, assignee, revision) " +
                    "SELECT @p1, severity, lead, first_seen, last_seen, 0, 0, actors, targets, search_text, NULL, state, TRUE, assignee, 1 FROM incidents WHERE number = @p0", cancel, number, made);
                await MoveAsync(transaction, number, made, chosen, null, cancel);
                await RecordAsync(transaction, who, "split", number, made, chosen, reason, cancel);
                return new Moving(new Outcome(OutcomeKind.Done, row.Revision + 1), chosen, number, made, null);
            },
            Held,
            cancel);
        return (done.Outcome, done.To);
    }

    /// <inheritdoc/>
    public async Task<Outcome> UndoAsync(Actor who, long operation, string reason, CancellationToken cancel = default) => (await gate.RunAsync(
        async (_, transaction) =>
        {
            ArgumentNullException.ThrowIfNull(who);
            var found = (await transaction.AskAsync("SELECT from_incident, to_incident, findings, undone FROM incident_operations WHERE number = @p0",
                row => (From: row.GetInt64(0), To: row.GetInt64(1), Findings: JsonSerializer.Deserialize<long[]>(row.GetString(2))!, IsUndone: !row.IsDBNull(3)), cancel, operation)).Select(one => ((long From, long To, long[] Findings, bool IsUndone)?)one).FirstOrDefault();
            if (found is not { } done || await LookAsync(transaction, who, done.From, cancel) is null || await LookAsync(transaction, who, done.To, cancel) is not { } holder) return new Moving(new Outcome(OutcomeKind.NotFound));
            if (!who.Is(Role.Analyst)) return new Moving(Refused(OutcomeKind.NotAllowed, "needs-analyst"));
            if (Wrong(reason) is { } wrong) return new Moving(Refused(OutcomeKind.Invalid, wrong));
            List<long> there = await MembersAsync(transaction, done.To, cancel), back = [.. done.Findings.Intersect(there)];
            if (done.IsUndone || back.Count == 0) return new Moving(Refused(OutcomeKind.Invalid, "nothing-to-undo"));
            // What was split off and has nothing left goes back as a whole.
            long? gone = back.Count == there.Count ? done.From : null;
            await transaction.RunAsync("UPDATE incidents SET merged_into = NULL WHERE number = @p0", cancel, done.From);
            await MoveAsync(transaction, done.To, done.From, back, gone, cancel);
            await transaction.RunAsync("UPDATE incident_operations SET undone = @p1 WHERE number = @p0", cancel, operation, time.Nanoseconds());
            await NoteAsync(transaction, done.From, who.Name, "undone", Incident.IdOf(done.To), reason, cancel);
            await NoteAsync(transaction, done.To, who.Name, "undone", Incident.IdOf(done.From), reason, cancel);
            await audit.AppendAsync(who, "incident-undone", Incident.IdOf(done.From), Incident.IdOf(done.To), Told(back), reason, cancel);
            return new Moving(new Outcome(OutcomeKind.Done, holder.Revision + 1), back, done.To, done.From, gone);
        },
        Held,
        cancel)).Outcome;

    private static Outcome Refused(OutcomeKind how, string reason) => new(how, 0, "refused." + reason);

    private static string? Wrong(string? text) => string.IsNullOrWhiteSpace(text) ? "reason-missing" : text.Length > LongestText ? "text-too-long" : null;

    private static string Told(List<long> findings) => string.Join(", ", findings.Take(50).Select(Finding.IdOf)) + (findings.Count > 50 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $" and {findings.Count - 50} more") : "");

    /// <summary>Why an incident may not be merged or split by somebody; null when it may.</summary>
    private static Outcome? Refusal(Actor who, StoredIncident row, long revision, string reason) =>
        !who.Is(Role.Analyst) ? Refused(OutcomeKind.NotAllowed, "needs-analyst")
        : row.Revision != revision ? new Outcome(OutcomeKind.Stale, row.Revision)
        : Wrong(reason) is { } wrong ? Refused(OutcomeKind.Invalid, wrong)
        : row.MergedInto is not null ? Refused(OutcomeKind.Invalid, "merged-already") : null;

    private static Task<List<long>> MembersAsync(DbTransaction transaction, long number, CancellationToken cancel) =>
        transaction.AskAsync("SELECT finding FROM incident_findings WHERE incident = @p0 ORDER BY finding", row => row.GetInt64(0), cancel, number);

    /// <summary>The incident, when somebody may see it: one of its findings is of a department of hers.</summary>
    private static async Task<StoredIncident?> LookAsync(DbTransaction transaction, Actor who, long number, CancellationToken cancel)
    {
        StoredIncident? row = (await transaction.AskAsync(
            "SELECT state, assignee, lesson, merged_into, revision FROM incidents WHERE number = @p0",
            row => new StoredIncident((IncidentState)row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetInt64(3), row.GetInt64(4)), cancel, number)).FirstOrDefault();
        if (row is null || who.Departments is null) return row;
        List<string?> departments = await transaction.AskAsync(
            "SELECT DISTINCT department FROM findings WHERE number IN (SELECT finding FROM incident_findings WHERE incident = @p0)", found => found.IsDBNull(0) ? null : found.GetString(0), cancel, number);
        return departments.Exists(who.MaySee) ? row : null;
    }

    private async Task<Outcome> ChangeAsync(
        Actor who, long number, long? revision, string? text, Func<StoredIncident, Outcome?> refuse, Func<StoredIncident, (StoredIncident After, string Action, string? Value, string? Text)> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        (Outcome Outcome, StoredIncident? After) done = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await LookAsync(transaction, who, number, cancel) is not { } row) return (new Outcome(OutcomeKind.NotFound), (StoredIncident?)null);
                if (!who.Is(Role.Analyst, Role.ClinicalEngineer)) return (Refused(OutcomeKind.NotAllowed, "needs-handler"), null);
                if (revision is { } seen && seen != row.Revision) return (new Outcome(OutcomeKind.Stale, row.Revision), null);
                if (row.MergedInto is not null) return (Refused(OutcomeKind.Invalid, "merged-already"), null);
                if (text is not null && Wrong(text) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), null);
                if (refuse(row) is { } refused) return (refused, null);
                (StoredIncident after, string action, string? value, string? told) = change(row);
                long next = after == row ? row.Revision : row.Revision + 1;
                if (after != row)
                    await transaction.RunAsync("UPDATE incidents SET state = @p1, assignee = @p2, lesson = @p3, closed_at = @p4, is_touched = TRUE, revision = @p5 WHERE number = @p0", cancel,
                        number, (int)after.State, after.Assignee, after.Lesson, after.State == IncidentState.Closed ? time.Nanoseconds() : null, next);
                await NoteAsync(transaction, number, who.Name, action, value, told, cancel);
                await audit.AppendAsync(who, "incident-" + action, Incident.IdOf(number), row.Told(), after.Told(), told, cancel);
                return (new Outcome(OutcomeKind.Done, next), after == row ? null : after);
            },
            result =>
            {
                if (result.Item2 is { } after) book.Incidents.Decided(number, after.State);
            },
            cancel);
        return done.Outcome;
    }

    /// <summary>Moves findings, and counts and weighs both incidents anew.</summary>
    private static async Task MoveAsync(DbTransaction transaction, long from, long to, List<long> findings, long? fromMergedInto, CancellationToken cancel)
    {
        foreach (long finding in findings) await transaction.RunAsync("UPDATE incident_findings SET incident = @p1, why = @p2, through = '' WHERE finding = @p0", cancel, finding, to, (int)JoinReason.ByHand);
        await transaction.RunAsync("UPDATE incidents SET merged_into = @p1 WHERE number = @p0", cancel, from, fromMergedInto);
        foreach (long number in (long[])[from, to])
        {
            const string Members = "FROM findings f JOIN incident_findings m ON m.finding = f.number WHERE m.incident = @p0";
            await transaction.RunAsync(
                $"UPDATE incidents SET severity = COALESCE((SELECT MAX(f.severity) {Members}), severity), first_seen = COALESCE((SELECT MIN(f.first_seen) {Members}), first_seen), last_seen = COALESCE((SELECT MAX(f.last_seen) {Members}), last_seen), " +
                $"lead = COALESCE((SELECT f.number {Members} ORDER BY f.severity DESC, f.number LIMIT 1), lead), findings = (SELECT COUNT(*) FROM incident_findings m WHERE m.incident = @p0) + more, is_touched = TRUE, revision = revision + 1 WHERE number = @p0", cancel, number);
        }
    }

    private async Task RecordAsync(DbTransaction transaction, Actor who, string kind, long from, long to, List<long> findings, string reason, CancellationToken cancel)
    {
        long operation = await transaction.NextAsync("incident_operations", "number", cancel);
        await transaction.RunAsync("INSERT INTO incident_operations (number, kind, from_incident, to_incident, findings, at, who, undone) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, NULL)", cancel,
            operation, kind, from, to, JsonSerializer.Serialize(findings), time.Nanoseconds(), who.Name);
        await NoteAsync(transaction, from, who.Name, kind == "merge" ? "merged" : "split", Incident.IdOf(to), reason, cancel);
        await NoteAsync(transaction, to, who.Name, kind == "merge" ? "merged" : "split", Incident.IdOf(from), reason, cancel);
        await audit.AppendAsync(who, kind == "merge" ? "incident-merged" : "incident-split", Incident.IdOf(from), Told(findings), Incident.IdOf(to), reason, cancel);
    }

    private Task<int> NoteAsync(DbTransaction transaction, long number, string who, string action, string? value, string? text, CancellationToken cancel) => transaction.RunAsync(
        "INSERT INTO incident_notes (incident, ordinal, at, who, action, value, text) VALUES (@p0, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM incident_notes WHERE incident = @p0), @p1, @p2, @p3, @p4, @p5)",
        cancel, number, time.Nanoseconds(), who, action, value, text);

    private void Held(Moving done)
    {
        if (done.Findings is { } findings) book.Incidents.Moved(findings, done.From, done.To, done.FromMergedInto);
    }

    /// <summary>What a command needs to know of an incident.</summary>
    private sealed record StoredIncident(IncidentState State, string? Assignee, string? Lesson, long? MergedInto, long Revision)
    {
        public string Told() => Assignee is null ? State.Word() : $"{State.Word()}, assigned to {Assignee}";
    }

    /// <summary>Findings that went from one incident to another, or why they did not.</summary>
    private sealed record Moving(Outcome Outcome, List<long>? Findings = null, long From = 0, long To = 0, long? FromMergedInto = null);
}
