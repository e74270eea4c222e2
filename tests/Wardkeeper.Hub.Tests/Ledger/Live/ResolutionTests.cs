using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger.Live;

public sealed class ResolutionTests
{
    private const string Router = "94:28:2e:00:00:01", Pc = "6c:24:08:00:00:02", Pump = "00:12:21:00:00:03", Server = "0c:c4:7a:00:00:c8";
    private readonly LiveSite site = new();

    [Fact]
    public void Devices_are_numbered_in_the_order_in_which_they_are_believed_and_keep_their_numbers()
    {
        site.Lives(Pump, "10.0.0.3").Lives(Pc, "10.0.0.2").Lives(Pump, "10.0.0.3");
        Assert.Equal([Mac(Pump), Mac(Server), Mac(Pc)], site.Listed.Select(device => device.Interfaces[0].Mac));
        Assert.Equal([1L, 2, 3], site.Listed.Select(device => device.Number));
    }

    [Fact]
    public void A_static_device_behind_a_router_is_a_device_by_its_address()
    {
        BehindRouter("10.9.0.5");
        LiveDevice device = site.Behind("10.9.0.5");
        Assert.Equal(["behind-router"], device.Interfaces[0].Notes(false));
        Assert.Null(site.State(device).Of("vendor"));
        Assert.DoesNotContain(site.With(Router).Interfaces, one => one.Facts.Exists(facts => facts.Ip == Ip("10.9.0.5")));
    }

    [Fact]
    public void A_device_behind_a_router_is_the_one_of_the_register_when_its_card_is_seen()
    {
        long registered = site.Do(new AddDevice(new Dictionary<string, string?> { ["name"] = "Pump 7", [LiveDevice.RegisteredMac] = Pump }, "deployed")).Devices[0].Device;
        BehindRouter("10.9.0.5");
        long number = site.Behind("10.9.0.5").Number;
        site.Binds(Pump, "10.9.0.5");
        LiveDevice device = site.With(Pump);
        Assert.Equal((registered, "Pump 7"), (device.Number, site.State(device).Of("name")));
        Assert.Equal(registered, site.Ledger.Devices[number].MergedInto);
        Assert.Contains(device.Interfaces, one => one.Facts.Exists(facts => facts.Ip == Ip("10.9.0.5")));
    }

    [Fact]
    public void A_device_behind_a_router_keeps_its_number_when_its_card_is_seen()
    {
        BehindRouter("10.9.0.5");
        long number = site.Behind("10.9.0.5").Number;
        site.Binds(Pump, "10.9.0.5");
        Assert.Equal(number, site.With(Pump).Number);
        Assert.Equal([$"D-{number}"], site.Told(LedgerActions.MacLearned));
        Assert.DoesNotContain(site.Listed, device => device.Interfaces.Exists(one => one.Mac.IsNone));
    }

    [Fact]
    public void A_card_that_is_a_device_already_takes_in_what_was_known_by_address_only()
    {
        BehindRouter("10.9.0.5");
        LiveDevice old = site.Behind("10.9.0.5");
        site.Lives(Pump, "10.0.0.3");
        LiveDevice pump = site.With(Pump);
        site.Binds(Pump, "10.9.0.5");
        Assert.Equal(pump.Number, old.MergedInto);
        Assert.Equal(pump, site.Ledger.Find(old.Number));
        Assert.Contains(site.State(pump).Observed!.Offers, offer => offer.Port == 104);
    }

    [Fact]
    public void Packets_of_a_machine_that_turn_out_to_be_a_routers_leave_it()
    {
        site.Lives(Router, "10.0.0.1");
        site.Flow(At(Router, "10.9.0.5"), At(Server, "10.0.0.200"), 104, "dicom");
        Assert.Contains(site.State(site.With(Router)).Observed!.Uses, use => use.Port == 104);
        site.Flow(At(Server, "10.0.0.200"), At(Router, "203.0.113.10"), 443);
        Assert.DoesNotContain(site.State(site.With(Router)).Observed!.Uses, use => use.Port == 104);
        Assert.Contains(site.State(site.Behind("10.9.0.5")).Observed!.Uses, use => use.Port == 104);
    }

