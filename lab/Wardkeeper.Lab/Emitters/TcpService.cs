using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters;

/// <summary>A server with a log: an <see cref="Emitter"/> on one port of a host. What goes wrong in a conversation is logged as an error and ends only that one.</summary>
internal static class TcpService
{
    /// <summary>Listens from now on; clients can connect when this returns.</summary>
    /// <param name="host">Where.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="log">Log for what goes wrong.</param>
    /// <param name="converse">One conversation; the stream is closed when it returns.</param>
    public static Emitter Start(HostNamespace host, int port, ServerLog log, Func<NetworkStream, IPAddress, CancellationToken, Task> converse) =>
        Emitter.OfConnections(host.Listen(port), (stream, stop) => ConverseAsync(stream, log, converse, stop));

    private static async Task ConverseAsync(NetworkStream stream, ServerLog log, Func<NetworkStream, IPAddress, CancellationToken, Task> converse, CancellationToken stop)
    {
        IPAddress peer = ((IPEndPoint)stream.Socket.RemoteEndPoint!).Address;
        try
        {
            await converse(stream, peer, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // A conversation may fail in any way; each way must reach the log, and none may end the service.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Add(peer, ServerLog.Error, e is InvalidDataException or IOException ? e.Message : e.ToString());
        }
    }
}
