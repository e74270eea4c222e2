using System.Net.Sockets;

namespace Wardkeeper.Lab.Services;

/// <summary>A server of ours for a protocol that no packaged program serves: it runs inside the lab's process on sockets of the host. Disposing it ends all its conversations.</summary>
internal sealed class Emitter : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> conversations = [];
    private readonly Socket socket;
    private readonly Task serving;

    private Emitter(Socket socket, Func<Emitter, Task> serve)
    {
        // Before it serves: the other thread looks for it at once.
        this.socket = socket;
        serving = Task.Run(() => serve(this));
    }

    /// <summary>Serves TCP connections, each with a conversation of its own.</summary>
    /// <param name="listener">Socket that listens; it is disposed with the server.</param>
    /// <param name="converse">Speaks with one client until it leaves.</param>
    public static Emitter OfConnections(Socket listener, Func<NetworkStream, CancellationToken, Task> converse) => new(listener, emitter => emitter.AcceptAsync(converse));

    /// <summary>Does something with a datagram socket until it is disposed.</summary>
    public static Emitter OfDatagrams(Socket datagrams, Func<Socket, CancellationToken, Task> serve) => new(datagrams, emitter => QuietlyAsync(serve(datagrams, emitter.stop.Token)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        await Task.WhenAll(conversations);
        socket.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> converse)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await socket.AcceptAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                continue;
            }
            client.NoDelay = true;
            conversations.RemoveAll(conversation => conversation.IsCompleted);
            conversations.Add(QuietlyAsync(TalkAsync(new NetworkStream(client, ownsSocket: true), converse)));
        }
    }

    private async Task TalkAsync(NetworkStream stream, Func<NetworkStream, CancellationToken, Task> converse)
    {
        await using (stream)
        {
            await converse(stream, stop.Token);
        }
    }

    /// <summary>A client that leaves in the middle of something, or the end of the day, is no error of the server.</summary>
    private static async Task QuietlyAsync(Task conversation)
    {
        try
        {
            await conversation;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is over.
        }
    }
}
