using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.TrustClient;

namespace Wardkeeper.Platform.Trust.Gateway;

/// <summary>
/// Stands before a server that knows no certificates: takes mutual TLS, asks the hub whether the certificate is one of the ledger, and hands
/// the bytes on. Every certificate in use is asked for again every few seconds; a revoked one's connections are cut. While the hub
/// cannot be reached, living connections stay, and who was good within the last ten minutes is let in: treatment does not end with the hub.
/// </summary>
/// <param name="listen">Where it listens; port 0 lets the kernel choose.</param>
/// <param name="to">The server.</param>
/// <param name="certificate">The gateway's certificate that devices see.</param>
/// <param name="hub">The channel to the hub.</param>
/// <param name="every">How often certificates in use are asked for again.</param>
internal sealed class DeviceGateway(IPEndPoint listen, IPEndPoint to, X509Certificate2 certificate, HubChannel hub, TimeSpan every) : IAsyncDisposable
{
    /// <summary>Most connections at once; the next wait.</summary>
    public const int MostConnections = 1024;

    private const long Remembered = 600L * 1_000_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly TcpListener listener = new(listen);
    private readonly SemaphoreSlim room = new(MostConnections, MostConnections);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Passage, Task> living = new();
    private readonly ConcurrentDictionary<string, long> good = new(StringComparer.Ordinal);
    private Task accepting = Task.CompletedTask, watching = Task.CompletedTask;
    private int passed, refused;

    /// <summary>Where it listens.</summary>
    public IPEndPoint End => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Connections that were let through.</summary>
    public int Passed => passed;

    /// <summary>Connections that were not.</summary>
    public int Refused => refused;

    /// <summary>Begins.</summary>
    /// <exception cref="SocketException">The port cannot be opened.</exception>
    public void Start()
    {
        listener.Start();
        (accepting, watching) = (AcceptAsync(), WatchAsync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await Task.WhenAll([accepting, watching, .. living.Values]);
        stop.Dispose();
        room.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await room.WaitAsync(stop.Token);
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                Passage passage = new(CancellationTokenSource.CreateLinkedTokenSource(stop.Token));
                living[passage] = Task.CompletedTask;
                Task running = PassAsync(client, passage);
                if (!running.IsCompleted) living.TryUpdate(passage, running, Task.CompletedTask);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task PassAsync(TcpClient client, Passage passage)
    {
        using (client)
        {
            try
            {
                await using SslStream tls = new(client.GetStream());
                using (CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(passage.Stop.Token))
                {
                    patience.CancelAfter(Patience);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = true, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, CertificateRevocationCheckMode = X509RevocationMode.NoCheck, RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null }, patience.Token);
                    passage.Certificate = new X509Certificate2(tls.RemoteCertificate!);
                    if (!await CountsAsync(passage.Certificate, patience.Token))
                    {
                        Interlocked.Increment(ref refused);
                        return;
                    }
                }
                using TcpClient server = new();
                await server.ConnectAsync(to, passage.Stop.Token);
                Interlocked.Increment(ref passed);
                await Task.WhenAny(tls.CopyToAsync(server.GetStream(), passage.Stop.Token), server.GetStream().CopyToAsync(tls, passage.Stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
            {
                // One end hung up, showed no certificate, or was cut.
            }
            finally
            {
                living.TryRemove(passage, out _);
                passage.Dispose();
                room.Release();
            }
        }
    }

    /// <summary>Whether a certificate counts now, by the hub, or by its last answer while it cannot be reached.</summary>
    private async Task<bool> CountsAsync(X509Certificate2 shown, CancellationToken cancel)
    {
        try
        {
            bool counts = (await hub.VerifyPeerAsync(shown, cancel)).State == IdentityState.Valid;
            if (counts) good[shown.Thumbprint] = hub.Now;
            else good.TryRemove(shown.Thumbprint, out _);
            return counts;
        }
        catch (Exception e) when (e is HttpRequestException or RefusedByHubException or TaskCanceledException)
        {
            return good.TryGetValue(shown.Thumbprint, out long at) && hub.Now - at < Remembered;
        }
    }

    private async Task WatchAsync()
    {
        using PeriodicTimer timer = new(every);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                foreach (IGrouping<string, Passage> same in living.Keys.Where(static one => one.Certificate is not null).GroupBy(static one => one.Certificate!.Thumbprint))
                {
                    if (!await IsPutOutAsync(same.First().Certificate!)) continue;
                    foreach (Passage passage in same) passage.Cut();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>Whether the hub says that it does not count any more; a hub that says nothing puts nobody out.</summary>
    private async Task<bool> IsPutOutAsync(X509Certificate2 shown)
    {
        try
        {
            return (await hub.VerifyPeerAsync(shown, stop.Token)).State != IdentityState.Valid && good.TryRemove(shown.Thumbprint, out _);
        }
        catch (Exception e) when (e is HttpRequestException or RefusedByHubException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private sealed class Passage(CancellationTokenSource stop) : IDisposable
    {
        public CancellationTokenSource Stop => stop;

        public X509Certificate2? Certificate { get; set; }

        public void Cut()
        {
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }

        public void Dispose() => stop.Dispose();
    }
}
