using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>A device's place in a multicast group.</summary>
internal static class Multicast
{
    /// <summary>How often an announcement is repeated: often enough that a recording of some minutes holds it.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(60);

    /// <summary>A socket in the group, on the group's port. It is the caller's.</summary>
    /// <param name="host">Who joins.</param>
    /// <param name="group">Group and its port.</param>
    /// <param name="hops">Time to live of what is sent.</param>
    public static Socket Join(HostNamespace host, IPEndPoint group, int hops)
    {
        Socket socket = host.Datagrams(group.Port);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group.Address, host.Device.Ip));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, host.Device.Ip.GetAddressBytes());
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, hops);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a datagram. One that does not leave is lost, as on any wire: the device may be switched off.</summary>
    public static async Task SendAsync(Socket socket, byte[] datagram, EndPoint to, CancellationToken cancel)
    {
        try
        {
            await socket.SendToAsync(datagram, to, cancel);
        }
        catch (SocketException)
        {
            // Lost.
        }
    }

    /// <summary>Hands on what arrives, until it is cancelled.</summary>
    public static async Task ReceiveAsync(Socket socket, Func<byte[], IPEndPoint, Task> take, CancellationToken cancel)
    {
        byte[] buffer = new byte[9000];
        while (true)
        {
            SocketReceiveFromResult got;
            try
            {
                got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancel);
            }
            catch (SocketException)
            {
                // An answer reached nobody (ICMP).
                continue;
            }
            await take(buffer[..got.ReceivedBytes], (IPEndPoint)got.RemoteEndPoint);
        }
    }
}
