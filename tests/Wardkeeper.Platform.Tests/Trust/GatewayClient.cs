using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>A server that knows no TLS and says back what it hears.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task running;

    public EchoServer()
    {
        listener.Start();
        running = RunAsync();
    }

    public IPEndPoint End => (IPEndPoint)listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true) _ = EchoAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static async Task EchoAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await client.GetStream().CopyToAsync(client.GetStream());
            }
            catch (IOException)
            {
                // Cut.
            }
        }
    }
}

/// <summary>A device at the gateway.</summary>
internal sealed class GatewayClient(TcpClient tcp, SslStream tls) : IDisposable
{
    public static async Task<GatewayClient> OpenAsync(IPEndPoint end, X509Certificate2 certificate)
    {
        TcpClient tcp = new();
        await tcp.ConnectAsync(end);
        SslStream tls = new(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate], LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate, RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null });
        return new GatewayClient(tcp, tls);
    }

    /// <summary>What comes back; null when the connection is cut instead.</summary>
    public async Task<string?> EchoAsync(string text)
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
            await tls.WriteAsync(Encoding.ASCII.GetBytes(text), patience.Token);
            byte[] back = new byte[text.Length];
            int length = await tls.ReadAtLeastAsync(back, back.Length, throwOnEndOfStream: false, patience.Token);
            return length == 0 ? null : Encoding.ASCII.GetString(back, 0, length);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<bool> IsCutAsync()
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
            return await tls.ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        tls.Dispose();
        tcp.Dispose();
    }
}
