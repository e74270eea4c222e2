using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Xml.Linq;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Sdc;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Devices;

/// <summary>A consumer of IEEE 11073 SDC: looks for a provider in its subnet by WS-Discovery, then asks it for its description and its state by SOAP.</summary>
internal sealed class ReadProvider : IActor<ProviderRead>
{
    /// <inheritdoc/>
    public Task ActAsync(ProviderRead what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"SDC from {what.Actor} to {what.Provider}", TimeSpan.FromSeconds(20), async limit =>
        {
            HostNamespace provider = site[what.Provider];
            Bedside.Lay(provider, what.Patient, site.Date.ToDateTime(default) + what.At);
            string name = string.Create(CultureInfo.InvariantCulture, $"{what.Actor}/{what.Provider}/{site.Date:O}/{what.At}");
            using Socket socket = site[what.Actor].Datagrams(0);
            long asked = Stopwatch.GetTimestamp();
            Uri address = await FindAsync(socket, site[what.Actor].Device, provider.Device, SdcNames.Uuid(name), limit);
            await ReadAsync(site[what.Actor], provider.Device, address, what.Patient, name, limit);
            // Others who match answer too; the socket stays open as long as they may, so that they are not told that nobody listens.
            TimeSpan left = SdcNames.MostDelay - Stopwatch.GetElapsedTime(asked);
            if (left > TimeSpan.Zero) await Task.Delay(left, limit);
        }, cancel);

    private static async Task<Uri> FindAsync(Socket socket, HospitalDevice consumer, HospitalDevice provider, string id, CancellationToken cancel)
    {
        // By the card's own address: a host without a route for groups could not send otherwise. One hop, as WS-Discovery, section 3.1.1, recommends.
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, consumer.Ip.GetAddressBytes());
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 1);
        XElement probe = new(SdcNames.Discovery + "Probe", new XElement(SdcNames.Discovery + "Types", "dpws:Device mdpws:MedicalDevice"));
        await socket.SendToAsync(new SoapMessage(SdcNames.DiscoveryAction("Probe"), id, SdcNames.Everyone, null, probe).ToBytes(), new IPEndPoint(SdcNames.Group, SdcNames.DiscoveryPort), cancel);
        byte[] buffer = new byte[65535];
        while (true)
        {
            SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancel);
            SoapMessage answer = SoapMessage.Read(buffer.AsSpan(0, received.ReceivedBytes));
            if (answer.Action != SdcNames.DiscoveryAction("ProbeMatches") || answer.RelatesTo != id) continue;
            foreach (XElement match in answer.Content.Elements(SdcNames.Discovery + "ProbeMatch"))
            {
                if (match.Descendants(SdcNames.Addressing + "Address").FirstOrDefault()?.Value != SdcNames.EndpointOf(provider)) continue;
                string addresses = match.Element(SdcNames.Discovery + "XAddrs")?.Value ?? "";
                return new(addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? throw new InvalidDataException("the provider names no address"));
            }
        }
    }

    private static async Task ReadAsync(HostNamespace consumer, HospitalDevice provider, Uri address, HospitalPatient patient, string name, CancellationToken cancel)
    {
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = async (context, stop) => await consumer.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, stop),
        };
        using HttpClient client = new(handler);
        XElement description = await AskAsync(client, address, "GetMdDescription", name, cancel), state = await AskAsync(client, address, "GetMdState", name, cancel);
        string? serial = description.Descendants(SdcNames.Participant + "SerialNumber").FirstOrDefault()?.Value;
        if (serial != provider.Serial) throw new InvalidDataException($"the provider says that its serial number is {serial}");
        string? lies = state.Descendants(SdcNames.Participant + "Identification").FirstOrDefault()?.Attribute("Extension")?.Value;
        if (lies != patient.Id) throw new InvalidDataException($"the provider says that {lies} lies there");
    }

    private static async Task<XElement> AskAsync(HttpClient client, Uri address, string message, string name, CancellationToken cancel)
    {
        SoapMessage asked = new(SdcNames.GetAction(message), SdcNames.Uuid($"{name}/{message}"), address.ToString(), null, new XElement(SdcNames.Message + message));
        using ByteArrayContent content = new(asked.ToBytes());
        content.Headers.ContentType = new MediaTypeHeaderValue(SoapMessage.MediaType, "utf-8");
        try
        {
            using HttpResponseMessage response = await client.PostAsync(address, content, cancel);
            response.EnsureSuccessStatusCode();
            SoapMessage answer = SoapMessage.Read(await response.Content.ReadAsByteArrayAsync(cancel));
            return answer.RelatesTo == asked.Id ? answer.Content : throw new InvalidDataException($"the answer to {message} relates to another message");
        }
        catch (HttpRequestException e)
        {
            throw new InvalidDataException($"{message}: {e.Message}", e);
        }
    }
}
