using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Up;

/// <summary>Where and how the console is listened for: HTTPS only, also on this machine itself.</summary>
internal static class KestrelSetup
{
    /// <summary>Sets Kestrel up.</summary>
    public static void Listen(KestrelServerOptions kestrel, WebSettings web, ServerCertificate certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MaxConcurrentConnections = 2000;
        foreach (IPAddress address in Reachable(web.Bind))
        {
            kestrel.Listen(address, web.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificate.Context,
                        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    }),
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                });
            });
        }
    }

    /// <summary>What stands in the way of listening: port taken, address of another machine, no permission. One sentence each.</summary>
    public static IEnumerable<string> Obstacles(WebSettings web)
    {
        foreach (IPAddress address in Reachable(web.Bind))
        {
            if (Obstacle(address, web.Port) is { } obstacle) yield return obstacle;
        }
    }

    /// <summary>The addresses without IPv6's own where the machine has none.</summary>
    private static IEnumerable<IPAddress> Reachable(IReadOnlyList<IPAddress> bind) =>
        bind.Where(address => bind.Count == 1 || !address.Equals(IPAddress.IPv6Loopback) || Obstacle(address, 0) is null);

    private static string? Obstacle(IPAddress address, int port)
    {
        IPEndPoint end = new(address, port);
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // As Kestrel does: a port that only waits for old connections to die is free.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(end);
            socket.Listen(1);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"Port {port} on {address} is in use by another program. Stop it, or choose another with --port.",
                SocketError.AccessDenied => $"Port {port} on {address} may be opened by root only. Choose one from 1024 on with --port.",
                SocketError.AddressNotAvailable => $"{address} is not an address of this machine. 'ip address' lists them; correct web.bind.",
                _ => $"Port {port} on {address} cannot be opened: {e.Message}",
            };
        }
    }
}
