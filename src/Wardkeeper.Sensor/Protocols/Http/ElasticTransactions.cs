using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One request to Elasticsearch or OpenSearch; it has a row of HTTP as well. Documents and queries are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request's head lies in the stream.</param>
public sealed record ElasticExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "elasticsearch";

    /// <summary>Method of the request.</summary>
    public string? Method { get; init; }

    /// <summary>Interface, for example <c>search</c>, <c>bulk</c>, <c>cluster/health</c>; <c>info</c> for what the server says of itself.</summary>
    public required string Operation { get; init; }

    /// <summary>Indexes, as the path names them; absent for all.</summary>
    public string? Index { get; init; }

    /// <summary>Status of the answer.</summary>
    public long? StatusCode { get; init; }

    /// <summary>User who logs in.</summary>
    public string? User { get; init; }

    /// <summary>The server's product with its version.</summary>
    public string? Product { get; init; }

    /// <summary>Name of the cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>Name of the node.</summary>
    public string? Node { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Text("operation"u8, Operation);
        row.Text("index"u8, Index);
        row.Number("status_code"u8, StatusCode);
        row.Text("user"u8, User);
        row.Text("product"u8, Product);
        row.Text("cluster"u8, Cluster);
        row.Text("node"u8, Node);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Product is null) return;
        into.Service(Product);
        into.Claim(flow.Server, ClaimKind.Software, Product, "version.number");
        into.Claim(flow.Server, ClaimKind.FriendlyName, Node, "name");
        into.Claim(flow.Server, ClaimKind.DomainName, Cluster, "cluster_name");
    }

    /// <summary>The row of an exchange; null when it is no such request, or nobody answered.</summary>
    internal static ElasticExchange? Of(Exchange exchange, HttpExchange row)
    {
        ElasticRoot? root = exchange.ResponseBody.Find<ElasticRoot>()?.Content;
        if ((exchange.Elastic is null && root is null) || row.StatusCode is null) return null;
        return new ElasticExchange(row.At, row.Bytes)
        {
            Began = row.Began,
            Method = row.Method,
            Operation = root is not null ? "info" : exchange.Elastic!.Operation,
            Index = exchange.Elastic?.Index,
            StatusCode = row.StatusCode,
            User = row.Username,
            Product = root?.Product,
            Cluster = root?.Cluster,
            Node = root?.Node,
            Places = exchange.ResponseBody.Places,
        };
    }

    /// <inheritdoc/>
    internal override string? Protocol => "elasticsearch";
}
