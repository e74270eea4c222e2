using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>One TLS connection: what was offered, what was chosen, who showed which certificate. Reported when it is established, else at its end.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the hello lies in the stream.</param>
public sealed record TlsConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ssl";

    /// <summary>Version the server chose: <c>SSLv2</c>, <c>SSLv3</c>, <c>TLSv10</c> … <c>TLSv13</c>; absent without a server's hello.</summary>
    public string? Version { get; init; }

    /// <summary>Cipher suite the server chose, by its IANA name.</summary>
    public string? Cipher { get; init; }

    /// <summary>Curve or other group of the key exchange.</summary>
    public string? Curve { get; init; }

    /// <summary>Host name the client asked for. RFC 6066, 3.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether an earlier session was resumed (session identifier, ticket or pre-shared key).</summary>
    public bool Resumed { get; init; }

    /// <summary>Last alert before it was established or ended; later alerts are encrypted.</summary>
    public string? LastAlert { get; init; }

    /// <summary>Application protocol the server chose. RFC 7301.</summary>
    public string? NextProtocol { get; init; }

    /// <summary>Whether both sides finished the handshake.</summary>
    public bool Established { get; init; }

    /// <summary>Zeek's letters for the handshake's messages in their order, upper case for the client.</summary>
    public string? SslHistory { get; init; }

    /// <summary>SHA-256 fingerprints of the server's certificates, its own first; absent when none were visible (always so in TLS 1.3).</summary>
    public IReadOnlyList<string>? CertChainFps { get; init; }

    /// <summary>SHA-256 fingerprints of the client's certificates, its own first.</summary>
    public IReadOnlyList<string>? ClientCertChainFps { get; init; }

    /// <summary>Subject of the server's certificate, as RFC 2253 writes it.</summary>
    public string? Subject => ServerCertificate?.Subject;

    /// <summary>Issuer of the server's certificate.</summary>
    public string? Issuer => ServerCertificate?.Issuer;

    /// <summary>Subject of the client's certificate.</summary>
    public string? ClientSubject => ClientCertificate?.Subject;

    /// <summary>Issuer of the client's certificate.</summary>
    public string? ClientIssuer => ClientCertificate?.Issuer;

    /// <summary>Whether the server's certificate is for the host the client asked for; absent if one of the two is not known.</summary>
    public bool? SniMatchesCert { get; init; }

    /// <summary>JA3 fingerprint of the client's first hello.</summary>
    public string? Ja3 { get; init; }

    /// <summary>JA3S fingerprint of the server's hello.</summary>
    public string? Ja3s { get; init; }

    /// <summary>JA4 fingerprint of the client's first hello.</summary>
    public string? Ja4 { get; init; }

    /// <summary>Highest version the client offered.</summary>
    public string? OfferedVersion { get; init; }

    /// <summary>Application protocols the client offered, in its order.</summary>
    public IReadOnlyList<string>? AlpnOffered { get; init; }

    /// <summary>The server's own certificate, if it was visible.</summary>
    public CertificateFacts? ServerCertificate { get; init; }

    /// <summary>The client's own certificate, if it was visible.</summary>
    public CertificateFacts? ClientCertificate { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("cipher"u8, Cipher);
        row.Text("curve"u8, Curve);
        row.Text("server_name"u8, ServerName);
        row.Flag("resumed"u8, Resumed);
        row.Text("last_alert"u8, LastAlert);
        row.Text("next_protocol"u8, NextProtocol);
        row.Flag("established"u8, Established);
        row.Text("ssl_history"u8, SslHistory);
        row.Texts("cert_chain_fps"u8, CertChainFps);
        row.Texts("client_cert_chain_fps"u8, ClientCertChainFps);
        row.Text("subject"u8, Subject);
        row.Text("issuer"u8, Issuer);
        row.Text("client_subject"u8, ClientSubject);
        row.Text("client_issuer"u8, ClientIssuer);
        row.Flag("sni_matches_cert"u8, SniMatchesCert);
        row.Text("ja3"u8, Ja3);
        row.Text("ja3s"u8, Ja3s);
        row.Text("ja4"u8, Ja4);
        row.Text("offered_version"u8, OfferedVersion);
        row.Texts("alpn_offered"u8, AlpnOffered);
        row.Number("not_valid_before"u8, ServerCertificate?.NotValidBefore);
        row.Number("not_valid_after"u8, ServerCertificate?.NotValidAfter);
        row.Text("cert_key_type"u8, ServerCertificate?.KeyType);
        row.Number("cert_key_length"u8, ServerCertificate?.KeyLength);
        row.Text("cert_sig_alg"u8, ServerCertificate?.SigAlg);
        row.Flag("self_signed"u8, ServerCertificate?.SelfSigned);
        row.Texts("san_dns"u8, ServerCertificate?.SanDns);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.Ja3, Ja3, "client hello");
        into.Claim(flow.Client, ClaimKind.Ja4, Ja4, "client hello");
        if (ServerCertificate is { } server) into.Claim(flow.Server, ClaimKind.Certificate, $"{server.Subject}; {server.Issuer}", "certificate");
        if (ClientCertificate is { } client) into.Claim(flow.Client, ClaimKind.Certificate, $"{client.Subject}; {client.Issuer}", "client certificate");
        if (Version is not null) into.Service();
    }
}

/// <summary>One certificate that was shown in a connection, as in Zeek's x509 log.</summary>
/// <param name="At">Time of the packet that completed the message it came in.</param>
/// <param name="Bytes">Where that record lies in the stream.</param>
public sealed record CertificateShown(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "x509";

    /// <summary>What the certificate says.</summary>
    public required CertificateFacts Certificate { get; init; }

    /// <summary>Whether it is the showing side's own: the first of its chain.</summary>
    public bool HostCert { get; init; }

    /// <summary>Whether the client showed it.</summary>
    public bool ClientCert { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Certificate.Write(row);
        row.Flag("host_cert"u8, HostCert);
        row.Flag("client_cert"u8, ClientCert);
    }
}
