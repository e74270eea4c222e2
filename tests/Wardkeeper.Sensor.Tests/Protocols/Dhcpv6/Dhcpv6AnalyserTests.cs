using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dhcpv6;

namespace Wardkeeper.Sensor.Tests.Protocols.Dhcpv6;

public sealed class Dhcpv6AnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 546, 547);
    private static readonly byte[] ClientDuid = [0, 1, 0, 1, 0x2A, 0, 0, 1, 0x00, 0x0F, 0x14, 0x30, 0x00, 0x31];
    private static readonly byte[] Leased = System.Net.IPAddress.Parse("2001:db8::31").GetAddressBytes();

    private static byte[] Option(ushort code, params byte[] value) => [(byte)(code >> 8), (byte)code, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] Message(byte type, params byte[][] options) => [type, 0x12, 0x34, 0x56, .. options.SelectMany(o => o)];

    private static byte[] Relay(byte type, byte[] inner, params byte[][] options) =>
        [type, 0, .. System.Net.IPAddress.Parse("2001:db8:30::1").GetAddressBytes(), .. System.Net.IPAddress.Parse("fe80::31").GetAddressBytes(), .. options.SelectMany(o => o), .. Option(9, inner)];

    private static byte[] Solicit => Message(
        1,
        Option(1, ClientDuid), Option(6, 0, 24, 0, 23, 0, 17, 0, 39), Option(8, 0, 0), Option(16, 0, 0, 1, 0x37, 0, 8, (byte)'M', (byte)'S', (byte)'F', (byte)'T', (byte)' ', (byte)'5', (byte)'.', (byte)'0'),
        Option(39, 0, 2, (byte)'c', (byte)'t'), Option(14), Option(3, [.. new byte[12]]), Option(112, [.. "https://mud.example/x"u8]));

    private static byte[] Reply => Message(
        7,
        Option(1, ClientDuid), Option(2, 0, 3, 0, 1, 0x98, 0xE7, 0x43, 0, 0, 1), Option(7, 255), Option(3, [.. new byte[12], .. Option(5, [.. Leased, 0, 0, 0, 60, 0, 0, 0, 120])]),
        Option(25, [.. new byte[12], .. Option(26, [0, 0, 0, 60, 0, 0, 1, 0, 56, .. System.Net.IPAddress.Parse("2001:db8:ff::").GetAddressBytes()])]),
        Option(13, [0, 2, .. "no addresses"u8]), Option(23, Leased), Option(24, [3, (byte)'i', (byte)'c', (byte)'u', 0]));

    [Fact]
    public void Messages_are_rows() => Golden.Hold("exchange", Conversation.Of<Dhcpv6Analyser>([Said.Client(Solicit), Said.Server(Reply), Said.Client(Relay(12, Solicit, Option(18, [.. "ge-0/1"u8]), Option(79, 0, 1, 2, 0, 0, 0, 0, 9)))], View).Lines);

    [Fact]
    public void A_client_names_itself_and_a_reply_binds_its_address()
    {
        Claim[] claims = [.. Conversation.Of<Dhcpv6Analyser>([Said.Client(Solicit), Said.Server(Reply)], View).Observe(View).OfType<Claim>()];
        Assert.Equal(
            [
                (View.Client, ClaimKind.HostName, "ct"), (View.Client, ClaimKind.DhcpVendorClass, "MSFT 5.0"), (View.Client, ClaimKind.OtherMac, "00:0f:14:30:00:31"),
                (View.Server, ClaimKind.Role, "dhcp-server"), (View.Client, ClaimKind.AddressBinding, "2001:db8::31"),
            ],
            claims.Select(c => (c.Subject, c.Kind, c.Value)));
    }

    [Fact]
    public void A_relayed_client_is_known_by_what_its_relay_saw()
    {
        byte[] twice = Relay(12, Relay(12, Solicit, Option(79, 0, 1, 2, 0, 0, 0, 0, 9)));
        Conversation played = Conversation.Of<Dhcpv6Analyser>([Said.Client(twice)], View);
        Dhcpv6Message row = (Dhcpv6Message)played.Transactions.Single();
        Assert.Equal((2, "fe80::31", "02:00:00:00:00:09"), (row.Relays!.Value, row.PeerAddr.ToString(), row.ClientMac.ToString()));
        Assert.Contains(played.Observe(View).OfType<Claim>(), c => c.Value == "ct" && c.Subject == Subject.Of(row.ClientMac, row.PeerAddr));
        Assert.Contains(played.Observe(View).OfType<Claim>(), c => c.Value == "dhcp-relay" && c.Subject == View.Client);
    }

    [Fact]
    public void Envelopes_are_opened_eight_deep_and_no_deeper()
    {
        byte[] message = Solicit;
        for (int i = 0; i < 8; i++) message = Relay(12, message);
        Assert.Single(Conversation.Of<Dhcpv6Analyser>([Said.Client(message)], View).Transactions);
        Conversation played = Conversation.Of<Dhcpv6Analyser>([Said.Client(Relay(12, message))], View);
        Assert.Empty(played.Transactions);
        Assert.Equal("dhcpv6.relayed-too-often", played.Faults.Single().Id);
    }

    [Theory]
    [InlineData("0112", "dhcpv6.message-too-short")]
    [InlineData("01123456000100FF00", "dhcpv6.option-truncated")]
    [InlineData("0C000000000000000000000000000000000000000000000000000000000000000000", "dhcpv6.relayed-message-missing")]
    public void Malformed_messages_are_faults(string hex, string fault) =>
        Assert.Equal(fault, Conversation.Of<Dhcpv6Analyser>([Said.Client(Convert.FromHexString(hex))], View).Faults.Single().Id);

    [Fact]
    public void Only_well_formed_messages_on_its_ports_are_recognised()
    {
        static Match Of(byte[] bytes, ushort from = 546, ushort to = 547) => Dhcpv6Analyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = from, ServerPort = to, Client = bytes });
        Assert.Equal(Match.Yes, Of(Solicit));
        Assert.Equal(Match.Yes, Of(Relay(12, Solicit), 547, 547));
        Assert.Equal(Match.YesReversed, Of(Reply, 547, 546));
        Assert.Equal(Match.No, Of(Solicit, 40000, 40001));
        Assert.Equal(Match.No, Of(Solicit[..^1]));
        Assert.Equal(Match.No, Of([1, 2, 3, 4]));
        Assert.Equal(Match.No, Of([.. new byte[80]]));
        Assert.Equal(Match.No, Of([200, .. Solicit[1..]]));
    }

    [Fact]
    public void Any_bytes_are_survived() => Gen.Byte.Array[0, 300].Holds(bytes =>
    {
        Conversation.Of<Dhcpv6Analyser>([Said.Client(bytes), Said.Server([12, 0, .. bytes]), Said.Client([1, 0, 0, 0, 0, 3, 0, (byte)Math.Min(255, bytes.Length), .. bytes])], View).Observe(View);
    });
}
