using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>A connection, a secure channel or a service of OPC UA, with its answer.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the answer if only it was seen.</param>
public sealed record OpcuaExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "opcua";

    /// <summary><c>hello</c>, <c>open-secure-channel</c>, <c>get-endpoints</c>, <c>read</c>, <c>write</c>, <c>call</c> …</summary>
    public required string Service { get; init; }

    /// <summary>Which halves were seen: <c>REQ</c>, <c>RESP</c>, or null for both.</summary>
    public string? PduType { get; init; }

    /// <summary>Number that pairs request and answer.</summary>
    public long? RequestId { get; init; }

    /// <summary>Status of the answer, if it is bad: <c>BadUserAccessDenied</c>. OPC 10000-4, 7.39.</summary>
    public string? Status { get; init; }

    /// <summary>Whether the service changes the server or what it controls.</summary>
    public bool? IsWrite { get; init; }

    /// <summary>URL that the client connects to.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>Security policy of the channel: <c>None</c>, <c>Basic256Sha256</c> …</summary>
    public string? SecurityPolicy { get; init; }

    /// <summary>Security mode asked for: <c>none</c>, <c>sign</c>, <c>sign-and-encrypt</c>; hidden where the policy encrypts.</summary>
    public string? SecurityMode { get; init; }

    /// <summary>Name of the client's application, in a session's request, or else the server's.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>URI of that application.</summary>
    public string? ApplicationUri { get; init; }

    /// <summary>URI of its product.</summary>
    public string? ProductUri { get; init; }

    /// <summary>Name of the server's application.</summary>
    public string? ServerName { get; init; }

    /// <summary>URI of the server's application.</summary>
    public string? ServerUri { get; init; }

    /// <summary>URI of the server's product.</summary>
    public string? ServerProductUri { get; init; }

    /// <summary>What the server offers, at most 16: policy, mode and kinds of users' tokens.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    /// <summary>How a user shows who it is: <c>anonymous</c>, <c>username</c>, <c>certificate</c>, <c>issued</c>.</summary>
    public string? UserToken { get; init; }

    /// <summary>Name of the user.</summary>
    public string? User { get; init; }

    /// <summary>Nodes that are read, written or called, at most 16: <c>i=2261</c>, <c>ns=2;s=Pump.Speed</c>.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Maker of the server's software, from its build information.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Product, from the build information.</summary>
    public string? ProductName { get; init; }

    /// <summary>Version of the software, from the build information.</summary>
    public string? SoftwareVersion { get; init; }

    /// <summary>Build of the software.</summary>
    public string? BuildNumber { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("service"u8, Service);
        row.Text("pdu_type"u8, PduType);
        row.Number("request_id"u8, RequestId);
        row.Text("status"u8, Status);
        row.Flag("is_write"u8, IsWrite);
        row.Text("endpoint_url"u8, EndpointUrl);
        row.Text("security_policy"u8, SecurityPolicy);
        row.Text("security_mode"u8, SecurityMode);
        row.Text("application_name"u8, ApplicationName);
        row.Text("application_uri"u8, ApplicationUri);
        row.Text("product_uri"u8, ProductUri);
        row.Text("server_name"u8, ServerName);
        row.Text("server_uri"u8, ServerUri);
        row.Text("server_product_uri"u8, ServerProductUri);
        row.Texts("endpoints"u8, Endpoints);
        row.Text("user_token"u8, UserToken);
        row.Text("user"u8, User);
        row.Texts("nodes"u8, Nodes);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("product_name"u8, ProductName);
        row.Text("software_version"u8, SoftwareVersion);
        row.Text("build_number"u8, BuildNumber);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.Software, ApplicationName, "client description");
        if (PduType == "REQ") return;
        into.Service(SecurityPolicy ?? ServerName);
        into.Claim(flow.Server, ClaimKind.FriendlyName, ServerName, "application description, name");
        into.Claim(flow.Server, ClaimKind.Description, ServerProductUri, "application description, product URI");
        into.Claim(flow.Server, ClaimKind.Vendor, Manufacturer, "build information");
        into.Claim(flow.Server, ClaimKind.Model, ProductName, "build information");
        into.Claim(flow.Server, ClaimKind.Software, SoftwareVersion, "build information");
    }
}
