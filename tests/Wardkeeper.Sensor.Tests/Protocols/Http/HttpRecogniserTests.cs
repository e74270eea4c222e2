using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public class HttpRecogniserTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", "", "Yes")]
    [InlineData("PROPFIND /dav HTTP/1.0\n", "", "Yes")]
    [InlineData("\r\nPOST http://h/x HTTP/1.1\r\n", "", "Yes")]
    [InlineData("GET /unfinished", "", "NeedMore")]
    [InlineData("", "HTTP/1.1 200 OK\r\n", "Yes")]
    [InlineData("", "HTTP/1.", "NeedMore")]
    [InlineData("HTTP/1.1 404 Not Found\r\n", "", "YesReversed")]
    [InlineData("any garbage\r\n", "HTTP/1.1 400 Bad Request\r\n", "Yes")]
    [InlineData("OPTIONS rtsp://cam/1 RTSP/1.0\r\nCSeq: 1\r\n", "", "No")]
    [InlineData("DESCRIBE rtsp://cam/1 RTSP/1.0\r\n", "RTSP/1.0 200 OK\r\n", "No")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r\n", "", "No")]
    [InlineData("SOURCE /stream ICE/1.0\r\n", "", "No")]
    [InlineData("", "ICY 200 OK\r\n", "No")]
    [InlineData("", "HTTP/2.0 200 OK\r\n", "No")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "", "No")]
    [InlineData("M-SEARCH * HTTP/1.1\r\n", "", "No")]
    [InlineData("GET /\r\n", "", "No")]
    [InlineData("GIOP\x01\x02", "", "No")]
    [InlineData("USER anonymous\r\n", "220 ready\r\n", "No")]
    [InlineData("EHLO mail.example\r\n", "", "No")]
    [InlineData("MSH|^~\\&|", "", "No")]
    public void Content_decides(string client, string server, string expected)
    {
        Opening opening = new() { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), FromStart = true };
        Assert.Equal(Enum.Parse<Match>(expected), HttpAnalyser.Recognise(in opening));
    }

    [Fact]
    public void A_server_taken_for_the_originator_is_turned_round()
    {
        Opening opening = new() { Carrier = Carrier.Tcp, Server = "GET / HTTP/1.1\r\n"u8, FromStart = false };
        Assert.Equal(Match.YesReversed, HttpAnalyser.Recognise(in opening));
    }

    [Fact]
    public void An_endless_uri_is_recognised_before_its_end()
    {
        Opening opening = new() { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes("GET /" + new string('a', 1400)), FromStart = true };
        Assert.Equal(Match.Yes, HttpAnalyser.Recognise(in opening));
    }
}
