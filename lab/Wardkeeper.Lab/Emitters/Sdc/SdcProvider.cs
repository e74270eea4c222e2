using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>
/// A service provider of IEEE 11073 SDC: it says Hello and Bye, is found by WS-Discovery over UDP multicast and answers
/// GetMdDescription, GetMdState and SetAlertState by SOAP over HTTP in clear text, as devices do whose certificates were never set up. Its log holds
/// <c>Probe</c> (the types asked for), <c>Resolve</c> (the address asked for), <c>GetMdDescription</c>, <c>GetMdState</c> (patient id), <c>SetAlertState</c> (what its
/// alarms are now) and <c>error</c>.
/// </summary>
internal sealed class SdcProvider : IAsyncDisposable
{
    private readonly HostNamespace host;
    private readonly ServerLog log;
    private readonly Mdib mdib;
    private readonly Emitter service;
    private readonly Emitter discovery;
    private readonly Socket group;
    private int sent;

    private SdcProvider(HostNamespace host, ServerLog log)
    {
        (this.host, this.log, mdib) = (host, log, new(host.Device));
        group = host.Datagrams(SdcNames.DiscoveryPort);
        // By the card's own address: a host without a route for groups could not join otherwise. One hop, as WS-Discovery, section 3.1.1, recommends.
        group.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(SdcNames.Group, host.Device.Ip));
        group.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, host.Device.Ip.GetAddressBytes());
        group.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 1);
        service = TcpService.Start(host, SdcNames.ServicePort, log, ConverseAsync);
        // Those that are switched on together would wait a time of their own each; the lab starts them one after another.
        Announce("Hello", Described());
        discovery = Emitter.OfDatagrams(group, AnswerAsync);
    }

    /// <summary>Can be found and read from now on.</summary>
    public static SdcProvider Start(HostNamespace host, ServerLog log) => new(host, log);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Announce("Bye", Endpoint());
        await discovery.DisposeAsync();
        await service.DisposeAsync();
    }

    private HospitalDevice Device => host.Device;

    /// <summary>Tells everyone in the group (WS-Discovery 1.1, sections 4.1 and 4.2). One that does not leave is lost, as on any wire.</summary>
    private void Announce(string what, params XElement[] content)
    {
        try
        {
            string id = SdcNames.Uuid($"{SdcNames.EndpointOf(Device)}/{what}");
            group.SendTo(new SoapMessage(SdcNames.DiscoveryAction(what), id, SdcNames.Everyone, null, new XElement(SdcNames.Discovery + what, content)).ToBytes(Sequence()), new IPEndPoint(SdcNames.Group, SdcNames.DiscoveryPort));
        }
        catch (SocketException e)
        {
            log.Add(Device.Ip, ServerLog.Error, $"{what} was not sent: {e.Message}");
        }
    }

    private async Task AnswerAsync(Socket socket, CancellationToken cancel)
    {
        byte[] buffer = new byte[65535];
        while (true)
        {
            SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancel);
            IPAddress peer = ((IPEndPoint)received.RemoteEndPoint).Address;
            try
            {
                SoapMessage message = SoapMessage.Read(buffer.AsSpan(0, received.ReceivedBytes));
                if (message.Action == SdcNames.DiscoveryAction("Probe") && IsMeant(message, peer))
                {
                    // All who match would answer at once and lose each other's datagrams; each waits a time of its own.
                    await Task.Delay(SdcNames.MostDelay * new Dice(0, "probe/" + Device.Key).Between(5, 80) / 100, cancel);
                    await socket.SendToAsync(Matches("Probe", message.Id), received.RemoteEndPoint, cancel);
                }
                else if (message.Action == SdcNames.DiscoveryAction("Resolve") && message.Content.Descendants(SdcNames.Addressing + "Address").FirstOrDefault()?.Value.Trim() == SdcNames.EndpointOf(Device))
                {
                    // One alone has this address, and answers at once.
                    log.Add(peer, "Resolve", SdcNames.EndpointOf(Device));
                    await socket.SendToAsync(Matches("Resolve", message.Id), received.RemoteEndPoint, cancel);
                }
            }
            catch (InvalidDataException e)
            {
                log.Add(peer, ServerLog.Error, e.Message);
            }
        }
    }

    /// <summary>Whether a probe asks for what this is.</summary>
    private bool IsMeant(SoapMessage probe, IPAddress peer)
    {
        XElement? types = probe.Content.Element(SdcNames.Discovery + "Types");
        log.Add(peer, "Probe", types?.Value.Trim() ?? "");
        return types is null || Names(types).All(name => name == SdcNames.Profile + "Device" || name == SdcNames.Medical + "MedicalDevice");
    }

    private static IEnumerable<XName?> Names(XElement types) => types.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word =>
    {
        string[] parts = word.Split(':');
        XNamespace? name = parts.Length == 2 ? types.GetNamespaceOfPrefix(parts[0]) : types.GetDefaultNamespace();
        return name is null ? null : name + parts[^1];
    });

    /// <summary>The answer to a probe or to a resolve (WS-Discovery 1.1, sections 5.3 and 6.3).</summary>
    private byte[] Matches(string kind, string asked)
    {
        XElement match = new(SdcNames.Discovery + (kind + "Match"), Described());
        return new SoapMessage(SdcNames.DiscoveryAction(kind + "Matches"), SdcNames.Uuid(SdcNames.EndpointOf(Device) + asked), SoapMessage.Anonymous, asked, new XElement(SdcNames.Discovery + (kind + "Matches"), match)).ToBytes(Sequence());
    }

    /// <summary>What everyone is told of it.</summary>
    private XElement[] Described() =>
    [
        Endpoint(),
        new(SdcNames.Discovery + "Types", "dpws:Device mdpws:MedicalDevice"),
        new(SdcNames.Discovery + "Scopes", Scopes()),
        new(SdcNames.Discovery + "XAddrs", SdcNames.ServiceOf(Device)),
        new(SdcNames.Discovery + "MetadataVersion", 1),
    ];

    private XElement Endpoint() => new(SdcNames.Addressing + "EndpointReference", new XElement(SdcNames.Addressing + "Address", SdcNames.EndpointOf(Device)));

    /// <summary>Every message has the next number (WS-Discovery 1.1, section 7).</summary>
    private XElement Sequence() => new(SdcNames.Discovery + "AppSequence", new XAttribute("InstanceId", 1), new XAttribute("MessageNumber", Interlocked.Increment(ref sent)));

    // IEEE 11073-20701: the key purpose of a provider, and the place as fallback URI of facility, building, floor, ward, room and bed.
    private string Scopes() => "sdc.mds.pkp:1.2.840.10004.20701.1.1" + (Device.Bed is null ? "" :
        $" sdc.ctxt.loc:/sdc.ctxt.loc.detail/%2F%2F%2F{Uri.EscapeDataString(Device.Department.Key)}%2F%2F{Uri.EscapeDataString(Device.Bed)}?poc={Uri.EscapeDataString(Device.Department.Key)}&bed={Uri.EscapeDataString(Device.Bed)}");

    private async Task ConverseAsync(NetworkStream stream, IPAddress peer, CancellationToken cancel)
    {
        ByteReader reader = new(stream);
        while (await HttpPost.ReadAsync(reader, cancel) is { } request)
        {
            (string status, byte[] body) = request.IsPost ? Answer(SoapMessage.Read(request.Body), peer) : ("405 Method Not Allowed", []);
            string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {SoapMessage.MediaType}; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n");
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body], cancel);
        }
    }

    private (string Status, byte[] Body) Answer(SoapMessage asked, IPAddress peer)
    {
        Bedside? bedside = Bedside.Of(host);
        XElement? content = null;
        if (asked.Action == SdcNames.GetAction("GetMdDescription")) content = mdib.Description(bedside);
        else if (asked.Action == SdcNames.GetAction("GetMdState")) content = mdib.State(bedside);
        else if (asked.Action == SdcNames.SetAction("SetAlertState")) content = mdib.SetAlarms(asked.Content, bedside);
        bool isSet = content?.Name.LocalName == "SetAlertStateResponse";
        log.Add(peer, content is null ? ServerLog.Error : asked.Content.Name.LocalName, content is null ? "unknown action " + asked.Action : isSet ? mdib.Alarms : bedside?.Patient.Id ?? "");
        string id = SdcNames.Uuid(SdcNames.EndpointOf(Device) + asked.Id);
        return content is null
            ? ("400 Bad Request", new SoapMessage($"{SdcNames.Addressing}/fault", id, SoapMessage.Anonymous, asked.Id, NotSupported()).ToBytes())
            : ("200 OK", new SoapMessage(asked.Action + "Response", id, SoapMessage.Anonymous, asked.Id, content).ToBytes());
    }

    // SOAP 1.2, part 1, section 5.4, with the subcode of WS-Addressing, SOAP binding, section 6.4.2.
    private static XElement NotSupported() => new(
        SdcNames.Soap + "Fault",
        new XElement(SdcNames.Soap + "Code", new XElement(SdcNames.Soap + "Value", "s12:Sender"), new XElement(SdcNames.Soap + "Subcode", new XElement(SdcNames.Soap + "Value", "wsa:ActionNotSupported"))),
        new XElement(SdcNames.Soap + "Reason", new XElement(SdcNames.Soap + "Text", new XAttribute(XNamespace.Xml + "lang", "en"), "The action cannot be processed at the receiver.")));
}
