using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Tests.Findings;
using static Wardkeeper.Storage.Tests.Findings.FindingHub;

namespace Wardkeeper.Storage.Tests.Incidents;

/// <summary>Incidents from the book to the store to people and back, also over restarts.</summary>
public class IncidentStoreTests
{
    private static readonly SortOrder ByNumber = new("number");

    [Fact]
    public async Task What_belongs_together_is_stored_with_its_reasons_and_goes_on_after_a_restart()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "Pump B12", "ICU");
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.9.9", "10.0.9.8", 20));
        await hub.RestartAsync();
        await hub.RaisesAsync(("10.0.9.8", "10.0.9.7", 30));
        IncidentLine line = Assert.Single((await hub.Incidents.FindAsync(new IncidentFilter { IsOpen = true }, ByNumber, new PageRequest(1))).Items);
        Assert.Equal((1L, 3L, Severity.Medium, CaptureTime.FromSeconds(10), CaptureTime.FromSeconds(30)), (line.Number, line.Findings, line.Severity, line.First, line.Last));
        IncidentDetail incident = await hub.IncidentAsync(1);
        Assert.Equal([(1L, JoinReason.First), (2L, JoinReason.TargetActs), (3L, JoinReason.TargetActs)], incident.Steps.Select(step => (step.Finding.Number, step.Why)));
        Assert.Equal([(7L, true, true)], incident.Devices.Select(device => (device.Device, device.Acted, device.WasTarget)));
        Assert.Equal(["T1110.001"], incident.Techniques);
        Assert.Equal(1, await hub.Incidents.OfFindingAsync(3));
    }

    [Fact]
    public async Task Filters_and_orders_agree_and_a_limited_viewer_sees_only_her_departments_part()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.0.5", 7, "Pump B12", "ICU");
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.0.6", "10.0.9.9", 20), ("10.1.0.5", "10.1.9.9", 30), ("10.1.0.5", "10.1.9.8", 40));
        async Task<string> Found(IncidentFilter filter) => string.Join(' ', (await hub.Incidents.FindAsync(filter, ByNumber, new PageRequest(1))).Items.Select(one => one.Number));
        Assert.Equal("1 2", await Found(new()));
        Assert.Equal("1", await Found(new() { Departments = ["ICU"] }));
        Assert.Equal("2", await Found(new() { Text = "10.1.9.8" }));
        Assert.Equal("1", await Found(new() { Text = "pump b12" }));
        Assert.Equal("2", await Found(new() { Text = "I-2" }));
        Assert.Equal("1", await Found(new() { Visible = Nurse.Departments }));
        Assert.Equal("", await Found(new() { Text = "%' OR 1=1 --" }));
        foreach (string column in (string[])["number", "severity", "first", "last", "findings", "state", "assignee"])
            Assert.Equal(2, (await hub.Incidents.FindAsync(new(), new SortOrder(column), new PageRequest(1))).Items.Count);
        Assert.Equal([1L], (await hub.Incidents.GetAsync(1, Nurse.Departments))!.Steps.Select(step => step.Finding.Number));
        Assert.Null(await hub.Incidents.GetAsync(2, Nurse.Departments));
        Assert.Equal(0, await hub.Incidents.AloneAsync());
    }

    [Fact]
    public async Task People_move_assign_close_and_open_again_each_with_note_and_audit()
    {
        await using FindingHub hub = await StartAsync();
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.0.5", "10.0.9.8", 20));
        Assert.Equal(OutcomeKind.NotAllowed, (await hub.Decide.MoveAsync(new Actor("zhao", new HashSet<Role> { Role.Viewer }), 1, 1, IncidentState.Triage)).Result);
        Assert.True((await hub.Decide.AssignAsync(Engineer, 1, 1, "wang")).IsDone);
        Assert.Equal(OutcomeKind.Stale, (await hub.Decide.MoveAsync(Analyst, 1, 1, IncidentState.Contained)).Result);
        Assert.True((await hub.Decide.MoveAsync(Analyst, 1, 2, IncidentState.Contained)).IsDone);
        Assert.Equal("refused.reason-missing", (await hub.Decide.CloseAsync(Analyst, 1, 3, " ")).Reason);
        Assert.Equal("refused.needs-analyst", (await hub.Decide.CloseAsync(Engineer, 1, 3, "x")).Reason);
        Assert.True((await hub.Decide.CloseAsync(Analyst, 1, 3, "the switch had no port security")).IsDone);
        Assert.True((await hub.Decide.CommentAsync(Engineer, 1, "replaced")).IsDone);
        IncidentDetail incident = await hub.IncidentAsync(1);
        Assert.Equal((IncidentState.Closed, "wang", "the switch had no port security", 4L), (incident.State, incident.Assignee, incident.Lesson, incident.Revision));
        Assert.Equal(["assigned", "moved", "closed", "comment"], incident.Notes.Select(note => note.Action));
        Assert.Equal(["li incident-assigned I-1: new -> triage, assigned to wang ()", "wang incident-moved I-1: triage, assigned to wang -> contained, assigned to wang ()"], hub.Audit.All.Take(2));
        // A closed one takes nothing more.
        await hub.RestartAsync();
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.7", 30));
        Assert.Equal(2, (await hub.IncidentAsync(1)).Steps.Count);
        Assert.Equal(1, await hub.Incidents.AloneAsync());
        Assert.True((await hub.Decide.MoveAsync(Analyst, 1, 4, IncidentState.InProgress)).IsDone);
        Assert.Null((await hub.IncidentAsync(1)).Lesson);
    }

    [Fact]
    public async Task A_merge_is_undone_to_exactly_what_was()
    {
        await using FindingHub hub = await StartAsync();
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.0.5", "10.0.9.8", 20), ("10.1.0.5", "10.1.9.9", 30), ("10.1.0.5", "10.1.9.8", 40));
        Assert.Equal("refused.no-such-incident", (await hub.Decide.MergeAsync(Analyst, 2, 1, 2, "same")).Reason);
        Assert.Equal("refused.needs-analyst", (await hub.Decide.MergeAsync(Engineer, 2, 1, 1, "same")).Reason);
        Assert.True((await hub.Decide.MergeAsync(Analyst, 2, 1, 1, "one intruder")).IsDone);
        IncidentDetail into = await hub.IncidentAsync(1);
        Assert.Equal(("1 2 3 4", CaptureTime.FromSeconds(40), 4L), (await hub.StepsAsync(1), into.Last, into.Findings));
        Assert.Equal(1, (await hub.IncidentAsync(2)).MergedInto);
        Assert.Equal(1, await hub.Incidents.CountAsync(new IncidentFilter()));
        // What the merged one was recognised by leads to the one that has its findings, also after a restart.
        await hub.RestartAsync();
        await hub.RaisesAsync(("10.1.0.5", "10.1.9.7", 50));
        Assert.Equal(5, (await hub.IncidentAsync(1)).Steps.Count);
        IncidentOperation merge = Assert.Single((await hub.IncidentAsync(1)).Operations);
        Assert.True((await hub.Decide.UndoAsync(Analyst, merge.Number, "two after all")).IsDone);
        Assert.Equal(("1 2 5", "3 4"), (await hub.StepsAsync(1), await hub.StepsAsync(2)));
        Assert.Null((await hub.IncidentAsync(2)).MergedInto);
        Assert.Equal("refused.nothing-to-undo", (await hub.Decide.UndoAsync(Analyst, merge.Number, "again")).Reason);
        Assert.Contains(hub.Audit.All, entry => entry.StartsWith("wang incident-merged I-2: F-3, F-4 -> I-1", StringComparison.Ordinal));
        Assert.Contains(hub.Audit.All, entry => entry.StartsWith("wang incident-undone I-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_split_off_is_an_incident_of_its_own_and_its_undoing_gives_it_up()
    {
        await using FindingHub hub = await StartAsync();
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.0.5", "10.0.9.8", 20), ("10.0.0.6", "10.0.9.8", 30));
        Assert.Equal("refused.split-wrong", (await hub.Decide.SplitAsync(Analyst, 1, 1, [1, 2, 3], "all")).Outcome.Reason);
        Assert.Equal("refused.split-wrong", (await hub.Decide.SplitAsync(Analyst, 1, 1, [9], "none of it")).Outcome.Reason);
        (Outcome outcome, long made) = await hub.Decide.SplitAsync(Analyst, 1, 1, [3], "our own scanner");
        Assert.Equal((true, 2L), (outcome.IsDone, made));
        Assert.Equal(("1 2", "3"), (await hub.StepsAsync(1), await hub.StepsAsync(2)));
        await hub.SaveAsync();
        Assert.Equal(["10.0.0.6"], (await hub.IncidentAsync(2)).Actors);
        Assert.True((await hub.Decide.UndoAsync(Analyst, 1, "not so")).IsDone);
        Assert.Equal((3, 1L), ((await hub.IncidentAsync(1)).Steps.Count, (await hub.IncidentAsync(2)).MergedInto));
    }

    [Fact]
    public async Task What_a_person_called_harmless_affects_nobody_and_exposures_say_what_made_it_possible()
    {
        await using FindingHub hub = await StartAsync();
        hub.Ledger.Knows("10.0.9.9", 7, "Pump B12", "ICU");
        hub.Ledger.Knows("10.0.9.8", 8, "Pump B13", "ICU");
        await hub.SeesAsync(("10.0.1.5", "10.0.9.9", 3306, 5));
        await hub.RaisesAsync(("10.0.0.5", "10.0.9.9", 10), ("10.0.0.5", "10.0.9.8", 20));
        Assert.Equal([7L, 8L], (await hub.IncidentAsync(1)).Devices.Select(device => device.Device));
        Assert.Equal(["database-offered"], (await hub.IncidentAsync(1)).Exposures.Select(line => line.Type));
        FindingDetail second = await hub.GetAsync(3);
        Assert.True((await hub.Commands.JudgeAsync(Analyst, 3, second.Revision, Verdict.Benign, "planned")).IsDone);
        Assert.Equal([7L], (await hub.IncidentAsync(1)).Devices.Select(device => device.Device));
    }
}
