using System.IO.Compression;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public class HttpAnalyserTests
{
    private static readonly Said[] Pages =
    [
        Said.Client("GET /admin/index.html HTTP/1.1\r\nHost: nas.ward\r\nUser-Agent: Browser/5.0\r\nReferer: http://nas.ward/\r\nAuthorization: Basic bnVyc2U6czNjcmV0\r\nVia: 1.1 proxy\r\n\r\n"),
        Said.Server("HTTP/1.1 401 Unauthorized\r\nServer: lighttpd/1.4.71\r\nWWW-Authenticate: Basic realm=\"Ward NAS\", charset=\"UTF-8\"\r\nContent-Length: 0\r\n\r\n"),
        Said.Client("HEAD /file.bin HTTP/1.1\r\nHost: nas.ward\r\nUser-Agent: Browser/5.0\r\n\r\n"),
        Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 123456\r\n\r\n"),
        Said.Client("POST /upload HTTP/1.1\r\nHost: nas.ward\r\nExpect: 100-continue\r\nContent-Length: 13\r\nContent-Type: application/json\r\nOrigin: http://nas.ward\r\n\r\n"),
        Said.Server("HTTP/1.1 100 Continue\r\n\r\n"),
        Said.Client("{\"dose\": 0.5}"),
        Said.Server("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html; charset=gb2312\r\n\r\n"
            + "1f;x=\"y\"\r\n<!DOCTYPE html><html><head>\r\n<t\r\n1c\r\nitle>\xCA\xE4\xD2\xBA\xB1\xC3 &amp; Co</title>\r\n0\r\nX-Sum: 1\r\n\r\n"),
        Said.Client("OPTIONS * HTTP/1.1\nHost: nas.ward\n\n"),
        Said.Server("HTTP/1.1 204 No Content\nAllow: GET\n\n"),
        Said.Client("GET /until-close HTTP/1.0\r\n\r\n"),
        Said.Server("HTTP/1.0 200 OK\r\nContent-Disposition: attachment; filename=\"manual.pdf\"\r\n\r\n%PDF-1.7 and so on"),
    ];

    private static readonly Said[] Pipelined =
    [
        Said.Client("\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\nPUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloDELETE /c HTTP/1.1\r\nHost: h\r\n\r\n"),
        Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
        Said.Server("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nlast"),
        Said.Client("GET /d HTTP/1.1\r\nHost: h\r\n\r\n"),
        Said.Server("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n0\r\n\r\n"),
        Said.Client("GET /never-answered HTTP/1.1\r\nHost: h\r\n\r\n"),
    ];

    public static TheoryData<string> Conversations => ["pages", "pipelined"];

    [Fact]
    public void Requests_are_reported_with_their_responses() => Golden.Hold("pages", Conversation.Of<HttpAnalyser>(Pages).Lines);

    [Fact]
    public void Pipelined_requests_find_their_responses_in_order() => Golden.Hold("pipelined", Conversation.Of<HttpAnalyser>(Pipelined).Lines);

    [Theory]
    [MemberData(nameof(Conversations))]
    public void It_does_not_matter_where_the_bytes_are_cut(string which) => Splits.HoldFor<HttpAnalyser>(Of(which));

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Lost_bytes_pair_no_response_with_a_foreign_request(string which)
    {
        // A half of an exchange may stand alone; a pair must be one that was there.
        Splits.SurviveGapsFor<HttpAnalyser>([.. Of(which), Said.Client("GET /half HTTP/1.1\r\n\r\n")], static transaction =>
        {
            if (transaction is not HttpExchange exchange) return "a file, told of beside its exchange";
            return exchange.Method is null || exchange.StatusCode is null ? "half" : $"{exchange.Method} {new PatientNames(false).Render(exchange.Uri!.Value)} {exchange.StatusCode}";
        });
    }

    [Fact]
    public void A_body_of_known_length_is_skipped_in_step_when_bytes_of_it_are_lost()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(
        [
            Said.Client("GET /big HTTP/1.1\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nGIF89a"), Said.Lost(Side.Server, 990), Said.Server("tail"),
            Said.Client("GET /next HTTP/1.1\r\n\r\n"), Said.Server("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        ]);
        Assert.Equal([200L, 404L], played.Transactions.Select(one => ((HttpExchange)one).StatusCode!.Value));
        Assert.Equal(1000, ((HttpExchange)played.Transactions[0]).ResponseBodyLen);
        Assert.Equal(["image/gif"], ((HttpExchange)played.Transactions[0]).RespMimeTypes!);
    }

    [Fact]
    public void Responses_alone_are_reported()
    {
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\nHTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok")]);
        Assert.Equal([200L, 302L], played.Transactions.Select(one => ((HttpExchange)one).StatusCode!.Value));
        Assert.All(played.Transactions, one => Assert.Null(((HttpExchange)one).Method));
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi", "websocket")]
    [InlineData("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "http2")]
    [InlineData("CONNECT pacs:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\n", null)]
    public void Tunnels_hand_the_stream_over(string request, string response, string? successor)
    {
        Said[] said = [Said.Client(request), Said.Server(response)];
        Conversation played = Conversation.Of<HttpAnalyser>(said);
        Assert.Equal(Continuation.HandOver, played.Outcome);
        Assert.Equal(successor, played.Successor);
        Assert.Single(played.Transactions.OfType<HttpExchange>());
        Splits.HoldFor<HttpAnalyser>(said);
    }

    [Fact]
    public void A_refused_tunnel_goes_on_as_http()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(
        [
            Said.Client("CONNECT pacs:443 HTTP/1.1\r\n\r\n"), Said.Server("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"out\"\r\nContent-Length: 0\r\n\r\n"),
            Said.Client("CONNECT pacs:443 HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpwdw==\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\n\r\n"),
        ]);
        Assert.Equal(["407", "200 user"], played.Transactions.Select(one => $"{((HttpExchange)one).StatusCode} {((HttpExchange)one).Username}".Trim()));
    }

    [Fact]
    public void A_refused_expectation_may_leave_the_body_out()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(
        [
            Said.Client("PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n"), Said.Server("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"),
            Said.Client("GET /y HTTP/1.1\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ]);
        Assert.Equal([417L, 200L], played.Transactions.Select(one => ((HttpExchange)one).StatusCode!.Value));
    }

    [Fact]
    public void Gzip_is_unpacked_for_type_title_and_length()
    {
        string page = "<html><head><title>Infusion gateway</title></head>" + new string(' ', 100_000) + "</html>";
        byte[] packed = Packed(Encoding.ASCII.GetBytes(page));
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client("GET / HTTP/1.1\r\n\r\n"), Said.Server([.. head, .. packed])]);
        HttpExchange exchange = Assert.IsType<HttpExchange>(Assert.Single(played.Transactions));
        Assert.Equal((page.Length, "Infusion gateway"), (exchange.ResponseBodyLen, exchange.Title));
    }

    [Fact]
    public void A_bomb_is_unpacked_no_further_than_a_page_and_reported()
    {
        byte[] packed = Packed(new byte[50_000_000]);
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client("GET / HTTP/1.1\r\n\r\n"), Said.Server([.. head, .. packed])]);
        Assert.Contains(HttpFaults.Expansion, played.Faults);
        Assert.Equal(50_000_000, ((HttpExchange)played.Transactions[0]).ResponseBodyLen);
    }

    [Fact]
    public void Both_ends_are_described_once()
    {
        IReadOnlyList<Observation> seen = Conversation.Of<HttpAnalyser>(Pages).Observe();
        Assert.Equal(["Browser/5.0"], seen.OfType<Claim>().Where(claim => claim.Kind == ClaimKind.UserAgent).Select(claim => claim.Value));
        Assert.Equal(["lighttpd/1.4.71"], seen.OfType<Claim>().Where(claim => claim.Kind == ClaimKind.Software).Select(claim => claim.Value));
        Assert.Equal(["Ward NAS", "输液泵 & Co"], seen.OfType<Claim>().Where(claim => claim.Kind == ClaimKind.Description).Select(claim => claim.Value));
        Assert.Equal("lighttpd/1.4.71", seen.OfType<ServiceSighting>().First().Banner);
    }

    [Fact]
    public void A_upnp_description_tells_maker_model_and_name()
    {
        string xml = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>"
            + "<friendlyName>Ward &amp; TV</friendlyName><manufacturer>Acme</manufacturer><modelName>TV-9</modelName><serialNumber>S123</serialNumber></device></root>";
        IReadOnlyList<Observation> seen = Conversation.Of<HttpAnalyser>(
            [Said.Client("GET /desc.xml HTTP/1.1\r\n\r\n"), Said.Server($"HTTP/1.1 200 OK\r\nContent-Length: {xml.Length}\r\nContent-Type: text/xml\r\n\r\n{xml}")]).Observe();
        Assert.Equal(
            ["FriendlyName Ward & TV", "Vendor Acme", "Model TV-9", "SerialNumber S123", "AnnouncedService urn:schemas-upnp-org:device:MediaServer:1"],
            seen.OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));
    }

    [Fact]
    public void Titles_of_error_pages_describe_nobody()
    {
        string page = "<html><title>404 Not Found</title>";
        IReadOnlyList<Observation> seen = Conversation.Of<HttpAnalyser>([Said.Client("GET /x HTTP/1.1\r\n\r\n"), Said.Server($"HTTP/1.1 404 No\r\nContent-Length: {page.Length}\r\n\r\n{page}")]).Observe();
        Assert.Empty(seen.OfType<Claim>());
    }

    [Fact]
    public void Segments_within_a_body_allocate_nothing()
    {
        HttpAnalyser analyser = new();
        Conversation sink = new();
        FlowView flow = Conversation.View();
        analyser.Consume(new Segment { Side = Side.Client, Bytes = "GET / HTTP/1.1\r\n\r\n"u8, At = default, Flow = flow }, sink);
        analyser.Consume(new Segment { Side = Side.Server, Bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"u8, At = default, Flow = flow }, sink);
        byte[] bytes = new byte[1448];
        for (int i = 0; i < 20; i++) analyser.Consume(new Segment { Side = Side.Server, Bytes = bytes, At = default, Flow = flow }, sink);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 10_000; i++) analyser.Consume(new Segment { Side = Side.Server, Bytes = bytes, At = default, Flow = flow }, sink);
        }));
    }

    private static Said[] Of(string which) => which == "pages" ? Pages : Pipelined;

    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream into = new();
        using (GZipStream zip = new(into, CompressionLevel.Optimal)) zip.Write(bytes);
        return into.ToArray();
    }
}
