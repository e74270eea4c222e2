using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Site;

/// <summary>
/// One device's network: a namespace with one card. Sockets made here live in that namespace whatever thread uses them later, so
/// that emitters run inside the lab's own process; programs are started in it as processes.
/// </summary>
public sealed class HostNamespace(HospitalDevice device, string name)
{
    /// <summary>Whom it plays.</summary>
    public HospitalDevice Device => device;

    /// <summary>Name of the namespace.</summary>
    public string Name => name;

    /// <summary>Makes a socket in this namespace. The socket is the caller's.</summary>
    public Socket Socket(SocketType type, ProtocolType protocol) => NetworkThread.In(name, () => new Socket(AddressFamily.InterNetwork, type, protocol));

    /// <summary>Connects to a TCP server as this device.</summary>
    /// <exception cref="SocketException">Nobody answers within the time.</exception>
    public async Task<NetworkStream> ConnectAsync(IPAddress server, int port, CancellationToken cancel)
    {
        Socket socket = Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            await socket.ConnectAsync(server, port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens for TCP as this device. The socket is the caller's.</summary>
    public Socket Listen(int port)
    {
        Socket socket = Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen(64);
        return socket;
    }

    /// <summary>Binds a UDP socket as this device; port 0 takes any.</summary>
    public Socket Datagrams(int port)
    {
        Socket socket = Socket(SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }
}
