using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.OpenVpn;

/// <summary>One tunnel that was opened, or tried. The TLS handshake in it has rows of its own.</summary>
/// <param name="At">Time of the packet that completed it: the first data from the second side, else the last packet.</param>
/// <param name="Bytes">Where the packet lies that opened it.</param>
public sealed record OpenVpnSession(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "openvpn";

    /// <summary>Number of the session that the client chose; absent when its beginning was missed.</summary>
    public ulong? ClientSession { get; init; }

    /// <summary>Number of the session that the server chose; absent when it did not answer.</summary>
    public ulong? ServerSession { get; init; }

    /// <summary>How control packets are protected: <c>none</c>, <c>tls-auth</c>, <c>tls-crypt</c>, <c>tls-crypt-v2</c>. Without protection anybody can speak to the server's TLS.</summary>
    public required string Protection { get; init; }

    /// <summary>Digest of <c>tls-auth</c>, told by its length.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether data came from both sides.</summary>
    public bool Established { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("client_session"u8, ClientSession?.ToString("x16", CultureInfo.InvariantCulture));
        row.Text("server_session"u8, ServerSession?.ToString("x16", CultureInfo.InvariantCulture));
        row.Text("protection"u8, Protection);
        row.Text("digest"u8, Digest);
        row.Flag("established"u8, Established);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (ServerSession is not null) into.Service(Protection);
    }
}
