using System.Text;
using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What a request target asks of Elasticsearch or OpenSearch: the first word of the path that begins with an underscore, and the indexes before it. Identifiers of documents are not kept.</summary>
/// <param name="Operation">The interface without its underscore, for example <c>search</c>, <c>bulk</c>, <c>cluster/health</c>.</param>
/// <param name="Index">Indexes or patterns of them, as the path names them; null for all.</param>
internal sealed record ElasticRequest(string Operation, string? Index)
{
    private const int Longest = 128;

    private static readonly string[] Interfaces =
    [
        "_search", "_msearch", "_bulk", "_cat", "_cluster", "_nodes", "_doc", "_create", "_update", "_mapping", "_mappings", "_settings", "_count", "_mget", "_alias", "_aliases", "_template", "_index_template",
        "_ingest", "_snapshot", "_tasks", "_scripts", "_security", "_license", "_refresh", "_flush", "_delete_by_query", "_update_by_query", "_reindex", "_pit", "_async_search", "_sql", "_xpack", "_stats", "_field_caps",
    ];

    /// <summary>Reads a request's target; null when it is none of these.</summary>
    public static ElasticRequest? Of(ReadOnlySpan<byte> target)
    {
        int question = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = question < 0 ? target : target[..question];
        int at = path.IndexOf("/_"u8);
        if (at < 0) return null;
        ReadOnlySpan<byte> index = path[..at].TrimStart((byte)'/'), rest = path[(at + 1)..];
        // Names of indexes have no capitals; paths of FHIR, which searches alike, have.
        if (index.Length > Longest || index.ContainsAnyExceptInRange((byte)'!', (byte)'~') || index.ContainsAnyInRange((byte)'A', (byte)'Z') || index.Contains((byte)'/') || index.Contains((byte)'%')) return null;
        int end = rest.IndexOf((byte)'/');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        foreach (string one in Interfaces)
        {
            if (!Ascii.Equals(word, one)) continue;
            string operation = one[1..];
            if (one is "_cat" or "_cluster" or "_nodes" && end > 0 && Word(rest[(end + 1)..]) is { } more) operation += "/" + more;
            return new ElasticRequest(operation, index.IsEmpty ? null : Encoding.ASCII.GetString(index));
        }
        return null;
    }

    private static string? Word(ReadOnlySpan<byte> path)
    {
        int end = path.IndexOf((byte)'/');
        ReadOnlySpan<byte> word = end < 0 ? path : path[..end];
        if (word.Length is 0 or > 32) return null;
        foreach (byte b in word)
        {
            if (!char.IsAsciiLetterLower((char)b) && b != '_') return null;
        }
        return Encoding.ASCII.GetString(word);
    }
}

/// <summary>What the root of Elasticsearch or OpenSearch says of itself.</summary>
/// <param name="Product"><c>Elasticsearch</c> or <c>OpenSearch</c> with the version.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Node">Name of the node.</param>
internal sealed record ElasticRoot(string Product, string? Cluster, string? Node) : IBodyContent
{
    /// <inheritdoc/>
    IEnumerable<string?> IBodyContent.Stated => [Product];

    /// <summary>Reads a body; null when it is none.</summary>
    public static ElasticRoot? Of(in Beginning body)
    {
        ReadOnlySpan<byte> json = body.Text;
        if (json is not [(byte)'{', ..] || json.Length > 4096 || json.IndexOf("\"tagline\""u8) < 0 || json.IndexOf("\"cluster_name\""u8) < 0) return null;
        string name = json.IndexOf("opensearch"u8) >= 0 ? "OpenSearch" : "Elasticsearch";
        string? version = JsonText.Value(json, "number"u8);
        return new ElasticRoot(version is null ? name : $"{name} {version}", JsonText.Value(json, "cluster_name"u8), JsonText.Value(json, "name"u8));
    }
}
