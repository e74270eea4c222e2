using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Irc;

/// <summary>What a client says of itself, joins or offers to send. What people say is not kept. Fields have Zeek's names.</summary>
/// <param name="At">Time of the packet that brought it.</param>
/// <param name="Bytes">Where the line lies in the stream.</param>
public sealed record IrcCommand(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "irc";

    /// <summary>Nick name that the client has.</summary>
    public string? Nick { get; init; }

    /// <summary>User name that the client has.</summary>
    public string? User { get; init; }

    /// <summary>Command: <c>NICK</c>, <c>USER</c>, <c>JOIN</c>, <c>DCC</c>, <c>OPER</c>; <c>VERSION</c> for what the server says of itself.</summary>
    public required string Command { get; init; }

    /// <summary>Its value: the name, the channel, whom a file is offered to, or the server's software.</summary>
    public string? Value { get; init; }

    /// <summary>What else it says: host, server and real name of a user; the server's name.</summary>
    public string? Addl { get; init; }

    /// <summary>Whether the client sent a password before, readable for everybody on the way.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Name of a file that is offered.</summary>
    public string? DccFileName { get; init; }

    /// <summary>Its length in bytes.</summary>
    public long? DccFileSize { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("nick"u8, Nick);
        row.Text("user"u8, User);
        row.Text("command"u8, Command);
        row.Text("value"u8, Value);
        row.Text("addl"u8, Addl);
        row.Flag("has_password"u8, HasPassword);
        row.Text("dcc_file_name"u8, DccFileName);
        row.Number("dcc_file_size"u8, DccFileSize);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Command != "VERSION") return;
        into.Service(Value);
        into.Claim(flow.Server, ClaimKind.Software, Value, "reply 004");
        into.Claim(flow.Server, ClaimKind.DomainName, Addl, "reply 004");
    }
}
