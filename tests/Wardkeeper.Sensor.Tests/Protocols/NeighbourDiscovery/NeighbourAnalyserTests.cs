using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

namespace Wardkeeper.Sensor.Tests.Protocols.NeighbourDiscovery;

public sealed class NeighbourAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Icmp, 135, 136);

    [Fact]
    public void All_five_messages_are_read()
    {
        Conversation said = Of(
            Said.Client(Seeds.Read("nd", "router-solicitation")), Said.Server(Seeds.Read("nd", "router-advertisement")), Said.Client(Seeds.Read("nd", "solicitation")),
            Said.Server(Seeds.Read("nd", "advertisement")), Said.Server(Seeds.Read("nd", "redirect")));
        Golden.Hold("five-messages", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Router_and_addresses_are_claimed()
    {
        Conversation said = Of(Said.Server(Seeds.Read("nd", "router-advertisement")), Said.Client(Seeds.Read("nd", "solicitation")), Said.Server(Seeds.Read("nd", "advertisement")));
        string[] claims = [.. said.Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "02:00:00:00:00:02 10.0.0.2 AddressBinding 10.0.0.2", "02:00:00:00:00:02 10.0.0.2 Role router",
            "02:00:00:00:00:01 10.0.0.1 AddressBinding 10.0.0.1",
            "02:00:00:00:00:02 2001:db8::2 AddressBinding 2001:db8::2", "02:00:00:00:00:02 10.0.0.2 Role router",
        ], claims);
    }

    [Fact]
    public void Probe_for_a_free_address_binds_nothing()
    {
        FlowView nobody = new() { Uid = "Ctest", Carrier = Carrier.Icmp, IpProtocol = 58, OriginatorMac = new MacAddress(0x020000000001) };
        Conversation said = Conversation.Of<NeighbourAnalyser>([Said.Client(Seeds.Read("nd", "solicitation")[..24])], nobody);
        Assert.Equal("probe", Assert.IsType<NeighbourStatement>(Assert.Single(said.Transactions)).Operation);
        Assert.Empty(said.Observe(nobody));
    }

    [Fact]
    public void Link_address_that_is_not_the_source_of_the_frame_is_marked()
    {
        Conversation said = Of(Said.Client(Seeds.Read("nd", "advertisement")));
        Assert.True(Assert.IsType<NeighbourStatement>(Assert.Single(said.Transactions)).SourceMismatch);
        Assert.Contains(said.Observe(View).OfType<Claim>(), claim => claim.Kind == ClaimKind.Anomaly);
    }

    [Theory]
    [InlineData(20, 0, 135, "nd.short")]
    [InlineData(32, 1, 1, "nd.unknown-type")]
    [InlineData(32, 8, 0xFF, "nd.multicast-target")]
    [InlineData(32, 25, 0, "nd.empty-option")]
    [InlineData(32, 25, 2, "nd.option-too-long")]
    public void Malformed_message_is_a_named_fault(int length, int at, byte value, string fault)
    {
        byte[] message = Seeds.Read("nd", "solicitation")[..length];
        message[at] = value;
        Assert.Equal(fault, Assert.Single(Of(Said.Client(message)).Faults).Id);
        Assert.Equal(fault.Contains("option", StringComparison.Ordinal) ? Match.Yes : Match.No, NeighbourAnalyser.Recognise(new Opening { Carrier = Carrier.Icmp, Client = message }));
    }

    [Fact]
    public void Half_an_address_at_the_end_of_the_dns_servers_is_a_fault()
    {
        byte[] message = [.. Seeds.Read("nd", "router-advertisement")[..16], 25, 4, .. new byte[30]];
        Assert.Equal("nd.dns-servers-length", Assert.Single(Of(Said.Server(message)).Faults).Id);
    }

    [Fact]
    public void Flood_of_options_is_bounded()
    {
        byte[] message = [.. Seeds.Read("nd", "router-solicitation"), .. Enumerable.Repeat<byte[]>([200, 1, 0, 0, 0, 0, 0, 0], 200).SelectMany(option => option)];
        Assert.Equal("nd.too-many-options", Assert.Single(Of(Said.Client(message)).Faults).Id);
    }

    [Fact]
    public void Echo_is_not_neighbour_discovery() =>
        Assert.Equal(Match.No, NeighbourAnalyser.Recognise(new Opening { Carrier = Carrier.Icmp, Client = new byte[] { 128, 0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0 } }));

    private static Conversation Of(params Said[] said) => Conversation.Of<NeighbourAnalyser>(said, View);
}
