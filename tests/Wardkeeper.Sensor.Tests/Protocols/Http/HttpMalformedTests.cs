using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public class HttpMalformedTests
{
    private const string Hidden = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    public static TheoryData<string, string> Smuggling => new()
    {
        { "http.conflicting-content-length", "Content-Length: 0\r\nContent-Length: 36\r\n\r\n" + Hidden },
        { "http.conflicting-content-length", "Content-Length: 5, 6\r\n\r\n" + Hidden },
        { "http.bad-content-length", "Content-Length: -1\r\n\r\n" + Hidden },
        { "http.bad-content-length", "Content-Length: +3\r\n\r\n" + Hidden },
        { "http.bad-content-length", "Content-Length: 99999999999999999999\r\n\r\n" + Hidden },
        { "http.content-length-with-transfer-encoding", "Content-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden },
        { "http.content-length-with-transfer-encoding", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + Hidden },
        { "http.bad-transfer-encoding", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + Hidden },
        { "http.bad-transfer-encoding", "Transfer-Encoding: xchunked\r\n\r\n" + Hidden },
        { "http.bad-field", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + Hidden },
        { "http.folded-field", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + Hidden },
        { "http.bad-chunk", "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + Hidden },
        { "http.bad-chunk", "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n" + Hidden },
        { "http.bad-chunk", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n" + Hidden },
        { "http.bad-start-line", "\r\nGET / no version\r\n" + Hidden },
    };

    [Theory]
    [MemberData(nameof(Smuggling))]
    public void Contradictory_framing_is_a_fault_and_the_hidden_request_is_seen(string fault, string rest)
    {
        Said[] said = [Said.Client("POST / HTTP/1.1\r\nHost: h\r\n" + rest)];
        Conversation played = Conversation.Of<HttpAnalyser>(said);
        Assert.Contains(fault, played.Faults.Select(one => one.Id));
        Assert.Equal(["POST /", "GET /smuggled"], played.Transactions.Select(Line));
        Splits.HoldFor<HttpAnalyser>(said);
    }

    [Theory]
    [InlineData("Content-Length: 0000000000000000000000000000005\r\n\r\nhello")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: CHUNKED\r\n\r\n005;a=b\r\nhello\r\n0\r\n\r\n")]
    public void Unusual_but_clear_framing_is_understood(string rest)
    {
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client("POST / HTTP/1.1\r\n" + rest + Hidden)]);
        Assert.Equal(["POST /", "GET /smuggled"], played.Transactions.Select(Line));
        Assert.Equal(5, ((HttpExchange)played.Transactions[0]).RequestBodyLen);
    }

    [Fact]
    public void A_head_that_never_ends_is_given_up_and_its_request_still_reported()
    {
        Said[] said = [Said.Client("GET /long HTTP/1.1\r\nX-Filler: " + new string('a', HttpLimits.Head)), Said.Client(new string('b', 70_000))];
        Conversation played = Conversation.Of<HttpAnalyser>(said);
        Assert.Equal(Continuation.GiveUp, played.Outcome);
        Assert.Contains(HttpFaults.HeadTooLong, played.Faults);
        Assert.Equal(["GET /long"], played.Transactions.Select(Line));
    }

    [Fact]
    public void A_line_that_never_ends_is_a_fault()
    {
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client("GET /" + new string('a', 40_000)), Said.Client("\r\n" + Hidden)]);
        Assert.Contains(HttpFaults.BadStartLine, played.Faults);
        Assert.Equal(["GET /smuggled"], played.Transactions.Select(Line));
    }

    [Fact]
    public void Thousands_of_fields_are_a_fault_and_the_length_among_the_last_still_counts()
    {
        string fields = string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-{i}: v\r\n"));
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client($"POST / HTTP/1.1\r\n{fields}Content-Length: 3\r\n\r\nabc{Hidden}")]);
        Assert.Contains(HttpFaults.TooManyFields, played.Faults);
        Assert.Equal(["POST /", "GET /smuggled"], played.Transactions.Select(Line));
    }

    [Fact]
    public void Requests_without_answers_are_bounded()
    {
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client(string.Concat(Enumerable.Repeat(Hidden, 500)))]);
        Assert.Equal(500, played.Transactions.Count);
        Assert.Contains(HttpFaults.TooManyOpen, played.Faults);
    }

    [Fact]
    public void Garbage_is_survived()
    {
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            byte[] noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            Conversation played = Conversation.Of<HttpAnalyser>([Said.Client(noise), Said.Server(noise), Said.Client("\r\n" + Hidden)]);
            Assert.Contains("GET /smuggled", played.Transactions.Select(Line));
        }
    }

    private static string Line(Transaction transaction)
    {
        HttpExchange exchange = (HttpExchange)transaction;
        return exchange.Method is null ? $"{exchange.StatusCode}" : $"{exchange.Method} {new PatientNames(false).Render(exchange.Uri!.Value)}";
    }
}
