using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Snmp;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Protocols.Snmp.BerWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Snmp;

public sealed class SnmpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 40000, 161);
    private static readonly byte[] Nothing = [5, 0];

    [Fact]
    public void Walk_of_an_agent_is_summed_up_and_its_values_are_shown()
    {
        Conversation said = Of(Said.Client(Seeds.Read("snmp", "get")), Said.Server(Seeds.Read("snmp", "response")), Said.Client(Seeds.Read("snmp", "bulk")), Said.Server(Seeds.Read("snmp", "response")));
        Golden.Hold("walk", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Version_3_shows_its_engine()
    {
        Conversation said = Of(Said.Client(Seeds.Read("snmp", "v3-discovery")), Said.Server(Seeds.Read("snmp", "v3-report")));
        Golden.Hold("version-3", said.Lines);
        Claim[] claims = [.. said.Observe(View).OfType<Claim>()];
        Assert.Equal(["snmp-agent", "02:00:00:00:00:09"], claims.Select(claim => claim.Value));
    }

    [Fact]
    public void Trap_shows_its_sender_as_an_agent()
    {
        Conversation said = Of(Said.Client(Seeds.Read("snmp", "trap-v1")));
        Golden.Hold("trap", said.Lines);
        Assert.Equal([(ClaimKind.SnmpObjectId, "1.3.6.1.4.1.999.1.1"), (ClaimKind.Role, "snmp-agent")], said.Observe(View).OfType<Claim>().Select(claim => (claim.Kind, claim.Value)));
        Assert.All(said.Observe(View), seen => Assert.Equal(View.Client, seen.Subject));
    }

    [Fact]
    public void Agent_is_claimed_with_what_it_says_of_itself()
    {
        byte[] answer = Message(1, "ward", Pdu(0xA2,
            Binding(Oid(1, 3, 6, 1, 2, 1, 1, 4, 0), Text("biomed@hospital.example")), Binding(Oid(1, 3, 6, 1, 2, 1, 1, 6, 0), Text("Ward 3, room 12")),
            Binding(Oid(1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1), Text("SN-1")), Binding(Oid(1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 2), Text("SN-of-a-module")),
            Binding(Oid(1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 13, 1), Text(""))));
        IReadOnlyList<Observation> seen = Of(Said.Client(Seeds.Read("snmp", "get")), Said.Server(answer)).Observe(View);
        Assert.Equal(
            [(ClaimKind.Contact, "biomed@hospital.example"), (ClaimKind.Location, "Ward 3, room 12"), (ClaimKind.SerialNumber, "SN-1"), (ClaimKind.Role, "snmp-agent"), (ClaimKind.WeakPassword, "-: guessable")],
            seen.OfType<Claim>().Select(claim => (claim.Kind, claim.Value)));
        Assert.All(seen, one => Assert.Equal(View.Server, one.Subject));
        Assert.Single(seen.OfType<ServiceSighting>());
    }

    [Fact]
    public void Community_is_never_written()
    {
        Conversation said = Of(Said.Client(Message(1, "s3cret-of-the-ward", Pdu(0xA3, Binding(Oid(1, 3, 6, 1, 2, 1, 1, 5, 0), Text("renamed"))))));
        SnmpFlow row = Assert.IsType<SnmpFlow>(Assert.Single(said.Transactions));
        Assert.Equal((false, 18L, 1L), (row.IsDefaultCommunity, row.CommunityLength, row.SetRequests));
        Assert.DoesNotContain("s3cret", said.Lines[0] + row, StringComparison.Ordinal);
    }

    [Fact]
    public void Flow_of_hours_is_summed_up_each_hour()
    {
        SnmpSums sums = new();
        Assert.False(sums.IsDue(CaptureTime.FromSeconds(0)));
        Assert.Null(SnmpPacket.Read(Seeds.Read("snmp", "get"), false, out SnmpPacket packet));
        sums.Count(in packet, new Segment { Side = Side.Client, Bytes = [1], At = CaptureTime.FromSeconds(100), Flow = View });
        Assert.False(sums.IsDue(CaptureTime.FromSeconds(3_699)));
        Assert.True(sums.IsDue(CaptureTime.FromSeconds(3_700)));
        sums.Begin();
        Assert.Null(sums.Row());
    }

    [Fact]
    public void Start_of_the_agent_follows_from_its_up_time()
    {
        SnmpFlow row = Of(Said.Server(Seeds.Read("snmp", "response"))).Transactions.OfType<SnmpFlow>().Single();
        Assert.Equal(row.Began!.Value.Nanoseconds - (65_536 * 10_000_000L), row.UpSince!.Value.Nanoseconds);
    }

    [Fact]
    public void Opening_that_is_an_answer_turns_the_flow_round()
    {
        Assert.Equal(Match.Yes, Recognise(Seeds.Read("snmp", "get")));
        Assert.Equal(Match.YesReversed, Recognise(Seeds.Read("snmp", "response")));
        Assert.Equal(Match.Yes, Recognise(Seeds.Read("snmp", "trap-v1")));
        Assert.Equal(Match.Yes, SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Server = Seeds.Read("snmp", "response") }));
        Assert.Equal(Match.YesReversed, SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Server = Seeds.Read("snmp", "get") }));
    }

    [Fact]
    public void Look_alikes_are_refused()
    {
        // A search request of directory service over UDP: also a sequence that begins with a small integer.
        Assert.Equal(Match.No, Recognise(Element(0x30, Integer(1), Element(0x63, Text(""), [10, 1, 0], [10, 1, 0], Integer(0), Integer(0), [1, 1, 0]))));
        // Right header, wrong operation; right operation, wrong version; a length that is not the datagram's.
        Assert.Equal(Match.No, Recognise(Message(1, "public", Pdu(0xA9))));
        Assert.Equal(Match.No, Recognise(Message(2, "public", Pdu(0xA0))));
        Assert.Equal(Match.No, Recognise([.. Seeds.Read("snmp", "get"), 0]));
        Assert.Equal(Match.No, Recognise(Seeds.Read("snmp", "get")[..^1]));
        Assert.Equal(Match.No, SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Seeds.Read("snmp", "get") }));
    }

    [Fact]
    public void Beginning_of_a_datagram_is_enough_when_the_capture_cut_it()
    {
        byte[] whole = Seeds.Read("snmp", "get");
        Assert.Equal(Match.Yes, SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = whole.AsSpan(0, 15), Truncated = true }));
        Assert.Equal(Match.No, SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = whole.AsSpan(0, 12), Truncated = true }));
    }

    [Fact]
    public void Message_that_is_broken_inside_is_snmp_with_a_fault()
    {
        byte[] broken = Message(0, "public", [0xA0, 0x7F, 2, 1]);
        Assert.Equal(Match.Yes, Recognise(broken));
        Conversation said = Of(Said.Client(broken));
        Assert.Equal("snmp.pdu", Assert.Single(said.Faults).Id);
        Assert.Equal(1, Assert.IsType<SnmpFlow>(Assert.Single(said.Transactions)).GetRequests);
    }

    [Theory]
    [InlineData(new byte[] { 0x30, 0x80, 2, 1, 1 }, "snmp.no-message")]
    [InlineData(new byte[] { 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF }, "snmp.no-message")]
    [InlineData(new byte[] { 0x30, 3, 2, 1, 2 }, "snmp.version")]
    [InlineData(new byte[] { 0x30, 3, 2, 1, 3 }, "snmp.v3-header")]
    [InlineData(new byte[] { 0x30, 7, 2, 1, 0, 4, 0, 0xA0, 0 }, "snmp.pdu")]
    public void Malformed_message_is_a_named_fault(byte[] message, string fault) =>
        Assert.Equal(fault, Assert.Single(Of(Said.Client(message)).Faults).Id);

    [Fact]
    public void Malformed_variable_is_a_fault_and_the_message_still_counts()
    {
        Conversation said = Of(Said.Server(Message(1, "public", Pdu(0xA2, [0x30, 2, 5, 0]))));
        Assert.Equal("snmp.binding", Assert.Single(said.Faults).Id);
        Assert.Equal(1, Assert.IsType<SnmpFlow>(Assert.Single(said.Transactions)).GetResponses);
    }

    [Fact]
    public void Flood_of_variables_is_bounded()
    {
        byte[][] flood = [.. Enumerable.Repeat(Binding(Oid(1, 3), Nothing), 600)];
        Assert.Equal("snmp.too-many-bindings", Assert.Single(Of(Said.Server(Message(1, "public", Pdu(0xA2, flood)))).Faults).Id);
    }

    [Fact]
    public void Object_identifiers_read_as_written() =>
        Gen.UInt.Array[0, 20].Holds(arcs =>
        {
            byte[] written = Oid([1, 3, .. arcs]);
            Assert.Equal(string.Join('.', (uint[])[1, 3, .. arcs]), SnmpObjects.Dotted(written.AsSpan(2)));
        });

    [Fact]
    public void Malformed_object_identifiers_have_no_text()
    {
        Assert.Null(SnmpObjects.Dotted([]));
        Assert.Null(SnmpObjects.Dotted([0x2B, 0x86]));
        Assert.Null(SnmpObjects.Dotted([0x2B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]));
        Assert.Null(SnmpObjects.Dotted([.. Enumerable.Repeat((byte)1, 100)]));
    }

    [Fact]
    public void Integers_read_as_written() =>
        Gen.Long.Holds(value =>
        {
            BerReader reader = new(Integer(value));
            Assert.True(reader.TryTakeInteger(out long read));
            Assert.Equal(value, read);
        });

    [Fact]
    public void Any_broken_byte_is_survived()
    {
        foreach ((string protocol, string _, byte[] bytes) in Seeds.All())
        {
            if (protocol != "snmp") continue;
            for (int at = 0; at < bytes.Length; at++)
            {
                foreach (byte value in (byte[])[0, 0x7F, 0x80, 0xFF])
                {
                    byte[] broken = [.. bytes];
                    broken[at] = value;
                    Of(Said.Client(broken), Said.Server(broken));
                }
            }
        }
    }

    private static Match Recognise(byte[] bytes) => SnmpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 40000, ServerPort = 40001, Client = bytes });

    private static Conversation Of(params Said[] said) => Conversation.Of<SnmpAnalyser>(said, View);

    [Theory]
    [InlineData("80000009030011223344aa", 9, "00:11:22:33:44:aa", "", null)]
    [InlineData("800001f401c0a80001", 500, "", "192.168.0.1", null)]
    [InlineData("80002a59046d79736e6d70", 10841, "", "", "mysnmp")]
    [InlineData("000000090000000102030405", 9, "", "", null)]
    public void Engines_are_taken_apart(string id, int enterprise, string mac, string ip, string? text)
    {
        SnmpEngine engine = Assert.NotNull(SnmpEngine.Read(Convert.FromHexString(id)));
        Assert.Equal((enterprise, mac, ip, text), ((int)engine.Enterprise, engine.Mac.IsNone ? "" : engine.Mac.ToString(), engine.Ip.IsNone ? "" : engine.Ip.ToString(), engine.Text));
    }

    [Fact]
    public void Users_and_levels_of_version_3_are_told() => Golden.Hold("snmpv3_synthetic", Conversation.Render(CaptureRows<SnmpFlow>.Of("captures/arkime/snmpv3_synthetic.pcap")));
}
