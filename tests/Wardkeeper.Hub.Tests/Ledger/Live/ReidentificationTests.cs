using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

/// <summary>What begins to behave as another device is told of, and nothing changes in silence.</summary>
public sealed class ReidentificationTests
{
    private const string Card = "98:e7:43:00:00:02", Ip = "10.0.0.2";
    private const long TwoDays = 2 * 86_400;
    private readonly LiveSite site = new();

    public ReidentificationTests() => site.Lives(Card, Ip);

    [Fact]
    public void Another_type_after_days_is_told_and_stays_in_conflict_until_a_person_decides()
    {
        Assert.Equal("printer", Is("printer").Of("type"));
        site.Wait(TwoDays);
        DeviceState state = Is("camera");
        LedgerEvent told = Assert.Single(site.Events, one => one.Action == LedgerActions.Reidentified);
        Assert.Equal(("type", "printer", "camera"), (told.Field, told.Before, told.After));
        Assert.NotNull(told.Reason);
        Assert.Equal((true, "printer"), (state.HasConflict, state.Fields["type"].Conflict));
        Assert.True(Is("camera").HasConflict);
        site.Do(new EditDevice(site.With(Card).Number, new Dictionary<string, string?> { ["type"] = "camera" }));
        Assert.False(Is("camera").HasConflict);
        Assert.Single(site.Events, one => one.Action == LedgerActions.Reidentified);
    }

    [Fact]
    public void What_a_person_said_is_not_overwritten_and_the_change_is_told_all_the_same()
    {
        Is("printer");
        site.Do(new EditDevice(site.With(Card).Number, new Dictionary<string, string?> { ["type"] = "printer" }));
        site.Wait(TwoDays);
        DeviceState state = Is("camera");
        Assert.Equal(("printer", true), (state.Of("type"), state.HasConflict));
        Assert.Equal("camera", Assert.Single(site.Events, one => one.Action == LedgerActions.Reidentified).After);
    }

    [Fact]
    public void On_its_first_day_evidence_is_still_coming_together()
    {
        Is("printer");
        Assert.False(Is("camera").HasConflict);
        Assert.DoesNotContain(site.Events, one => one.Action == LedgerActions.Reidentified);
    }

    /// <summary>The device states its type; what it stated before holds no longer.</summary>
    private DeviceState Is(string type)
    {
        site.Says(At(Card, Ip), ClaimKind.Type, type, "snmp", "sysDescr");
        return Assert.Single(site.Ledger.Decide(), state => state.Device == site.With(Card));
    }
}
