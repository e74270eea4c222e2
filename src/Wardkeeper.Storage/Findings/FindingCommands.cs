using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Findings;

/// <summary>Changes findings on behalf of people: row, note and audit entry in one transaction, then the book.</summary>
internal sealed class FindingCommands(HubGate gate, FindingBook book, IFindingQueries queries, IAuditLog audit, TimeProvider time) : IFindingCommands
{
    private const int LongestText = 4000;

    /// <inheritdoc/>
    public Task<Outcome> JudgeAsync(Actor who, long number, long revision, Verdict verdict, string reason, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, Judges, "needs-judge", reason, row =>
        {
            bool closes = verdict is Verdict.FalsePositive or Verdict.Benign;
            // What was only looked at is being handled once it is called true; what goes on already stays where it is.
            FindingState state = closes ? FindingState.Closed : row.State is FindingState.New or FindingState.Triage or FindingState.Closed ? FindingState.InProgress : row.State;
            return new Step(row with { State = state, Verdict = verdict, VerdictReason = reason, ClosedAt = closes ? time.Nanoseconds() : null }, "judged", verdict.Word(), reason);
        }, cancel);

    /// <inheritdoc/>
    public Task<Outcome> MoveAsync(Actor who, long number, long revision, FindingState state, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, Handles, "needs-handler", null, row =>
            state == FindingState.Closed ? new Step("no-such-state")
            : row.State == FindingState.Closed ? new Step("is-closed")
            : new Step(row with { State = state }, "moved", state.Word(), null), cancel);

    /// <inheritdoc/>
    public Task<Outcome> AssignAsync(Actor who, long number, long revision, string? assignee, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, Handles, "needs-handler", null, row =>
            assignee is { Length: > 100 } ? new Step("text-too-long")
            : row.State == FindingState.Closed ? new Step("is-closed")
            : new Step(row with { Assignee = string.IsNullOrWhiteSpace(assignee) ? null : assignee.Trim(), State = row.State == FindingState.New && !string.IsNullOrWhiteSpace(assignee) ? FindingState.Triage : row.State }, "assigned", assignee, null), cancel);

    /// <inheritdoc/>
    public Task<Outcome> CommentAsync(Actor who, long number, string text, CancellationToken cancel = default) =>
        ChangeAsync(who, number, null, Handles, "needs-handler", text ?? "", row => new Step(row, "comment", null, text), cancel);

    /// <inheritdoc/>
    public Task<Outcome> CloseAsync(Actor who, long number, long revision, string reason, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, Judges, "needs-judge", reason, row =>
            row.State == FindingState.Closed ? new Step("is-closed")
            : row.Verdict is null ? new Step("verdict-missing")
            : new Step(row with { State = FindingState.Closed, ClosedAt = time.Nanoseconds() }, "closed", row.Verdict.Value.Word(), reason), cancel);

    /// <inheritdoc/>
    public Task<Outcome> ReopenAsync(Actor who, long number, long revision, string reason, CancellationToken cancel = default) =>
        ChangeAsync(who, number, revision, Judges, "needs-judge", reason, row =>
            row.State != FindingState.Closed ? new Step("not-closed")
            : new Step(row with { State = FindingState.Triage, Verdict = null, VerdictReason = null, ClosedAt = null }, "reopened", FindingState.Triage.Word(), reason), cancel);

