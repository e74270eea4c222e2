using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>A ward answers whose a device is; and devices are found by their model.</summary>
public sealed class OwnershipTests(PostgresServer server)
{
    private static readonly Actor Ward = new("zhao", new HashSet<Role> { Role.Viewer }, new HashSet<string> { "ICU" });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Yes_confirms_the_department_in_the_persons_name(string kind)
    {
        await using LedgerStore store = await MakeAsync(kind);
        LedgerResult yes = await store.Commands.ApplyAsync(Ward, [new AnswerOwnership(1, true)], "it stands at bed 3", Cancel);
        Assert.Equal(LedgerStatus.Done, yes.Status);
        FieldValue department = await DepartmentAsync(store, Ward);
        Assert.Equal(("ICU", "zhao", 1.0), (department.Value, department.ConfirmedBy, department.Confidence));
        Assert.Equal("zhao device-edited D-1 department: ICU -> department: ICU (it stands at bed 3)", store.Audited[^1]);
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
        Assert.Equal(LedgerStatus.Done, (await store.Commands.UndoAsync(LedgerStore.Engineer, yes.Operation, "asked again", Cancel)).Status);
        Assert.Equal("ICU", (await DepartmentAsync(store, Ward)).Value);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task No_takes_the_department_away_and_somebody_else_has_to_find_the_owner(string kind)
    {
        await using LedgerStore store = await MakeAsync(kind);
        LedgerResult no = await store.Commands.ApplyAsync(Ward, [new AnswerOwnership(1, false)], null, Cancel);
        Assert.Equal(LedgerStatus.Done, no.Status);
        Assert.Null(await store.Queries.GetAsync(1, Ward.Departments, Cancel));
        Assert.Equal("1 2 3", await IdsAsync(store, new DeviceFilter { Departments = [""] }));
        Assert.Equal("", await IdsAsync(store, new DeviceFilter { Visible = Ward.Departments }));
        Assert.Equal(LedgerStore.Dump(store.Part.Ledger), LedgerStore.Dump((await store.ReadAsync()).Ledger));
        // It is not theirs any more: there is nothing left to answer.
        Assert.Equal(LedgerStatus.NotFound, (await store.Commands.ApplyAsync(Ward, [new AnswerOwnership(1, true)], null, Cancel)).Status);
        Assert.Equal(LedgerStatus.Done, (await store.Commands.UndoAsync(LedgerStore.Engineer, no.Operation, "it is", Cancel)).Status);
        Assert.Equal("ICU", (await DepartmentAsync(store, Ward)).Value);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Who_may_not_see_it_or_is_not_asked_changes_nothing(string kind)
    {
        await using LedgerStore store = await MakeAsync(kind);
        string before = LedgerStore.Dump(store.Part.Ledger);
        int audited = store.Audited.Count;
        foreach ((Actor who, long device, LedgerStatus expected) in ((Actor, long, LedgerStatus)[])
        [
            (Ward with { Departments = new HashSet<string> { "NICU" } }, 1, LedgerStatus.NotFound),
            (Ward, 2, LedgerStatus.NotFound),
            (Ward, 99, LedgerStatus.NotFound),
            (Ward with { Departments = null }, 2, LedgerStatus.Invalid),
            (Ward with { Roles = new HashSet<Role> { Role.Analyst } }, 1, LedgerStatus.Forbidden),
            (Ward with { Roles = new HashSet<Role> { Role.Auditor } }, 1, LedgerStatus.Forbidden),
        ])
        {
            foreach (bool isOurs in (bool[])[true, false]) Assert.Equal((who, expected), (who, (await store.Commands.ApplyAsync(who, [new AnswerOwnership(device, isOurs)], "because", Cancel)).Status));
        }
        // One that is refused takes the others with it.
        Assert.Equal(LedgerStatus.NotFound, (await store.Commands.ApplyAsync(Ward, [new AnswerOwnership(1, false), new AnswerOwnership(2, false)], null, Cancel)).Status);
        Assert.Equal((before, audited), (LedgerStore.Dump(store.Part.Ledger), store.Audited.Count));
        Assert.Equal(before, LedgerStore.Dump((await store.ReadAsync()).Ledger));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Devices_are_found_by_the_model_that_is_shown(string kind)
    {
        await using LedgerStore store = await MakeAsync(kind);
        Assert.Equal("1 2", await IdsAsync(store, new DeviceFilter { Models = ["B650"] }));
        Assert.Equal("3", await IdsAsync(store, new DeviceFilter { Models = ["Space; DROP"] }));
        Assert.Equal("1 2 3", await IdsAsync(store, new DeviceFilter { Models = ["B650", "Space; DROP"] }));
        Assert.Equal("", await IdsAsync(store, new DeviceFilter { Models = ["B65"] }));
        Assert.Equal("1", await IdsAsync(store, new DeviceFilter { Models = ["B650"], Visible = Ward.Departments }));
        Assert.Equal(2, await store.Queries.CountAsync(new DeviceFilter { Models = ["B650"] }, Cancel));
        // A person's word outranks what was seen, also for the filter; of what looks alike it is the guess then, against its own word.
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(2, new Dictionary<string, string?> { ["model"] = "B850" })], "plate", Cancel);
        Assert.Equal("", await IdsAsync(store, new DeviceFilter { Models = ["B650"] }));
        Assert.Equal("2", await IdsAsync(store, new DeviceFilter { Models = ["B850"] }));
    }

    /// <summary>Three monitors of which the first is the intensive care unit's.</summary>
    private async Task<LedgerStore> MakeAsync(string kind)
    {
        LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([
            .. Hospital.Device(1, "10.0.0.1", 1),
            .. Hospital.Device(2, "10.0.0.2", 2),
            .. Hospital.Device(3, "10.0.0.3", 3),
            Hospital.Says(Subject.Of(Hospital.Mac(1), Hospital.Ip("10.0.0.1")), ClaimKind.Model, "B650", "snmp", 4),
            Hospital.Says(Subject.Of(Hospital.Mac(2), Hospital.Ip("10.0.0.2")), ClaimKind.Model, "B650", "snmp", 5),
            Hospital.Says(Subject.Of(Hospital.Mac(3), Hospital.Ip("10.0.0.3")), ClaimKind.Model, "Space; DROP", "snmp", 6),
        ]);
        Assert.Equal(LedgerStatus.Done, (await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { ["department"] = "ICU" })], "because", Cancel)).Status);
        return store;
    }

    private static async Task<FieldValue> DepartmentAsync(LedgerStore store, Actor who) => (await store.Queries.GetAsync(1, who.Departments, Cancel))!.Fields.Single(field => field.Field == "department");

    private static async Task<string> IdsAsync(LedgerStore store, DeviceFilter filter) => string.Join(' ', (await store.Queries.FindAsync(filter, new SortOrder("id"), new PageRequest(1), Cancel)).Items.Select(device => device.Id));
}
