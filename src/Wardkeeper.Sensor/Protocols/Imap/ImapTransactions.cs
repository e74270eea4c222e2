using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Smtp;

namespace Wardkeeper.Sensor.Protocols.Imap;

/// <summary>One command with its result. Passwords are not kept, only that they crossed the network readable; of a mail its fields and files are.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record ImapCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "imap";

    /// <summary>Command in capitals, for example <c>UID FETCH</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Mailbox that it names, or the mechanism of a login.</summary>
    public string? Arg { get; init; }

    /// <summary>User who is logged in, or is about to be.</summary>
    public string? User { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when a password or token was sent.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks, with the command that sent it: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary><c>OK</c>, <c>NO</c> or <c>BAD</c>; absent when no result was seen.</summary>
    public string? Result { get; init; }

    /// <summary>Text of the result.</summary>
    public string? Reply { get; init; }

    /// <summary>What the server said when it was called; with the first command only.</summary>
    public string? Greeting { get; init; }

    /// <summary>Where the greeting stands.</summary>
    internal ByteRange? GreetingAt { get; init; }

    /// <summary>What the client says it is. RFC 2971.</summary>
    public string? ClientId { get; init; }

    /// <summary>What the server says it is. RFC 2971.</summary>
    public string? ServerId { get; init; }

    /// <summary>Mails, or parts of them, that were transferred.</summary>
    public int? Mails { get; init; }

    /// <summary>Their bytes.</summary>
    public long? Size { get; init; }

    /// <summary>Field From of the first mail.</summary>
    public string? From { get; init; }

    /// <summary>Field To of the first mail.</summary>
    public string? To { get; init; }

    /// <summary>Field Subject of the first mail, decoded, with what names a patient masked.</summary>
    public MaskedText? Subject { get; init; }

    /// <summary>Files in it, each of which has a row of its own; at most 32.</summary>
    public int? Files { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("arg"u8, Arg);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("result"u8, Result);
        row.Text("reply"u8, Reply);
        row.Text("greeting"u8, Greeting);
        row.Text("client_id"u8, ClientId);
        row.Text("server_id"u8, ServerId);
        row.Number("mails"u8, Mails);
        row.Number("size"u8, Size);
        row.Text("from"u8, From);
        row.Text("to"u8, To);
        row.Text("subject"u8, Subject);
        row.Number("files"u8, Files);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Greeting is not null || (Result is not null && Command is "LOGIN" or "CAPABILITY" or "STARTTLS")) into.Service(Greeting);
        into.Claim(flow.Server, ClaimKind.Software, ServerId ?? (Greeting is null ? null : MailNames.Software(Greeting)), ServerId is null ? "greeting" : "ID", ServerId is null ? GreetingAt : null);
        if (Result == "OK") into.WeakPassword(flow.Server, User, PasswordRule, Command);
        into.Claim(flow.Client, ClaimKind.UserAgent, ClientId, "ID");
    }
}
