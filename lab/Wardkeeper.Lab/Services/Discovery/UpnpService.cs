using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Discovery;

/// <summary>
/// A device that announces itself over SSDP, answers searches and serves its description with maker, model and serial number:
/// an emitter by the UPnP Device Architecture 1.0, sections 1 and 2.
/// </summary>
internal sealed class UpnpService : IService
{
    /// <summary>TCP port of the description, the first dynamic one, as many devices take it.</summary>
    public const int DescriptionPort = 49152;

    private const string Kind = "urn:schemas-upnp-org:device:Basic:1", Root = "upnp:rootdevice";
    private static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 1900);

    /// <inheritdoc/>
    public string Word => "upnp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        Self self = new(host.Device);
        Emitter description = Emitter.OfConnections(host.Listen(DescriptionPort), self.DescribeAsync);
        Emitter discovery = Emitter.OfDatagrams(Multicast.Join(host, Group, 4), (socket, stop) => Task.WhenAll(self.AnnounceAsync(socket, stop), Multicast.ReceiveAsync(socket, (datagram, from) => self.AnswerAsync(socket, datagram, from, stop), stop)));
        return Task.FromResult<IAsyncDisposable>(new Both(description, discovery));
    }

    private sealed class Both(Emitter description, Emitter discovery) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await discovery.DisposeAsync();
            await description.DisposeAsync();
        }
    }

    private sealed class Self(HospitalDevice device)
    {
        // An identifier of version 1 (RFC 9562) whose node is the MAC, the same after each start.
        private readonly string id = $"uuid:77617264-0000-1000-8000-{device.Mac.ToString().ToLowerInvariant()}";

        private string Server => $"Linux/3.10 UPnP/1.0 {device.Vendor} {device.Model}/{device.SoftwareVersion}";

        private string[] Targets => [Root, id, Kind];

        public async Task AnnounceAsync(Socket socket, CancellationToken stop)
        {
            using PeriodicTimer timer = new(Multicast.Again);
            do
            {
                foreach (string target in Targets)
                    await Multicast.SendAsync(socket, Message(["NOTIFY * HTTP/1.1", $"HOST: {Group}", .. Headers, $"NT: {target}", "NTS: ssdp:alive", $"USN: {Name(target)}"]), Group, stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }

        public async Task AnswerAsync(Socket socket, byte[] datagram, IPEndPoint from, CancellationToken stop)
        {
            string[] lines = Encoding.UTF8.GetString(datagram).Split('\n', StringSplitOptions.TrimEntries);
            if (lines[0] != "M-SEARCH * HTTP/1.1" || Header(lines, "MAN") != "\"ssdp:discover\"" || Header(lines, "ST") is not { } search) return;
            // Within the time that the client gives (at least 1 s), each device at another moment.
            await Task.Delay(device.Mac.GetAddressBytes()[^1], stop);
            foreach (string target in Targets.Where(target => search == "ssdp:all" || search == target))
                await Multicast.SendAsync(socket, Message(["HTTP/1.1 200 OK", .. Headers, "EXT:", $"ST: {target}", $"USN: {Name(target)}"]), from, stop);
        }

        public async Task DescribeAsync(NetworkStream stream, CancellationToken stop)
        {
            using StreamReader reader = new(stream, Encoding.Latin1);
            if (await reader.ReadLineAsync(stop) is not { } request) return;
            while (await reader.ReadLineAsync(stop) is { Length: > 0 })
            {
                // Headers change nothing.
            }
            bool isHere = request.Split(' ') is ["GET", "/description.xml", ..];
            byte[] body = isHere ? Encoding.UTF8.GetBytes(Description()) : [];
            await stream.WriteAsync(Message(isHere ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found", $"Server: {Server}", "Content-Type: text/xml; charset=\"utf-8\"", $"Content-Length: {body.Length}", "Connection: close"), stop);
            await stream.WriteAsync(body, stop);
        }

        private string[] Headers => ["CACHE-CONTROL: max-age=1800", $"LOCATION: http://{device.Ip}:{DescriptionPort}/description.xml", $"SERVER: {Server}"];

        private string Name(string target) => target == id ? id : $"{id}::{target}";

        private static string? Header(string[] lines, string name) => lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

        private static byte[] Message(params IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");

        private string Description()
        {
            XNamespace upnp = "urn:schemas-upnp-org:device-1-0";
            (string Name, string Value)[] fields =
            [
                ("deviceType", Kind), ("friendlyName", device.HostName), ("manufacturer", device.Vendor), ("modelDescription", device.Type), ("modelName", device.Model),
                ("modelNumber", device.SoftwareVersion), ("serialNumber", device.Serial), ("UDN", id), ("presentationURL", $"http://{device.Ip}/"),
            ];
            XElement root = new(upnp + "root", new XElement(upnp + "specVersion", new XElement(upnp + "major", 1), new XElement(upnp + "minor", 0)), new XElement(upnp + "device", fields.Select(field => new XElement(upnp + field.Name, field.Value))));
            return "<?xml version=\"1.0\"?>\n" + root;
        }
    }
}
