using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Ledger.Site;

namespace Wardkeeper.Hub.Tests.Ledger;

public sealed class AddressBookTests
{
    private static readonly MacAddress Router = Mac("94:28:2e:00:00:01"), Host = Mac("98:e7:43:00:00:02");
    private readonly AddressBook book = new(LocalNetworks.Default);

    [Fact]
    public void A_card_that_carried_one_address_owns_it()
    {
        book.Saw(Host, Ip("10.0.0.2"));
        Assert.Equal((Host, default(Address)), book.Owner(Host, Ip("10.0.0.2")));
        Assert.False(book.IsRouter(Host));
    }

    [Fact]
    public void Several_foreign_addresses_make_a_router_and_are_nobodys_devices()
    {
        book.Saw(Router, Ip("203.0.113.10"));
        book.Saw(Router, Ip("198.51.100.7"));
        Assert.True(book.IsRouter(Router));
        Assert.Null(book.Owner(Router, Ip("203.0.113.10")));
    }

    [Fact]
    public void One_foreign_address_beside_an_own_one_makes_a_router()
    {
        book.Bind(Router, Ip("10.0.0.1"), default);
        book.Saw(Router, Ip("10.0.0.1"));
        Assert.False(book.IsRouter(Router));
        book.Saw(Router, Ip("203.0.113.10"));
        Assert.True(book.IsRouter(Router));
        Assert.Equal((Router, default(Address)), book.Owner(Router, Ip("10.0.0.1")));
    }

    [Fact]
    public void A_public_address_that_arp_binds_to_a_card_is_its_own()
    {
        book.Bind(Host, Ip("203.0.113.10"), default);
        book.Saw(Host, Ip("203.0.113.10"));
        Assert.False(book.IsRouter(Host));
        Assert.Equal((Host, default(Address)), book.Owner(Host, Ip("203.0.113.10")));
    }

    [Fact]
    public void A_local_machine_behind_a_router_is_a_device_of_its_own()
    {
        book.Bind(Router, Ip("10.0.0.1"), default);
        book.Saw(Router, Ip("203.0.113.10"));
        book.Saw(Router, Ip("10.9.0.5"));
        Assert.Equal((default(MacAddress), Ip("10.9.0.5")), book.Owner(Router, Ip("10.9.0.5")));
    }

    [Fact]
    public void Neighbours_traffic_seen_behind_a_router_goes_to_the_neighbour()
    {
        book.Bind(Router, Ip("10.0.0.1"), default);
        book.Bind(Host, Ip("10.0.0.2"), default);
        book.Saw(Router, Ip("203.0.113.10"));
        book.Saw(Router, Ip("10.0.0.2"));
        Assert.Equal((Host, default(Address)), book.Owner(Router, Ip("10.0.0.2")));
    }

    [Fact]
    public void A_few_addresses_nobody_claimed_do_not_make_a_router()
    {
        for (int i = 2; i < 6; i++) book.Saw(Host, Ip($"10.0.0.{i}"));
        Assert.False(book.IsRouter(Host));
        book.Saw(Host, Ip("10.0.0.6"));
        Assert.True(book.IsRouter(Host));
    }

    [Fact]
    public void An_address_that_moved_belongs_to_its_latest_owner()
    {
        book.Bind(Router, Ip("10.0.0.9"), CaptureTime.FromSeconds(1));
        book.Bind(Host, Ip("10.0.0.9"), CaptureTime.FromSeconds(2));
        Assert.Equal((Host, default(Address)), book.Owner(default, Ip("10.0.0.9")));
        Assert.Empty(book.AddressesOf(Router));
        Assert.Equal([Ip("10.0.0.9")], book.AddressesOf(Host));
    }

    [Fact]
    public void An_older_statement_does_not_take_an_address_back()
    {
        book.Bind(Host, Ip("10.0.0.9"), CaptureTime.FromSeconds(2));
        book.Bind(Router, Ip("10.0.0.9"), CaptureTime.FromSeconds(1));
        Assert.Equal([Ip("10.0.0.9")], book.AddressesOf(Host));
    }

    [Fact]
    public void Group_addresses_are_never_bound()
    {
        book.Bind(Mac("01:00:5e:00:00:01"), Ip("10.0.0.9"), default);
        Assert.Equal((default(MacAddress), Ip("10.0.0.9")), book.Owner(default, Ip("10.0.0.9")));
    }

    [Fact]
    public void Without_hardware_addresses_local_machines_are_kept_and_remote_ones_are_not()
    {
        Assert.Equal((default(MacAddress), Ip("10.0.0.9")), book.Owner(default, Ip("10.0.0.9")));
        Assert.Null(book.Owner(default, Ip("203.0.113.10")));
    }
}
