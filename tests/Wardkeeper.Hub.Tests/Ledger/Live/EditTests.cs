using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

public sealed class EditTests
{
    private const string Card = "98:e7:43:00:00:02", Other = "00:12:21:00:00:03";
    private readonly LiveSite site = new();

    public EditTests() => site.Lives(Card, "10.0.0.2").Lives(Other, "10.0.0.3");

    private LiveDevice Device => site.With(Card);

    [Fact]
    public void A_persons_value_outranks_every_source_and_what_contradicts_it_is_visible()
    {
        site.Says(At(Card, "10.0.0.2"), ClaimKind.Model, "Aquilion", "dicom");
        Assert.Equal(("Aquilion", false), (site.State(Device).Of("model"), site.State(Device).HasConflict));
        Assert.Equal(LedgerStatus.Done, Edit("model", "SOMATOM go.Up").Status);
        site.Says(At(Card, "10.0.0.2"), ClaimKind.Model, "Aquilion", "snmp");
        Assert.Equal("SOMATOM go.Up", site.State(Device).Of("model"));
        Assert.True(site.State(Device).HasConflict);
        Assert.Equal(("li", 1.0, true), (site.State(Device).Fields["model"].ConfirmedBy, site.State(Device).Fields["model"].Confidence, site.State(Device).Fields["model"].HasConflict));
        Edit("model", null);
        Assert.Equal("Aquilion", site.State(Device).Of("model"));
    }

    [Fact]
    public void A_device_is_in_use_as_it_said_last_and_behind_a_gateway_each_speaks_for_itself()
    {
        Subject pump = At(Card, "10.0.0.2");
        site.Says(pump, ClaimKind.InUse, "infusing", "hl7", "MDC_PUMP_STAT").Says(pump, ClaimKind.InUse, "stopped", "hl7", "MDC_FLOW_FLUID_PUMP");
        Assert.Equal("stopped", site.State(Device).Of("inUse"));
        site.Says(pump, ClaimKind.InUse, "infusing", "hl7", "MDC_PUMP_STAT");
        Assert.Equal("infusing", site.State(Device).Of("inUse"));
        Subject gateway = At(Other, "10.0.0.3");
        site.Says(gateway, ClaimKind.InUse, "infusing", "hl7", "MDC_PUMP_STAT of A").Says(gateway, ClaimKind.InUse, "standby", "hl7", "MDC_PUMP_STAT of B");
        Assert.Equal("infusing, standby", site.State(site.With(Other)).Of("inUse"));
    }

    [Fact]
    public void Every_edit_tells_before_and_after_and_who_and_why()
    {
        Edit("bed", "ICU-3");
        Edit("bed", "ICU-4");
        LedgerEvent[] edits = [.. site.Events.Where(one => one.Action == LedgerActions.Edited)];
        Assert.Equal([("bed", null, "ICU-3"), ("bed", "ICU-3", "ICU-4")], edits.Select(one => (one.Field, one.Before, one.After)));
        Assert.All(edits, one => Assert.Equal(("li", "because"), (one.Who, one.Reason)));
    }

    [Fact]
    public void A_revision_that_was_overtaken_changes_nothing()
    {
        long seen = Device.Revision;
        Assert.Equal(LedgerStatus.Done, site.Do(new EditDevice(Device.Number, Fields("bed", "1"), seen)).Status);
        LedgerResult late = site.Do(new EditDevice(Device.Number, Fields("bed", "2"), seen));
        Assert.Equal(LedgerStatus.Conflict, late.Status);
        Assert.Equal("1", site.State(Device).Of("bed"));
        Assert.Equal(Device.Revision, seen + 1);
    }

