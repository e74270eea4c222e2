using System.Net.Sockets;
using System.Text;

namespace Wardkeeper.Platform.Up;

/// <summary>Tells systemd how far the service is (sd_notify(3)); without systemd it does nothing.</summary>
internal static class ServiceNotice
{
    /// <summary>Everything is up.</summary>
    public static void Ready() => Send("READY=1");

    /// <summary>The configuration is being read again. <see cref="Ready"/> ends it.</summary>
    public static void Reloading() => Send("RELOADING=1");

    /// <summary>The service is ending.</summary>
    public static void Stopping() => Send("STOPPING=1");

    private static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path) return;
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ names a socket without a file.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException)
        {
            // Whoever set the variable does not listen; the service itself is well.
        }
    }
}
