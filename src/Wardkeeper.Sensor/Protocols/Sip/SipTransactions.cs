using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>One request with one of its answers: a call that rings and is taken has several rows. Texts of messages and passwords are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies, or the answer if only it was seen.</param>
public sealed record SipExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "sip";

    /// <summary>Method of the request.</summary>
    public string? Method { get; init; }

    /// <summary>URI of the request.</summary>
    public string? Uri { get; init; }

    /// <summary>Field Date of the request.</summary>
    public string? Date { get; init; }

    /// <summary>Field From of the request, without its tag.</summary>
    public string? RequestFrom { get; init; }

    /// <summary>Field To of the request.</summary>
    public string? RequestTo { get; init; }

    /// <summary>Field From of the answer, without its tag.</summary>
    public string? ResponseFrom { get; init; }

    /// <summary>Field To of the answer.</summary>
    public string? ResponseTo { get; init; }

    /// <summary>Field Reply-To.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Field Call-ID, which all messages of a call share.</summary>
    public string? CallId { get; init; }

    /// <summary>Field CSeq.</summary>
    public string? Seq { get; init; }

    /// <summary>Field Subject, with what names a patient masked.</summary>
    public MaskedText? Subject { get; init; }

    /// <summary>Hops of the request, the latest first.</summary>
    public IReadOnlyList<string>? RequestPath { get; init; }

    /// <summary>Hops of the answer, the latest first.</summary>
    public IReadOnlyList<string>? ResponsePath { get; init; }

    /// <summary>Program of the client.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Status of the answer; absent when none was seen.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Its words.</summary>
    public string? StatusMsg { get; init; }

    /// <summary>Field Warning of the answer.</summary>
    public string? Warning { get; init; }

    /// <summary>Length of the request's body as stated.</summary>
    public long? RequestBodyLen { get; init; }

    /// <summary>Length of the answer's body as stated.</summary>
    public long? ResponseBodyLen { get; init; }

    /// <summary>Media type of the answer's body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Program of the server.</summary>
    public string? Server { get; init; }

    /// <summary>User whose credentials were sent.</summary>
    public string? AuthUser { get; init; }

    /// <summary>Media that the request offers, each as kind, port and codecs.</summary>
    public IReadOnlyList<string>? RequestMedia { get; init; }

    /// <summary>Media that the answer takes.</summary>
    public IReadOnlyList<string>? ResponseMedia { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Text("uri"u8, Uri);
        row.Text("date"u8, Date);
        row.Text("request_from"u8, RequestFrom);
        row.Text("request_to"u8, RequestTo);
        row.Text("response_from"u8, ResponseFrom);
        row.Text("response_to"u8, ResponseTo);
        row.Text("reply_to"u8, ReplyTo);
        row.Text("call_id"u8, CallId);
        row.Text("seq"u8, Seq);
        row.Text("subject"u8, Subject);
        row.Texts("request_path"u8, RequestPath);
        row.Texts("response_path"u8, ResponsePath);
        row.Text("user_agent"u8, UserAgent);
        row.Number("status_code"u8, StatusCode);
        row.Text("status_msg"u8, StatusMsg);
        row.Text("warning"u8, Warning);
        row.Number("request_body_len"u8, RequestBodyLen);
        row.Number("response_body_len"u8, ResponseBodyLen);
        row.Text("content_type"u8, ContentType);
        row.Text("server"u8, Server);
        row.Text("auth_user"u8, AuthUser);
        row.Texts("request_media"u8, RequestMedia);
        row.Texts("response_media"u8, ResponseMedia);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        bool isTurned = Bytes.Side == Side.Server && Method is not null;
        // Both ends call and are called; who asks is the client of this exchange.
        Subject asks = isTurned ? flow.Server : flow.Client, answers = isTurned ? flow.Client : flow.Server;
        if (StatusCode is not null && !isTurned) into.Service(Server);
        into.Claim(asks, ClaimKind.UserAgent, UserAgent, "User-Agent");
        into.Claim(answers, ClaimKind.Software, StatusCode is null ? null : Server, "Server");
        if (Method == "REGISTER" && StatusCode is 200)
        {
            into.Claim(asks, ClaimKind.Role, "sip-phone", "REGISTER");
            into.Claim(answers, ClaimKind.Role, "sip-registrar", "REGISTER");
        }
    }
}