    [Theory]
    [InlineData("purchaseDate", "2026/2/3", "2026-02-03")]
    [InlineData("purchaseDate", "yesterday", null)]
    [InlineData("consequence", "none", "none")]
    [InlineData("consequence", "bad", null)]
    [InlineData("type", "infusion-pump", "infusion-pump")]
    [InlineData("type", "toaster", null)]
    [InlineData("labels", "a，b, a", "a, b")]
    [InlineData("custom.inventory2026", "yes", "yes")]
    [InlineData("custom.", "yes", null)]
    [InlineData("aeTitle", "CT01", null)]
    [InlineData("nothing", "CT01", null)]
    [InlineData("notes", "", null)]
    public void Values_are_brought_into_one_form_or_refused(string field, string value, string? kept)
    {
        LedgerResult result = Edit(field, value);
        Assert.Equal(kept is null ? LedgerStatus.Invalid : LedgerStatus.Done, result.Status);
        Assert.Equal(kept, Device.Fields.GetValueOrDefault(field)?.Value);
        if (kept is null) Assert.Equal(field, Assert.Single(result.Problems).Field);
    }

    [Fact]
    public void All_problems_come_at_once_and_then_nothing_is_changed()
    {
        int events = site.Events.Count;
        LedgerResult result = new LedgerEditor(site.Ledger).Apply(
            LiveSite.Engineer,
            [new EditDevice(1, Fields("bed", "1")), new EditDevice(77, Fields("bed", "1")), new ChangeLifeCycle(1, "eaten"), new AddDevice(Fields("name", "spare"))],
            "because",
            default,
            out Action? takeBack);
        Assert.Equal([(1, LedgerStatus.NotFound), (2, LedgerStatus.Invalid)], result.Problems.Select(problem => (problem.Change, problem.Status)));
        Assert.Null(takeBack);
        Assert.Empty(site.Ledger.Devices[1].Fields);
        Assert.Equal((events, 3), (site.Events.Count, site.Ledger.Devices.Count));
    }

    [Fact]
    public void A_trial_that_is_taken_back_leaves_no_trace()
    {
        (long revision, long nextEvent, long nextDevice) = (Device.Revision, site.Ledger.Numbers.NextEvent, site.Ledger.Numbers.NextDevice);
        LedgerResult result = new LedgerEditor(site.Ledger).Apply(
            LiveSite.Engineer,
            [new MergeDevices(Device.Number, site.With(Other).Number), new EditDevice(Device.Number, Fields("bed", "1")), new AddDevice(Fields("name", "spare"))],
            "because",
            default,
            out Action? takeBack);
        Assert.Equal(LedgerStatus.Done, result.Status);
        takeBack!();
        Assert.Equal((revision, nextEvent, nextDevice), (Device.Revision, site.Ledger.Numbers.NextEvent, site.Ledger.Numbers.NextDevice));
        Assert.NotEqual(Device, site.With(Other));
        Assert.Empty(Device.Fields);
    }

    [Theory]
    [InlineData(Role.Viewer, "bed", LedgerStatus.Forbidden)]
    [InlineData(Role.Auditor, "bed", LedgerStatus.Forbidden)]
    [InlineData(Role.Analyst, "bed", LedgerStatus.Done)]
    [InlineData(Role.Analyst, "consequence", LedgerStatus.Forbidden)]
    [InlineData(Role.ClinicalEngineer, "consequence", LedgerStatus.Done)]
    public void Who_may_enter_a_field_stands_in_the_catalogue(Role role, string field, LedgerStatus expected)
    {
        LedgerResult result = site.Do(new EditDevice(Device.Number, Fields(field, "none")), who: new Actor("x", new HashSet<Role> { role }));
        Assert.Equal(expected, result.Status);
    }

    [Fact]
    public void A_device_of_a_foreign_department_is_not_found()
    {
        Edit("department", "ICU");
        Actor limited = new("x", new HashSet<Role> { Role.ClinicalEngineer }, new HashSet<string> { "NICU" });
        Assert.Equal(LedgerStatus.NotFound, site.Do(new EditDevice(Device.Number, Fields("bed", "1")), who: limited).Status);
    }

    [Fact]
    public void A_merge_can_be_undone_with_everything_it_brought()
    {
        LiveDevice into = Device, from = site.With(Other);
        site.Do(new EditDevice(from.Number, Fields("assetTag", "ZC1")));
        LedgerResult merged = site.Do(new MergeDevices(into.Number, from.Number));
        Assert.Equal((from.MergedInto, 2, "ZC1"), (into.Number, into.Interfaces.Count, site.State(into).Of("assetTag")));
        Assert.Equal(LedgerStatus.Done, site.Undo(merged.Operation).Status);
        Assert.Equal((0L, 1, null, "ZC1"), (from.MergedInto, into.Interfaces.Count, site.State(into).Of("assetTag"), site.State(from).Of("assetTag")));
    }

