using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

/// <summary>A device of a capture goes into the running ledger, and out of it again.</summary>
public sealed class AdoptionTests
{
    private const string Wired = "98:e7:43:00:00:02", Wireless = "98:e7:43:00:00:12", Pump = "00:12:21:00:00:03";
    private readonly LiveSite site = new();

    public AdoptionTests() => site.Lives(Pump, "10.0.0.3");

    [Fact]
    public void All_its_interfaces_come_with_claims_services_and_addresses_of_then()
    {
        LedgerResult done = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        Assert.Equal(LedgerStatus.Done, done.Status);
        LiveDevice device = site.With(Wired);
        Assert.Equal(device, site.With(Wireless));
        DeviceState state = site.State(device);
        Assert.Equal("ct-host", state.Of("hostName"));
        Assert.All(state.Observed!.Claims.Where(claim => claim.Source != "mac-prefix"), claim => Assert.Equal(("capture C-1", "dhcp option 12", 6L), (claim.Source, claim.Origin, claim.Count)));
        Assert.Equal(("capture C-1", 104), (Assert.Single(state.Observed.Offers).Source, (int)state.Observed.Offers[0].Port));
        Assert.Equal(["10.0.0.2 dhcp", "10.0.0.12 dhcp"], site.Ledger.Times.Where(time => time.Facts.Operation == done.Operation).Select(time => $"{time.Facts.Ip} {time.Assignment}"));
        LedgerEvent told = Assert.Single(site.Events, one => one.Action == LedgerActions.Adopted);
        Assert.Equal((null, $"C-1: {Wired}, {Wireless}", "li", "because"), (told.Before, told.After, told.Who, told.Reason));
        Assert.Contains(device, site.Listed);
    }

    [Fact]
    public void Nobody_is_given_an_address_and_evidence_joins_nothing()
    {
        site.Lives("6c:24:08:00:00:02", "10.0.0.2").Says(At("6c:24:08:00:00:02", "10.0.0.2"), ClaimKind.SerialNumber, "SN-77120", "snmp");
        site.Do(Device((Wired, "10.0.0.2")));
        LiveDevice adopted = site.With(Wired);
        Assert.NotEqual(adopted, site.With("6c:24:08:00:00:02"));
        Assert.True(site.State(adopted).Ip.IsNone);
        Assert.Empty(site.State(adopted).Observed!.Ips);
        Assert.Equal(Mac("6c:24:08:00:00:02"), site.Ledger.Book.Owners[Ip("10.0.0.2")].Mac);
        Assert.DoesNotContain(site.Events, one => one.Action is LedgerActions.Joined or LedgerActions.MergeProposed);
    }

    [Fact]
    public void What_nobody_saw_here_goes_with_the_undo()
    {
        int facts = site.Ledger.Facts.Count;
        LedgerResult done = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        Assert.Equal(LedgerStatus.Done, site.Undo(done.Operation).Status);
        Assert.Equal((2, facts, 0), (site.Listed.Count, site.Ledger.Facts.Count, site.Ledger.Devices[done.Devices[0].Device].Interfaces.Count));
        Assert.DoesNotContain(site.Ledger.Interfaces, one => one.Mac == Mac(Wired) || one.Mac == Mac(Wireless));
        Assert.Equal(LedgerStatus.Conflict, site.Undo(done.Operation).Status);
        Assert.Equal(("undone", "adopted"), (site.Events[^1].Action, site.Events[^1].Before));
        // And it can be adopted again.
        Assert.Equal(LedgerStatus.Done, site.Do(Device((Wired, "10.0.0.2"))).Status);
    }

