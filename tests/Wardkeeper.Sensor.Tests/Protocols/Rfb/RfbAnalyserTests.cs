using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rfb;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Rfb;

public sealed class RfbAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("RFB 003.008\n"),
        Said.Client("RFB 003.008\n"),
        Said.Server(2, 2, 16),
        Said.Client(2),
        Said.Server(new byte[16]),
        Said.Client(new byte[16]),
        Said.Server(0, 0, 0, 0),
        Said.Client(1),
        Said.Server([5, 0, 4, 0, .. new byte[16], 0, 0, 0, 4, .. "CT-1"u8]),
        Said.Client(0, 0, 0, 0),
        Said.Server(new byte[100]),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RfbAnalyser>(Session);
        Golden.Hold("session", played.Lines);
        Assert.Equal(Continuation.Done, played.Outcome);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.FriendlyName, Value: "CT-1" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RfbAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RfbAnalyser>(Session, one => ((RfbSession)one).DesktopName is null or "CT-1" ? "" : "invented");

    [Fact]
    public void Without_a_password_the_desktop_comes_at_once()
    {
        List<Said> said = [Said.Server("RFB 003.003\n"), Said.Client("RFB 003.003\n"), Said.Server(0, 0, 0, 1), Said.Client(0), Session[8]];
        RfbSession session = Assert.IsType<RfbSession>(Assert.Single(Conversation.Of<RfbAnalyser>(said).Transactions));
        Assert.Equal(("None", true, false, "CT-1"), (session.AuthenticationMethod, session.Auth, session.ShareFlag, session.DesktopName));
        Splits.HoldFor<RfbAnalyser>(said);
    }

    [Fact]
    public void A_wrong_password_is_told()
    {
        List<Said> said = [.. Session[..6], Said.Server(0, 0, 0, 1, 0, 0, 0, 3, 66, 97, 100)];
        Assert.False(Assert.IsType<RfbSession>(Assert.Single(Conversation.Of<RfbAnalyser>(said).Transactions)).Auth);
    }

    [Theory]
    [InlineData("captures/lab/it-services2.pcap")]
    [InlineData("captures/zeek/rfb/vnc-scanner.pcap")]
    [InlineData("captures/suricata-verify/rfb-rules/00-vnc-openwall-3.7.pcap")]
    [InlineData("captures/suricata-verify/rfb-partial-tx/in.pcap")]
    [InlineData("captures/suricata-verify/rfb-failure/rfb_failure_16.pcap")]
    public void Captures_give_their_sessions(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RfbSession>.Of(capture)));

    [Theory]
    [InlineData("RFB 003.008\n", Match.Yes)]
    [InlineData("RFB 0x3.008\n", Match.No)]
    [InlineData("RFB 003.008 ", Match.No)]
    [InlineData("RF", Match.NeedMore)]
    [InlineData("RTSP/1.0 200", Match.No)]
    public void Versions_are_recognised(string server, object match) =>
        Assert.Equal(match, RfbAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = Encoding.Latin1.GetBytes(server), FromStart = true }));
}
