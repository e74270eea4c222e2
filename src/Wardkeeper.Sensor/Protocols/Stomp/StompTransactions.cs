using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stomp;

/// <summary>One frame that opens, subscribes, sends or refuses. Contents and passwords are not kept.</summary>
/// <param name="At">Time of the packet that brought its head.</param>
/// <param name="Bytes">Where its head lies in the stream.</param>
public sealed record StompFrame(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "stomp";

    /// <summary>Command, for example <c>SEND</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Whether the client sent it; else the server did.</summary>
    public bool FromClient { get; init; }

    /// <summary>Destination, what names a patient in it masked.</summary>
    public MaskedText? Destination { get; init; }

    /// <summary>Version that is offered or chosen.</summary>
    public string? Version { get; init; }

    /// <summary>The server's software.</summary>
    public string? Server { get; init; }

    /// <summary>Virtual host.</summary>
    public string? Host { get; init; }

    /// <summary>User who logs in.</summary>
    public string? User { get; init; }

    /// <summary>Whether a password was sent, readable for everybody on the way.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Media type of the content as stated.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes of the content, where the head says them.</summary>
    public long? ContentLength { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("command"u8, Command);
        row.Flag("from_client"u8, FromClient);
        row.Text("destination"u8, Destination);
        row.Text("version"u8, Version);
        row.Text("server"u8, Server);
        row.Text("host"u8, Host);
        row.Text("user"u8, User);
        row.Flag("has_password"u8, HasPassword);
        row.Text("content_type"u8, ContentType);
        row.Number("content_length"u8, ContentLength);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!FromClient) into.Service(Server);
        into.Claim(flow.Server, ClaimKind.Software, Server, "CONNECTED, server");
    }
}
