using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Tests.Ledger;

namespace Wardkeeper.Storage.Tests.Register;

/// <summary>The register against the network, on both stores.</summary>
public sealed class RegisterImportsTests(PostgresServer server)
{
    private static readonly string[] Headings = ["资产编号", "设备名称", "型号", "科室", "责任人", "MAC地址", "IP地址", "购置日期", "我们的列"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_import_is_previewed_decided_applied_and_undone_as_a_whole(string kind)
    {
        await using ImportStores hospital = await ImportStores.MakeAsync(kind, server);
        await hospital.SeeAsync([.. Hospital.Device(1, "10.0.0.1", 100), Hospital.Says(new Subject(Hospital.Mac(1), Hospital.Ip("10.0.0.1"), 10), ClaimKind.Model, "VP-1", "snmp", 101), .. Hospital.Device(2, "10.0.0.2", 102), .. Hospital.Device(3, "10.0.0.3", 103)]);
        RegisterTable table = Table(
            ["ZC-1", "输液泵一", "VP-2", "icu", "刘勇", Hospital.Mac(1).ToString(), "", "2024/5/1", "a"],
            ["ZC-2", "监护仪", "", "icu", "王芳", "", "10.0.0.2", "", "b"],
            ["ZC-3", "库房泵", "VP-1", "icu", "", "", "", "", "c"],
            ["ZC-4", "坏行", "", "", "", "no-mac", "", "2024-13-45", "d"]);

        ImportLine preview = await hospital.Imports.PreviewAsync(ImportStores.Engineer, "台账.csv", table, null, Cancel);
        Assert.Equal(["assetTag", "name", "model", "department", "person", "mac", "ip", "purchaseDate", null], preview.Mapping);
        Assert.Equal((1, 1, 1, 1), (preview.Rows[RowOutcome.Matched], preview.Rows[RowOutcome.Doubtful], preview.Rows[RowOutcome.OnlyInRegister], preview.Rows[RowOutcome.LeftOut]));
        Assert.Equal((2, 1), (preview.Problems, preview.OnlyOnNetwork));
        ImportRow first = (await hospital.RowsAsync(preview))[0];
        Assert.Equal(("mac", MatchStrength.Sure), (first.By, first.Strength));
        Assert.Equal(("model", "differs", "VP-1"), first.Problems.Select(one => (one.Heading, one.Code, one.Cell)).Single());
        Assert.Equal("D-3", "D-" + (await hospital.Imports.OnlyOnNetworkAsync(preview.Number, new PageRequest(1), Cancel)).Items.Single().Id);
        Assert.Null((await hospital.DeviceAsync(1)).Line.Department);

        Assert.False(await hospital.Imports.DecideAsync(ImportStores.Engineer, preview.Number, [new RowDecision(3, 1)], Cancel), "another row is that device already");
        Assert.False(await hospital.Imports.DecideAsync(ImportStores.Engineer, preview.Number, [new RowDecision(3, 999)], Cancel));
        Assert.True(await hospital.Imports.DecideAsync(ImportStores.Engineer, preview.Number, [new RowDecision(3, 2)], Cancel));

        ImportLine applied = (await hospital.Imports.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel))!;
        Assert.Equal(ImportState.Applied, applied.State);
        Assert.Equal((2, 1), (applied.Rows[RowOutcome.Matched], applied.OnlyOnNetwork));
        DeviceDetail pump = await hospital.DeviceAsync(1);
        Assert.Equal(("icu", "刘勇", "ZC-1", "VP-1"), (pump.Line.Department, pump.Line.Person, pump.Line.AssetTag, pump.Line.Model));
        Assert.Equal("2024-05-01", pump.Fields.Single(field => field.Field == "purchaseDate").Value);
        Assert.Equal("ZC-2", (await hospital.DeviceAsync(2)).Line.AssetTag);
        ImportRow added = (await hospital.RowsAsync(applied)).Single(row => row.Row == 4);
        Assert.Equal(("ZC-3", "in-stock"), await TagAndStateAsync(hospital, added.Device!.Value));
        Assert.Null(await hospital.Imports.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel));

        ImportLine undone = (await hospital.Imports.UndoAsync(ImportStores.Engineer, preview.Number, "wrong file", Cancel))!;
        Assert.Equal(ImportState.Undone, undone.State);
        Assert.Equal((null, null), ((await hospital.DeviceAsync(1)).Line.Department, (await hospital.DeviceAsync(1)).Line.AssetTag));
        Assert.Null(await hospital.Devices.GetAsync(added.Device.Value, null, Cancel));
        Assert.Null(await hospital.Imports.UndoAsync(ImportStores.Engineer, preview.Number, "again", Cancel));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_a_heading_was_said_to_mean_is_remembered_and_the_next_import_finds_what_the_last_one_added(string kind)
    {
        await using ImportStores hospital = await ImportStores.MakeAsync(kind, server);
        RegisterTable table = Table(["ZC-9", "泵", "", "", "", "00:12:21:00:00:63", "", "", "张三"]);
        ImportLine preview = await hospital.Imports.PreviewAsync(ImportStores.Engineer, "a.csv", table, null, Cancel);
        string?[] mapping = [.. preview.Mapping];
        (mapping[4], mapping[8]) = (null, "person");
        preview = (await hospital.Imports.RemapAsync(ImportStores.Engineer, preview.Number, mapping, Cancel))!;
        Assert.Equal("张三", (await hospital.RowsAsync(preview)).Single().Values["person"]);
        await Assert.ThrowsAsync<RefusedException>(() => hospital.Imports.RemapAsync(ImportStores.Engineer, preview.Number, ["person"], Cancel));
        await hospital.Imports.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel);

