using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>A device goes from one ledger's store into another's, survives a restart there, and goes again.</summary>
public sealed class AdoptionTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Every_card_its_addresses_claims_and_services_are_taken_over_stored_and_undone(string kind)
    {
        await using LedgerStore capture = await LedgerStore.MakeAsync(Stores.Sqlite, server), live = await LedgerStore.MakeAsync(kind, server);
        await CaptureAsync(capture);
        await live.TakeAsync(Hospital.Device(7, "10.0.0.7", 1));
        string before = LedgerStore.Dump(live.Part.Ledger);
        AdoptDevice adopt = new("C-3", (await AdoptableDevice.ReadAsync(capture.Stores, 1, Cancel))!);
        Assert.Equal([Hospital.Mac(1), Hospital.Mac(2)], adopt.Cards.Select(card => card.Mac));
        LedgerResult done = await live.Commands.ApplyAsync(LedgerStore.Engineer, [adopt], "the ward asked", Cancel);
        Assert.Equal(LedgerStatus.Done, done.Status);
        Assert.Equal([$"li device-adopted D-2  -> C-3: {Hospital.Mac(1)}, {Hospital.Mac(2)} (the ward asked)"], live.Audited);
        Assert.Equal(LedgerStore.Dump(live.Part.Ledger), LedgerStore.Dump((await live.ReadAsync()).Ledger));

        DeviceDetail detail = (await live.Queries.GetAsync(2, cancel: Cancel))!;
        Assert.Equal(("ct-host", Hospital.Mac(1), true), (detail.Line.Name, detail.Line.Mac, detail.Line.Ip.IsNone));
        Assert.Equal(["10.0.0.1 1-5 capture C-3", "10.0.0.8 900-900 capture C-3", "10.0.0.2 2-2 capture C-3"], detail.Interfaces.SelectMany(one => one.Addresses.OrderBy(span => span.First)).Select(span => $"{span.Ip} {span.First.Seconds}-{span.Last.Seconds} {span.Source}"));
        ClaimTally name = detail.Fields.Single(field => field.Field == "hostName").Claims.Single();
        Assert.Equal(("ct-host", "capture C-3", "dhcp option 12", 2L), (name.Value, name.Source, name.Origin, name.Count));
        Assert.Equal((104, "capture C-3"), (detail.Offers.Single().Port, detail.Offers.Single().Source));
        DeviceEvent told = detail.Events.Single(one => one.Action == "adopted");
        Assert.True(told.CanUndo);

        // The hub may be stopped at any time.
        await using (System.Data.Common.DbConnection connection = await live.Stores.ConnectAsync(Cancel)) live.Part.Load(connection);
        Assert.Equal(LedgerStatus.Done, (await live.Commands.UndoAsync(LedgerStore.Engineer, told.Operation, "another one", Cancel)).Status);
        Assert.Null(await live.Queries.GetAsync(2, cancel: Cancel));
        Assert.Equal(LedgerStore.Dump(live.Part.Ledger), LedgerStore.Dump((await live.ReadAsync()).Ledger));
        Assert.Equal("li device-undone D-2 adopted ->  (another one)", live.Audited[^1]);
        // Numbers that were given are not given again; everything else is as it was.
        static string[] Known(string dump) => [.. dump.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("now ", StringComparison.Ordinal) && !line.StartsWith("D-2 ", StringComparison.Ordinal))];
        Assert.Equal(Known(before), Known(LedgerStore.Dump(live.Part.Ledger)));
        Assert.Equal(1, (await live.Queries.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1), Cancel)).Total);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Adopting_whose_audit_entry_fails_did_not_happen(string kind)
    {
        await using LedgerStore capture = await LedgerStore.MakeAsync(Stores.Sqlite, server), live = await LedgerStore.MakeAsync(kind, server);
        await CaptureAsync(capture);
        await live.TakeAsync(Hospital.Device(1, "10.0.0.1", 1));
        string before = LedgerStore.Dump(live.Part.Ledger);
        AdoptDevice adopt = new("C-3", (await AdoptableDevice.ReadAsync(capture.Stores, 1, Cancel))!);
        live.AuditFails = new IOException("no space");
        await Assert.ThrowsAsync<IOException>(() => live.Commands.ApplyAsync(LedgerStore.Engineer, [adopt], "because", Cancel));
        live.AuditFails = null;
        Assert.Equal(before, LedgerStore.Dump(live.Part.Ledger));
        Assert.Equal(before, LedgerStore.Dump((await live.ReadAsync()).Ledger));
        LedgerResult done = await live.Commands.ApplyAsync(LedgerStore.Engineer, [adopt], "because", Cancel);
        Assert.Equal(1, done.Devices[0].Device);
        string during = LedgerStore.Dump(live.Part.Ledger);
        live.AuditFails = new IOException("no space");
        await Assert.ThrowsAsync<IOException>(() => live.Commands.UndoAsync(LedgerStore.Engineer, done.Operation, "because", Cancel));
        Assert.Equal(during, LedgerStore.Dump(live.Part.Ledger));
        await live.SaveAsync();
        Assert.Equal(during, LedgerStore.Dump((await live.ReadAsync()).Ledger));
    }

    [Fact]
    public async Task There_is_no_such_device()
    {
        await using LedgerStore capture = await LedgerStore.MakeAsync(Stores.Sqlite, server);
        await CaptureAsync(capture);
        Assert.Null(await AdoptableDevice.ReadAsync(capture.Stores, 99, Cancel));
    }

    /// <summary>A scanner with two cards that say they are one, the first of which had two addresses.</summary>
    private static async Task CaptureAsync(LedgerStore capture)
    {
        Subject first = new(Hospital.Mac(1), Hospital.Ip("10.0.0.1"), 10), second = new(Hospital.Mac(2), Hospital.Ip("10.0.0.2"), 10);
        await capture.TakeAsync([
            .. Hospital.Device(1, "10.0.0.1", 1),
            .. Hospital.Device(2, "10.0.0.2", 2),
            Hospital.Says(first, ClaimKind.HostName, "ct-host", "dhcp", 3, "option 12"),
            Hospital.Says(first, ClaimKind.HostName, "ct-host", "dhcp", 4, "option 12"),
            Hospital.Says(first, ClaimKind.OtherMac, Hospital.Mac(2).ToString(), "lldp", 5, "chassis id"),
            .. Hospital.Device(1, "10.0.0.8", 900),
        ]);
        Assert.Equal(2, capture.Part.Ledger.Devices[1].Interfaces.Count);
    }
}
