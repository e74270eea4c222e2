using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ftp;

/// <summary>One command with its reply. The password is not kept, only that it crossed the network readable.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record FtpCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ftp";

    /// <summary>User who is logged in, or is about to be.</summary>
    public string? User { get; init; }

    /// <summary><c>&lt;hidden&gt;</c> when a password was sent.</summary>
    public string? Password { get; init; }

    /// <summary>Rule that the password breaks, with the command that sent it: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Command in capitals.</summary>
    public required string Command { get; init; }

    /// <summary>Its argument; names of files with what names a patient masked, never a password.</summary>
    public MaskedText? Arg { get; init; }

    /// <summary>Code of the reply; absent when none was seen.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Whether the server waits for the data connection.</summary>
    public bool? DataChannelPassive { get; init; }

    /// <summary>Address that the data connection goes to.</summary>
    public Address DataChannelRespH { get; init; }

    /// <summary>Port that the data connection goes to.</summary>
    public int? DataChannelRespP { get; init; }

    /// <summary>What the server said when it was called; with the first command only.</summary>
    public string? Greeting { get; init; }

    /// <summary>Where the greeting stands.</summary>
    internal ByteRange? GreetingAt { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Text("password_rule"u8, PasswordRule);
        row.Text("command"u8, Command);
        row.Text("arg"u8, Arg);
        row.Number("reply_code"u8, ReplyCode);
        row.Flag("data_channel.passive"u8, DataChannelPassive);
        row.Address("data_channel.resp_h"u8, DataChannelRespH);
        row.Number("data_channel.resp_p"u8, DataChannelRespP);
        row.Text("greeting"u8, Greeting);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Greeting is not null) into.Service(Greeting);
        else if (ReplyCode is not null && Command is "USER" or "AUTH") into.Service();
        into.Claim(flow.Server, ClaimKind.Software, Greeting is { Length: > 0 } ? FtpAnalyser.Software(Greeting) : null, "greeting", GreetingAt);
        into.Claim(flow.Server, ClaimKind.OperatingSystem, Command == "SYST" && ReplyCode == 215 ? System : null, "SYST");
        if (ReplyCode == 230) into.WeakPassword(flow.Server, User, PasswordRule, "PASS");
    }

    /// <summary>What the server answers to SYST.</summary>
    internal string? System { get; init; }
}
