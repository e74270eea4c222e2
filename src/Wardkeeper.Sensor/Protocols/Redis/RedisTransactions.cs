using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Redis;

/// <summary>One command with its reply. Keys and values are not kept: they may hold anything, passwords and patients among it.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the command lies in the stream.</param>
public sealed record RedisCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "redis";

    /// <summary>Command in capitals, for example <c>GET</c>; of <c>CONFIG</c>, <c>CLIENT</c> and their like with its second word.</summary>
    public required string CmdName { get; init; }

    /// <summary>Arguments behind the command.</summary>
    public int Arguments { get; init; }

    /// <summary>Whether the reply was no error; absent when none was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Kind of the reply: <c>status</c>, <c>error</c>, <c>integer</c>, <c>bulk</c>, <c>array</c>, <c>null</c>.</summary>
    public string? Reply { get; init; }

    /// <summary>First word of an error, for example <c>NOAUTH</c>.</summary>
    public string? Error { get; init; }

    /// <summary>Bytes of a bulk reply, or items of an array.</summary>
    public long? ReplySize { get; init; }

    /// <summary>Who logs in; with <c>AUTH</c> and <c>HELLO</c> only.</summary>
    public string? User { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("cmd_name"u8, CmdName);
        row.Number("arguments"u8, Arguments);
        row.Flag("success"u8, Success);
        row.Text("reply"u8, Reply);
        row.Text("error"u8, Error);
        row.Number("reply_size"u8, ReplySize);
        row.Text("user"u8, User);
        row.Text("password_rule"u8, PasswordRule);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Success is not null) into.Service();
        if (Success == true) into.WeakPassword(flow.Server, User, PasswordRule, CmdName);
    }
}
