using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dhcp;

namespace Wardkeeper.Sensor.Tests.Protocols.Dhcp;

public sealed class DhcpAnalyserTests
{
    private static readonly FlowView Broadcast = View("0.0.0.0", "255.255.255.255");
    private static readonly FlowView Lease = View("10.77.100.64", "10.77.0.1");
    private static readonly MacAddress Ct = new(0x20E791100021);

    private static FlowView View(string client, string server, ushort clientPort = 68, ulong clientMac = 0x20E791100021) => new()
    {
        Uid = "Cdhcp",
        Carrier = Carrier.Udp,
        OriginatorAddress = Parse(client),
        ResponderAddress = Parse(server),
        OriginatorPort = clientPort,
        ResponderPort = 67,
        OriginatorMac = new MacAddress(clientMac),
        ResponderMac = new MacAddress(0x98E743000001),
        Vlan = 30,
        ResponderVlan = 30,
    };

    private static Address Parse(string text) => Address.TryParse(text, out Address address) ? address : throw new ArgumentException(text);

    private static byte[] Option(byte code, params byte[] value) => [code, (byte)value.Length, .. value];

    private static byte[] Option(byte code, string value) => Option(code, Encoding.Latin1.GetBytes(value));

    private static byte[] Message(byte operation, string yours = "0.0.0.0", string relay = "0.0.0.0", string own = "0.0.0.0", params byte[][] options)
    {
        byte[] bytes = new byte[240];
        new byte[] { operation, 1, 6, 0, 0xDE, 0xAD, 0xBE, 0xEF }.CopyTo(bytes, 0);
        DnsWriterAddress(own).CopyTo(bytes, 12);
        DnsWriterAddress(yours).CopyTo(bytes, 16);
        DnsWriterAddress(relay).CopyTo(bytes, 24);
        new byte[] { 0x20, 0xE7, 0x91, 0x10, 0, 0x21 }.CopyTo(bytes, 28);
        new byte[] { 99, 130, 83, 99 }.CopyTo(bytes, 236);
        return [.. bytes, .. options.SelectMany(o => o), 255];
    }

