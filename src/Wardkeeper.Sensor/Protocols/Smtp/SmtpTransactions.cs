using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Smtp;

/// <summary>One mail on its way, or a session without any. Of the text nothing is kept, of a login neither password nor token.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where its first command lies in the stream.</param>
public sealed record SmtpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "smtp";

    /// <summary>Number of the mail in its connection, from 1.</summary>
    public int TransDepth { get; init; }

    /// <summary>Name by which the client introduced itself.</summary>
    public string? Helo { get; init; }

    /// <summary>Sender on the envelope.</summary>
    public string? Mailfrom { get; init; }

    /// <summary>Receivers on the envelope; at most 64.</summary>
    public IReadOnlyList<string>? Rcptto { get; init; }

    /// <summary>Field Date.</summary>
    public string? Date { get; init; }

    /// <summary>Field From.</summary>
    public string? From { get; init; }

    /// <summary>Field To.</summary>
    public string? To { get; init; }

    /// <summary>Field Cc.</summary>
    public string? Cc { get; init; }

    /// <summary>Field Reply-To.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Field Message-ID.</summary>
    public string? MsgId { get; init; }

    /// <summary>Field In-Reply-To.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>Field Subject, decoded, with what names a patient masked.</summary>
    public MaskedText? Subject { get; init; }

    /// <summary>Field X-Originating-IP.</summary>
    public string? XOriginatingIp { get; init; }

    /// <summary>The oldest Received field.</summary>
    public string? FirstReceived { get; init; }

    /// <summary>The second oldest Received field.</summary>
    public string? SecondReceived { get; init; }

    /// <summary>Code and text of the server's last reply.</summary>
    public string? LastReply { get; init; }

    /// <summary>Addresses on the way, the nearest first.</summary>
    public IReadOnlyList<string>? Path { get; init; }

    /// <summary>Program that wrote the mail.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Whether the connection went on encrypted.</summary>
    public bool Tls { get; init; }

    /// <summary>Way of logging in, for example <c>PLAIN</c>.</summary>
    public string? AuthMechanism { get; init; }

    /// <summary>User who logged in, where the mechanism shows it.</summary>
    public string? AuthUser { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when the way of logging in shows the password to whoever reads along.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Whether the login succeeded.</summary>
    public bool? AuthSuccess { get; init; }

    /// <summary>What the server said when it was called; with the first row only.</summary>
    public string? Greeting { get; init; }

    /// <summary>Where the greeting stands.</summary>
    internal ByteRange? GreetingAt { get; init; }

    /// <summary>Bytes of the mail as it travelled.</summary>
    public long? Size { get; init; }

    /// <summary>Files in it, each of which has a row of its own; at most 32.</summary>
    public int? Files { get; init; }

    /// <summary>Whether the client itself wrote the mail: nobody passed it on before.</summary>
    internal bool IsFirstHand { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("trans_depth"u8, TransDepth);
        row.Text("helo"u8, Helo);
        row.Text("mailfrom"u8, Mailfrom);
        row.Texts("rcptto"u8, Rcptto);
        row.Text("date"u8, Date);
        row.Text("from"u8, From);
        row.Text("to"u8, To);
        row.Text("cc"u8, Cc);
        row.Text("reply_to"u8, ReplyTo);
        row.Text("msg_id"u8, MsgId);
        row.Text("in_reply_to"u8, InReplyTo);
        row.Text("subject"u8, Subject);
        row.Text("x_originating_ip"u8, XOriginatingIp);
        row.Text("first_received"u8, FirstReceived);
        row.Text("second_received"u8, SecondReceived);
        row.Text("last_reply"u8, LastReply);
        row.Texts("path"u8, Path);
        row.Text("user_agent"u8, UserAgent);
        row.Flag("tls"u8, Tls);
        row.Text("auth_mechanism"u8, AuthMechanism);
        row.Text("auth_user"u8, AuthUser);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Flag("auth_success"u8, AuthSuccess);
        row.Text("greeting"u8, Greeting);
        row.Number("size"u8, Size);
        row.Number("files"u8, Files);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Greeting is not null || LastReply is not null) into.Service(Greeting);
        if (Greeting is not null)
        {
            into.Claim(flow.Server, ClaimKind.Software, MailNames.Software(Greeting), "greeting", GreetingAt);
            into.Claim(flow.Server, ClaimKind.DomainName, MailNames.Host(Greeting), "greeting");
        }
        if (MailNames.Host(Helo) is { } host) into.Claim(flow.Client, host.Contains('.', StringComparison.Ordinal) ? ClaimKind.DomainName : ClaimKind.HostName, host, "EHLO");
        if (AuthSuccess == true) into.WeakPassword(flow.Server, AuthUser, PasswordRule, "AUTH");
        if (IsFirstHand) into.Claim(flow.Client, ClaimKind.UserAgent, UserAgent, "User-Agent");
    }
}
