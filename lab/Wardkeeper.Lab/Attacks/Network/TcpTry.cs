using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>Tries a TCP port and leaves again.</summary>
internal static class TcpTry
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether somebody listens there.</summary>
    public static async Task<bool> AnswersAsync(HostNamespace from, IPAddress to, int port, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await using NetworkStream stream = await from.ConnectAsync(to, port, limit.Token);
            return true;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
