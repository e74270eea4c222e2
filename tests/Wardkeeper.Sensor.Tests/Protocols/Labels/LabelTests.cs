using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Labels;

namespace Wardkeeper.Sensor.Tests.Protocols.Labels;

/// <summary>What all labels hold, beside what every protocol does.</summary>
public class LabelTests
{
    public static TheoryData<string> Names => [.. LabelTable.All.Select(label => label.Info.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_label_says_nothing_and_lets_the_flow_go(string name)
    {
        Protocol label = LabelTable.All.First(one => one.Info.Name == name);
        foreach ((_, _, byte[] bytes) in Seeds.All().Where(seed => seed.Protocol == name))
        {
            Carrier carrier = label.Info.Carriers.HasFlag(Carrier.Tcp) ? Carrier.Tcp : label.Info.Carriers;
            Conversation played = Conversation.Of(label, [Said.Client(bytes)], Conversation.View(carrier));
            Assert.Equal(Continuation.Done, played.Outcome);
            Assert.Empty(played.Lines);
            Assert.Empty(played.Faults);
        }
    }
}