        ImportLine again = await hospital.Imports.PreviewAsync(ImportStores.Engineer, "b.csv", table, null, Cancel);
        Assert.Equal(mapping, again.Mapping);
        ImportRow row = (await hospital.RowsAsync(again)).Single();
        Assert.Equal((RowOutcome.OnlyInRegister, "asset-tag"), (row.Outcome, row.By));
        Assert.NotNull(row.Device);
        Assert.Equal(2, (await hospital.Imports.ListAsync(new PageRequest(1), Cancel)).Total);
    }

    [Fact]
    public async Task A_value_that_was_edited_since_keeps_an_import_from_being_undone()
    {
        await using ImportStores hospital = await ImportStores.MakeAsync(Stores.Sqlite, server);
        await hospital.SeeAsync([.. Hospital.Device(1, "10.0.0.1", 100)]);
        ImportLine preview = await hospital.Imports.PreviewAsync(ImportStores.Engineer, "a.csv", Table(["ZC-1", "", "", "icu", "", Hospital.Mac(1).ToString(), "", "", ""]), null, Cancel);
        await hospital.Imports.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel);
        await hospital.Commands.ApplyAsync(ImportStores.Engineer, [new Hub.Ledger.Commands.EditDevice(1, new Dictionary<string, string?> { ["department"] = "nicu" })], null, Cancel);
        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => hospital.Imports.UndoAsync(ImportStores.Engineer, preview.Number, "wrong file", Cancel));
        Assert.Equal(Refusal.Conflict, refused.Kind);
        Assert.Equal(ImportState.Applied, (await hospital.Imports.GetAsync(preview.Number, Cancel))!.State);
        Assert.Equal(("nicu", "ZC-1"), ((await hospital.DeviceAsync(1)).Line.Department, (await hospital.DeviceAsync(1)).Line.AssetTag));
    }

    [Fact]
    public async Task Whoever_may_not_import_is_refused()
    {
        await using ImportStores hospital = await ImportStores.MakeAsync(Stores.Sqlite, server);
        Actor viewer = new("v", new HashSet<Role> { Role.Viewer, Role.Analyst });
        Assert.Equal(Refusal.Forbidden, (await Assert.ThrowsAsync<RefusedException>(() => hospital.Imports.PreviewAsync(viewer, "a", Table(["ZC-1", "", "", "", "", "", "", "", ""]), null, Cancel))).Kind);
    }

    [Fact]
    public async Task Twenty_thousand_rows_are_previewed_and_applied_within_the_budget()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1", "measures time; set WARDKEEPER_ALL=1");
        await using ImportStores hospital = await ImportStores.MakeAsync(Stores.Sqlite, server);
        await hospital.SeeAsync([.. Enumerable.Range(1, 10_000).SelectMany(i => Hospital.Device((ulong)i, $"10.1.{i / 250}.{(i % 250) + 1}", 100 + i))]);
        RegisterTable table = Table([.. Enumerable.Range(1, 20_000).Select(i => (string[])[$"ZC-{i}", $"泵 {i}", "VP", "icu", "刘勇", Hospital.Mac((ulong)i).ToString(), "", "2024-05-01", ""])]);
        Stopwatch clock = Stopwatch.StartNew();
        ImportLine preview = await hospital.Imports.PreviewAsync(ImportStores.Engineer, "big.csv", table, null, Cancel);
        TimeSpan previewed = clock.Elapsed;
        Assert.Equal((10_000, 10_000), (preview.Rows[RowOutcome.Matched], preview.Rows[RowOutcome.OnlyInRegister]));
        await hospital.Imports.ApplyAsync(ImportStores.Engineer, preview.Number, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"previewed in {previewed.TotalSeconds:0.0} s, applied in {(clock.Elapsed - previewed).TotalSeconds:0.0} s"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"preview and apply took {clock.Elapsed.TotalSeconds:0.0} s, of which preview {previewed.TotalSeconds:0.0} s");
    }

    private static RegisterTable Table(params string[][] rows) => new(Headings, [.. rows.Select((cells, i) => (i + 2, (IReadOnlyList<string>)cells))], "csv (UTF-8)");

    private static async Task<(string?, string)> TagAndStateAsync(ImportStores hospital, long device)
    {
        DeviceDetail detail = await hospital.DeviceAsync(device);
        return (detail.Line.AssetTag, detail.Line.LifeCycle);
    }
}
