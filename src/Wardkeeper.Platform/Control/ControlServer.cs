using System.Net.Sockets;
using System.Text;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Control;

/// <summary>Answers commands at the data folder's socket. Only the folder's own user and root get in: by the socket's mode, and by what the kernel says of the other side.</summary>
internal sealed partial class ControlServer : IAsyncDisposable
{
    private const int MostAtOnce = 8;
    private const int PathLimit = 107;

    private readonly Socket listener;
    private readonly string path;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim places = new(MostAtOnce, MostAtOnce);
    private readonly Task accepting;
    private volatile ControlDispatcher? dispatcher;

    private ControlServer(Socket listener, string path, ILogger log)
    {
        (this.listener, this.path, this.log) = (listener, path, log);
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="UserError">The folder's path is too long for a socket.</exception>
    public static ControlServer Start(DataFolder folder, ILogger log)
    {
        string path = DataFolder.SocketOf(folder.Path);
        if (Encoding.UTF8.GetByteCount(path) > PathLimit) throw new UserError($"The data folder's path {folder.Path} is too long: the socket in it may have {PathLimit} bytes. Choose a shorter one with --data.");
        File.Delete(path);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        // Between the two calls only the folder's mode protects it; nobody else can enter the folder, and nothing listens yet.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        listener.Listen(MostAtOnce);
        return new ControlServer(listener, path, log);
    }

    /// <summary>Who carries commands out from now on; null while starting or stopping.</summary>
    public void Serve(ControlDispatcher? who) => dispatcher = who;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        File.Delete(path);
        stop.Dispose();
        places.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> open = [];
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stop.Token);
                await places.WaitAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
            open.RemoveAll(task => task.IsCompleted);
            open.Add(AnswerAsync(socket));
        }
        await Task.WhenAll(open);
    }

    private async Task AnswerAsync(Socket socket)
    {
        try
        {
            using Socket connection = socket;
            if (PeerCredentials.Of(socket) is not { } peer || !peer.IsTrusted)
            {
                LogRefused(log);
                return;
            }
            await AnswerAsync(connection, peer);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or InvalidDataException)
        {
            LogBroken(log, e.Message);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task AnswerAsync(Socket socket, PeerCredentials peer)
    {
        ControlRequest request;
        using (CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop.Token))
        {
            late.CancelAfter(ControlProtocol.Patience);
            try
            {
                byte[]? line = await new LineReader(socket).ReadAsync(late.Token);
                if (line is null) return;
                request = ControlProtocol.Parse<ControlRequest>(line) with { Person = peer.Name };
            }
            catch (InvalidDataException e)
            {
                await ControlProtocol.SendAsync(socket, ControlDispatcher.Mistake(e.Message), late.Token);
                return;
            }
        }
        Task told = Task.CompletedTask;
        ControlAnswer answer = dispatcher is { } who
            ? await who.RunAsync(request, line => told = TellAsync(told, socket, line), stop.Token)
            : ControlDispatcher.Mistake("Wardkeeper is just starting or stopping; try again in a few seconds.");
        await told;
        using CancellationTokenSource slow = new(ControlProtocol.Patience);
        await ControlProtocol.SendAsync(socket, answer, slow.Token);
    }

    private async Task TellAsync(Task before, Socket socket, string line)
    {
        try
        {
            await before;
            await ControlProtocol.SendAsync(socket, new ControlAnswer { Progress = line }, stop.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever asked no longer listens; the command goes on.
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "A foreign user's connection to the control socket was refused.")]
    private static partial void LogRefused(ILogger log);

    [LoggerMessage(EventId = 111, Level = LogLevel.Debug, Message = "A connection to the control socket broke: {What}")]
    private static partial void LogBroken(ILogger log, string what);
}
