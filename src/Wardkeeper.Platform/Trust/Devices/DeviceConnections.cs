using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>Live connections by certificate. When one is revoked, its connections are cut at once; what is over by time is found at the next message.</summary>
internal sealed class DeviceConnections(DeviceDesk desk) : IRevocationNotice
{
    private readonly ConcurrentDictionary<ConnectionContext, CertificateId> live = new();

    /// <summary>How many there are.</summary>
    public int Count => live.Count;

    /// <summary>One begins.</summary>
    public void Begin(ConnectionContext connection, CertificateId certificate) => live[connection] = certificate;

    /// <summary>One ended.</summary>
    public void End(ConnectionContext connection) => live.TryRemove(connection, out _);

    /// <inheritdoc/>
    public async Task RevokedAsync(TrustedIdentity identity, CancellationToken cancel)
    {
        CertificateId certificate = new(identity.Issuer, identity.Serial);
        foreach ((ConnectionContext connection, CertificateId shown) in live)
        {
            if (shown == certificate) connection.Abort(new ConnectionAbortedException("The certificate was revoked."));
        }
        await desk.ForgetAsync(identity, cancel);
    }
}
