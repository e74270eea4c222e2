using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One request with its response, or one of them alone when the other was not seen (RFC 9110, section 3.4). Fields have Zeek's names and meaning.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request's head lies, or the response's if there is no request.</param>
public sealed record HttpExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "http";

    /// <summary>Number of the exchange in its connection, from 1.</summary>
    public long TransDepth { get; init; }

    /// <summary>Method as sent; null when no request was seen. RFC 9110, section 9.</summary>
    public string? Method { get; init; }

    /// <summary>Host field, with its port if it has one. RFC 9110, section 7.2.</summary>
    public string? Host { get; init; }

    /// <summary>Request target, percent-decoded, patients masked, at most 8192 bytes of it. RFC 9112, section 3.2.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>Referer field, percent-decoded, patients masked. RFC 9110, section 10.1.3.</summary>
    public MaskedText? Referrer { get; init; }

    /// <summary>Version of the response, <c>1.0</c>, <c>1.1</c> or <c>2</c>; the request's if there was no response.</summary>
    public string? Version { get; init; }

    /// <summary>User-Agent field. RFC 9110, section 10.1.5.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Origin field. RFC 6454, section 7.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the request's body without chunk framing; unpacked if it was gzip and came whole.</summary>
    public long RequestBodyLen { get; init; }

    /// <summary>Bytes of the response's body without chunk framing; unpacked if it was gzip and came whole.</summary>
    public long ResponseBodyLen { get; init; }

    /// <summary>Status code 100 to 999 of the final response. RFC 9110, section 15.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Reason phrase of the final response, may be empty.</summary>
    public string? StatusMsg { get; init; }

    /// <summary>Last interim status code (1xx).</summary>
    public long? InfoCode { get; init; }

    /// <summary>Reason phrase of the last interim response.</summary>
    public string? InfoMsg { get; init; }

    /// <summary>User name of Basic credentials; the password is never kept. RFC 7617.</summary>
    public string? Username { get; init; }

    /// <summary>Rule that the password of Basic credentials breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Fields of the request that show intermediaries, as <c>NAME -> value</c>; at most 8.</summary>
    public IReadOnlyList<string>? Proxied { get; init; }

    /// <summary>File names that the request gives its body (Content-Disposition), patients masked.</summary>
    public IReadOnlyList<MaskedText>? OrigFilenames { get; init; }

    /// <summary>Media types of the request's body by its content.</summary>
    public IReadOnlyList<string>? OrigMimeTypes { get; init; }

    /// <summary>File names that the response gives its body (Content-Disposition), patients masked. RFC 6266.</summary>
    public IReadOnlyList<MaskedText>? RespFilenames { get; init; }

    /// <summary>Media types of the response's body by its content.</summary>
    public IReadOnlyList<string>? RespMimeTypes { get; init; }

    /// <summary>Media type that the response states, lower case, without parameters; the request's if the response states none. RFC 9110, section 8.3.</summary>
    public string? ContentType { get; init; }

    /// <summary>Server field of the response. RFC 9110, section 10.2.4.</summary>
    public string? Server { get; init; }

    /// <summary>Where the value of the field Server stands.</summary>
    internal ByteRange? ServerAt { get; init; }

    /// <summary>Title of an HTML page, at most 200 characters; not taken from clinical interfaces, whose pages name patients.</summary>
    public string? Title { get; init; }

    /// <summary>Realm of the first challenge (WWW-Authenticate or Proxy-Authenticate). RFC 9110, section 11.5.</summary>
    public string? AuthRealm { get; init; }

    /// <summary>SHA-256 of the request's body, lower-case hex; only of whole, unpacked bodies of types that carry code or files.</summary>
    public string? OrigSha256 { get; init; }

    /// <summary>SHA-256 of the response's body, lower-case hex; only of whole, unpacked bodies of types that carry code or files.</summary>
    public string? RespSha256 { get; init; }

    /// <summary>UPnP device description in the response; not a column, stated as claims.</summary>
    public DeviceDescription? Device { get; init; }

    /// <summary>Whether the client's user agent is new in this flow, so that it is worth stating.</summary>
    internal bool TellsClient { get; init; }

    /// <summary>Whether what the server says of itself is new in this flow.</summary>
    internal bool TellsServer { get; init; }

    /// <summary>Whether the responder forwards to others (absolute target, CONNECT), so that answers do not describe it.</summary>
    internal bool IsForwarded { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("trans_depth"u8, TransDepth);
        row.Text("method"u8, Method);
        row.Text("host"u8, Host);
        row.Text("uri"u8, Uri);
        row.Text("referrer"u8, Referrer);
        row.Text("version"u8, Version);
        row.Text("user_agent"u8, UserAgent);
        row.Text("origin"u8, Origin);
        row.Number("request_body_len"u8, RequestBodyLen);
        row.Number("response_body_len"u8, ResponseBodyLen);
        row.Number("status_code"u8, StatusCode);
        row.Text("status_msg"u8, StatusMsg);
        row.Number("info_code"u8, InfoCode);
        row.Text("info_msg"u8, InfoMsg);
        row.Text("username"u8, Username);
        row.Text("password_rule"u8, PasswordRule);
        row.Texts("proxied"u8, Proxied);
        row.Texts("orig_filenames"u8, OrigFilenames);
        row.Texts("orig_mime_types"u8, OrigMimeTypes);
        row.Texts("resp_filenames"u8, RespFilenames);
        row.Texts("resp_mime_types"u8, RespMimeTypes);
        row.Text("content_type"u8, ContentType);
        row.Text("server"u8, Server);
        row.Text("title"u8, Title);
        row.Text("auth_realm"u8, AuthRealm);
        row.Text("orig_sha256"u8, OrigSha256);
        row.Text("resp_sha256"u8, RespSha256);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (TellsClient)
        {
            into.Claim(flow.Client, ClaimKind.UserAgent, UserAgent, "User-Agent");
            into.Claim(flow.Client, ClaimKind.RemoteAccess, RemoteTools.OfServer(Host), "Host");
        }
        if (StatusCode is null) return;
        string? description = StatusCode is >= 200 and < 300 ? Title : null;
        if (TellsServer) into.Service(IsForwarded ? null : Server ?? description ?? AuthRealm);
        if (IsForwarded) return;
        if (StatusCode is >= 200 and < 400) into.WeakPassword(flow.Server, Username, PasswordRule, "Authorization");
        if (TellsServer)
        {
            into.Claim(flow.Server, ClaimKind.Software, Server, "Server", ServerAt);
            into.Claim(flow.Server, ClaimKind.Description, description, "html title");
            into.Claim(flow.Server, ClaimKind.Description, AuthRealm, "authentication realm");
        }
        if (Device is { } device) Describe(device, flow.Server, into);
    }

    private static void Describe(DeviceDescription device, Subject server, ObservationBatch into)
    {
        into.Claim(server, ClaimKind.FriendlyName, device.FriendlyName, "UPnP friendlyName");
        into.Claim(server, ClaimKind.Vendor, device.Manufacturer, "UPnP manufacturer");
        into.Claim(server, ClaimKind.Model, device.ModelName, "UPnP modelName");
        into.Claim(server, ClaimKind.Description, device.ModelNumber, "UPnP modelNumber");
        into.Claim(server, ClaimKind.SerialNumber, device.SerialNumber, "UPnP serialNumber");
        into.Claim(server, ClaimKind.AnnouncedService, device.DeviceType, "UPnP deviceType");
    }
}
