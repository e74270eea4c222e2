using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7ObservationTests
{
    [Fact]
    public void An_acknowledged_message_tells_who_sends_and_who_receives()
    {
        FlowView view = Conversation.View();
        IReadOnlyList<Observation> seen = Conversation.Of<Hl7Analyser>([Sends(Message("1")), Answers(Ack("1"))]).Observe(view);
        Assert.Equal(
            [
                (view.Client, ClaimKind.HlApplication, "APP"), (view.Client, ClaimKind.HlFacility, "FAC"), (view.Client, ClaimKind.Role, "hl7-sender"), (view.Client, ClaimKind.Role, "result-reporter"),
                (view.Client, ClaimKind.HlMessageType, "ORU^R01 sends"), (view.Server, ClaimKind.Role, "hl7-receiver"), (view.Server, ClaimKind.Role, "result-recipient"), (view.Server, ClaimKind.HlApplication, "RAPP"),
                (view.Server, ClaimKind.HlFacility, "RFAC"), (view.Server, ClaimKind.HlMessageType, "ORU^R01 receives"),
            ],
            seen.OfType<Claim>().Select(c => (c.Subject, c.Kind, c.Value)));
        ServiceSighting service = Assert.Single(seen.OfType<ServiceSighting>());
        Assert.Equal((view.Server, view.ServerPort, "hl7", "RAPP"), (service.Subject, service.Port, service.Service, service.Banner));
    }

    [Fact]
    public void A_message_without_acknowledgement_says_nothing_of_its_receiver()
    {
        FlowView view = Conversation.View();
        Assert.All(Conversation.Of<Hl7Analyser>([Sends(Message("1"))]).Observe(view), o => Assert.Equal(view.Client, o.Subject));
    }

    [Fact]
    public void A_lone_acknowledgement_shows_a_receiver()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Answers(Ack("1"))]);
        Assert.True(Single(conversation).IsAck);
        Assert.Contains(conversation.Observe(), o => o is Claim { Kind: ClaimKind.Role, Value: "hl7-receiver" });
    }
}
