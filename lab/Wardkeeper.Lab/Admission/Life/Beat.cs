using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>A device that sends the server something ten times a second, whether it gets through or not: by it the server's capture shows when it was connected.</summary>
internal sealed class Beat : IAsyncDisposable
{
    /// <summary>Port that is sent to.</summary>
    public const int Port = 24_105;

    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource stop = new();
    private readonly Socket socket;
    private readonly Task sending;

    /// <summary>Sends from now on.</summary>
    public Beat(HostNamespace from, IPAddress to)
    {
        socket = from.Datagrams(0);
        sending = SendAsync(new IPEndPoint(to, Port));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task SendAsync(IPEndPoint to)
    {
        byte[] bytes = new byte[64];
        using PeriodicTimer timer = new(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                try
                {
                    await socket.SendToAsync(bytes, SocketFlags.None, to, stop.Token);
                }
                catch (SocketException)
                {
                    // The card is down, or nobody answers ARP: the next one is sent all the same.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is switched off.
        }
    }
}