    [Fact]
    public void A_lease_that_moves_an_address_moves_no_history()
    {
        site.Says(At(Pc), ClaimKind.HostName, "PC-2", "dhcp").Binds(Pc, "10.0.0.50", "dhcp").Lives(Pc, "10.0.0.50");
        site.Wait(90_000).Says(At(Pump), ClaimKind.HostName, "PUMP-3", "dhcp").Binds(Pump, "10.0.0.50", "dhcp").Lives(Pump, "10.0.0.50").Lives(Pc, "10.0.0.51");
        Assert.Equal([Ip("10.0.0.51"), Ip("10.0.0.50")], new[] { site.State(site.With(Pc)).Ip, site.State(site.With(Pump)).Ip });
        AddressTime[] times = [.. site.Ledger.Times.Where(time => time.Facts.Ip == Ip("10.0.0.50")).OrderBy(time => time.First)];
        Assert.Equal([Mac(Pc), Mac(Pump)], times.Select(time => time.Facts.Mac));
        Assert.True(times[0].IsOver && times[0].Last < times[1].First);
        Assert.All(times, time => Assert.Equal("dhcp", time.Assignment));
        Assert.Equal([$"D-{site.With(Pc).Number}"], site.Told(LedgerActions.AddressMoved));
        Assert.Empty(site.Told(LedgerActions.AddressReused));
    }

    [Fact]
    public void What_an_address_did_behind_a_router_stays_with_who_had_it_then()
    {
        site.Lives(Router, "10.0.0.1").Flow(At(Server, "10.0.0.200"), At(Router, "203.0.113.10"), 443);
        site.Lives(Pc, "10.0.0.50").Flow(At(Router, "10.0.0.50"), At(Server, "10.0.0.200"), 2000, "hl7");
        site.Wait(90_000).Lives(Pump, "10.0.0.50").Flow(At(Router, "10.0.0.50"), At(Server, "10.0.0.200"), 3000, "hl7");
        Assert.Equal([443, 2000], site.State(site.With(Pc)).Observed!.Uses.Select(use => (int)use.Port));
        Assert.Equal([443, 3000], site.State(site.With(Pump)).Observed!.Uses.Select(use => (int)use.Port));
    }

    [Fact]
    public void An_address_that_another_device_uses_without_a_lease_is_told_of_once()
    {
        site.Lives(Pc, "10.0.0.50").Wait(90_000).Lives(Pump, "10.0.0.50").Lives(Pump, "10.0.0.50");
        LedgerEvent told = Assert.Single(site.Events, one => one.Action == LedgerActions.AddressReused);
        Assert.Equal((site.With(Pc).Number, "ip", $"10.0.0.50 {Pc}"), (told.Device, told.Field, told.Before));
        Assert.Contains(Pump, told.Reason);
        Assert.Empty(site.Ledger.TakeMoves(site.Ledger.Now));
        AddressMove move = Assert.Single(site.Ledger.TakeMoves(CaptureTime.FromSeconds(200_000)));
        Assert.Equal(("10.0.0.50", Mac(Pc), Mac(Pump), false, false, false), (move.Ip.ToString(), move.Before, move.After, move.WasLeased, move.IsLeased, move.IsBack));
        Assert.Equal(90_001, move.At.Seconds - move.LastBefore.Seconds);
        Assert.Empty(site.Ledger.TakeMoves(CaptureTime.FromSeconds(300_000)));
    }

    [Fact]
    public void A_pool_that_gives_addresses_to_many_in_turn_moves_them_by_lease_and_mixes_no_devices()
    {
        // Ten machines, five addresses, a lease each, a day apart: every machine keeps its own number and what it did.
        for (int day = 0; day < 6; day++)
        {
            for (int i = 0; i < 5; i++)
            {
                string mac = $"00:12:21:00:01:{(((day % 2) * 5) + i):x2}", ip = $"10.0.7.{i + 1}";
                site.Binds(mac, ip, "dhcp").Flow(At(mac, ip), At("0c:c4:7a:00:00:c8", "10.0.0.200"), 443);
            }
            site.Wait(86_400);
        }
        Assert.Equal(10, site.Listed.Count(device => device.Interfaces.Exists(one => one.Mac.ToString().StartsWith("00:12:21:00:01", StringComparison.Ordinal))));
        Assert.All(site.Listed, device => Assert.Single(device.Interfaces));
        Assert.Empty(site.Told(LedgerActions.AddressReused));
        Assert.Equal(25, site.Told(LedgerActions.AddressMoved).Length);
        Assert.Empty(site.Ledger.TakeMoves(CaptureTime.FromSeconds(1_000_000)));
    }

    [Fact]
    public void Two_devices_on_one_address_at_the_same_time_are_a_conflict_told_of_once_an_hour()
    {
        site.Lives(Pc, "10.0.0.50").Lives(Pump, "10.0.0.50");
        for (int i = 0; i < 20; i++) site.Binds(i % 2 == 0 ? Pc : Pump, "10.0.0.50");
        Assert.Single(site.Told(LedgerActions.AddressConflict));
        site.Wait(4_000);
        for (int i = 0; i < 4; i++) site.Binds(i % 2 == 0 ? Pc : Pump, "10.0.0.50");
        Assert.Equal(2, site.Told(LedgerActions.AddressConflict).Length);
        Assert.NotEqual(site.With(Pc), site.With(Pump));
    }

