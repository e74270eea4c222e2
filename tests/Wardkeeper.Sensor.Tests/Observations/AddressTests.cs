using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Observations;

public class AddressTests
{
    [Theory]
    [InlineData("10.77.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1ff:fe23:4567:890a")]
    public void Text_goes_in_and_comes_out(string text)
    {
        Assert.True(Address.TryParse(text, out Address address));
        Assert.Equal(text, address.ToString());
    }

    [Fact]
    public void Every_address_survives_its_text_form() =>
        Gen.Byte.Array[16].Holds(bytes =>
        {
            Address address = Address.Read(bytes);
            Assert.True(Address.TryParse(address.ToString(), out Address again));
            return again == address;
        });

    [Theory]
    [InlineData("10.0.0.256")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.1.")]
    [InlineData("10..0.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("1.2.3.0004")]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    public void What_is_written_in_an_odd_way_is_read_as_the_framework_reads_it(string text)
    {
        bool isRead = System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? framework);
        Assert.Equal(isRead, Address.TryParse(text, out Address address));
        if (isRead) Assert.Equal(Address.Read(framework!.GetAddressBytes()), address);
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("fe80::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("2001:db8::1", false)]
    public void Private_link_local_and_unique_local_addresses_are_local(string text, bool local)
    {
        Assert.True(Address.TryParse(text, out Address address));
        Assert.Equal(local, LocalNetworks.Default.Contains(address));
    }

    [Fact]
    public void Hardware_addresses_are_written_with_colons() =>
        Assert.Equal("00:1b:21:3a:4f:10", MacAddress.Read(Convert.FromHexString("001B213A4F10")).ToString());

    [Fact]
    public void Times_are_written_exactly_to_the_microsecond()
    {
        JsonRows rows = new(new PatientNames(false));
        rows.Line(new CaptureTime(1_700_000_000_123_456_789), static (row, time) => row.Time("ts"u8, time));
        Assert.Equal("{\"ts\":1700000000.123456}\n", Encoding.UTF8.GetString(rows.Written));
    }

    [Theory]
    [InlineData("10.0.4.7#4001")]
    [InlineData("00-12-4b-00-01-02-03-fe")]
    public void What_has_no_address_of_IP_has_one_of_its_own(string text)
    {
        Assert.True(Address.TryParse(text, out Address address));
        Assert.Equal(text, address.ToString());
        Span<byte> bytes = stackalloc byte[16];
        Assert.Equal(16, address.WriteTo(bytes));
        Assert.Equal(address, Address.Read(bytes));
        Assert.False(address.IsV4 || address.IsMulticastOrBroadcast || address.IsLinkLocal);
        Assert.True(LocalNetworks.Default.Contains(address));
    }

    [Fact]
    public void Machines_behind_two_lines_of_a_server_are_two()
    {
        Address server = Address.FromV4(0x0A000407);
        Assert.NotEqual(Address.Behind(server, 4001), Address.Behind(server, 4002));
        Assert.Equal(server, Address.Behind(server, 4001).Server);
        Assert.True(Address.Behind(new Address(0x2001_0DB8_0000_0000, 1), 4001).IsNone);
        Assert.False(LocalNetworks.Default.Contains(Address.Behind(Address.FromV4(0xCB007107), 4001)));
    }
}
