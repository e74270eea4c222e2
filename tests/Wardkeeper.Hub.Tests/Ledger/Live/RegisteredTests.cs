using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

public sealed class RegisteredTests
{
    private const string Card = "98:e7:43:00:00:02", Other = "00:12:21:00:00:03";
    private readonly LiveSite site = new();

    [Fact]
    public void A_device_of_the_register_is_the_one_that_is_heard_with_its_card()
    {
        long number = Register("Pump 7", "98-E7-43-00-00-02");
        Assert.Equal(0, site.State(site.Ledger.Devices[number]).FirstSeen.Nanoseconds);
        site.Lives(Card, "10.0.0.2").Lives(Other, "10.0.0.3");
        LiveDevice heard = site.With(Card);
        Assert.Equal((number, "Pump 7", true), (heard.Number, site.State(heard).Of("name"), heard.IsRegistered));
        Assert.NotEqual(0, site.State(heard).FirstSeen.Nanoseconds);
        LedgerEvent found = Assert.Single(site.Events, one => one.Action == LedgerActions.Found && one.Device == number);
        Assert.Equal("the register names 98:e7:43:00:00:02", found.Reason);
        Assert.False(site.With(Other).IsRegistered);
    }

    [Fact]
    public void A_device_that_nobody_heard_is_found_by_the_card_that_the_register_names()
    {
        long number = Register("Pump 7", "98-E7-43-00-00-02");
        Assert.Contains("98e743000002", site.State(site.Ledger.Devices[number]).SearchText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_that_two_rows_of_the_register_claim_is_neither_until_a_person_decides()
    {
        long one = Register("Pump 7", Card), two = Register("Pump 8", Card);
        site.Lives(Card, "10.0.0.2");
        Assert.DoesNotContain(site.With(Card).Number, (long[])[one, two]);
    }

    [Fact]
    public void A_register_that_gave_its_device_another_card_meanwhile_gets_that_one()
    {
        long number = Register("Pump 7", Card);
        Assert.Equal(LedgerStatus.Done, site.Do(new EditDevice(number, new Dictionary<string, string?> { [LiveDevice.RegisteredMac] = Other })).Status);
        site.Lives(Card, "10.0.0.2").Lives(Other, "10.0.0.3");
        Assert.NotEqual(number, site.With(Card).Number);
        Assert.Equal(number, site.With(Other).Number);
    }

    [Fact]
    public void A_register_that_is_taken_back_leaves_what_was_heard()
    {
        LedgerResult added = site.Do(new AddDevice(new Dictionary<string, string?> { ["name"] = "Pump 7", [LiveDevice.RegisteredMac] = Card }, "deployed"));
        site.Lives(Card, "10.0.0.2");
        Assert.Equal(LedgerStatus.Done, site.Undo(added.Operation).Status);
        LiveDevice heard = site.With(Card);
        Assert.Equal((added.Devices[0].Device, false, 0), (heard.Number, heard.IsRegistered, heard.Fields.Count));
    }

    private long Register(string name, string mac) => site.Do(new AddDevice(new Dictionary<string, string?> { ["name"] = name, [LiveDevice.RegisteredMac] = mac }, "deployed")).Devices[0].Device;
}
