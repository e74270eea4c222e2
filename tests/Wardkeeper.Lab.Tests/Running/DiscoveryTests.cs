using System.Net;
using System.Net.Sockets;
using System.Xml.Linq;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Discovery;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class DiscoveryTests
{
    private static async Task<string> ScanAsync(HostNamespace from, params string[] options)
    {
        (int code, string output) = await Shell.RunAsync("ip", ["netns", "exec", from.Name, "nmap", "-n", "-Pn", "-sU", .. options, "10.77.10.10"], TestHospital.Cancel);
        Assert.True(code == 0, output);
        return output;
    }

    [LabFact("tshark tcpdump nmap curl")]
    public async Task Cameras_announce_themselves_over_SSDP_and_describe_themselves()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("cam1", 10, "camera"));
        string scanned = "", description = "";
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await using IAsyncDisposable running = await ServiceRegistry.Of("upnp").StartAsync(hospital.Site["cam1"], hospital.Site, TestHospital.Cancel);
            scanned = await ScanAsync(hospital.Site["pc"], "-p1900", "--script", "upnp-info");
            (_, description) = await Shell.RunAsync("ip", ["netns", "exec", hospital.Site["pc"].Name, "curl", "-sS", "--fail", "http://10.77.10.10:49152/description.xml"], TestHospital.Cancel);
        });
        IReadOnlyList<string> announced = await capture.FieldsAsync("ssdp && ip.dst==239.255.255.250", "ip.src", "http.request.method", "http.server");
        Assert.Equal(Enumerable.Repeat("10.77.10.10\tNOTIFY\tLinux/3.10 UPnP/1.0 Vendor Model/VB20A", 3), announced);
        // A scanner that knows nothing of this camera searches and finds it.
        Assert.Contains("Server: Linux/3.10 UPnP/1.0 Vendor Model/VB20A", scanned, StringComparison.Ordinal);
        Assert.Contains("Location: http://10.77.10.10:49152/description.xml", scanned, StringComparison.Ordinal);
        XElement device = XDocument.Parse(description).Root!.Elements().Single(element => element.Name.LocalName == "device");
        Assert.Equal(["Vendor", "Model", "SN10"], device.Elements().Where(element => element.Name.LocalName is "manufacturer" or "modelName" or "serialNumber").Select(element => element.Value));
        Assert.Equal(1, await capture.CountAsync("http.request.uri==\"/description.xml\""));
        Assert.Equal(0, await capture.CountAsync("_ws.malformed"));
    }

    [LabFact("tshark tcpdump nmap")]
    public async Task Printers_announce_what_they_offer_over_multicast_DNS()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("prn", 10, "printer"));
        string scanned = "";
        Capture capture = await hospital.RecordAsync(async () =>
        {
            using Socket listener = Multicast.Join(hospital.Site["pc"], new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353), 255);
            await using IAsyncDisposable running = await ServiceRegistry.Of("mdns").StartAsync(hospital.Site["prn"], hospital.Site, TestHospital.Cancel);
            scanned = await ScanAsync(hospital.Site["pc"], "-p5353", "--script", "dns-service-discovery");
            // Three probes and two announcements.
            byte[] heard = new byte[9000];
            for (int i = 0; i < 5; i++) await listener.ReceiveAsync(heard, TestHospital.Cancel);
        });
        Assert.Equal(3, await capture.CountAsync("mdns && ip.dst==224.0.0.251 && dns.flags.response==0 && dns.count.auth_rr==5"));
        IReadOnlyList<string> announced = await capture.FieldsAsync("mdns && ip.dst==224.0.0.251 && dns.flags.response==1", "ip.ttl", "dns.ptr.domain_name", "dns.srv.port", "dns.srv.target", "dns.a");
        Assert.Equal(2, announced.Count);
        Assert.Equal("255\t_ipp._tcp.local,Vendor Model [000A0A]._ipp._tcp.local,_pdl-datastream._tcp.local,Vendor Model [000A0A]._pdl-datastream._tcp.local\t631,9100\tprn-printer.local,prn-printer.local\t10.77.10.10", announced[0]);
        Assert.Contains("ty=Vendor Model", (await capture.FieldsAsync("mdns && dns.flags.response==1", "dns.txt"))[0], StringComparison.Ordinal);
        // The scanner asks by unicast, as one that knows nothing of multicast.
        foreach (string text in (string[])["631/tcp ipp", "9100/tcp pdl-datastream", "Address=10.77.10.10"]) Assert.Contains(text, scanned, StringComparison.Ordinal);
        Assert.Equal(0, await capture.CountAsync("_ws.malformed"));
    }
}
