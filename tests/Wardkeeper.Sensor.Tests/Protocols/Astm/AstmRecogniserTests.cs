using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Astm;
using static Wardkeeper.Sensor.Tests.Protocols.Astm.AstmText;

namespace Wardkeeper.Sensor.Tests.Protocols.Astm;

public sealed class AstmRecogniserTests
{
    [Theory]
    [InlineData("\u0005", "", "NeedMore")]
    [InlineData("\u0005", "\u0006", "NeedMore")]
    [InlineData("\u0005\u00021H|\\^&|", "\u0006", "Yes")]
    [InlineData("\u0006", "\u0005\u00021H|\\^&|", "Yes")]
    [InlineData("", "H|\\^&|||", "Yes")]
    [InlineData("H|@^\\|", "", "Yes")]
    [InlineData("H|\\\\^&|", "", "Yes")]
    [InlineData("H|\\^&\r", "", "Yes")]
    [InlineData("\r\n\u0005\r\nH|\\^&|", "", "Yes")]
    [InlineData("\u00021H|\\^", "", "NeedMore")]
    [InlineData("\u0005\u0005\u0005", "\u0015\u0015\u0015", "Yes")]
    [InlineData("\u0005\u0005\u0005", "\u0006\u0006\u0006", "NeedMore")]
    [InlineData("HEAD / HTTP/1.1\r\n", "", "No")]
    [InlineData("HTTP/1.1 200 OK\r\n", "", "No")]
    [InlineData("H|||||||", "", "No")]
    [InlineData("H|\\^&X|", "", "No")]
    [InlineData("H|name|value", "", "No")]
    [InlineData("\u0005\u0001\u0000", "", "No")] // SOCKS 5
    [InlineData("\u0004\u0001\u0000P", "", "No")] // SOCKS 4
    [InlineData("\u0002\u0000\u0000\u0000", "", "No")]
    [InlineData("\u000224/10/29 13:08 ID# 1DC", "", "No")] // an analyser's own protocol
    [InlineData("\u0005\u00021H|\\^&|", "220 ready\r\n", "No")]
    public void Content_decides(string client, string server, string expected) =>
        Assert.Equal(Enum.Parse<Match>(expected), Recognise(Encoding.Latin1.GetBytes(client), Encoding.Latin1.GetBytes(server)));

    [Fact]
    public void In_mid_transfer_a_right_checksum_is_needed()
    {
        byte[] right = Frame(4, Result[3] + "\r"), wrong = Frame(4, Result[3] + "\r", checksum: "00");
        Assert.Equal(Match.Yes, Recognise(right, [6]));
        Assert.Equal(Match.NeedMore, Recognise(right.AsSpan(0, 30), [6]));
        Assert.Equal(Match.No, Recognise(wrong, [6]));
    }

    private static Match Recognise(ReadOnlySpan<byte> client, ReadOnlySpan<byte> server)
    {
        Opening opening = new() { Carrier = Carrier.Tcp, ClientPort = 40000, ServerPort = 15200, Client = client, Server = server, FromStart = true };
        return AstmAnalyser.Recognise(in opening);
    }
}
