using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Glbp;

namespace Wardkeeper.Sensor.Tests.Protocols.Glbp;

public sealed class GlbpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 3222, 3222);

    [Fact]
    public void A_gateway_and_its_forwarder_are_read_and_no_text_that_authenticates_is_shown()
    {
        Conversation said = Of(Seeds.Read("glbp", "active"), Seeds.Read("glbp", "active"), Seeds.Read("glbp", "standby"));
        Golden.Hold("statements", said.Lines);
        Assert.Empty(said.Faults);
        Assert.DoesNotContain(said.Lines, line => line.Contains("ward4key", StringComparison.Ordinal));
        Assert.Equal(["Role router", "OtherMac 00:16:c7:12:34:56"], said.Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}").Distinct());
    }

    [Fact]
    public void Every_cut_of_a_statement_is_survived()
    {
        byte[] statement = Seeds.Read("glbp", "active");
        for (int length = 0; length < statement.Length; length++) Of(statement[..length]);
        Assert.Equal("glbp.malformed", Assert.Single(Of(statement[..20]).Faults).Id);
    }

    [Fact]
    public void Same_bytes_on_another_port_are_not_it() =>
        Assert.Equal(Match.No, GlbpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 40000, ServerPort = 3223, Client = Seeds.Read("glbp", "active") }));

    private static Conversation Of(params byte[][] statements) => Conversation.Of<GlbpAnalyser>(statements.Select(statement => Said.Client(statement)), View);
}
