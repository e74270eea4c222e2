using System.Net;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class DiscoveryTests
{
    [LabFact("avahi-daemon tshark tcpdump unshare")]
    public async Task Avahi_announces_what_a_device_offers_with_maker_and_model()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("prn", 10, "printer"));
        HostNamespace printer = new(TestHospital.Device("prn", 10, "printer", offers: ["mdns", "jetdirect"]) with { Vendor = "B&B", Model = "LaserJet 400" }, hospital.Site["prn"].Name);
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await using IAsyncDisposable avahi = await ServiceRegistry.Of("mdns").StartAsync(printer, hospital.Site, TestHospital.Cancel);
            string log = hospital.Site.LogOf(printer, "avahi-daemon");
            while (!File.Exists(log) || !File.ReadAllText(log).Contains("successfully established", StringComparison.Ordinal)) await Task.Delay(50, TestHospital.Cancel);
            using Socket socket = hospital.Site["pc"].Datagrams(0);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, hospital.Site["pc"].Device.Ip.GetAddressBytes());
            // A one-shot query from a port that is not 5353 is answered to that port (RFC 6762, 5.1 and 6.7).
            byte[] query = [0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 15, .. "_pdl-datastream"u8, 4, .. "_tcp"u8, 5, .. "local"u8, 0, 0, 12, 0, 1];
            await socket.SendToAsync(query, SocketFlags.None, new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353), TestHospital.Cancel);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestHospital.Cancel);
            limit.CancelAfter(3000);
            byte[] answer = new byte[2000];
            int length = await socket.ReceiveAsync(answer, SocketFlags.None, limit.Token);
            Assert.Contains("LaserJet 400", Encoding.UTF8.GetString(answer, 0, length), StringComparison.Ordinal);
        });
        string announced = string.Join('\n', await capture.FieldsAsync("udp.srcport==5353 && dns.flags.response==1", "dns.ptr.domain_name", "dns.txt", "dns.srv.port"));
        Assert.Contains("LaserJet 400 prn-printer._pdl-datastream._tcp.local", announced, StringComparison.Ordinal);
        Assert.Contains("vendor=B&B", announced, StringComparison.Ordinal);
        Assert.Contains("9100", announced, StringComparison.Ordinal);
        Assert.Equal(["10.77.10.10"], (await capture.FieldsAsync("udp.srcport==5353", "ip.src")).Distinct());
    }

    [LabFact("tshark tcpdump curl")]
    public async Task Upnp_devices_announce_themselves_answer_searches_and_say_goodbye()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("cam", 10, "camera"));
        string description = "";
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await using IAsyncDisposable upnp = await ServiceRegistry.Of("upnp").StartAsync(hospital.Site["cam"], hospital.Site, TestHospital.Cancel);
            using Socket socket = hospital.Site["pc"].Datagrams(0);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, hospital.Site["pc"].Device.Ip.GetAddressBytes());
            byte[] answer = new byte[2000];
            foreach (string target in (string[])["urn:schemas-upnp-org:device:Printer:1", "upnp:rootdevice"])
            {
                await socket.SendToAsync(Encoding.ASCII.GetBytes($"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {target}\r\n\r\n"), SocketFlags.None,
                    new IPEndPoint(IPAddress.Parse("239.255.255.250"), 1900), TestHospital.Cancel);
            }
            int length = await socket.ReceiveAsync(answer, SocketFlags.None, TestHospital.Cancel);
            string location = Encoding.ASCII.GetString(answer, 0, length).Split("\r\n").Single(line => line.StartsWith("LOCATION: ", StringComparison.Ordinal))[10..];
            description = (await ProgramRun.MustRunAsync(hospital.Site["pc"], hospital.Site.LogOf(hospital.Site["pc"], "curl"), "curl", ["-sSf", location], TimeSpan.FromSeconds(10), TestHospital.Cancel)).Output;
        });
        Assert.Equal("Vendor", System.Xml.Linq.XDocument.Parse(description).Descendants().Single(element => element.Name.LocalName == "manufacturer").Value);
        Assert.Equal("SN10", System.Xml.Linq.XDocument.Parse(description).Descendants().Single(element => element.Name.LocalName == "serialNumber").Value);
        Assert.Equal(6, await capture.CountAsync("ssdp && http.request.method==\"NOTIFY\" && ip.src==10.77.10.10"));
        Assert.Equal(3, await capture.CountAsync("ssdp contains \"ssdp:byebye\""));
        Assert.Equal(["Linux/4.9 UPnP/1.1 Model/VB20A"], await capture.FieldsAsync("ssdp && http.response.code==200", "http.server"));
        Assert.Equal(["200"], await capture.FieldsAsync("tcp.srcport==49152 && http.response", "http.response.code"));
    }
}
