using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Addresses;

public class TrafficQueryTests
{
    private static readonly Address One = Address.FromV4(0x0A4D0A01), Two = Address.FromV4(0x0A4D0A02);

    [Fact]
    public void The_address_holds_the_whole_view()
    {
        Assert.True(DeviceGroup.TryParse("department:a%2Cb%3Ac,category:", out DeviceGroup odd));
        TrafficQuery full = new(new TableView(new SortOrder("bytes", true), 3, ["source", "state"]))
        {
            Range = new TimeRange("7d"),
            From = CaptureTime.FromSeconds(1_795_478_400),
            To = CaptureTime.FromSeconds(1_795_478_500),
            Text = "泵 & 50% #1?",
            Device = 7,
            Peer = 8,
            Ip = One,
            PeerIp = Two,
            Group = odd,
            PeerGroup = DeviceGroup.Outside,
            Protocols = ["dicom", "-"],
            Transports = ["tcp"],
            Port = 104,
            States = ["S0"],
            CommunityId = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
            Uid = "C1x2",
            Sensor = "ward-1",
            MinBytes = 1_000,
            Without = new Excluded { Devices = [9], Addresses = [Two], Ports = [53], Protocols = ["dns"], States = ["SF"] },
            At = "C1x2.17",
        };
        AddressQuery address = AddressQuery.Of("https://localhost:8443" + full.Address());
        TrafficQuery read = TrafficQuery.Read(address);
        Assert.Equal(full.Address(), read.Address());
        Assert.Empty(address.Problems);
        Assert.Equal(odd, read.Group);
        Assert.Equal("a,b:c", read.Group!.Values[0].Value);
        Assert.Equal(full.CommunityId, read.CommunityId);
        Assert.Equal(full.Without.Addresses, read.Without.Addresses);
        Assert.Equal(One, read.Flows(null).Address);
    }

    [Theory]
    [InlineData("/traffic?colour=red", "colour", null)]
    [InlineData("/traffic?ip=ward", "ip", "ward")]
    [InlineData("/traffic?port=70000", "port", "70000")]
    [InlineData("/traffic?view=packets", "view", "packets")]
    [InlineData("/traffic?sort=status", "sort", "status")]
    [InlineData("/traffic?group=colour:red", "group", "colour:red")]
    [InlineData("/traffic?not-ip=x", "not-ip", "x")]
    public void What_is_not_understood_is_reported(string address, string key, string? value)
    {
        AddressQuery query = AddressQuery.Of(address);
        TrafficQuery.Read(query);
        Assert.Equal([new AddressProblem(key, value)], query.Problems);
    }

    [Fact]
    public void The_second_end_asked_for_is_the_peer_and_a_value_is_never_both_wanted_and_left_out()
    {
        TrafficQuery one = TrafficQuery.Read(AddressQuery.Of(TrafficQuery.All.WithIp(One)));
        Assert.Equal("/traffic?ip=10.77.10.1&peer-ip=10.77.10.2", one.WithIp(Two));
        Assert.Equal("/traffic?not-protocol=dns", TrafficQuery.Read(AddressQuery.Of("/traffic?protocol=dns")).WithoutProtocol("dns"));
        Assert.Equal("/traffic?protocol=dns", TrafficQuery.Read(AddressQuery.Of("/traffic?not-protocol=dns")).WithProtocol("dns"));
    }
}
