using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rtsp;

/// <summary>One request to a camera or recorder with its answer. Pictures and passwords are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record RtspExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "rtsp";

    /// <summary>Method of the request.</summary>
    public string? Method { get; init; }

    /// <summary>URI of the request, with what names a patient masked.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>Program of the client.</summary>
    public string? UserAgent { get; init; }

    /// <summary>User whose credentials were sent.</summary>
    public string? AuthUser { get; init; }

    /// <summary>Way of logging in, <c>basic</c> or <c>digest</c>; a basic one shows its password.</summary>
    public string? AuthScheme { get; init; }

    /// <summary>Status of the answer; absent when none was seen.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Its words.</summary>
    public string? StatusMsg { get; init; }

    /// <summary>Program of the server.</summary>
    public string? Server { get; init; }

    /// <summary>Realm in which a server wants a login; many cameras put their model there.</summary>
    public string? Realm { get; init; }

    /// <summary>How the media travel, as agreed.</summary>
    public string? Transport { get; init; }

    /// <summary>Media that are described, each as kind and codecs.</summary>
    public IReadOnlyList<string>? Media { get; init; }

    /// <summary>Tool that made the description. RFC 8866.</summary>
    public string? Tool { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Text("uri"u8, Uri);
        row.Text("user_agent"u8, UserAgent);
        row.Text("auth_user"u8, AuthUser);
        row.Text("auth_scheme"u8, AuthScheme);
        row.Number("status_code"u8, StatusCode);
        row.Text("status_msg"u8, StatusMsg);
        row.Text("server"u8, Server);
        row.Text("realm"u8, Realm);
        row.Text("transport"u8, Transport);
        row.Texts("media"u8, Media);
        row.Text("tool"u8, Tool);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Method is "OPTIONS" or "DESCRIBE") into.Claim(flow.Client, ClaimKind.UserAgent, UserAgent, "User-Agent");
        if (StatusCode is null) return;
        if (Method is "OPTIONS" or "DESCRIBE" or null) into.Service(Server ?? Realm);
        into.Claim(flow.Server, ClaimKind.Software, Server, "Server");
        into.Claim(flow.Server, ClaimKind.Description, Realm, "authentication realm");
        if (Method == "DESCRIBE" && StatusCode == 200) into.Claim(flow.Server, ClaimKind.Role, "video-source", "DESCRIBE");
    }
}
