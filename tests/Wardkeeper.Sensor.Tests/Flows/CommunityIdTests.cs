using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>Community IDs against values that its specification and others publish (github.com/corelight/community-id-spec, baseline).</summary>
public class CommunityIdTests
{
    [Theory]
    [InlineData(6, "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData(6, "66.35.250.204", 80, "128.232.110.120", 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData(17, "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    [InlineData(17, "8.8.8.8", 53, "192.168.1.52", 54585, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    [InlineData(132, "192.168.170.8", 7, "192.168.170.56", 80, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=")]
    [InlineData(1, "192.168.0.89", 8, "192.168.0.1", 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")]
    [InlineData(1, "192.168.0.1", 0, "192.168.0.89", 8, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=")]
    [InlineData(1, "192.168.0.89", 20, "192.168.0.1", 0, "1:3o2RFccXzUgjl7zDpqmY7yJi8rI=")]
    [InlineData(6, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a", 25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=")]
    [InlineData(58, "fe80::200:86ff:fe05:80da", 135, "fe80::260:97ff:fe07:69ea", 136, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=")]
    [InlineData(58, "3ffe:507:0:1:260:97ff:fe07:69ea", 3, "3ffe:507:0:1:200:86ff:fe05:80da", 0, "1:NdobDX8PQNJbAyfkWxhtL2Pqp5w=")]
    public void A_tuple_has_its_published_id(byte protocol, string source, int sourcePort, string destination, int destinationPort, string expected) =>
        Assert.Equal(expected, CommunityId.Of(new FlowView
        {
            Uid = "C",
            Carrier = protocol switch { 6 => Carrier.Tcp, 17 => Carrier.Udp, 1 or 58 => Carrier.Icmp, _ => Carrier.None },
            IpProtocol = protocol,
            OriginatorAddress = Parse(source),
            ResponderAddress = Parse(destination),
            OriginatorPort = (ushort)sourcePort,
            ResponderPort = (ushort)destinationPort,
        }));

    [Fact]
    public void The_hash_of_any_tuple_is_the_librarys()
    {
        byte[] text = [.. Enumerable.Range(0, 55).Select(i => (byte)((i * 7) + 200))];
        for (int length = 0; length <= text.Length; length++)
        {
            byte[] hash = new byte[20];
            CommunityId.Sha1(text.AsSpan(0, length), hash);
#pragma warning disable CA5350 // the specification asks for SHA-1
            Assert.Equal(System.Security.Cryptography.SHA1.HashData(text.AsSpan(0, length)), hash);
#pragma warning restore CA5350
        }
    }

    private static Address Parse(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);
}