    /// <inheritdoc/>
    public async Task<SuppressionPreview> PreviewAsync(long number, SuppressionScope scope, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await RowAsync(transaction, number, cancel) is not { } row || Meant(row, scope) is not { } suppression) return new SuppressionPreview(0, 0, 0, []);
                if (visible is not null && (row.Department is null || !visible.Contains(row.Department))) return new SuppressionPreview(0, 0, 0, []);
                List<SuppressedRow> hidden = [.. (await OfTypeAsync(transaction, row.Type, cancel)).Where(one => one.IsMeant(suppression))];
                List<FindingLine> first = [];
                foreach (SuppressedRow one in hidden.Where(one => one.IsOpen).OrderByDescending(one => one.Severity).ThenByDescending(one => one.Number).Take(20))
                {
                    if (await queries.GetAsync(one.Number, visible, cancel) is { } line) first.Add(line);
                }
                return new SuppressionPreview(hidden.Count(one => one.IsOpen), hidden.Where(one => one.IsOpen).Select(one => one.Device?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? one.Address).Distinct().Count(), hidden.Count(one => !one.IsOpen), first);
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public async Task<Outcome> SuppressAsync(Actor who, long number, long revision, SuppressionScope scope, string reason, CaptureTime expires, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(scope);
        long now = time.Nanoseconds();
        (Outcome Outcome, Suppression? Made) result = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await LookAsync(transaction, who, number, revision, cancel) is not { } row) return (new Outcome(OutcomeKind.NotFound), (Suppression?)null);
                if (!Suppresses(who, row.IsExposure, scope.Kind == SuppressionKind.Device)) return (Refused(OutcomeKind.NotAllowed, "needs-analyst"), null);
                if (row.IsStale) return (new Outcome(OutcomeKind.Stale, row.Revision), null);
                if (Wrong(reason) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), null);
                if (expires.Nanoseconds <= now || expires.Nanoseconds > now + (366L * 86_400 * CaptureTime.PerSecond)) return (Refused(OutcomeKind.Invalid, "expiry-wrong"), null);
                if (Meant(row, scope) is not { } meant) return (Refused(OutcomeKind.Invalid, scope.Kind == SuppressionKind.Subnet ? "subnet-wrong" : "scope-empty"), null);
                Suppression made = meant with { Number = await transaction.NextAsync("suppressions", "number", cancel), Reason = reason.Trim(), Owner = who.Name, Made = new CaptureTime(now), Expires = expires };
                await transaction.RunAsync(
                    "INSERT INTO suppressions (number, type, device, address, subnet, reason, owner, made, expires, withdrawn) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, NULL)",
                    cancel, made.Number, made.Type, made.Device, made.Address, made.Subnet, made.Reason, made.Owner, now, expires.Nanoseconds);
                await CoverAsync(transaction, made, cancel);
                await transaction.RunAsync("UPDATE findings SET revision = revision + 1 WHERE number = @p0", cancel, number);
                await NoteAsync(transaction, number, who.Name, "suppressed", Told(made), reason, cancel);
                await audit.AppendAsync(who, "finding-suppressed", Finding.IdOf(number), null, Told(made), reason, cancel);
                return (new Outcome(OutcomeKind.Done, row.Revision + 1), made);
            },
            result =>
            {
                if (result.Item2 is { } made) book.Decided(made);
            },
            cancel);
        return result.Outcome;
    }

    /// <inheritdoc/>
    public async Task<Outcome> UnsuppressAsync(Actor who, long suppression, string reason, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        (Outcome Outcome, Suppression? Ended) result = await gate.RunAsync(
            async (_, transaction) =>
            {
                if ((await SuppressionsAsync(transaction, "number = @p0", cancel, suppression)).FirstOrDefault() is not { } row) return (new Outcome(OutcomeKind.NotFound), (Suppression?)null);
                if (!who.Is(Role.Analyst) && !(row.Owner == who.Name && who.Is(Role.ClinicalEngineer))) return (Refused(OutcomeKind.NotAllowed, "needs-analyst"), null);
                if (Wrong(reason) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), null);
                if (!row.Holds(new CaptureTime(time.Nanoseconds()))) return (Refused(OutcomeKind.Invalid, "already-ended"), null);
                Suppression ended = row with { Withdrawn = new CaptureTime(time.Nanoseconds()) };
                await transaction.RunAsync("UPDATE suppressions SET withdrawn = @p1 WHERE number = @p0", cancel, suppression, ended.Withdrawn!.Value.Nanoseconds);
                await CoverAsync(transaction, ended, cancel);
                await audit.AppendAsync(who, "finding-unsuppressed", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"suppression {suppression}"), Told(row), null, reason, cancel);
                return (new Outcome(OutcomeKind.Done, 1), ended);
            },
            result =>
            {
                if (result.Item2 is { } ended) book.Decided(ended);
            },
            cancel);
        return result.Outcome;
    }

    private static bool Handles(Actor who, StoredFinding row) => who.Is(Role.Analyst, Role.ClinicalEngineer);

    private static bool Judges(Actor who, StoredFinding row) => who.Is(Role.Analyst) || (row.IsExposure && who.Is(Role.ClinicalEngineer));

    /// <summary>Clinical engineers accept the risk of one device's exposure; what hides more, or what happened, is an analyst's.</summary>
    private static bool Suppresses(Actor who, bool isExposure, bool isOneDevice) => who.Is(Role.Analyst) || (isExposure && isOneDevice && who.Is(Role.ClinicalEngineer));

    private async Task<Outcome> ChangeAsync(Actor who, long number, long? revision, Func<Actor, StoredFinding, bool> may, string refusal, string? text, Func<StoredFinding, Step> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(who);
        (Outcome Outcome, StoredFinding? After) result = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await LookAsync(transaction, who, number, revision, cancel) is not { } row) return (new Outcome(OutcomeKind.NotFound), (StoredFinding?)null);
                if (!may(who, row)) return (Refused(OutcomeKind.NotAllowed, refusal), null);
                if (row.IsStale) return (new Outcome(OutcomeKind.Stale, row.Revision), null);
                if (text is not null && Wrong(text) is { } wrong) return (Refused(OutcomeKind.Invalid, wrong), null);
                Step step = change(row);
                if (step.Refusal is { } refused) return (Refused(OutcomeKind.Invalid, refused), null);
                StoredFinding after = step.After!;
                long next = after == row ? row.Revision : row.Revision + 1;
                if (after != row)
                    await transaction.RunAsync(
                        "UPDATE findings SET state = @p1, verdict = @p2, verdict_reason = @p3, assignee = @p4, closed_at = @p5, revision = @p6 WHERE number = @p0",
                        cancel, number, (int)after.State, (int?)after.Verdict, after.VerdictReason, after.Assignee, after.ClosedAt, next);
                await NoteAsync(transaction, number, who.Name, step.Action!, step.Value, step.Text, cancel);
                await audit.AppendAsync(who, "finding-" + step.Action, Finding.IdOf(number), row.Told(), after.Told(), step.Text, cancel);
                return (new Outcome(OutcomeKind.Done, next), after);
            },
            result =>
            {
                if (result.Item2 is { } after) book.Decided(number, after.State, after.Verdict, after.ClosedAt is { } closed ? new CaptureTime(closed) : null);
            },
            cancel);
        return result.Outcome;
    }

    private static Outcome Refused(OutcomeKind how, string reason) => new(how, 0, "refused." + reason);

    private static string? Wrong(string? text) => string.IsNullOrWhiteSpace(text) ? "reason-missing" : text.Length > LongestText ? "text-too-long" : null;

    private static async Task<StoredFinding?> LookAsync(DbTransaction transaction, Actor who, long number, long? revision, CancellationToken cancel) =>
        await RowAsync(transaction, number, cancel) is { } row && (who.Departments is null || who.MaySee(row.Department)) ? row with { IsStale = revision is { } seen && seen != row.Revision } : null;

    private static async Task<StoredFinding?> RowAsync(DbTransaction transaction, long number, CancellationToken cancel) => (await transaction.AskAsync(
        "SELECT type, is_exposure, device, department, ip, mac, state, verdict, verdict_reason, assignee, closed_at, revision FROM findings WHERE number = @p0",
        row => new StoredFinding(
            row.GetString(0), row.GetBoolean(1), Long(row, 2), Text(row, 3), AddressOf(row.GetString(4), row.GetInt64(5)), FindingMapping.Ip(row.GetString(4)),
            (FindingState)row.GetInt32(6), (Verdict?)(int?)Long(row, 7), Text(row, 8), Text(row, 9), Long(row, 10), row.GetInt64(11)),
        cancel, number)).FirstOrDefault();

    private static Suppression? Meant(StoredFinding row, SuppressionScope scope)
    {
        Suppression all = new() { Number = 0, Type = row.Type, Reason = "", Owner = "", Made = default, Expires = default };
        return scope.Kind switch
        {
            SuppressionKind.Type => all,
            SuppressionKind.Subnet => scope.Subnet is { } subnet && LocalNetworks.IsNetwork(subnet) ? all with { Subnet = subnet } : null,
            _ => row.Device is { } device ? all with { Device = device } : row.Address.Length > 0 ? all with { Address = row.Address } : null,
        };
    }

    /// <summary>Finds anew which suppression hides each finding that one means.</summary>
    private static async Task CoverAsync(DbTransaction transaction, Suppression changed, CancellationToken cancel)
    {
        List<Suppression> all = await SuppressionsAsync(transaction, "type = @p0 AND withdrawn IS NULL", cancel, changed.Type);
        foreach (SuppressedRow row in (await OfTypeAsync(transaction, changed.Type, cancel)).Where(row => row.IsMeant(changed)))
        {
            long? by = Suppression.Covering(all, row.Type, row.Device, row.Address, row.Ip)?.Number;
            await transaction.RunAsync("UPDATE findings SET suppressed_by = @p1 WHERE number = @p0", cancel, row.Number, by);
        }
    }

    private static Task<List<SuppressedRow>> OfTypeAsync(DbTransaction transaction, string type, CancellationToken cancel) => transaction.AskAsync(
        "SELECT number, device, ip, mac, state, severity FROM findings WHERE type = @p0",
        row => new SuppressedRow(row.GetInt64(0), type, Long(row, 1), AddressOf(row.GetString(2), row.GetInt64(3)), FindingMapping.Ip(row.GetString(2)), row.GetInt32(4) != (int)FindingState.Closed, row.GetInt32(5)),
        cancel, type);

    private static Task<List<Suppression>> SuppressionsAsync(DbTransaction transaction, string where, CancellationToken cancel, params object?[] values) => transaction.AskAsync(
        "SELECT number, type, device, address, subnet, reason, owner, made, expires, withdrawn FROM suppressions WHERE " + where,
        row => new Suppression
        {
            Number = row.GetInt64(0),
            Type = row.GetString(1),
            Device = Long(row, 2),
            Address = Text(row, 3),
            Subnet = Text(row, 4),
            Reason = row.GetString(5),
            Owner = row.GetString(6),
            Made = new CaptureTime(row.GetInt64(7)),
            Expires = new CaptureTime(row.GetInt64(8)),
            Withdrawn = Long(row, 9) is { } at ? new CaptureTime(at) : null,
        },
        cancel, values);

    private async Task NoteAsync(DbTransaction transaction, long number, string who, string action, string? value, string? text, CancellationToken cancel)
    {
        long ordinal = (await transaction.AskAsync("SELECT COALESCE(MAX(ordinal), 0) + 1 FROM finding_notes WHERE finding = @p0", row => row.GetInt64(0), cancel, number))[0];
        await transaction.RunAsync("INSERT INTO finding_notes (finding, ordinal, at, who, action, value, text) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6)", cancel, number, ordinal, time.Nanoseconds(), who, action, value, text);
    }

    private static string Told(Suppression one) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.Type}, {(one.Device is { } device ? $"D-{device}" : one.Address ?? one.Subnet ?? "all")}, until {DateTimeOffset.FromUnixTimeMilliseconds(one.Expires.Nanoseconds / 1_000_000):yyyy-MM-dd HH:mm} UTC");

    private static string AddressOf(string ip, long mac) => ip.Length > 0 ? ip : mac == 0 ? "" : new MacAddress((ulong)mac).ToString();

    private static long? Long(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>What a command needs to know of a finding.</summary>
    private sealed record StoredFinding(
        string Type, bool IsExposure, long? Device, string? Department, string Address, Address Ip, FindingState State, Verdict? Verdict, string? VerdictReason, string? Assignee, long? ClosedAt, long Revision)
    {
        public bool IsStale { get; init; }

        public string Told() => string.Join(", ", new[] { State.Word(), Verdict?.Word(), Assignee is null ? null : "assigned to " + Assignee }.Where(part => part is not null));
    }

    private sealed record SuppressedRow(long Number, string Type, long? Device, string Address, Address Ip, bool IsOpen, int Severity)
    {
        public bool IsMeant(Suppression one) => one.Means(Type, Device, Address, Ip);
    }

    /// <summary>What a command does, or why it does not.</summary>
    private sealed record Step(StoredFinding? After, string? Action, string? Value, string? Text, string? Refusal = null)
    {
        public Step(string refusal)
            : this(null, null, null, null, refusal)
        {
        }
    }
}
