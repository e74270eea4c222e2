using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

public abstract class DeviceQueriesTests(QueriedStore queried)
{
    private readonly LedgerStore store = queried.Store;

    [Theory]
    [InlineData("name", "2 4 1 3")]
    [InlineData("-name", "1 4 2 3")]
    [InlineData("ip", "4 1 2 3")]
    [InlineData("-ip", "3 2 1 4")]
    [InlineData("id", "1 2 3 4")]
    [InlineData("bed", "1 2 3 4")]
    [InlineData("-bed", "1 2 3 4")]
    [InlineData("-last-seen", "3 2 1 4")]
    [InlineData("life-cycle", "1 2 3 4")]
    [InlineData("findings", "1 2 3 4")]
    [InlineData("department", "1 2 3 4")]
    [InlineData("person", "1 2 3 4")]
    [InlineData("vendor", "1 3 2 4")]
    [InlineData("model", "1 2 3 4")]
    [InlineData("first-seen", "4 1 2 3")]
    public async Task Lists_are_sorted(string sort, string expected)
    {
        Page<DeviceLine> page = await Find(new DeviceFilter(), sort);
        // Devices 1 to 3 were seen with cards of one registered prefix, which does not make a scanner its holder's.
        Assert.Equal(expected, string.Join(' ', page.Items.Select(device => device.Id)));
        Assert.Equal((4L, (CaptureTime?)CaptureTime.FromSeconds(300)), (page.Total, page.AsOf));
    }

    [Theory]
    [InlineData("zc2025", "1")]
    [InlineData("刘勇", "1")]
    [InlineData("ly", "1")]
    [InlineData("icu-3", "1")]
    [InlineData("ALPHA", "2")]
    [InlineData("10.0.0.1", "2")]
    [InlineData("10.0.0", "1 2")]
    [InlineData("00:12:21:00:00:02", "2")]
    [InlineData("0012.2100.0002", "2")]
    [InlineData("00-12-21-00-00-02", "2")]
    [InlineData("001221000002", "2")]
    [InlineData("% pump", "4")]
    [InlineData("sn_77", "4")]
    [InlineData("sn%77", "")]
    [InlineData("D-3", "3")]
    [InlineData("zeta icu", "1")]
    [InlineData("zeta alpha", "")]
    [InlineData("'; DROP TABLE \"LedgerDevices\"; --", "")]
    public async Task Text_is_found_in_names_numbers_persons_and_addresses_in_any_spelling(string text, string expected) =>
        Assert.Equal(expected, await Ids(new DeviceFilter { Text = text }));

    [Fact]
    public async Task Filters_hold_all_at_once_and_sets_mean_one_of_these()
    {
        // The third is known by its card alone, of a maker of pumps.
        Assert.Equal("1 3", await Ids(new DeviceFilter { Types = ["infusion-pump"] }));
        Assert.Equal("1 3 4", await Ids(new DeviceFilter { Types = ["infusion-pump", "unknown"] }));
        Assert.Equal("2", await Ids(new DeviceFilter { Categories = ["imaging"] }));
        Assert.Equal("2 3 4", await Ids(new DeviceFilter { Departments = [""] }));
        Assert.Equal("1 2 3 4", await Ids(new DeviceFilter { Departments = ["", "ICU"] }));
        Assert.Equal("1", await Ids(new DeviceFilter { Persons = ["刘勇"] }));
        Assert.Equal("3", await Ids(new DeviceFilter { Subnets = ["10.3.0.0/16"] }));
        Assert.Equal("1 3", await Ids(new DeviceFilter { Subnets = ["10.3.0.0/16", "10.0.0.8/31"] }));
        Assert.Equal("1 2 3", await Ids(new DeviceFilter { Ports = [104] }));
        Assert.Equal("", await Ids(new DeviceFilter { Ports = [10] }));
        Assert.Equal("1 2 3", await Ids(new DeviceFilter { Protocols = ["hl7", "dicom"] }));
        Assert.Equal("1 2 3", await Ids(new DeviceFilter { Vlans = [10] }));
        Assert.Equal("4", await Ids(new DeviceFilter { LifeCycles = ["in-stock"] }));
        Assert.Equal("1", await Ids(new DeviceFilter { IsLifeSupport = true }));
        Assert.Equal("2", await Ids(new DeviceFilter { HasConflict = true }));
        Assert.Equal("2 3", await Ids(new DeviceFilter { FirstSeenSince = CaptureTime.FromSeconds(200) }));
        Assert.Equal("1 3", await Ids(new DeviceFilter { Ports = [104], HasConflict = false }));
        await Assert.ThrowsAsync<ArgumentException>(() => Ids(new DeviceFilter { Subnets = ["10.3/16/2"] }));
    }

