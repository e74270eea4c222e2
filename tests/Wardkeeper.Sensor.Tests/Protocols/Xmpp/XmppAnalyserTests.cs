using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Xmpp;

namespace Wardkeeper.Sensor.Tests.Protocols.Xmpp;

public sealed class XmppAnalyserTests
{
    private const string Open = "<?xml version='1.0'?><stream:stream from='nurse@ward.example/desk' to='ward.example' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

    private static readonly List<Said> Session =
    [
        Said.Client(Open),
        Said.Server("<?xml version='1.0'?><stream:stream id='x' from='ward.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>"),
        Said.Client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0nurse\0secret")) + "</auth>"),
        Said.Server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
        Said.Client(Open),
        Said.Server("<stream:stream id='y'><iq type='get' id='v'><query xmlns='jabber:iq:version'/></iq>"),
        Said.Client("<iq type='result' id='v'><query xmlns='jabber:iq:version'><name>Psi</name><version>1.5</version><os>Windows 10</os></query></iq><presence/><message to='a'><body>Zhang &gt; 1</body></message></stream:stream>"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<XmppAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows 10" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<XmppAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<XmppAnalyser>(Session, one => one.Log);

    [Fact]
    public void Encryption_hands_over()
    {
        Conversation played = Conversation.Of<XmppAnalyser>([Said.Client(Open), Said.Server("<stream:stream><stream:features><starttls><required/></starttls></stream:features>"), Said.Client("<starttls/>"), Said.Server("<proceed/>")]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.Equal("started", Assert.IsType<XmppSession>(Assert.Single(played.Transactions)).StartTls);
    }

    [Theory]
    [InlineData("<?xml version='1.0'?><stream:stream to='a' xmlns='jabber:client'>", Match.Yes)]
    [InlineData("<?xml version='1.0'?><stre", Match.NeedMore)]
    [InlineData("<?xml version='1.0'?><Envelope>", Match.No)]
    [InlineData("<html>", Match.No)]
    public void Openings_are_recognised(string client, object match) =>
        Assert.Equal(match, XmppAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), FromStart = true }));

    [Fact]
    public void Endless_tags_are_faults()
    {
        Assert.Equal([XmppFaults.TagTooLong], Conversation.Of<XmppAnalyser>([Said.Client("<" + new string('x', 5000))]).Faults);
        Assert.Equal(Continuation.Done, Conversation.Of<XmppAnalyser>([Said.Client(Open), Said.Client("<" + new string('x', 5000))]).Outcome);
    }
}
