using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7RecogniserTests
{
    [Fact]
    public void The_sender_of_the_first_message_is_the_client_whoever_opened()
    {
        Assert.Equal(Match.Yes, Look(client: "\u000B" + Message()));
        Assert.Equal(Match.YesReversed, Look(server: "\u000B" + Message()));
        Assert.Equal(Match.Yes, Look(client: "\u000B" + Message(), server: "\u000B" + Ack("1")));
        Assert.Equal(Match.YesReversed, Look(client: "\u000B" + Ack("1"), server: "\u000B" + Message()));
    }

    [Fact]
    public void In_mid_stream_an_acknowledgement_tells_the_direction()
    {
        Assert.Equal(Match.YesReversed, Look(client: "\u000B" + Ack("1"), fromStart: false));
        Assert.Equal(Match.Yes, Look(server: "\u000B" + Ack("1"), fromStart: false));
        Assert.Equal(Match.Yes, Look(client: "\u000B" + Message(), fromStart: false));
    }

    [Theory]
    [InlineData("MSH|^~\\&|A")]
    [InlineData("\u000BFHS|^~\\&|A")]
    [InlineData("\u000BMSH#$%*@#A")]
    [InlineData("\u000BMSH|^~\\&#|A")]
    [InlineData("\u000BMSH|^|A")]
    public void Other_beginnings_of_messages_are_known(string opening) => Assert.Equal(Match.Yes, Look(client: opening + new string('a', 600)));

    [Theory]
    [InlineData("\u000B")]
    [InlineData("\u000BMS")]
    [InlineData("\u000BMSH|^~\\")]
    [InlineData("M")]
    [InlineData("MSH|^~\\&|A|B|C")]
    public void A_beginning_that_is_cut_needs_more(string opening) => Assert.Equal(Match.NeedMore, Look(client: opening));

    [Theory]
    [InlineData("\u000B\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009")]
    [InlineData("\u000B\u0000\u0000\u0000MSH|^~\\&|A")]
    [InlineData("\u000BMSH hello there")]
    [InlineData("\u000BMSHA^~\\&AAAAAAA")]
    [InlineData("\u000BMSH||||||||||||")]
    [InlineData("\u000BMSH|^^^^|AAAAAAAA")]
    [InlineData("\u000BMSH|abcd|AAAAAAAA")]
    [InlineData("\u000BMSH|^~\\&#!|AAAAAAA")]
    [InlineData("\u000BPID|^~\\&|A")]
    [InlineData("MSH: motd shell\r\n")]
    [InlineData("MAIL FROM:<a@b>\r\n")]
    [InlineData("BHS file transfer")]
    [InlineData("FETCH 1 BODY[]\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("ISA*00*          *")]
    [InlineData("H|\\^&|||ANALYZER")]
    public void Look_alikes_are_refused(string opening)
    {
        Assert.Equal(Match.No, Look(client: opening));
        Assert.Equal(Match.No, Look(server: opening));
        Assert.Equal(Match.No, Look(client: "\u000B" + Message(), server: opening));
    }

    [Fact]
    public void A_header_that_never_shows_its_type_is_decided_within_the_look_ahead() =>
        Assert.Equal(Match.Yes, Look(client: "\u000BMSH|^~\\&|" + new string('A', Hl7Recogniser.LookAhead)));

    private static Match Look(string client = "", string server = "", bool fromStart = true) => Hl7Analyser.Recognise(new Opening
    {
        Carrier = Carrier.Tcp,
        Client = Encoding.Latin1.GetBytes(client),
        Server = Encoding.Latin1.GetBytes(server),
        FromStart = fromStart,
    });
}
