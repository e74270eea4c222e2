using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Xmpp;

/// <summary>One stream between two ends, from its opening to what came of it: encryption, a log-in, or its end. What people say is counted, not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where its opening lies.</param>
public sealed record XmppSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "xmpp";

    /// <summary>Who opens it, an address without its resource.</summary>
    public string? From { get; init; }

    /// <summary>Domain that is called.</summary>
    public string? To { get; init; }

    /// <summary>Kind of stream: <c>client</c>, <c>server</c> or <c>component</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Mechanisms that the server offers, at most 8.</summary>
    public IReadOnlyList<string>? Mechanisms { get; init; }

    /// <summary>Encryption: <c>offered</c>, <c>required</c> or <c>started</c>; absent when it was not spoken of.</summary>
    public string? StartTls { get; init; }

    /// <summary>Mechanism that the client chose.</summary>
    public string? Mechanism { get; init; }

    /// <summary>User, where the mechanism tells it readable.</summary>
    public string? User { get; init; }

    /// <summary>Whether a password crossed the network readable.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Rule that the password breaks: <c>empty</c>, <c>guessable</c>, <c>shorter-than-8</c>, <c>digits-only</c>; absent when it breaks none.</summary>
    public string? PasswordRule { get; init; }

    /// <summary>Whether the log-in succeeded; absent when there was none or it was not seen to end.</summary>
    public bool? Success { get; init; }

    /// <summary>Messages of both sides.</summary>
    public long Messages { get; init; }

    /// <summary>Notices of presence of both sides.</summary>
    public long Presences { get; init; }

    /// <summary>Queries and their answers, of both sides.</summary>
    public long Queries { get; init; }

    /// <summary>Software of the client as it answers when asked (XEP-0092).</summary>
    public string? ClientSoftware { get; init; }

    /// <summary>The client's operating system as it answers when asked (XEP-0092).</summary>
    public string? ClientSystem { get; init; }

    /// <summary>Software of the server as it answers when asked (XEP-0092).</summary>
    public string? ServerSoftware { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("from"u8, From);
        row.Text("to"u8, To);
        row.Text("kind"u8, Kind);
        row.Texts("mechanisms"u8, Mechanisms);
        row.Text("start_tls"u8, StartTls);
        row.Text("mechanism"u8, Mechanism);
        row.Text("user"u8, User);
        row.Flag("has_password"u8, HasPassword);
        row.Text("password_rule"u8, PasswordRule);
        row.Flag("success"u8, Success);
        row.Number("messages"u8, Messages);
        row.Number("presences"u8, Presences);
        row.Number("queries"u8, Queries);
        row.Text("client_software"u8, ClientSoftware);
        row.Text("client_system"u8, ClientSystem);
        row.Text("server_software"u8, ServerSoftware);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (HasAnswer) into.Service(ServerSoftware);
        if (Success == true) into.WeakPassword(flow.Server, User, PasswordRule, "SASL");
        into.Claim(flow.Server, ClaimKind.DomainName, HasAnswer ? To : null, "stream, to");
        into.Claim(flow.Server, ClaimKind.Software, ServerSoftware, "jabber:iq:version");
        into.Claim(flow.Client, ClaimKind.Software, ClientSoftware, "jabber:iq:version");
        into.Claim(flow.Client, ClaimKind.OperatingSystem, ClientSystem, "jabber:iq:version");
    }

    /// <summary>Whether the server spoke.</summary>
    internal bool HasAnswer { get; init; }
}
