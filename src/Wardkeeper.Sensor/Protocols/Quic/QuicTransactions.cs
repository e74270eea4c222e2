using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>One connection: who was asked for, by what kind of client. Reported when both sides send protected data, else at the flow's end; one more row where the server asked to begin again.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where its first packet lies.</param>
public sealed record QuicConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "quic";

    /// <summary>Version of the last long header: <c>1</c>, <c>quicv2</c>, <c>draft-29</c>, <c>Q046</c> … or <c>unknown-</c> with its number.</summary>
    public string? Version { get; init; }

    /// <summary>Connection id that the client made up for the server, hexadecimal; the keys of Initial packets follow from it. RFC 9001, 5.2.</summary>
    public string? ClientInitialDcid { get; init; }

    /// <summary>Connection id that the client chose for itself, hexadecimal; absent if it has none.</summary>
    public string? ClientScid { get; init; }

    /// <summary>Connection id that the server chose for itself, hexadecimal.</summary>
    public string? ServerScid { get; init; }

    /// <summary>Host name the client asked for. RFC 6066, 3.</summary>
    public string? ServerName { get; init; }

    /// <summary>The first application protocol the client offered, for example <c>h3</c>. RFC 7301.</summary>
    public string? ClientProtocol { get; init; }

    /// <summary>Application protocols the client offered, in its order.</summary>
    public IReadOnlyList<string>? AlpnOffered { get; init; }

    /// <summary>Cipher suite the server chose, by its IANA name.</summary>
    public string? Cipher { get; init; }

    /// <summary>Curve or other group of the key exchange.</summary>
    public string? Curve { get; init; }

    /// <summary>User agent as Google's own hello states it.</summary>
    public string? UserAgent { get; init; }

    /// <summary>JA3 fingerprint of the client's hello.</summary>
    public string? Ja3 { get; init; }

    /// <summary>JA3S fingerprint of the server's hello.</summary>
    public string? Ja3s { get; init; }

    /// <summary>JA4 fingerprint of the client's hello, which begins with <c>q</c>.</summary>
    public string? Ja4 { get; init; }

    /// <summary>Error code of a CONNECTION_CLOSE during the handshake; 0x100 and an alert's number where TLS refused. RFC 9000, 20.1; RFC 9001, 4.8.</summary>
    public long? CloseCode { get; init; }

    /// <summary>Zeek's letters for the packets in their order, upper case for the client, at most 100: I Initial, S hello, H Handshake, Z 0-RTT, R Retry, O protected data, C close, U version negotiation or an unknown version.</summary>
    public string? History { get; init; }

    /// <summary>Whether the server showed that it speaks QUIC.</summary>
    public bool IsAnswered { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("client_initial_dcid"u8, ClientInitialDcid);
        row.Text("client_scid"u8, ClientScid);
        row.Text("server_scid"u8, ServerScid);
        row.Text("server_name"u8, ServerName);
        row.Text("client_protocol"u8, ClientProtocol);
        row.Texts("alpn_offered"u8, AlpnOffered);
        row.Text("cipher"u8, Cipher);
        row.Text("curve"u8, Curve);
        row.Text("user_agent"u8, UserAgent);
        row.Text("ja3"u8, Ja3);
        row.Text("ja3s"u8, Ja3s);
        row.Text("ja4"u8, Ja4);
        row.Number("close_code"u8, CloseCode);
        row.Text("history"u8, History);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.Ja3, Ja3, "client hello");
        into.Claim(flow.Client, ClaimKind.Ja4, Ja4, "client hello");
        into.Claim(flow.Client, ClaimKind.UserAgent, UserAgent, "UAID");
        if (IsAnswered) into.Service();
    }
}
