using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>From when a device has been of its type follows from when that was said, in the running ledger and after a restart.</summary>
public sealed class TypeStandingTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const long Began = 1_000, Turned = 6_000, Hour = 3_600;

    /// <summary>What the maker of the cards makes.</summary>
    private const string Maker = "infusion-pump";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_laptop_that_begins_to_call_itself_a_router_is_one_an_hour_later(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", Began), .. Hospital.Device(2, "10.0.0.2", Began), Role(2, "10.0.0.2", Began + 5)]);
        await store.TakeAsync([Role(1, "10.0.0.1", Turned), Role(2, "10.0.0.2", Turned)]);
        foreach (LedgerPart part in (LedgerPart[])[store.Part, await store.ReadAsync()])
        {
            DeviceFacts laptop = Facts(part, 1), router = Facts(part, 2);
            Assert.Equal(("router", At(Turned), At(Began)), (laptop.Type, laptop.TypeSince, laptop.FirstSeen));
            Assert.False(laptop.IsBelievedToRoute(At(Turned + Hour - 1)));
            Assert.True(laptop.IsBelievedToRoute(At(Turned + Hour)));
            Assert.Equal(("router", At(Began + 5)), (router.Type, router.TypeSince));
            Assert.True(router.IsBelievedToRoute(At(Turned)));
        }
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_person_who_entered_the_owner_has_not_named_the_type(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync([.. Hospital.Device(1, "10.0.0.1", Began), Role(1, "10.0.0.1", Turned)]);
        await EnterAsync(store, "person", "Li Na");
        DeviceFacts owned = Facts(store.Part, 1);
        Assert.Equal((true, false, "router"), (owned.IsKnownToPeople, owned.TypeIsFromPeople, owned.Type));
        Assert.False(owned.IsTypeBelieved(At(Turned + 1)));
        await EnterAsync(store, "type", "router");
        Assert.True(Facts(store.Part, 1).IsBelievedToRoute(At(Turned + 1)));
        Assert.True(Facts(await store.ReadAsync(), 1).IsBelievedToRoute(At(Turned + 1)));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Who_passes_on_what_others_send_is_a_router_from_then_on(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync(Hospital.Device(1, "10.0.0.1", Began));
        await store.TakeAsync([Hospital.Says(Subject.Of(Hospital.Mac(1), Hospital.Ip("203.0.113.7")), ClaimKind.TcpStack, "ttl=57;win=1", "tcp", Turned)]);
        foreach (LedgerPart part in (LedgerPart[])[store.Part, await store.ReadAsync()])
        {
            DeviceFacts facts = Facts(part, 1);
            Assert.Equal(("router", At(Turned), Maker), (facts.Type, facts.TypeSince, facts.TypeBefore));
        }
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_it_was_before_is_known_and_stands_against_it_after_a_day(string kind)
    {
        await using LedgerStore store = await LedgerStore.MakeAsync(kind, server);
        await store.TakeAsync(Hospital.Device(1, "10.0.0.1", Began));
        Assert.Equal(Maker, Facts(store.Part, 1).Type);
        await store.TakeAsync([.. Switch(1, "10.0.0.1", Turned)]);
        foreach (LedgerPart part in (LedgerPart[])[store.Part, await store.ReadAsync()])
        {
            DeviceFacts facts = Facts(part, 1);
            Assert.Equal(("switch", Maker, At(Turned)), (facts.Type, facts.TypeBefore, facts.TypeSince));
        }

        // By then it was well known as what it was: only a person settles that.
        long later = Began + (2 * 86_400);
        await store.TakeAsync(Hospital.Device(2, "10.0.0.2", Began));
        await store.TakeAsync([.. Switch(2, "10.0.0.2", later)]);
        foreach (LedgerPart part in (LedgerPart[])[store.Part, await store.ReadAsync()])
        {
            DeviceFacts facts = Facts(part, 2);
            Assert.Equal(("switch", Maker, null), (facts.Type, facts.TypeBefore, facts.TypeSince));
            Assert.False(facts.IsTypeBelieved(At(later + (100 * Hour))));
        }
    }

    private static async Task EnterAsync(LedgerStore store, string field, string value) =>
        await store.Commands.ApplyAsync(LedgerStore.Engineer, [new EditDevice(1, new Dictionary<string, string?> { [field] = value })], "seen", Cancel);

    private static Claim Role(ulong number, string ip, long second) => Hospital.Says(Subject.Of(Hospital.Mac(number), Hospital.Ip(ip)), ClaimKind.Role, "router", "lldp", second);

    private static Claim[] Switch(ulong number, string ip, long second)
    {
        Subject who = Subject.Of(Hospital.Mac(number), Hospital.Ip(ip));
        return [Hospital.Says(who, ClaimKind.Role, "switch", "lldp", second), Hospital.Says(who, ClaimKind.Description, "ProCurve switch", "lldp", second), Hospital.Says(who, ClaimKind.SnmpObjectId, "1.3.6.1.4.1.11.2.3.7.11.9", "snmp", second)];
    }

    private static DeviceFacts Facts(LedgerPart part, long number) => new LedgerDirectory(part).All().Single(device => device.Id == number);

    private static CaptureTime At(long second) => CaptureTime.FromSeconds(second);
}
