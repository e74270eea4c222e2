using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.H323;

namespace Wardkeeper.Sensor.Tests.Protocols.H323;

public sealed class RasAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 1719, 1719);

    // Made by hand; tshark reads the same names, numbers and addresses in them.
    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("h225_ras", "discovery")),
        Said.Server(Seeds.Read("h225_ras", "confirm")),
        Said.Client(Seeds.Read("h225_ras", "registration")),
        Said.Server(Convert.FromHexString("10000001060008914a00040004006500700037")),
        Said.Client(Convert.FromHexString("258000020820006500700037010180b33c014003004f00520020003440028000070000000000000000000000000000000000")),
        Said.Server(Convert.FromHexString("2c000200")),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RasAnalyser>(Session, View);
        Golden.Hold("ras", played.Lines);
        Assert.Empty(played.Faults);
        string[] claims = [.. played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}")];
        foreach (string claim in (string[])["Model Codec 12", "Software 4.2.1", "FriendlyName 80045", "Role h323-terminal", "Role h323-gatekeeper"]) Assert.Contains(claim, claims);
    }

    [Fact]
    public void Every_cut_of_a_message_is_survived()
    {
        byte[] message = Seeds.Read("h225_ras", "registration");
        for (int length = 0; length < message.Length; length++) Conversation.Of<RasAnalyser>([Said.Client(message[..length])], View);
        Assert.Equal("h323.no-message", Assert.Single(Conversation.Of<RasAnalyser>([Said.Client(message[..40])], View).Faults).Id);
    }

    [Fact]
    public void Same_bytes_on_another_port_or_without_version_are_not_it()
    {
        byte[] message = Seeds.Read("h225_ras", "discovery");
        Assert.Equal(Match.Yes, RasAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 1719, ServerPort = 1718, Client = message }));
        Assert.Equal(Match.No, RasAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 40000, ServerPort = 5000, Client = message }));
        message[6] ^= 1;
        Assert.Equal(Match.No, RasAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = 1719, ServerPort = 1718, Client = message }));
    }
}
