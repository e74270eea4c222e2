using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Hsrp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Hsrp;

public sealed class HsrpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 1985, 1985);

    [Fact]
    public void Both_versions_are_read_and_no_text_that_authenticates_is_shown()
    {
        Conversation said = Of(Seeds.Read("hsrp", "active"), Seeds.Read("hsrp", "active"), Seeds.Read("hsrp", "resign"), Seeds.Read("hsrp", "second"));
        Golden.Hold("versions", said.Lines);
        Assert.DoesNotContain(said.Lines, line => line.Contains("ward4key", StringComparison.Ordinal));
    }

    [Fact]
    public void Active_router_is_claimed_with_the_shared_address() =>
        Assert.Equal(["Role router", "AddressBinding 10.0.4.1"], Of(Seeds.Read("hsrp", "active")).Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Fact]
    public void Unknown_state_is_a_named_fault()
    {
        byte[] hello = Seeds.Read("hsrp", "active");
        hello[2] = 3;
        Assert.Equal("hsrp.malformed", Assert.Single(Of(hello).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_statement_is_survived()
    {
        byte[] statement = Seeds.Read("hsrp", "second");
        for (int length = 0; length < statement.Length; length++) Of(statement[..length]);
    }

    [Fact]
    public void Same_bytes_on_another_port_are_not_it() =>
        Assert.Equal(Match.No, HsrpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 40000, ServerPort = 5000, Client = Seeds.Read("hsrp", "active") }));

    [Theory]
    [InlineData("ndpi/hsrp0.pcap", "first")]
    [InlineData("ndpi/hsrp2.pcap", "second")]
    [InlineData("tcpdump/HSRP_coup.pcap", "coup")]
    public void Real_routers_are_read(string capture, string name) => Golden.Hold("real-" + name, Conversation.Render(CaptureRows<HsrpStatement>.Of("captures/" + capture)));

    private static Conversation Of(params byte[][] statements) => Conversation.Of<HsrpAnalyser>(statements.Select(statement => Said.Client(statement)), View);
}
