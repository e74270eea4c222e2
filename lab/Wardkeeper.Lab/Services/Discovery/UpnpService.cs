using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>
/// A UPnP device: it announces itself over SSDP, answers searches, and gives its description over HTTP. Packaged programs only listen
/// (minissdpd) or claim to be media servers of one maker, so this is an emitter by the UPnP Device Architecture 1.1, sections 1 and 2.
/// </summary>
internal sealed class UpnpService : IService
{
    /// <summary>UDP port of SSDP.</summary>
    public const int Port = 1900;

    /// <summary>TCP port of the description.</summary>
    public const int DescriptionPort = 49152;

    private const int LongestRequest = 8192;
    private static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), Port);

    /// <summary>Announcements come again well within their lifetime of 1800 s; the day of the lab is shorter than that.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Word => "upnp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        UpnpDevice device = new(host.Device);
        Socket socket = host.Datagrams(Port);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group.Address, host.Device.Ip));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, host.Device.Ip.GetAddressBytes());
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 2);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
        Emitter description = Emitter.OfConnections(host.Listen(DescriptionPort), (stream, stop) => DescribeAsync(stream, device, stop));
        Emitter discovery = Emitter.OfDatagrams(socket, (datagrams, stop) => DiscoverAsync(datagrams, device, stop));
        return Task.FromResult<IAsyncDisposable>(new Both(discovery, description));
    }

    private static async Task DiscoverAsync(Socket socket, UpnpDevice device, CancellationToken stop)
    {
        Task announcing = AnnounceAsync(socket, device, stop);
        byte[] buffer = new byte[LongestRequest];
        try
        {
            while (true)
            {
                SocketReceiveFromResult search = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop);
                foreach (string answer in device.AnswersTo(Encoding.UTF8.GetString(buffer, 0, search.ReceivedBytes))) await socket.SendToAsync(Encoding.UTF8.GetBytes(answer), SocketFlags.None, search.RemoteEndPoint, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over: say goodbye.
        }
        await announcing;
        foreach (string goodbye in device.Goodbyes()) await socket.SendToAsync(Encoding.UTF8.GetBytes(goodbye), SocketFlags.None, Group, CancellationToken.None);
    }

    private static async Task AnnounceAsync(Socket socket, UpnpDevice device, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                foreach (string announcement in device.Announcements()) await socket.SendToAsync(Encoding.UTF8.GetBytes(announcement), SocketFlags.None, Group, stop);
                await Task.Delay(Again, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    /// <summary>One request, one answer, then the connection is closed.</summary>
    private static async Task DescribeAsync(NetworkStream stream, UpnpDevice device, CancellationToken stop)
    {
        byte[] buffer = new byte[LongestRequest];
        int filled = 0;
        while (!buffer.AsSpan(0, filled).EndsWith("\r\n\r\n"u8))
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled), stop);
            if (read == 0) return;
            filled += read;
        }
        await stream.WriteAsync(Encoding.UTF8.GetBytes(device.Description(Encoding.UTF8.GetString(buffer, 0, filled))), stop);
    }

    private sealed class Both(Emitter first, Emitter second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }
}