    private static byte[] DnsWriterAddress(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes();

    private static byte[] Discover => Message(1, options:
    [
        Option(53, 1), Option(61, 1, 0x20, 0xE7, 0x91, 0x10, 0, 0x21), Option(12, "SOMATOM-CT01"), Option(60, "MSFT 5.0"), Option(55, 1, 15, 3, 6, 44, 46, 47, 33, 43),
        Option(57, 5, 0xDC), Option(50, 10, 77, 100, 64), Option(77, "iPXE"), Option(93, 0, 7), Option(97, [0, .. new byte[16]]), Option(161, "https://mud.example/ct"),
        Option(81, [4, 0, 0, 2, (byte)'c', (byte)'t', 4, (byte)'h', (byte)'o', (byte)'s', (byte)'p', 0]), Option(124, 0, 0, 0x11, 0x8B, 4, 3, (byte)'a', (byte)'b', (byte)'c'),
    ]);

    private static byte[] Ack => Message(2, yours: "10.77.100.64", options:
    [
        Option(53, 5), Option(54, 10, 77, 0, 1), Option(51, 0, 0, 0x0E, 0x10), Option(1, 255, 255, 0, 0), Option(3, 10, 77, 0, 1), Option(6, 10, 77, 0, 1, 10, 77, 0, 2),
        Option(15, "hospital.example"), Option(119, [3, (byte)'i', (byte)'c', (byte)'u', 0, 2, (byte)'o', (byte)'p', 0xC0, 0]), Option(66, "boot"), Option(67, "pxe.0"), Option(43, 1, 2, 0xFF),
    ]);

    [Fact]
    public void A_lease_is_a_row_per_message_with_the_fields_of_Zeek()
    {
        string[] lines = [.. Conversation.Of<DhcpAnalyser>([Said.Client(Discover)], Broadcast).Lines, .. Conversation.Of<DhcpAnalyser>([Said.Server(Ack)], Lease).Lines];
        Golden.Hold("lease", lines);
    }

    [Fact]
    public void A_client_is_described_under_the_hardware_address_it_states()
    {
        Claim[] claims = [.. Conversation.Of<DhcpAnalyser>([Said.Client(Discover)], Broadcast).Observe(Broadcast).Cast<Claim>()];
        Assert.All(claims, c => Assert.Equal(Subject.Of(Ct, default, 30), c.Subject));
        Assert.Equal(
            [
                (ClaimKind.HostName, "SOMATOM-CT01"), (ClaimKind.DomainName, "ct.hosp"), (ClaimKind.DhcpParameterList, "1,15,3,6,44,46,47,33,43"), (ClaimKind.DhcpVendorClass, "MSFT 5.0"),
            ],
            claims.Select(c => (c.Kind, c.Value)));
    }

    [Fact]
    public void An_acknowledgement_binds_the_address_and_names_server_and_router()
    {
        Claim[] claims = [.. Conversation.Of<DhcpAnalyser>([Said.Server(Ack)], Lease).Observe(Lease).OfType<Claim>()];
        Assert.Equal(
            [
                (Lease.Server, ClaimKind.Role, "dhcp-server"), (Subject.Of(default, Parse("10.77.0.1")), ClaimKind.Role, "router"),
                (Subject.Of(Ct, Parse("10.77.100.64"), 30), ClaimKind.AddressBinding, "10.77.100.64"),
            ],
            claims.Select(c => (c.Subject, c.Kind, c.Value)));
    }

    [Fact]
    public void An_offer_binds_nothing()
    {
        byte[] offer = Message(2, yours: "10.77.100.64", options: [Option(53, 2), Option(54, 10, 77, 66, 66), Option(3, 10, 77, 66, 66)]);
        Assert.DoesNotContain(Conversation.Of<DhcpAnalyser>([Said.Server(offer)], Lease).Observe(Lease).OfType<Claim>(), c => c.Kind == ClaimKind.AddressBinding);
    }

    [Fact]
    public void A_relay_is_told_from_client_and_server()
    {
        FlowView view = View("10.77.30.1", "10.77.0.1", 67, 0x020000000001);
        byte[] relayed = Message(1, relay: "10.77.30.1", options: [Option(53, 3), Option(12, "pump"), Option(82, [1, 4, .. "ge-1"u8, 2, 2, 0xAB, 0xCD])]);
        Conversation played = Conversation.Of<DhcpAnalyser>([Said.Client(relayed)], view);
        DhcpMessage row = (DhcpMessage)played.Transactions.Single();
        Assert.Equal(("ge-1", "ab:cd", true), (row.CircuitId, row.RemoteId, row.ClientAddr.IsNone));
        Assert.Contains(played.Observe(view).OfType<Claim>(), c => c.Subject == view.Client && c.Value == "dhcp-relay");
        Assert.Contains(played.Observe(view).OfType<Claim>(), c => c.Subject == Subject.Of(Ct, default) && c.Value == "pump");
    }

    [Fact]
    public void Options_are_joined_from_all_their_parts()
    {
        byte[] message = Message(1, options: [Option(53, 1), Option(52, 3), Option(55, 1, 3), Option(55, 6)]);
        new byte[] { 55, 2, 15, 12, 255 }.CopyTo(message, 108);
        new byte[] { 12, 3, (byte)'a', (byte)'b', (byte)'c', 255 }.CopyTo(message, 44);
        DhcpMessage row = (DhcpMessage)Conversation.Of<DhcpAnalyser>([Said.Client(message)], Broadcast).Transactions.Single();
        Assert.Equal(("1,3,6,15,12", "abc", null, null), (row.ParameterList, row.HostName, row.BootFile, row.BootServer));
    }

    [Theory]
    [InlineData("", "dhcp.message-too-short")]
    [InlineData("03010600", "dhcp.operation-unknown")]
    [InlineData("01011100", "dhcp.hardware-address-too-long")]
    [InlineData("01010600", "dhcp.cookie-missing")]
    public void Malformed_messages_are_faults(string start, string fault)
    {
        byte[] bytes = start.Length == 0 ? new byte[100] : [.. Convert.FromHexString(start), .. new byte[296]];
        Assert.Equal(fault, Conversation.Of<DhcpAnalyser>([Said.Client(bytes)], Broadcast).Faults.Single().Id);
    }

    [Fact]
    public void A_truncated_option_is_a_fault_and_those_before_it_count()
    {
        byte[] message = [.. Message(1, options: [Option(53, 8), Option(12, "cam")])[..^1], 60, 200, 1, 2];
        Conversation played = Conversation.Of<DhcpAnalyser>([Said.Client(message)], Broadcast);
        DhcpMessage row = (DhcpMessage)played.Transactions.Single();
        Assert.Equal(("dhcp.option-truncated", "cam", "INFORM"), (played.Faults.Single().Id, row.HostName, row.MsgTypes[0]));
    }

    [Fact]
    public void DHCP_is_recognised_on_any_port_and_look_alikes_are_not()
    {
        static Match Of(byte[] bytes, ushort from = 40000, ushort to = 40001) =>
            DhcpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = from, ServerPort = to, Client = bytes });
        Assert.Equal(Match.Yes, Of(Discover));
        Assert.Equal(Match.YesReversed, Of(Ack));
        byte[] bootp = Discover[..236];
        Assert.Equal(Match.Yes, Of(bootp, 68, 67));
        Assert.Equal(Match.No, Of(bootp));
        Assert.Equal(Match.No, Of(Discover[..200], 68, 67));
        byte[] ethernetOfNine = [.. Discover];
        ethernetOfNine[2] = 9;
        Assert.Equal(Match.No, Of(ethernetOfNine, 68, 67));
        Assert.Equal(Match.No, Of([1, 1, 6, 40, .. Discover[4..]]));
    }

    [Fact]
    public void A_message_that_the_capture_cut_off_still_tells_its_addresses()
    {
        Opening opening = new() { Carrier = Carrier.Udp, ClientPort = 68, ServerPort = 67, Client = Discover.AsSpan(0, 86), Truncated = true };
        Assert.Equal(Match.Yes, DhcpAnalyser.Recognise(opening));
        Conversation sink = new();
        Segment segment = new() { Side = Side.Client, Bytes = Discover.AsSpan(0, 86), At = default, Missing = 200, Flow = Broadcast };
        new DhcpAnalyser().Consume(segment, sink);
        Assert.Equal((Ct, 0xDEADBEEF), (((DhcpMessage)sink.Transactions.Single()).Mac, ((DhcpMessage)sink.Transactions.Single()).Xid));
        Assert.Empty(sink.Faults);
    }

    [Fact]
    public void Any_options_are_survived() => Gen.Byte.Array[0, 300].Holds(bytes =>
    {
        byte[] message = [.. Message(1, options: Option(52, 3))[..^1], .. bytes];
        if (bytes.Length >= 64) bytes.AsSpan(0, 64).CopyTo(message.AsSpan(44));
        Conversation.Of<DhcpAnalyser>([Said.Client(message), Said.Server([2, .. message[1..]])], Lease).Observe(Lease);
    });

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Gen.String[Gen.Char['!', 'Z'], 1, 60], Gen.Byte.Array[1, 100], Gen.UInt).Holds((name, list, lease) =>
        {
            byte[] message = Message(2, yours: "10.1.2.3", options: [Option(53, 2), Option(15, name), Option(55, list), Option(51, (byte)(lease >> 24), (byte)(lease >> 16), (byte)(lease >> 8), (byte)lease)]);
            DhcpMessage row = (DhcpMessage)Conversation.Of<DhcpAnalyser>([Said.Server(message)], Lease).Transactions.Single();
            Assert.Equal((name, string.Join(',', list), TimeSpan.FromSeconds(lease), "10.1.2.3"), (row.Domain, row.ParameterList, row.LeaseTime, row.AssignedAddr.ToString()));
        });
}
