using System.Net.Sockets;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Serial;

/// <summary>
/// The machines on the serial line of a device server, an emitter: asked with ENQ they say their values, a line each, ended by CR LF
/// (ISO/IEC 646: ENQ asks a remote station to respond). What they say is in a file, since what they measure is the plan's matter. The line is
/// a Unix socket that a pseudo terminal leads to.
/// </summary>
internal static class SerialMachine
{
    /// <summary>Enquiry.</summary>
    public const byte Enquiry = 5;

    /// <summary>The socket that the line ends in.</summary>
    public static string LineOf(HospitalSite site, HostNamespace host) => Path.Combine(site.FolderOf($"serial/{host.Device.Key}"), "line");

    /// <summary>The file of what the machines say when they are asked, UTF-8.</summary>
    public static string ValuesOf(HospitalSite site, HostNamespace host) => Path.Combine(site.FolderOf($"serial/{host.Device.Key}"), "values");

    /// <summary>Waits on the line until it is disposed.</summary>
    public static Emitter Start(HospitalSite site, HostNamespace host)
    {
        string values = ValuesOf(site, host);
        // A killed run leaves its socket in the folder.
        File.Delete(LineOf(site, host));
        Socket line = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        line.Bind(new UnixDomainSocketEndPoint(LineOf(site, host)));
        line.Listen(1);
        return Emitter.OfConnections(line, async (stream, stop) =>
        {
            byte[] buffer = new byte[256];
            for (int read = await stream.ReadAsync(buffer, stop); read > 0; read = await stream.ReadAsync(buffer, stop))
            {
                foreach (byte _ in buffer.Take(read).Where(one => one == Enquiry))
                {
                    if (File.Exists(values)) await stream.WriteAsync(await File.ReadAllBytesAsync(values, stop), stop);
                }
            }
        });
    }
}
