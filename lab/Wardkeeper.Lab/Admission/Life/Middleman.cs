using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>What a man in the middle does with connections.</summary>
internal enum MiddleAct
{
    /// <summary>Passes them on and keeps a copy of every byte.</summary>
    Listen,

    /// <summary>Answers in the hub's place, with a certificate for its address that an authority of his own made.</summary>
    Impersonate,

    /// <summary>Passes them on, but changes a bit in what the device sends after its hello.</summary>
    Alter,
}

/// <summary>A connection that went through the middle.</summary>
/// <param name="Opened">When it came.</param>
internal sealed record MiddleConnection(DateTimeOffset Opened)
{
    /// <summary>When the hub ended it, before the device did; null when it did not.</summary>
    public DateTimeOffset? CutByHub { get; set; }

    /// <summary>Whether it is over.</summary>
    public bool IsOver { get; set; }
}

/// <summary>A man in the middle: whom the network's owner leads all connections to one of the hub's doors to. Keeps everything that he can see, in clear when a device took him for the hub.</summary>
internal sealed class Middleman : IAsyncDisposable
{
    private const int Untouched = 1;
    private readonly HostNamespace place;
    private readonly IPEndPoint door;
    private readonly Socket listener;
    private readonly X509Certificate2 forged;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly MemoryStream seen = new();
    private readonly List<MiddleConnection> connections = [];
    private readonly List<Task> relays = [];
    private readonly Task accepting;

    /// <summary>Begins.</summary>
    /// <param name="place">Where he sits.</param>
    /// <param name="port">Where connections are led to.</param>
    /// <param name="door">Where they wanted to go.</param>
    public Middleman(HostNamespace place, int port, IPEndPoint door)
    {
        (this.place, this.door, forged) = (place, door, Forge(door.Address));
        listener = place.Listen(port);
        accepting = AcceptAsync();
    }

    /// <summary>What he does with connections that come from now on.</summary>
    public MiddleAct Act { get; set; }

    /// <summary>Connections that a device took for the hub's.</summary>
    public int Deceived { get; private set; }

    /// <summary>Pieces that he changed.</summary>
    public int Altered { get; private set; }

    /// <summary>Connections so far, the first first.</summary>
    public IReadOnlyList<MiddleConnection> Connections
    {
        get
        {
            lock (gate) return [.. connections];
        }
    }

    /// <summary>Bytes that he has seen.</summary>
    public long Length
    {
        get
        {
            lock (gate) return seen.Length;
        }
    }

    /// <summary>Whether a text stands in what he has seen.</summary>
    public bool Saw(string text)
    {
        lock (gate) return seen.GetBuffer().AsSpan(0, (int)seen.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(relays);
        forged.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) relays.Add(ServeAsync(await listener.AcceptAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // He is gone.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        MiddleConnection connection = new(DateTimeOffset.UtcNow);
        lock (gate) connections.Add(connection);
        try
        {
            await using NetworkStream device = new(socket, ownsSocket: true);
            if (Act == MiddleAct.Impersonate) await ImpersonateAsync(device);
            else await RelayAsync(device, Act == MiddleAct.Alter, connection);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both hung up.
        }
        connection.IsOver = true;
    }

    private async Task ImpersonateAsync(NetworkStream device)
    {
        await using SslStream tls = new(device);
#pragma warning disable CA5359 // who sits in the middle takes every device
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = forged, ClientCertificateRequired = true, RemoteCertificateValidationCallback = static (_, _, _, _) => true }, stop.Token);
#pragma warning restore CA5359 // as above
        byte[] buffer = new byte[8192];
        for (int read = await tls.ReadAsync(buffer, stop.Token); read > 0; read = await tls.ReadAsync(buffer, stop.Token))
        {
            Deceived++;
            lock (gate) seen.Write(buffer, 0, read);
        }
    }

    private async Task RelayAsync(NetworkStream device, bool alters, MiddleConnection connection)
    {
        await using NetworkStream hub = await place.ConnectAsync(door.Address, door.Port, stop.Token);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        Task up = CopyAsync(device, hub, alters, over.Token), down = CopyAsync(hub, device, false, over.Token);
        if (await Task.WhenAny(up, down) == down && !stop.IsCancellationRequested) connection.CutByHub = DateTimeOffset.UtcNow;
        await over.CancelAsync();
        await Task.WhenAll(up, down);
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool alters, CancellationToken cancel)
    {
        byte[] buffer = new byte[16_384];
        try
        {
            int piece = 0;
            for (int read = await from.ReadAsync(buffer, cancel); read > 0; read = await from.ReadAsync(buffer, cancel))
            {
                lock (gate) seen.Write(buffer, 0, read);
                if (alters && piece++ >= Untouched)
                {
                    buffer[read - 1] ^= 1;
                    Altered++;
                }
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Cut: that is an end too.
        }
    }

    private static X509Certificate2 Forge(IPAddress address)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=hub", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(address);
        names.AddDnsName(address.ToString());
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 made = request.CreateSelfSigned(from, from.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
