using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Sstp;

namespace Wardkeeper.Sensor.Tests.Protocols.Sstp;

public sealed class SstpAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("sstp", "request")),
        Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n"),
        Said.Client(0x10, 1, 0, 14, 0, 1, 0, 1, 0, 1, 0, 6, 0, 1),
        Said.Server(0x10, 1, 0, 48, 0, 2, 0, 1, 0, 4, 0, 40, 0, 0, 0, 3, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4),
        Said.Client(0x10, 0, 0, 12, 0xC0, 0x21, 1, 1, 0, 4, 0, 0),
        Said.Client(0x10, 1, 0, 8, 0, 8, 0, 0),
        Said.Server(0x10, 1, 0, 20, 0, 6, 0, 1, 0, 2, 0, 12, 0, 0, 0, 1, 0, 0, 0, 9),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SstpAnalyser>(Session);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Role, Value: "vpn-server" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SstpAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SstpAnalyser>(Session, one => ((SstpMessage)one).Kind);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal("sstp.no-head", Assert.Single(Conversation.Of<SstpAnalyser>([Said.Client("GET / HTTP/1.1\r\n\r\n")]).Faults).Id);
        Assert.Equal("sstp.malformed-packet", Assert.Single(Conversation.Of<SstpAnalyser>([Session[0], Said.Client(0x10, 1, 0, 2)]).Faults).Id);
    }
}
