using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters;

/// <summary>Accepts connections to one port of a host until it is disposed, and holds a conversation on each. What goes wrong in one is logged as an error and ends only that one.</summary>
internal sealed class TcpService : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Task, byte> conversations = new();
    private readonly Socket listener;
    private readonly ServerLog log;
    private readonly Func<NetworkStream, IPAddress, CancellationToken, Task> converse;
    private readonly Task accepting;

    private TcpService(Socket listener, ServerLog log, Func<NetworkStream, IPAddress, CancellationToken, Task> converse)
    {
        this.listener = listener;
        this.log = log;
        this.converse = converse;
        accepting = AcceptAsync();
    }

    /// <summary>Listens from now on; clients can connect when this returns.</summary>
    /// <param name="host">Where.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="log">Log for what goes wrong.</param>
    /// <param name="converse">One conversation; the stream is closed when it returns.</param>
    public static TcpService Start(HostNamespace host, int port, ServerLog log, Func<NetworkStream, IPAddress, CancellationToken, Task> converse) => new(host.Listen(port), log, converse);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        await Task.WhenAll(conversations.Keys);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stop.Token);
                Task conversation = ConverseAsync(socket);
                conversations[conversation] = 0;
                _ = conversation.ContinueWith(done => conversations.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        IPAddress peer = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        try
        {
            socket.NoDelay = true;
            await using NetworkStream stream = new(socket, ownsSocket: true);
            await converse(stream, peer, stop.Token);
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
