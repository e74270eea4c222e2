using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public sealed class ElasticTests
{
    private const string Root = "{\n  \"name\" : \"node-1\",\n  \"cluster_name\" : \"ris-search\",\n  \"version\" : { \"number\" : \"8.11.1\", \"build_flavor\" : \"default\" },\n  \"tagline\" : \"You Know, for Search\"\n}";

    private static readonly List<Said> Session =
    [
        Said.Client("GET / HTTP/1.1\r\nHost: es:9200\r\nAuthorization: Basic ZWxhc3RpYzpzZWNyZXQ=\r\n\r\n"),
        Said.Server($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Root.Length}\r\n\r\n{Root}"),
        Said.Client("POST /patients-2024/_doc/4711 HTTP/1.1\r\nHost: es:9200\r\nContent-Length: 2\r\n\r\n{}"),
        Said.Server("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"),
        Said.Client("GET /_cluster/health HTTP/1.1\r\nHost: es:9200\r\n\r\n"),
        Said.Server("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
    ];

    [Fact]
    public void Requests_and_the_server_are_told()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Session);
        Golden.Hold("elasticsearch", Conversation.Render(played.Transactions.OfType<ElasticExchange>()));
        Assert.DoesNotContain("4711", string.Join('\n', Conversation.Render(played.Transactions.OfType<ElasticExchange>())), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "Elasticsearch 8.11.1" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<HttpAnalyser>(Session);

    [Theory]
    [InlineData("/ris/_search?q=a", "search", "ris")]
    [InlineData("/_cat/indices", "cat/indices", null)]
    [InlineData("/Patient/_search", null, null)]
    [InlineData("/_all_dbs", null, null)]
    [InlineData("/a/b/_search", null, null)]
    public void Paths_tell_operation_and_index(string path, string? operation, string? index)
    {
        ElasticRequest? request = ElasticRequest.Of(System.Text.Encoding.ASCII.GetBytes(path));
        Assert.Equal((operation, index), (request?.Operation, request?.Index));
    }
}
