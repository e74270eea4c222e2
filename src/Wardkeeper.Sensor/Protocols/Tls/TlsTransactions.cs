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

    /// <summary>Bytes that a heartbeat asks for beyond those it brings; null when none does. A flawed server answers with its memory (CVE-2014-0160). RFC 6520, section 4.</summary>
    public int? HeartbeatOverread { get; init; }

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

    /// <summary>The server's certificate is valid from here, in seconds since 1970-01-01T00:00:00Z.</summary>
    public long? NotValidBefore => ServerCertificate?.NotValidBefore;

    /// <summary>The server's certificate is valid until here, in seconds since 1970-01-01T00:00:00Z.</summary>
    public long? NotValidAfter => ServerCertificate?.NotValidAfter;

    /// <summary>Kind of the server's key: <c>rsa</c>, <c>dsa</c>, <c>ecdsa</c>, <c>ed25519</c>, <c>ed448</c>.</summary>
    public string? CertKeyType => ServerCertificate?.KeyType;

    /// <summary>Length of the server's key in bits.</summary>
    public int? CertKeyLength => ServerCertificate?.KeyLength;

    /// <summary>Algorithm by which the server's certificate is signed, in OpenSSL's words.</summary>
    public string? CertSigAlg => ServerCertificate?.SigAlg;

    /// <summary>Whether the server's certificate is its own issuer; the signature itself is not computed.</summary>
    public bool? SelfSigned => ServerCertificate?.SelfSigned;

    /// <summary>DNS names the server's certificate is for.</summary>
    public IReadOnlyList<string>? SanDns => ServerCertificate?.SanDns;

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
        row.Number("heartbeat_overread"u8, HeartbeatOverread);
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
        row.Number("not_valid_before"u8, NotValidBefore);
        row.Number("not_valid_after"u8, NotValidAfter);
        row.Text("cert_key_type"u8, CertKeyType);
        row.Number("cert_key_length"u8, CertKeyLength);
        row.Text("cert_sig_alg"u8, CertSigAlg);
        row.Flag("self_signed"u8, SelfSigned);
        row.Texts("san_dns"u8, SanDns);
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
        into.Claim(flow.Client, ClaimKind.RemoteAccess, RemoteTools.OfServer(ServerName), "server name");
        into.Claim(flow.Client, ClaimKind.RemoteAccess, RemoteTools.OfOffer(AlpnOffered), "application protocol");
        into.Claim(flow.Client, ClaimKind.RemoteAccess, RemoteTools.OfSubject(ClientSubject), "client certificate");
        into.Claim(flow.Server, ClaimKind.RemoteAccess, RemoteTools.OfSubject(Subject), "certificate");
        if (RemoteTools.IsTor(Subject, Issuer)) into.Claim(flow.Client, ClaimKind.RemoteAccess, "Tor", "certificate");
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

    /// <summary>SHA-256 over the certificate as sent, in lower-case hexadecimal digits.</summary>
    public string Fingerprint => Certificate.Fingerprint;

    /// <summary>Version, 1 to 3. RFC 5280, 4.1.2.1.</summary>
    public int Version => Certificate.Version;

    /// <summary>Serial number in upper-case hexadecimal digits, with a minus sign if negative.</summary>
    public string? Serial => Certificate.Serial;

    /// <summary>Subject as RFC 2253 writes it, the last attribute first.</summary>
    public string? Subject => Certificate.Subject;

    /// <summary>Issuer as RFC 2253 writes it.</summary>
    public string? Issuer => Certificate.Issuer;

    /// <summary>Valid from, in seconds since 1970-01-01T00:00:00Z; null if the time is malformed.</summary>
    public long? NotValidBefore => Certificate.NotValidBefore;

    /// <summary>Valid until, in seconds since 1970-01-01T00:00:00Z; null if the time is malformed.</summary>
    public long? NotValidAfter => Certificate.NotValidAfter;

    /// <summary>Algorithm of the key, in OpenSSL's words, for example <c>rsaEncryption</c>.</summary>
    public string? KeyAlg => Certificate.KeyAlg;

    /// <summary>Algorithm of the signature, in OpenSSL's words, for example <c>sha256WithRSAEncryption</c>.</summary>
    public string? SigAlg => Certificate.SigAlg;

    /// <summary>Kind of key: <c>rsa</c>, <c>dsa</c>, <c>ecdsa</c>, <c>ed25519</c>, <c>ed448</c>; null for others.</summary>
    public string? KeyType => Certificate.KeyType;

    /// <summary>Length of the key in bits.</summary>
    public int? KeyLength => Certificate.KeyLength;

    /// <summary>Public exponent of an RSA key, in decimal digits.</summary>
    public string? Exponent => Certificate.Exponent;

    /// <summary>Curve of an elliptic-curve key, in OpenSSL's words, for example <c>prime256v1</c>.</summary>
    public string? Curve => Certificate.Curve;

    /// <summary>DNS names in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanDns => Certificate.SanDns;

    /// <summary>URIs in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanUri => Certificate.SanUri;

    /// <summary>Mail addresses in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanEmail => Certificate.SanEmail;

    /// <summary>IP addresses in the subject's alternative names; null if there are none.</summary>
    public IReadOnlyList<string>? SanIp => Certificate.SanIp;

    /// <summary>Whether it may sign certificates; null without that extension. RFC 5280, 4.2.1.9.</summary>
    public bool? BasicConstraintsCa => Certificate.BasicConstraintsCa;

    /// <summary>How many authorities may follow below it; null if not limited.</summary>
    public int? BasicConstraintsPathLen => Certificate.BasicConstraintsPathLen;

    /// <summary>Whether it is its own issuer: same name, and signature and key of one kind and length. The signature itself is not computed.</summary>
    public bool SelfSigned => Certificate.SelfSigned;

    /// <summary>Whether it is the showing side's own: the first of its chain.</summary>
    public bool HostCert { get; init; }

    /// <summary>Whether the client showed it.</summary>
    public bool ClientCert { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("fingerprint"u8, Fingerprint);
        row.Number("certificate.version"u8, Version);
        row.Text("certificate.serial"u8, Serial);
        row.Text("certificate.subject"u8, Subject);
        row.Text("certificate.issuer"u8, Issuer);
        row.Number("certificate.not_valid_before"u8, NotValidBefore);
        row.Number("certificate.not_valid_after"u8, NotValidAfter);
        row.Text("certificate.key_alg"u8, KeyAlg);
        row.Text("certificate.sig_alg"u8, SigAlg);
        row.Text("certificate.key_type"u8, KeyType);
        row.Number("certificate.key_length"u8, KeyLength);
        row.Text("certificate.exponent"u8, Exponent);
        row.Text("certificate.curve"u8, Curve);
        row.Texts("san.dns"u8, SanDns);
        row.Texts("san.uri"u8, SanUri);
        row.Texts("san.email"u8, SanEmail);
        row.Texts("san.ip"u8, SanIp);
        row.Flag("basic_constraints.ca"u8, BasicConstraintsCa);
        row.Number("basic_constraints.path_len"u8, BasicConstraintsPathLen);
        row.Flag("self_signed"u8, SelfSigned);
        row.Flag("host_cert"u8, HostCert);
        row.Flag("client_cert"u8, ClientCert);
    }
}