    [Fact]
    public void A_device_that_is_here_gets_what_the_capture_adds_and_is_after_the_undo_as_before()
    {
        site.Lives(Wired, "10.0.0.2").Says(At(Wired, "10.0.0.2"), ClaimKind.HostName, "live-name", "dhcp").Flow(At("0c:c4:7a:00:00:c8", "10.0.0.200"), At(Wired, "10.0.0.2"), 104, "dicom");
        LiveDevice device = site.With(Wired);
        string before = Shown(device);
        LedgerResult done = site.Do(Device((Wired, "10.0.0.77"), (Wireless, "10.0.0.12")));
        Assert.Equal(device.Number, done.Devices[0].Device);
        Assert.Equal(2, device.Interfaces.Count);
        // What is seen here says all of a service that it shows; the name of its own outranks what a capture says.
        Assert.Equal((null, 1L), (Assert.Single(site.State(device).Observed!.Offers).Source, site.State(device).Observed!.Offers[0].Flows));
        Assert.Equal(("live-name", Ip("10.0.0.2")), (site.State(device).Of("name"), site.State(device).Ip));
        Assert.Equal(Wired, site.Events.Single(one => one.Action == LedgerActions.Adopted).Before);
        Assert.Equal(LedgerStatus.Done, site.Undo(done.Operation).Status);
        Assert.Equal(before, Shown(device));
    }

    [Fact]
    public void What_was_seen_here_since_stays()
    {
        LedgerResult alone = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        LiveDevice device = site.With(Wired);
        site.Wait(60).Lives(Wired, "10.0.0.2");
        Assert.Equal(device, site.With(Wired));
        Assert.Equal(LedgerStatus.Done, site.Undo(alone.Operation).Status);
        Assert.Equal((device, 1), (site.With(Wired), device.Interfaces.Count));
        Assert.DoesNotContain(site.State(device).Observed!.Claims, claim => claim.Source == "capture C-1");

        LedgerResult more = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        site.Lives(Wireless, "10.0.0.12");
        Assert.Equal(device, site.With(Wireless));
        Assert.Equal(LedgerStatus.Done, site.Undo(more.Operation).Status);
        Assert.NotEqual(device, site.With(Wireless));
        Assert.Equal(site.With(Wireless).ToString(), site.Events[^1].After);
    }

    [Fact]
    public void Several_devices_a_second_time_and_what_was_merged_since_are_refused()
    {
        site.Lives(Wired, "10.0.0.2").Lives(Wireless, "10.0.0.12");
        LedgerResult several = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        Assert.Equal((LedgerStatus.Conflict, "adopt-several"), (several.Status, several.Problems[0].Code));
        LedgerResult done = site.Do(Device((Wired, "10.0.0.2")));
        Assert.Equal("adopted-already", site.Do(Device((Wired, "10.0.0.2"))).Problems[0].Code);
        Assert.Equal("nothing-to-adopt", site.Do(Device()).Problems[0].Code);
        Assert.Equal(LedgerStatus.Invalid, site.Do(Device((Pump, "10.0.0.3")), " ").Status);
        Assert.Equal(LedgerStatus.Done, site.Do(new MergeDevices(site.With(Pump).Number, site.With(Wired).Number)).Status);
        Assert.Equal(LedgerStatus.Conflict, site.Undo(done.Operation).Status);
    }

