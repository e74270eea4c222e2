using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>
/// One request for a ticket with its answer, or a ticket shown to a service inside another protocol. Fields have Zeek's names; in a
/// ticket that is shown the client is hidden.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream.</param>
public sealed record KerberosExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "kerberos";

    /// <summary><c>AS</c> (log-in), <c>TGS</c> (ticket for a service) or <c>AP</c> (ticket shown to a service). RFC 4120, section 5.</summary>
    public required string RequestType { get; init; }

    /// <summary>Client with its realm, as <c>name/REALM</c>.</summary>
    public string? Client { get; init; }

    /// <summary>Service asked for, its parts separated by slashes.</summary>
    public string? Service { get; init; }

    /// <summary>Realm of the service.</summary>
    public string? Realm { get; init; }

    /// <summary>Whether the ticket was given or accepted; absent when no answer was seen.</summary>
    public bool? Success { get; init; }

    /// <summary>Name of the error. RFC 4120, section 7.5.9.</summary>
    public string? ErrorMsg { get; init; }

    /// <summary>Since when the ticket is wanted.</summary>
    public CaptureTime? From { get; init; }

    /// <summary>Until when the ticket is wanted.</summary>
    public CaptureTime? Till { get; init; }

    /// <summary>Encryption of the ticket, as <c>aes256-cts-hmac-sha1-96</c>.</summary>
    public string? Cipher { get; init; }

    /// <summary>Encryptions that the client offers, in its order; at most 24.</summary>
    public IReadOnlyList<string>? Ciphers { get; init; }

    /// <summary>Whether the client offers nothing but encryption that can be guessed (DES, RC4), as those do who collect tickets to crack.</summary>
    public bool? WeakOnly { get; init; }

    /// <summary>Whether others may use the ticket for the client.</summary>
    public bool? Forwardable { get; init; }

    /// <summary>Whether the ticket may be renewed.</summary>
    public bool? Renewable { get; init; }

    /// <summary>Of a log-in: whether the client proved that it knows its key; a ticket given without can be cracked at home.</summary>
    public bool? Preauthenticated { get; init; }

    /// <summary>NetBIOS name that the client gives its machine.</summary>
    public string? ClientHost { get; init; }

    internal override string? Protocol => RequestType == "AP" ? "krb" : null;

    /// <summary>Number that tells the request from another; not a column.</summary>
    internal long Nonce { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("request_type"u8, RequestType);
        row.Text("client"u8, Client);
        row.Text("service"u8, Service);
        row.Text("realm"u8, Realm);
        row.Flag("success"u8, Success);
        row.Text("error_msg"u8, ErrorMsg);
        row.Time("from"u8, From);
        row.Time("till"u8, Till);
        row.Text("cipher"u8, Cipher);
        row.Texts("ciphers"u8, Ciphers);
        row.Flag("weak_only"u8, WeakOnly);
        row.Flag("forwardable"u8, Forwardable);
        row.Flag("renewable"u8, Renewable);
        row.Flag("preauthenticated"u8, Preauthenticated);
        row.Text("client_host"u8, ClientHost);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (RequestType == "AP") return;
        into.Claim(flow.Client, ClaimKind.HostName, ClientHost, "Kerberos client address");
        if (Success is null) return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "kerberos-server", RequestType);
        into.Claim(flow.Server, ClaimKind.DomainName, Realm, "Kerberos realm");
        // A machine's own account is its name and a dollar sign.
        int end = Success == true && Client is not null ? Client.IndexOf("$/", StringComparison.Ordinal) : -1;
        if (end > 0 && RequestType == "AS") into.Claim(flow.Client, ClaimKind.HostName, Client![..end], "Kerberos machine account");
    }
}
