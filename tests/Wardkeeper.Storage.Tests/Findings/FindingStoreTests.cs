using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Storage.Tests.Findings.FindingHub;

namespace Wardkeeper.Storage.Tests.Findings;

/// <summary>Findings from batch to store to person and back, also over restarts.</summary>
public class FindingStoreTests
{
    private static readonly FindingFilter Everything = new();
    private static readonly SortOrder ByNumber = new("number");

    [Fact]
    public async Task What_a_batch_shows_is_stored_and_counted_on_after_a_restart()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "LIS", "laboratory");
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10), ("10.0.2.5", "10.0.9.9", 3306, 11), ("10.0.1.5", "10.0.9.8", 6379, 12));
        await hub.RestartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 20), ("10.0.1.5", "10.0.9.7", 6379, 21));
        Page<FindingLine> page = await hub.Queries.FindAsync(Everything, ByNumber, new PageRequest(1));
        Assert.Equal([(1L, 3L), (2L, 1L), (3L, 1L)], page.Items.Select(one => (one.Number, one.Count)));
        Assert.Equal((3, CaptureTime.FromSeconds(21)), (page.Total, page.AsOf));
        FindingDetail first = await hub.GetAsync(1);
        Assert.Equal((7L, "LIS", "laboratory", "10.0.9.9", 3306), (first.Subject.Device, first.Subject.Name, first.Subject.Department, first.Subject.Ip.ToString(), first.Subject.Port));
        Assert.Equal((CaptureTime.FromSeconds(10), CaptureTime.FromSeconds(20)), (first.First, first.Last));
        Assert.Contains(first.Facts, fact => fact is { Name: "reached-from", Observed: "10.0.1.0/24, 10.0.2.0/24" });
        Assert.Equal("C10", first.Evidence[0].Uid);
        Assert.Contains("3306", first.Title.In(chinese: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_orders_counts_and_groups_agree()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "LIS server", "laboratory");
        hub.Ledger.Knows("10.0.9.8", 8, "Pump", "ICU");
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10), ("10.0.1.5", "10.0.9.9", 6379, 11), ("10.0.1.5", "10.0.9.8", 23, 12), ("203.0.113.4", "10.0.9.7", 5432, 13));
        async Task<string> Found(FindingFilter filter) => string.Join(' ', (await hub.Queries.FindAsync(filter, ByNumber, new PageRequest(1))).Items.Select(one => one.Number));
        Assert.Equal("1 2", await Found(new() { Departments = ["laboratory"] }));
        Assert.Equal("3 4", await Found(new() { Departments = ["", "ICU"] }));
        Assert.Equal("4", await Found(new() { Severities = [Severity.High] }));
        Assert.Equal("3", await Found(new() { Types = ["cleartext-administration"] }));
        Assert.Equal("1 2 4", await Found(new() { Techniques = ["T1210"] }));
        Assert.Equal("3", await Found(new() { Device = 8 }));
        Assert.Equal("4", await Found(new() { Since = CaptureTime.FromSeconds(13) }));
        Assert.Equal("1 2", await Found(new() { Text = "lis SERVER" }));
        Assert.Equal("2", await Found(new() { Text = "F-2" }));
        Assert.Equal("3", await Found(new() { Visible = new HashSet<string> { "ICU" } }));
        Assert.Equal("", await Found(new() { Text = "%' OR 1=1 --" }));
        Assert.Equal([4, 2, 1, 3], (await hub.Queries.FindAsync(Everything, SortOrder.Parse("-severity"), new PageRequest(1))).Items.Select(one => one.Number));
        foreach (string column in (string[])["number", "severity", "type", "device", "department", "first", "last", "count", "confidence", "state", "assignee"])
            Assert.Equal(4, (await hub.Queries.FindAsync(Everything, new SortOrder(column), new PageRequest(1))).Items.Count);
        Assert.Equal(2, Assert.Single((await hub.Queries.FindAsync(Everything, ByNumber, new PageRequest(2, 1))).Items).Number);
        Assert.Equal([("medium", 2L), ("high", 1L), ("low", 1L)], (await hub.Queries.CountByAsync("severity", Everything)).Select(one => (one.Value!, one.Count)));
        Assert.Equal([("laboratory", 2L), (null, 1L), ("ICU", 1L)], (await hub.Queries.CountByAsync("department", Everything)).Select(one => (one.Value, one.Count)));
        Page<FindingGroup> groups = await hub.Queries.GroupsAsync(Everything, SortOrder.Parse("-findings"), new PageRequest(1));
        Assert.Equal([("database-offered", "LIS server", 2L), ("database-offered", null, 1L), ("cleartext-administration", "Pump", 1L)], groups.Items.Select(group => (group.Type, group.Subject.Name, group.Findings)));
        Assert.Equal(3, groups.Total);
        Assert.Equal((2, Severity.Medium), ((await hub.Queries.OpenOfAsync([7, 8]))[7].Count, (await hub.Queries.OpenOfAsync([7, 8]))[7].Worst));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Queries.FindAsync(Everything, new SortOrder("1; DROP TABLE findings"), new PageRequest(1)));
    }

    [Fact]
    public async Task What_people_decided_is_counted_by_type_and_rule_over_a_time()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "LIS", "laboratory");
        const long Day = 86_400;
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, Day), ("10.0.1.5", "10.0.9.8", 6379, 2 * Day), ("10.0.1.5", "10.0.9.7", 5432, 10 * Day));
        await hub.RulesHitAsync((2001, "a worm", "10.0.9.1"), (2001, "a worm", "10.0.9.2"), (2001, "a worm", "10.0.9.3"), (2002, "a scan", "10.0.9.1"));
        long revision = 1;
        foreach ((long number, Verdict verdict) in new[] { (1L, Verdict.True), (2L, Verdict.Benign), (4L, Verdict.FalsePositive), (5L, Verdict.FalsePositive), (6L, Verdict.True), (7L, Verdict.True) })
            Assert.True((await hub.Commands.JudgeAsync(Analyst, number, revision, verdict, "looked at")).IsDone);
        IReadOnlyList<TypeQuality> all = await hub.Queries.QualityAsync();
        Assert.Equal(["signature-alert 2001", "database-offered ", "signature-alert 2002"], all.Select(one => $"{one.Type} {one.Rule}"));
        Assert.Equal(("a worm", 3L, 1L, 2L, 0L, true), (all[0].RuleSays, all[0].Findings, all[0].True, all[0].FalsePositive, all[0].Benign, all[0].IsNoisy));
        Assert.Equal((3L, 1L, 0L, 1L, 1L, false), (all[1].Findings, all[1].True, all[1].FalsePositive, all[1].Benign, all[1].Undecided, all[1].IsNoisy));
        Assert.Equal((0.5, 3L, 9.0, CaptureTime.FromSeconds(Day), CaptureTime.FromSeconds(10 * Day)), (all[1].Right, all[1].Newest, all[1].Days, all[1].First, all[1].Last));
        Assert.Equal((1.0, false), (all[2].Right, all[2].IsNoisy));

        TypeQuality late = Assert.Single(await hub.Queries.QualityAsync(CaptureTime.FromSeconds(5 * Day)), one => one.Rule is null);
        Assert.Equal((1L, 0L, 5.0), (late.Findings, late.Judged, late.Days));
        Assert.Equal(["database-offered"], (await hub.Queries.QualityAsync(visible: new HashSet<string> { "laboratory" })).Select(one => one.Type));
        Assert.Equal(CaptureTime.FromSeconds(10 * Day), await hub.Queries.LatestAsync());
    }

    [Fact]
    public async Task A_finding_goes_from_new_to_closed_and_every_step_is_told()
    {
        await using FindingHub hub = await StartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10));
        Assert.Equal(new Outcome(OutcomeKind.Done, 2), await hub.Commands.AssignAsync(Analyst, 1, 1, "wang"));
        Assert.Equal(FindingState.Triage, (await hub.GetAsync(1)).State);
        Assert.Equal("refused.verdict-missing", (await hub.Commands.CloseAsync(Analyst, 1, 2, "done")).Reason);
        Assert.True((await hub.Commands.JudgeAsync(Engineer, 1, 2, Verdict.True, "it is the LIS")).IsDone);
        Assert.Equal((FindingState.InProgress, Verdict.True), ((await hub.GetAsync(1)).State, (await hub.GetAsync(1)).Verdict));
        Assert.True((await hub.Commands.MoveAsync(Engineer, 1, 3, FindingState.ToVerify)).IsDone);
        Assert.True((await hub.Commands.CommentAsync(Engineer, 1, "firewall rule 12")).IsDone);
        Assert.True((await hub.Commands.CloseAsync(Analyst, 1, 4, "not reachable any more")).IsDone);
        FindingDetail closed = await hub.GetAsync(1);
        Assert.Equal((FindingState.Closed, 5L, "wang"), (closed.State, closed.Revision, closed.Assignee));
        Assert.Equal(["assigned", "judged", "moved", "comment", "closed"], closed.Notes.Select(note => note.Action));
        Assert.Equal(new JudgedCounts(1, 0, 0), closed.Judged);
        Assert.Equal(5, hub.Audit.All.Count);
        Assert.Equal("wang finding-closed F-1: to-verify, true, assigned to wang -> closed, true, assigned to wang (not reachable any more)", hub.Audit.All[^1]);
    }

    [Fact]
    public async Task What_comes_back_after_it_was_handled_is_opened_again_also_after_a_restart()
    {
        await using FindingHub hub = await StartAsync();
        long now = hub.Clock.GetUtcNow().ToUnixTimeSeconds();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, now), ("10.0.1.5", "10.0.9.8", 3306, now));
        await hub.Commands.JudgeAsync(Analyst, 1, 1, Verdict.True, "mended");
        await hub.Commands.CloseAsync(Analyst, 1, 2, "mended");
        await hub.Commands.JudgeAsync(Analyst, 2, 1, Verdict.Benign, "meant to be");
        await hub.RestartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, now + 60), ("10.0.1.5", "10.0.9.8", 3306, now + 60));
        FindingDetail back = await hub.GetAsync(1), harmless = await hub.GetAsync(2);
        Assert.Equal((FindingState.New, null, 1, 4L), (back.State, back.Verdict, back.Reopened, back.Revision));
        Assert.Equal(("reopened", null), (back.Notes[^1].Action, back.Notes[^1].Who));
        Assert.Equal((FindingState.Closed, 2L), (harmless.State, harmless.Count));
    }

    [Fact]
    public async Task Who_may_not_is_refused_and_who_may_not_see_finds_nothing()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "LIS", "laboratory");
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10));
        Actor viewer = new("v", new HashSet<Role> { Role.Viewer }), auditor = new("a", new HashSet<Role> { Role.Auditor });
        foreach (Actor who in (Actor[])[viewer, auditor])
        {
            Assert.Equal(OutcomeKind.NotAllowed, (await hub.Commands.JudgeAsync(who, 1, 1, Verdict.True, "r")).Result);
            Assert.Equal(OutcomeKind.NotAllowed, (await hub.Commands.CommentAsync(who, 1, "r")).Result);
            Assert.Equal(OutcomeKind.NotAllowed, (await hub.Commands.SuppressAsync(who, 1, 1, new(SuppressionKind.Type), "r", hub.Clock.In(TimeSpan.FromDays(1)))).Result);
        }
        Assert.Equal(OutcomeKind.NotAllowed, (await hub.Commands.SuppressAsync(Engineer, 1, 1, new(SuppressionKind.Type), "r", hub.Clock.In(TimeSpan.FromDays(1)))).Result);
        Assert.Equal(OutcomeKind.NotFound, (await hub.Commands.CommentAsync(Nurse, 1, "r")).Result);
        Assert.Null(await hub.Queries.GetAsync(1, new HashSet<string> { "ICU" }));
        Assert.Equal(OutcomeKind.NotFound, (await hub.Commands.CommentAsync(Analyst, 99, "r")).Result);
        Assert.Equal(OutcomeKind.Stale, (await hub.Commands.JudgeAsync(Analyst, 1, 9, Verdict.True, "r")).Result);
        Assert.Equal("refused.reason-missing", (await hub.Commands.JudgeAsync(Analyst, 1, 1, Verdict.True, " ")).Reason);
        Assert.Empty(hub.Audit.All);
    }

    [Fact]
    public async Task A_clinical_engineer_accepts_the_risk_of_one_devices_exposure_and_no_more()
    {
        await using FindingHub hub = await StartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10), ("10.0.1.5", "10.0.9.8", 3306, 10));
        hub.Book.Raise(new Sighting { Type = new("sensor-clock-jumps", Severity.Medium, Duty.Operator), Subject = new Party(default), Confidence = 1, Facts = [], Evidence = new Evidence(CaptureTime.FromSeconds(10)) });
        await hub.SaveAsync();
        CaptureTime end = hub.Clock.In(TimeSpan.FromDays(30));
        foreach (SuppressionScope scope in (SuppressionScope[])[new(SuppressionKind.Type), new(SuppressionKind.Subnet, "10.0.9.0/24")])
            Assert.Equal("refused.needs-analyst", (await hub.Commands.SuppressAsync(Engineer, 1, 1, scope, "needed for service", end)).Reason);
        Assert.Equal("refused.needs-analyst", (await hub.Commands.SuppressAsync(Engineer, 3, 1, new(SuppressionKind.Device), "it happened, it is no exposure", end)).Reason);
        Assert.Equal("refused.expiry-wrong", (await hub.Commands.SuppressAsync(Engineer, 1, 1, new(SuppressionKind.Device), "needed for service", hub.Clock.In(TimeSpan.FromDays(400)))).Reason);
        Assert.True((await hub.Commands.SuppressAsync(Engineer, 1, 1, new(SuppressionKind.Device), "needed for service", end)).IsDone);
        Assert.Equal([2L, 3L], (await hub.Queries.FindAsync(new() { Suppressed = SuppressedView.Hide }, ByNumber, new PageRequest(1))).Items.Select(one => one.Number));
        Assert.True((await hub.Commands.SuppressAsync(Analyst, 2, 1, new(SuppressionKind.Device), "known", end)).IsDone);
        Assert.Equal("refused.needs-analyst", (await hub.Commands.UnsuppressAsync(Engineer, 2, "not mine")).Reason);
        Assert.True((await hub.Commands.UnsuppressAsync(Engineer, 1, "service is over")).IsDone);
    }

    [Fact]
    public async Task Two_who_judge_at_once_do_not_overwrite_each_other()
    {
        await using FindingHub hub = await StartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10));
        Outcome[] both = await Task.WhenAll(hub.Commands.JudgeAsync(Analyst, 1, 1, Verdict.True, "one"), hub.Commands.JudgeAsync(Analyst, 1, 1, Verdict.Benign, "other"));
        Assert.Equal([OutcomeKind.Done, OutcomeKind.Stale], both.Select(one => one.Result).Order());
    }

    [Fact]
    public async Task A_suppression_hides_says_what_and_ends()
    {
        await using FindingHub hub = await StartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10), ("10.0.1.5", "10.0.9.8", 3306, 10), ("10.0.1.5", "10.0.7.7", 3306, 10));
        SuppressionPreview preview = await hub.Commands.PreviewAsync(1, new(SuppressionKind.Subnet, "10.0.9.0/24"));
        Assert.Equal((2, 2, 0, 2), (preview.Findings, preview.Devices, preview.Closed, preview.First.Count));
        CaptureTime end = hub.Clock.In(TimeSpan.FromDays(30));
        Assert.Equal("refused.subnet-wrong", (await hub.Commands.SuppressAsync(Analyst, 1, 1, new(SuppressionKind.Subnet, "ten"), "lab network", end)).Reason);
        Assert.Equal("refused.expiry-wrong", (await hub.Commands.SuppressAsync(Analyst, 1, 1, new(SuppressionKind.Type), "lab network", hub.Clock.In(TimeSpan.FromDays(-1)))).Reason);
        Assert.True((await hub.Commands.SuppressAsync(Analyst, 1, 1, new(SuppressionKind.Subnet, "10.0.9.0/24"), "lab network", end)).IsDone);
        // It hides what comes later too, and after a restart.
        await hub.RestartAsync();
        await hub.SeesAsync(("10.0.1.5", "10.0.9.6", 3306, 20), ("10.0.1.5", "10.0.7.6", 3306, 20));
        async Task<string> Shown(SuppressedView view) => string.Join(' ', (await hub.Queries.FindAsync(new() { Suppressed = view }, ByNumber, new PageRequest(1))).Items.Select(one => one.Number));
        Assert.Equal("3 5", await Shown(SuppressedView.Hide));
        Assert.Equal("1 2 4", await Shown(SuppressedView.Only));
        Assert.Equal("1 2 3 4 5", await Shown(SuppressedView.Include));
        (Suppression suppression, long hidden) = Assert.Single(await hub.Queries.SuppressionsAsync());
        Assert.Equal(("wang", "lab network", 3L), (suppression.Owner, suppression.Reason, hidden));
        Assert.Equal(1, (await hub.GetAsync(1)).Suppression?.Number);
        hub.Clock.Now += TimeSpan.FromDays(31);
        Assert.Equal("1 2 3 4 5", await Shown(SuppressedView.Hide));
        hub.Clock.Now -= TimeSpan.FromDays(31);
        Assert.True((await hub.Commands.UnsuppressAsync(Analyst, 1, "network is gone")).IsDone);
        Assert.Equal("1 2 3 4 5", await Shown(SuppressedView.Hide));
        Assert.Equal("refused.already-ended", (await hub.Commands.UnsuppressAsync(Analyst, 1, "again")).Reason);
        Assert.Equal(2, hub.Audit.All.Count);
    }

    [Fact]
    public async Task Exposures_tell_from_where_since_when_and_whose()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "LIS", "laboratory");
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10), ("203.0.113.4", "10.0.9.9", 3306, 20), ("10.0.1.5", "10.0.9.8", 23, 30));
        Page<ExposureLine> page = await hub.Queries.ExposuresAsync(new(), SortOrder.Parse("-severity"), new PageRequest(1));
        ExposureLine worst = page.Items[0];
        Assert.Equal(("database-offered", 3306, CaptureTime.FromSeconds(10), "Li Na", Severity.High), (worst.Finding.Type, worst.Finding.Subject.Port, worst.Finding.First, worst.Finding.Subject.Person, worst.Finding.Severity));
        Assert.Equal(["10.0.1.0/24", "outside"], worst.ReachedFrom);
        Assert.Equal([("cleartext-administration", 1L), ("database-offered", 1L)], (await hub.Queries.ExposureKindsAsync(new())).Select(one => (one.Value!, one.Count)));
        (Outcome asked, long task) = await hub.Tasks.AskAsync(Analyst, new("finding", "Who needs this port?", ["the LIS vendor", "nobody"], new(Department: "laboratory"), Finding: worst.Finding.Number));
        Assert.True(asked.IsDone);
        ExposureLine again = Assert.Single((await hub.Queries.ExposuresAsync(new() { HasTask = true }, SortOrder.Parse("first"), new PageRequest(1))).Items);
        Assert.Equal((task, "open"), (again.Task, again.TaskState));
        await hub.Commands.JudgeAsync(Engineer, worst.Finding.Number, 1, Verdict.Benign, "the LIS is meant to be there");
        Assert.Equal(1, (await hub.Queries.ExposuresAsync(new(), SortOrder.Parse("type"), new PageRequest(1))).Total);
    }

    [Fact]
    public async Task What_a_full_disk_kept_back_is_stored_with_the_next_batch()
    {
        await using FindingHub hub = await StartAsync();
        hub.IsDiskFull = true;
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10));
        Assert.Equal(0, await hub.Queries.CountAsync(Everything));
        hub.IsDiskFull = false;
        await hub.SeesAsync(("10.0.1.5", "10.0.9.8", 3306, 11));
        Assert.Equal(2, await hub.Queries.CountAsync(Everything));
    }

    [Fact]
    public async Task A_name_that_is_sql_or_markup_is_only_a_name()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "'); DROP TABLE findings; -- <script>", null);
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 10));
        Assert.True((await hub.Commands.CommentAsync(Analyst, 1, "'); DELETE FROM findings; --")).IsDone);
        Assert.Equal("'); DROP TABLE findings; -- <script>", (await hub.GetAsync(1)).Subject.Name);
        Assert.Equal("'); DELETE FROM findings; --", (await hub.GetAsync(1)).Notes[0].Text);
    }
}
