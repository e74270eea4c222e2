using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>One SSH connection: who the two are and what they agreed on. Reported when both encrypt, else at its end.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the first identification lies in the stream.</param>
public sealed record SshConnection(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ssh";

    /// <summary>Major version both speak, 1 or 2; absent when one of them is not known or they have none in common.</summary>
    public int? Version { get; init; }

    /// <summary>The client's identification, for example <c>SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2</c>. RFC 4253, 4.2.</summary>
    public string? Client { get; init; }

    /// <summary>The server's identification.</summary>
    public string? Server { get; init; }

    /// <summary>Cipher both agree on; where the directions differ, both.</summary>
    public string? CipherAlg { get; init; }

    /// <summary>MAC both agree on; it is not used with ciphers that authenticate by themselves.</summary>
    public string? MacAlg { get; init; }

    /// <summary>Compression both agree on.</summary>
    public string? CompressionAlg { get; init; }

    /// <summary>Key exchange both agree on.</summary>
    public string? KexAlg { get; init; }

    /// <summary>Kind of host key both agree on.</summary>
    public string? HostKeyAlg { get; init; }

    /// <summary>The server's host key: SHA-256 in base 64, as ssh-keygen shows it.</summary>
    public string? HostKeyFingerprint { get; init; }

    /// <summary>HASSH fingerprint of the client.</summary>
    public string? Hassh { get; init; }

    /// <summary>HASSH fingerprint of the server.</summary>
    public string? HasshServer { get; init; }

    /// <summary>Whether the end that opened the connection plays the server.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Software the client names.</summary>
    public string? ClientSoftware { get; init; }

    /// <summary>Software the server names.</summary>
    public string? ServerSoftware { get; init; }

    /// <summary>Operating system the client's comments name.</summary>
    public string? ClientSystem { get; init; }

    /// <summary>Operating system the server's comments name.</summary>
    public string? ServerSystem { get; init; }

    /// <summary>Where the client's identification stands.</summary>
    internal ByteRange? ClientAt { get; init; }

    /// <summary>Where the server's identification stands.</summary>
    internal ByteRange? ServerAt { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Number("version"u8, Version);
        row.Text("client"u8, Client);
        row.Text("server"u8, Server);
        row.Text("cipher_alg"u8, CipherAlg);
        row.Text("mac_alg"u8, MacAlg);
        row.Text("compression_alg"u8, CompressionAlg);
        row.Text("kex_alg"u8, KexAlg);
        row.Text("host_key_alg"u8, HostKeyAlg);
        row.Text("host_key_fingerprint"u8, HostKeyFingerprint);
        row.Text("hassh"u8, Hassh);
        row.Text("hassh_server"u8, HasshServer);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject client = IsReversed ? flow.Server : flow.Client, server = IsReversed ? flow.Client : flow.Server;
        into.Claim(client, ClaimKind.Software, ClientSoftware, "identification", ClientAt);
        into.Claim(client, ClaimKind.OperatingSystem, ClientSystem, "identification", ClientAt);
        into.Claim(server, ClaimKind.Software, ServerSoftware, "identification", ServerAt);
        into.Claim(server, ClaimKind.OperatingSystem, ServerSystem, "identification", ServerAt);
        // A server that opened the connection itself serves at no port.
        if (Server is not null && !IsReversed) into.Service(Server);
    }
}

/// <summary>What an encrypted connection looked like from outside, told at its end. A turn is what one side says before the other speaks again.</summary>
/// <param name="At">Time of its last bytes.</param>
/// <param name="Bytes">Where the first identification lies in the stream.</param>
public sealed record SshSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ssh_session";

    /// <summary>What it looks like: <c>short</c>, <c>interactive</c> (typed), <c>upload</c>, <c>download</c>, <c>tunnel</c>; absent where it could be several. A judgement by sizes, not a reading.</summary>
    public string? Shape { get; init; }

    /// <summary>Encrypted bytes of the client.</summary>
    public long ClientBytes { get; init; }

    /// <summary>Encrypted bytes of the server.</summary>
    public long ServerBytes { get; init; }

    /// <summary>Turns of the client.</summary>
    public int ClientTurns { get; init; }

    /// <summary>Turns of the server.</summary>
    public int ServerTurns { get; init; }

    /// <summary>Turns of the client that are no longer than a key pressed, 160 bytes.</summary>
    public int ShortTurns { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("shape"u8, Shape);
        row.Number("client_bytes"u8, ClientBytes);
        row.Number("server_bytes"u8, ServerBytes);
        row.Number("client_turns"u8, ClientTurns);
        row.Number("server_turns"u8, ServerTurns);
        row.Number("short_turns"u8, ShortTurns);
    }
}
