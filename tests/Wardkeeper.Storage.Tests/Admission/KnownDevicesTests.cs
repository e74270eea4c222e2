using System.Data.Common;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;
using Wardkeeper.Storage.Tests.Ledger;

namespace Wardkeeper.Storage.Tests.Admission;

/// <summary>What admission knows of the ledger follows what is seen, edited, merged, and survives a restart.</summary>
public class KnownDevicesTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Known_devices_follow_the_ledger(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        KnownDevices known = new(store.Part);
        Assert.Null(known.Of(Hospital.Mac(1)));
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), .. Hospital.Device(2, "10.0.0.2", 2)]);
        Assert.Equal((1L, false, "deployed", 1L), Brief(known.Of(Hospital.Mac(1))!));
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { ["type"] = "ct-scanner", ["mobility"] = "fixed", ["department"] = "Radiology" }), new ChangeLifeCycle(1, "retired")], "gone", Cancel);
        KnownDevice edited = known.Of(Hospital.Mac(1))!;
        Assert.Equal((1L, true, "retired", 1L), Brief(edited));
        Assert.Equal(("ct-scanner", "imaging", "fixed", "Radiology", true), (edited.Type, edited.Category, edited.Mobility, edited.Department, edited.IsOutOfUse));
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new MergeDevices(1, 2)], "one machine", Cancel);
        Assert.Equal(1, known.Of(Hospital.Mac(2))!.Id);
        Assert.Null(known.Of(2L));
        Assert.Equal([Hospital.Mac(1), Hospital.Mac(2)], known.Of(1L)!.Macs.Order());

        KnownDevices again = new(store.Part);
        await using DbConnection connection = await store.Stores.ConnectAsync(Cancel);
        again.Load(connection);
        MacAddress[] none = [];
        Assert.Equal(known.Of(1L)! with { Macs = none }, again.Of(1L)! with { Macs = none });
        Assert.Equal(1, again.Of(Hospital.Mac(2))!.Id);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_card_of_the_register_is_known_before_it_is_heard_when_it_is_heard_and_after_a_restart(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        KnownDevices known = new(store.Part);
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new AddDevice(new Dictionary<string, string?> { ["name"] = "Pump 7", ["type"] = "infusion-pump", ["custom.mac"] = "00-12-21-00-00-01" }, "deployed")], "register", Cancel);
        KnownDevice entered = known.Of(Hospital.Mac(1))!;
        Assert.Equal(("Pump 7", "infusion-pump", true), (entered.Name, entered.Type, entered.IsKnownToPeople));
        Assert.Null(known.Of(Hospital.Mac(2)));

        // Heard, it is the device that the register has.
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", 1), .. Hospital.Device(2, "10.0.0.2", 2)]);
        KnownDevices again = new(store.Part);
        await using DbConnection connection = await store.Stores.ConnectAsync(Cancel);
        again.Load(connection);
        foreach (KnownDevices one in (KnownDevices[])[known, again])
        {
            Assert.Equal(entered.Id, one.Of(Hospital.Mac(1))!.Id);
            Assert.False(one.Of(Hospital.Mac(2))!.IsKnownToPeople);
        }

        // What was heard stays with it when the register takes its word back.
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(entered.Id, new Dictionary<string, string?> { ["custom.mac"] = null })], "no longer written down", Cancel);
        Assert.Equal(entered.Id, known.Of(Hospital.Mac(1))!.Id);
    }

    private static (long, bool, string, long) Brief(KnownDevice device) => (device.Id, device.IsKnownToPeople, device.LifeCycle, device.FirstSeen.Nanoseconds / CaptureTime.PerSecond);
}
