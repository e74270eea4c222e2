using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Devices;
using Wardkeeper.Console.Views;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Addresses;

public class DevicesQueryTests
{
    private static readonly DevicesQuery Full = new(
        new DeviceFilter
        {
            Text = "泵 & 50% #1?",
            Types = ["infusion-pump", "unknown"],
            Categories = ["infusion"],
            Departments = ["重症医学科", "", "a,b=c"],
            Vendors = ["B.Braun Melsungen AG"],
            Persons = [""],
            LifeCycles = ["deployed"],
            Subnets = ["10.77.28.0/24"],
            Vlans = [28],
            Protocols = ["hl7"],
            Ports = [104, 2575],
            HasConflict = true,
            IsLifeSupport = false,
            IsRetiredButAlive = true,
            FirstSeenSince = new CaptureTime(1_795_478_400_123_456_700),
            LastSeenSince = CaptureTime.FromSeconds(1_795_478_401),
        },
        new TableView(new SortOrder("last-seen", true), 3, ["type", "ip"]) { Saved = 12 },
        "17");

    [Fact]
    public void The_address_holds_the_whole_view()
    {
        AddressQuery address = AddressQuery.Of("https://localhost:8443" + Full.Address());
        DevicesQuery read = DevicesQuery.Read(address);
        Assert.Equal(Full.Address(), read.Address());
        Assert.Equal(Full.Filter.Text, read.Filter.Text);
        Assert.Equal(Full.Filter.Departments, read.Filter.Departments);
        Assert.Equal(Full.Filter.FirstSeenSince, read.Filter.FirstSeenSince);
        Assert.Equal(Full.Table.Columns, read.Table.Columns);
        Assert.Equal(("17", 12), (read.At, read.Table.Saved));
        Assert.Empty(address.Problems);
    }

    [Fact]
    public void What_is_kept_is_the_view_without_page_card_and_number()
    {
        string kept = KeptTables.QueryOf("devices", AddressQuery.Of(Full.Address()));
        DevicesQuery read = DevicesQuery.Read(AddressQuery.Of("/devices?" + kept));
        Assert.Equal((Full with { At = null, Table = Full.Table with { Page = 1, Saved = null } }).Address(), read.Address());
        Assert.Equal("", KeptTables.QueryOf("traffic", AddressQuery.Of("/traffic?saved=3&page=2&at=x")));
        Assert.Equal(kept, KeptTables.QueryOf("devices", AddressQuery.Of("/devices?" + kept + "&saved=3&page=7")));
    }

    [Theory]
    [InlineData("/devices?dept=icu&colour=red", "colour", null)]
    [InlineData("/devices?conflict=maybe", "conflict", "maybe")]
    [InlineData("/devices?port=70000", "port", "70000")]
    [InlineData("/devices?page=0", "page", "0")]
    [InlineData("/devices?sort=colour", "sort", "colour")]
    [InlineData("/devices?subnet=10.1.2.0/33", "subnet", "10.1.2.0/33")]
    [InlineData("/devices?new-since=yesterday", "new-since", "yesterday")]
    public void What_is_not_understood_is_reported(string address, string key, string? value)
    {
        AddressQuery query = AddressQuery.Of(address);
        DevicesQuery.Read(query);
        Assert.Equal([new AddressProblem(key, value)], query.Problems);
    }

    [Fact]
    public void A_view_without_a_filter_is_the_bare_page() => Assert.Equal("/devices", DevicesQuery.All.Address());

    [Theory]
    [InlineData("/devices?dept=icu&page=2", "range", "7d", "/devices?dept=icu&page=2&range=7d")]
    [InlineData("/?range=1h&x=1", "range", null, "/?x=1")]
    public void One_key_is_replaced_and_the_others_stay(string address, string key, string? value, string expected) =>
        Assert.Equal(expected, AddressBuilder.Replace(address, key, value));
}
