using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Stp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Stp;

public sealed class StpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x4242);

    [Fact]
    public void All_kinds_are_read()
    {
        Conversation said = Of("configuration", "notice", "rapid", "multiple");
        Golden.Hold("kinds", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Tree_of_a_vlan_names_it()
    {
        Conversation said = Conversation.Of<StpAnalyser>([Said.Client(Seeds.Read("stp", "per-vlan"))], Conversation.View(Carrier.Link, 0, 0, 0x010B));
        Assert.Equal(10, Assert.IsType<Bpdu>(Assert.Single(said.Transactions)).Vlan);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Bridge_is_claimed_with_its_own_address_and_port() =>
        Assert.Equal(["Role switch", "OtherMac 00:00:5e:00:53:b2", "SwitchPort 3"], Of("rapid").Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Fact]
    public void Unchanged_statement_is_shown_once_and_a_change_at_once() => Assert.Equal(3, Of("rapid", "rapid", "configuration", "rapid", "notice").Transactions.Count);

    [Theory]
    [InlineData("configuration", 2, 9, "stp.header")]
    [InlineData("multiple", 37, 1, "stp.trees")]
    public void Malformed_unit_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] unit = Seeds.Read("stp", seed);
        unit[at] = value;
        Assert.Equal(fault, Assert.Single(Of(unit).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_unit_is_survived()
    {
        byte[] unit = Seeds.Read("stp", "multiple");
        for (int length = 0; length < unit.Length; length++) Of(unit[..length]);
    }

    [Fact]
    public void Registration_of_vlans_beside_it_is_not_spanning_tree() =>
        Assert.Equal(Match.No, StpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x4242, Client = [0, 1, 1, 1, 2, 0, 0, 0] }));

    [Theory]
    [InlineData("pcapplusplus/Packet++Test/PacketExamples/Stp.pcap", "five-kinds")]
    [InlineData("tcpdump/802.1w_rapid_STP.pcap", "rapid")]
    [InlineData("tcpdump/rpvstp-trunk-native-vid5.pcap", "per-vlan")]
    [InlineData("ndpi/tor.pcap", "long")]
    public void Real_trees_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<Bpdu>.Of("captures/" + capture)));

    private static Conversation Of(params string[] seeds) => Of([.. seeds.Select(seed => Seeds.Read("stp", seed))]);

    private static Conversation Of(params byte[][] units) => Conversation.Of<StpAnalyser>(units.Select(unit => Said.Client(unit)), View);
}
