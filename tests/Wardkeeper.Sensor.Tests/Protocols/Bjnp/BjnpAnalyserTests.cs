using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Bjnp;

namespace Wardkeeper.Sensor.Tests.Protocols.Bjnp;

public sealed class BjnpAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 8611);

    [Fact]
    public void Answers_are_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<BjnpAnalyser>([new(Side.Client, Seed("discover")), new(Side.Server, Seed("found")), new(Side.Server, Seed("id"))], Udp);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Contains(played.Observe(Udp), one => one is Claim { Kind: ClaimKind.Model, Value: "MX870 series" });
    }

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal([BjnpFaults.Short], Conversation.Of<BjnpAnalyser>([Said.Client("BJNP\u0001")], Udp).Faults);

    [Fact]
    public void Look_alikes_are_not_taken()
    {
        Assert.Equal(Match.Yes, BjnpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Seed("discover") }));
        Assert.Equal(Match.YesReversed, BjnpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Seed("found") }));
        Assert.Equal(Match.No, BjnpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = "BJNQ000000000000"u8 }));
    }

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "bjnp" && seed.Name == name).Bytes;
}