    [Fact]
    public void A_virtual_routers_address_that_moves_is_no_conflict()
    {
        site.Lives("00:00:5e:00:01:0a", "10.0.0.254").Lives(Router, "10.0.0.254").Binds("00:00:5e:00:01:0a", "10.0.0.254");
        Assert.Empty(site.Told(LedgerActions.AddressConflict).Concat(site.Told(LedgerActions.AddressReused)));
    }

    [Fact]
    public void A_flood_of_a_million_cards_makes_no_devices_and_needs_bounded_memory()
    {
        LiveSite flooded = new(new LedgerLimits { Candidates = 500 });
        flooded.Lives(Pump, "10.0.0.3");
        for (uint i = 0; i < 1_000_000; i++)
        {
            Subject nobody = Subject.Of(new MacAddress(0x0012_2100_0000UL + (i * 7919UL % 0xFF_FFFF)), Address.FromV4(0x0A00_0000 | (i * 31 % 0xFF_FFFF)));
            if (i % 2 == 0) flooded.Flow(nobody, At(Server, "10.0.0.200"), 80, answered: false);
            else flooded.Says(nobody, ClaimKind.AddressBinding, nobody.Ip.ToString(), "arp");
        }
        Assert.Equal(2, flooded.Listed.Count);
        Assert.InRange(flooded.Ledger.Candidates, 1, 500);
        Assert.InRange(flooded.Ledger.Facts.Count, 1, 1_100);
        Assert.InRange(flooded.Ledger.Book.Entries.Count, 1, 1_100);
        Assert.InRange(flooded.Ledger.Book.Owners.Count, 1, 1_100);
        Assert.True(flooded.Ledger.Numbers.CandidatesDropped > 999_000);
        Assert.Equal(Ip("10.0.0.3"), flooded.State(flooded.With(Pump)).Ip);
    }

    [Fact]
    public void A_flood_of_cards_that_claim_one_devices_address_gives_it_back()
    {
        LiveSite flooded = new(new LedgerLimits { Candidates = 100 });
        flooded.Lives(Pump, "10.0.0.3");
        for (uint i = 0; i < 20_000; i++) flooded.Binds(new MacAddress(0x0012_2150_0000UL + i).ToString(), "10.0.0.3");
        Assert.Equal(2, flooded.Listed.Count);
        Assert.InRange(flooded.Told(LedgerActions.AddressReused).Length + flooded.Told(LedgerActions.AddressConflict).Length, 1, 20);
        flooded.Lives(Pump, "10.0.0.3");
        Assert.Equal(Ip("10.0.0.3"), flooded.State(flooded.With(Pump)).Ip);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_candidate_becomes_a_device_with_its_second_sign(bool isStillThere)
    {
        site.Flow(At(Pump, "10.0.0.3"), At(Server, "10.0.0.200"), 80, answered: false);
        Assert.Empty(site.Listed);
        if (isStillThere) site.Wait(60).Flow(At(Pump, "10.0.0.3"), At(Server, "10.0.0.200"), 80, answered: false);
        else site.Binds(Pump, "10.0.0.3");
        Assert.Equal(1, site.With(Pump).Number);
    }

    [Fact]
    public void No_more_facts_claims_or_devices_are_kept_than_there_is_room_for()
    {
        LiveSite small = new(new LedgerLimits { Facts = 6, ClaimsOfKind = 4, Devices = 2 });
        small.Lives(Pump, "10.0.0.3").Lives(Pc, "10.0.0.2");
        for (int i = 0; i < 40; i++) small.Says(At(Pump, "10.0.0.3"), ClaimKind.UserAgent, $"agent {i}").Lives($"6c:24:08:00:01:{i:x2}", $"10.0.1.{i}");
        Assert.Equal(2, small.Listed.Count);
        Assert.InRange(small.Ledger.Facts.Count, 1, 6);
        Assert.True(small.Ledger.Refused > 0);
        Assert.Equal(4, small.State(small.With(Pump)).Observed!.Claims.Count(claim => claim.Kind == ClaimKind.UserAgent));
    }

    private void BehindRouter(string ip)
    {
        site.Lives(Router, "10.0.0.1").Flow(At(Server, "10.0.0.200"), At(Router, "203.0.113.10"), 443).Flow(At(Server, "10.0.0.200"), At(Router, "198.51.100.7"), 443);
        site.Flow(At(Server, "10.0.0.200"), At(Router, ip), 104, "dicom");
    }
}