    [Fact]
    public async Task Who_is_limited_to_departments_sees_nothing_else()
    {
        HashSet<string> visible = ["ICU"];
        Assert.Equal("1", await Ids(new DeviceFilter { Visible = visible }));
        Assert.NotNull(await store.Queries.GetAsync(1, visible, TestContext.Current.CancellationToken));
        Assert.Null(await store.Queries.GetAsync(2, visible, TestContext.Current.CancellationToken));
        Assert.Equal(1, await store.Queries.CountAsync(new DeviceFilter { Visible = visible }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Values_are_counted_most_first_with_those_that_have_none()
    {
        Assert.Equal([new ValueCount(null, 3), new ValueCount("ICU", 1)], await store.Queries.CountByAsync("department", new DeviceFilter(), TestContext.Current.CancellationToken));
        Assert.Equal([new ValueCount("10", 3), new ValueCount(null, 1)], await store.Queries.CountByAsync("vlan", new DeviceFilter(), TestContext.Current.CancellationToken));
        // Each network opens as many devices as it counts.
        IReadOnlyList<ValueCount> networks = await store.Queries.CountByAsync("network", new DeviceFilter(), TestContext.Current.CancellationToken);
        Assert.Equal(4, networks.Sum(one => one.Count));
        Assert.Contains(networks, one => one.Value is not null);
        foreach (ValueCount one in networks.Where(one => one.Value is not null)) Assert.Equal(one.Count, await store.Queries.CountAsync(new DeviceFilter { Subnets = [one.Value!] }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Queries.CountByAsync("colour", new DeviceFilter(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("输液泵 3", "SHU YE BENG  3", "syb3")]
    [InlineData("ct-A", "CT-A", null)]
    [InlineData("绿区", "LV QU ", "lq")]
    public void Chinese_names_sort_by_their_reading(string name, string sort, string? initials) =>
        Assert.Equal((sort, initials), (Wardkeeper.Storage.Ledger.NameSort.Of(name), Wardkeeper.Storage.Ledger.Pinyin.Initials(name)));

    [Fact]
    public async Task Pages_follow_each_other()
    {
        Assert.Equal([3L, 4], (await store.Queries.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(2, 2), TestContext.Current.CancellationToken)).Items.Select(device => device.Id));
    }

    [Fact]
    public async Task A_device_says_why_each_value_is_what_it_is()
    {
        DeviceDetail detail = (await store.Queries.GetAsync(2, cancel: TestContext.Current.CancellationToken))!;
        FieldValue model = detail.Fields.Single(field => field.Field == "model"), type = detail.Fields.Single(field => field.Field == "type");
        Assert.Null(model.Value);
        Assert.Equal(("A-1", true), (model.Guess, model.HasConflict));
        Assert.Equal(["A-1", "B-2"], model.Claims.Select(claim => claim.Value));
        Assert.Equal("ct-scanner", type.Value);
        Assert.Contains("named \"SOMATOM-1\"", type.Reason);
        Assert.Contains(type.Evidence, evidence => evidence is { Trait: Trait.Modality, IsFor: true });
        Assert.Equal(104, Assert.Single(detail.Offers).Port);
        InterfaceLine card = Assert.Single(detail.Interfaces);
        Assert.Equal((Hospital.Mac(2), 10L, Hospital.Ip("10.0.0.10")), (card.Mac, Assert.Single(card.Vlans), Assert.Single(card.Addresses).Ip));
        Assert.Equal("found", Assert.Single(detail.Events).Action);
    }

    [Fact]
    public async Task A_device_tells_its_edits_latest_first_and_which_can_be_undone()
    {
        DeviceDetail detail = (await store.Queries.GetAsync(1, cancel: TestContext.Current.CancellationToken))!;
        Assert.Equal(("edited", "found"), (detail.Events[0].Action, detail.Events[^1].Action));
        Assert.True(detail.Events[0].CanUndo && !detail.Events[^1].CanUndo);
        FieldValue bed = detail.Fields.Single(field => field.Field == "bed");
        Assert.Equal(("ICU-3", "li", 1.0, "entered by li: because"), (bed.Value, bed.ConfirmedBy, bed.Confidence, bed.Reason));
        Assert.Equal(["type", "department"], detail.Fields.Select(field => field.Field).Where(field => field is "type" or "department"));
    }

    private Task<Page<DeviceLine>> Find(DeviceFilter filter, string sort) => store.Queries.FindAsync(filter, SortOrder.Parse(sort), new PageRequest(1, 50), TestContext.Current.CancellationToken);

    private async Task<string> Ids(DeviceFilter filter) => string.Join(' ', (await Find(filter, "id")).Items.Select(device => device.Id));
}

public sealed class SqliteDeviceQueriesTests(SqliteQueriedStore queried) : DeviceQueriesTests(queried), IClassFixture<SqliteQueriedStore>;

public sealed class PostgresDeviceQueriesTests(PostgresQueriedStore queried) : DeviceQueriesTests(queried), IClassFixture<PostgresQueriedStore>;
