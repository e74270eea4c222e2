using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Smtp;

namespace Wardkeeper.Sensor.Protocols.Pop3;

/// <summary>One command with its reply. Passwords are not kept, only that they crossed the network readable; of a mail its fields and files are.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record Pop3Command(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "pop3";

    /// <summary>Command in capitals.</summary>
    public required string Command { get; init; }

    /// <summary>Its argument; never a password.</summary>
    public string? Arg { get; init; }

    /// <summary>User who is logged in, or is about to be.</summary>
    public string? User { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when a password or token was sent.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks, with the command that sent it: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Whether the server agreed; absent when no reply was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Text of the reply.</summary>
    public string? Reply { get; init; }

    /// <summary>What the server said when it was called; with the first command only.</summary>
    public string? Greeting { get; init; }

    /// <summary>Where the greeting stands.</summary>
    internal ByteRange? GreetingAt { get; init; }

    /// <summary>Bytes of the mail that was fetched.</summary>
    public long? Size { get; init; }

    /// <summary>Field From of the mail.</summary>
    public string? From { get; init; }

    /// <summary>Field To of the mail.</summary>
    public string? To { get; init; }

    /// <summary>Field Subject of the mail, decoded, with what names a patient masked.</summary>
    public MaskedText? Subject { get; init; }

    /// <summary>Files in it, each of which has a row of its own; at most 32.</summary>
    public int? Files { get; init; }

    /// <summary>What the server says of its implementation. RFC 2449, 6.9.</summary>
    public string? Implementation { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Text("arg"u8, Arg);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Flag("success"u8, Success);
        row.Text("reply"u8, Reply);
        row.Text("greeting"u8, Greeting);
        row.Number("size"u8, Size);
        row.Text("from"u8, From);
        row.Text("to"u8, To);
        row.Text("subject"u8, Subject);
        row.Number("files"u8, Files);
        row.Text("implementation"u8, Implementation);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Greeting is not null || (Success is not null && Command is "USER" or "CAPA" or "STLS")) into.Service(Greeting);
        into.Claim(flow.Server, ClaimKind.Software, Implementation ?? (Greeting is null ? null : MailNames.Software(Greeting)), Implementation is null ? "greeting" : "CAPA", Implementation is null ? GreetingAt : null);
        if (Success == true) into.WeakPassword(flow.Server, User, PasswordRule, Command);
    }
}
