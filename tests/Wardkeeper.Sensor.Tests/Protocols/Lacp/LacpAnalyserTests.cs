using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Lacp;

namespace Wardkeeper.Sensor.Tests.Protocols.Lacp;

/// <summary>All frames are constructed: the shared collection has no real ones.</summary>
public sealed class LacpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x8809);

    [Fact]
    public void Both_ends_are_read()
    {
        Conversation said = Of(Seeds.Read("lacp", "statement"), Seeds.Read("lacp", "statement"));
        Golden.Hold("statement", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void System_is_claimed_as_another_address_of_the_port() =>
        Assert.Equal(["OtherMac 00:00:5e:00:53:a1"], Of(Seeds.Read("lacp", "statement")).Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Fact]
    public void Frame_without_a_partner_is_a_named_fault()
    {
        byte[] frame = Seeds.Read("lacp", "statement");
        frame[22] = 3;
        Assert.Equal("lacp.malformed", Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        byte[] frame = Seeds.Read("lacp", "statement");
        for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
    }

    [Fact]
    public void Other_slow_protocols_are_not_aggregation() =>
        Assert.Equal(Match.No, LacpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x8809, Client = [3, 0, 0x50, 0, .. new byte[60]] }));

    private static Conversation Of(params byte[][] frames) => Conversation.Of<LacpAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