    [Fact]
    public void A_merge_is_not_undone_over_a_later_change()
    {
        LedgerResult merged = site.Do(new MergeDevices(Device.Number, site.With(Other).Number));
        Assert.Equal(LedgerStatus.Done, site.Do(new SplitInterface(Device.Number, Device.Interfaces[1].Number)).Status);
        Assert.Equal(LedgerStatus.Conflict, site.Undo(merged.Operation).Status);
    }

    [Fact]
    public void A_split_can_be_undone()
    {
        site.Do(new MergeDevices(Device.Number, site.With(Other).Number));
        LedgerResult split = site.Do(new SplitInterface(Device.Number, Device.Interfaces[1].Number));
        Assert.NotEqual(Device, site.With(Other));
        Assert.Equal(LedgerStatus.Done, site.Undo(split.Operation).Status);
        Assert.Equal(Device, site.With(Other));
        Assert.Equal(Device, site.Ledger.Find(split.Devices[0].Device));
    }

    [Fact]
    public void A_retired_device_that_talks_is_noticed_and_its_history_is_kept()
    {
        Assert.Equal(LedgerStatus.Invalid, site.Do(new ChangeLifeCycle(Device.Number, "retired"), reason: " ").Status);
        LedgerResult result = site.Do(new ChangeLifeCycle(Device.Number, "retired"));
        Assert.False(site.State(Device).IsRetiredButAlive);
        site.Wait(2_000_000).Lives(Card, "10.0.0.2");
        Assert.True(site.State(Device).IsRetiredButAlive);
        Assert.Equal(("deployed", "retired", "li"), site.Events.Where(one => one.Action == LedgerActions.LifeCycle).Select(one => (one.Before, one.After, one.Who)).Single());
        site.Undo(result.Operation);
        Assert.Equal("deployed", Device.LifeCycle);
    }

    [Fact]
    public void A_device_of_the_register_is_merged_with_one_that_was_seen()
    {
        LedgerResult added = site.Do(new AddDevice(new Dictionary<string, string?> { ["assetTag"] = "ZC9", ["name"] = "CT 3", ["bed"] = null }));
        long number = Assert.Single(added.Devices).Device;
        Assert.Contains(site.Listed, device => device.Number == number);
        Assert.Equal(LedgerStatus.Done, site.Do(new MergeDevices(Device.Number, number)).Status);
        Assert.Equal(("ZC9", "CT 3"), (site.State(Device).Of("assetTag"), site.State(Device).Of("name")));
        Assert.DoesNotContain(site.Listed, device => device.Number == number);
    }

    [Fact]
    public void A_whole_import_is_undone_at_once()
    {
        LedgerResult import = new LedgerEditor(site.Ledger).Apply(
            LiveSite.Engineer,
            [new EditDevice(1, Fields("bed", "1")), new AddDevice(Fields("assetTag", "A")), new AddDevice(Fields("assetTag", "B"))],
            "import",
            default,
            out _);
        Assert.Equal(5, site.Listed.Count);
        Assert.Equal(LedgerStatus.Done, site.Undo(import.Operation).Status);
        Assert.Equal(3, site.Listed.Count);
        Assert.Empty(site.Ledger.Devices[1].Fields);
    }

    [Fact]
    public void Labels_stand_in_both_languages_and_names_are_unique()
    {
        Assert.All(FieldCatalogue.All, field => Assert.True(field.Chinese.Length > 0 && field.English.Length > 0));
        Assert.Equal(FieldCatalogue.All.Count, FieldCatalogue.All.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(FieldCatalogue.All, field => Assert.Equal(field.Kind == FieldKind.Seen, field.Editors.Count == 0));
    }

    private static Dictionary<string, string?> Fields(string name, string? value) => new() { [name] = value };

    private LedgerResult Edit(string field, string? value) => site.Do(new EditDevice(Device.Number, Fields(field, value)));
}