    [Fact]
    public void There_is_no_more_room_than_for_everything_else()
    {
        LiveSite small = new(new LedgerLimits { Facts = 3, Devices = 3 });
        small.Lives(Pump, "10.0.0.3");
        Assert.Equal("no-room-in-ledger", small.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12"))).Problems[0].Code);
        Assert.Equal(LedgerStatus.Done, small.Do(Device((Wired, "10.0.0.2"))).Status);
        Assert.Equal(LedgerStatus.Conflict, small.Do(Device((Wireless, "10.0.0.12"))).Status);
    }

    [Fact]
    public void A_trial_of_it_or_of_its_undo_leaves_no_trace()
    {
        site.Flow(At(Wireless, "10.0.0.12"), At(Pump, "10.0.0.3"), 80, answered: false);
        string before = Everything();
        LedgerEditor editor = new(site.Ledger);
        Assert.Equal(LedgerStatus.Done, editor.Apply(LiveSite.Engineer, [Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12"))], "because", default, out Action? takeBack).Status);
        takeBack!();
        Assert.Equal(before, Everything());
        LedgerResult done = site.Do(Device((Wired, "10.0.0.2"), (Wireless, "10.0.0.12")));
        string during = Everything();
        Assert.Equal(LedgerStatus.Done, editor.Undo(LiveSite.Engineer, [.. site.Events.Where(one => one.Operation == done.Operation)], "wrong", default, out takeBack).Status);
        takeBack!();
        Assert.Equal(during, Everything());
        Assert.Empty(site.Ledger.Changes.FactsGone);
        Assert.Empty(site.Ledger.Changes.TimesGone);
        Assert.Empty(site.Ledger.Changes.InterfacesGone);
    }

    [Fact]
    public void What_was_known_by_its_address_only_goes_along_when_its_card_is_seen()
    {
        AdoptDevice byAddress = new("C-1", [new AdoptedCard(default, Ip("10.9.0.5"), [Pair("", "10.9.0.5")])]);
        LedgerResult done = site.Do(byAddress);
        LiveDevice device = site.Behind("10.9.0.5");
        Assert.Equal(Ip("10.9.0.5"), site.State(device).Ip);
        site.Flow(At("", "10.9.0.5"), At(Pump, "10.0.0.3"), 104).Binds(Wired, "10.9.0.5");
        Assert.Equal(device, site.With(Wired));
        Assert.Contains(site.State(device).Observed!.Claims, claim => claim.Source == "capture C-1");
        Assert.Equal(LedgerStatus.Done, site.Undo(done.Operation).Status);
        Assert.Equal(device, site.With(Wired));
    }

    private static AdoptDevice Device(params (string Mac, string Ip)[] cards) => new("C-1", [.. cards.Select(card => new AdoptedCard(Mac(card.Mac), default, [Pair(card.Mac, card.Ip)]))]);

    private static AdoptedPair Pair(string mac, string ip)
    {
        Subject who = At(mac, ip);
        Facts facts = new(who.Mac, who.Ip);
        foreach (long second in (long[])[10, 20, 30])
        {
            facts.Saw(CaptureTime.FromSeconds(second), second, 7);
            facts.Add(new Claim(who, ClaimKind.HostName, "ct-host", "dhcp", CaptureTime.FromSeconds(second), "C1", second, "option 12"), out _, out _);
            facts.Add(new Claim(who, ClaimKind.AddressBinding, ip, "dhcp", CaptureTime.FromSeconds(second), "C1", second, "yiaddr"), out _, out _);
        }
        facts.Add(new ServiceSighting(who, Carrier.Tcp, 104, "dicom", "CT", default, CaptureTime.FromSeconds(30), "C1", 30));
        return new AdoptedPair(facts, [new AddressSpan(who.Ip, CaptureTime.FromSeconds(10), CaptureTime.FromSeconds(30), "dhcp")]);
    }

    private string Shown(LiveDevice device)
    {
        DeviceState state = site.State(device);
        return $"{string.Join(',', device.Interfaces)} {state.Ip} {state.FirstSeen} {state.LastSeen} {string.Join(',', state.Observed!.Vlans)} {string.Join(',', state.Observed.Ips)} {string.Join(';', state.Fields.Values.Select(field => $"{field.Field}={field.Value}/{field.Confidence}/{field.Claims.Count}"))} {string.Join(';', state.Observed.Offers.Select(offer => $"{offer.Port} {offer.Flows} {offer.Source}"))}";
    }

    private string Everything() => string.Join('\n',
        $"{site.Ledger.Candidates} {site.Ledger.Facts.Count} {site.Ledger.NextFacts} {site.Ledger.Numbers.NextClaim} {site.Ledger.Numbers.NextDevice} {site.Ledger.Numbers.NextEvent} {site.Ledger.Numbers.NextInterface} {site.Ledger.Numbers.NextTime} {site.Events.Count} {site.Ledger.Times.Count()}",
        string.Join('\n', site.Listed.Select(device => $"{device} r{device.Revision} {Shown(device)}")),
        string.Join('\n', site.Ledger.Interfaces.OrderBy(one => one.Number).Select(one => $"{one.Number} {one} {one.Device} {string.Join(',', one.Facts.Select(facts => facts.Number).Order())}")));
}
