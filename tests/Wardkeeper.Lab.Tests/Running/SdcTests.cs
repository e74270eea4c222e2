using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Sdc;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Emitters;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class SdcTests
{
    private static readonly XNamespace Discovery = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";
    private static readonly XNamespace Participant = "http://standards.ieee.org/downloads/11073/11073-10207-2017/participant";
    private static readonly HospitalPatient Patient = new("HL00018", "11010519491231002X", "王", "小东", "M", new DateOnly(1949, 12, 31), "utf-8", "1");

    [LabFact("tshark tcpdump")]
    public async Task A_consumer_finds_its_provider_among_others_and_reads_description_and_state()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(
            TestHospital.Device("cms", 9), TestHospital.Device("mon", 10, "patient-monitor", offers: "sdc") with { Bed = "ICU-3" }, TestHospital.Device("vent", 11, "ventilator", offers: "sdc"));
        ProviderRead what = new(TimeSpan.FromHours(9.5), "cms", "mon", Patient);
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel));

        Assert.Equal(["10.77.10.9\t1"], await capture.FieldsAsync("udp.dstport==3702 && ip.dst==239.255.255.250", "ip.src", "ip.ttl"));
        XDocument[] matches = [.. (await capture.FieldsAsync("udp.srcport==3702", "udp.payload")).Select(hex => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromHexString(hex))))];
        // Both match and answer, and neither finds a closed port.
        Assert.Equal(2, matches.Length);
        Assert.Equal(0, await capture.CountAsync("icmp || tcp.flags.reset==1"));
        string[] addresses = [.. matches.Select(match => Assert.Single(match.Descendants(Discovery + "XAddrs")).Value)];
        string address = Assert.Single(addresses, found => found.StartsWith("http://10.77.10.10:6464/", StringComparison.Ordinal));

        Assert.Equal(what.Facts.Single(fact => fact.Protocol == "http").Count, await capture.CountAsync("http.request.method==POST && ip.src==10.77.10.9 && ip.dst==10.77.10.10"));
        Assert.Equal([address, address], await capture.FieldsAsync("http.request", "http.request.full_uri"));
        Assert.Equal(["200\tapplication/soap+xml; charset=utf-8", "200\tapplication/soap+xml; charset=utf-8"], await capture.FieldsAsync("http.response", "http.response.code", "http.content_type"));
        Assert.Equal(["GetMdDescription", "GetMdState"], WireCheck.LogOf(hospital, "mon", "sdc").Select(line => line[1]).Where(kind => kind != "Probe"));
        Assert.Equal(["Probe"], WireCheck.LogOf(hospital, "vent", "sdc").Select(line => line[1]));

        XDocument[] answers = await DocumentsAsync(capture);
        Assert.Equal(["Vendor", "Model", "SN10"], answers[0].Descendants(Participant + "MetaData").Elements().Select(part => part.Value));
        Assert.Equal(["小东", "王", "M", "1949-12-31"], answers[1].Descendants(Participant + "CoreData").Elements().Select(part => part.Value));
        // Each value belongs to a metric of the description and was measured when the plan says.
        XElement[] values = [.. answers[1].Descendants(Participant + "MetricValue")];
        Assert.Equal(answers[0].Descendants(Participant + "Metric").Select(metric => metric.Attribute("Handle")?.Value), values.Select(value => value.Parent?.Attribute("DescriptorHandle")?.Value));
        Assert.Equal(6, values.Length);
        Assert.All(values, value => Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), (long?)value.Attribute("DeterminationTime")));
    }

    [LabFact("tshark tcpdump curl")]
    public async Task An_unknown_action_is_a_fault_and_a_probe_for_something_else_is_not_answered()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("vent", 11, "ventilator", offers: "sdc"));
        Capture capture = await hospital.RecordAsync(async () =>
        {
            const string Envelope = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing'><e:Header><a:Action>";
            foreach (string action in (string[])["urn:nothing", "http://standards.ieee.org/downloads/11073/11073-20701-2018/GetService/GetMdState"])
            {
                (int code, string output) = await Shell.RunAsync("ip", ["netns", "exec", hospital.Site["pc"].Name, "curl", "-sS", "-d", $"{Envelope}{action}</a:Action></e:Header><e:Body><GetMdState/></e:Body></e:Envelope>", "http://10.77.10.11:6464/"], TestHospital.Cancel);
                Assert.True(code == 0, output);
                Assert.Equal(action == "urn:nothing", output.Contains("wsa:ActionNotSupported", StringComparison.Ordinal));
                Assert.DoesNotContain("MetricValue", output, StringComparison.Ordinal);
            }
            byte[] probe = Encoding.UTF8.GetBytes($"{Envelope}{Discovery}/Probe</a:Action></e:Header><e:Body><d:Probe xmlns:d='{Discovery}'><d:Types xmlns:p='urn:printers'>p:Printer</d:Types></d:Probe></e:Body></e:Envelope>");
            using System.Net.Sockets.Socket socket = hospital.Site["pc"].Datagrams(0);
            await socket.SendToAsync(probe, new System.Net.IPEndPoint(hospital.Site["vent"].Device.Ip, 3702), TestHospital.Cancel);
            await Task.Delay(600, TestHospital.Cancel);
        });
        Assert.Equal(["400", "200"], await capture.FieldsAsync("http.response", "http.response.code"));
        Assert.Equal(["p:Printer"], WireCheck.LogOf(hospital, "vent", "sdc").Details("Probe"));
        Assert.Equal(0, await capture.CountAsync("udp.srcport==3702"));
    }

    [Fact]
    public void Alarms_are_switched_by_the_operation_of_the_description_alone()
    {
        Mdib mdib = new(TestHospital.Device("mon", 10, "patient-monitor"));
        XElement description = mdib.Description(null), operation = Assert.Single(description.Descendants(Participant + "Operation"));
        Assert.Equal((Mdib.AlertOperation, Assert.Single(description.Descendants(Participant + "AlertSystem")).Attribute("Handle")?.Value), (operation.Attribute("Handle")?.Value, operation.Attribute("OperationTarget")?.Value));
        Assert.Equal(("Fin", "Psd", "Psd"), (StateAfter(Mdib.AskAlarms("Psd")), mdib.Alarms, mdib.State(null).Elements().Elements().Single(state => state.Attribute("DescriptorHandle")?.Value == "as0").Attribute("ActivationState")?.Value));
        XElement foreign = Mdib.AskAlarms("Off");
        foreign.Element(SdcNames.Message + "OperationHandleRef")!.Value = "op.other";
        Assert.Equal(("Fail", "Fail", "Psd"), (StateAfter(foreign), StateAfter(Mdib.AskAlarms("Louder")), mdib.Alarms));

        string? StateAfter(XElement asked) => mdib.SetAlarms(asked, null).Descendants(SdcNames.Message + "InvocationState").Single().Value;
    }

    [LabFact("tshark tcpdump")]
    public async Task A_provider_says_hello_and_bye_and_tells_who_knows_its_address_where_it_is()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("pc", 9), TestHospital.Device("vent", 11, "ventilator"));
        ServerLog log = new();
        string endpoint = SdcNames.EndpointOf(hospital.Site["vent"].Device);
        Capture capture = await hospital.RecordAsync(async () =>
        {
            await using SdcProvider provider = SdcProvider.Start(hospital.Site["vent"], log);
            using System.Net.Sockets.Socket socket = hospital.Site["pc"].Datagrams(0);
            foreach (string asked in (string[])["urn:uuid:00000000-0000-0000-0000-000000000001", endpoint])
            {
                byte[] resolve = Encoding.UTF8.GetBytes($"<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing'><e:Header><a:Action>{Discovery}/Resolve</a:Action><a:MessageID>urn:uuid:1</a:MessageID></e:Header><e:Body><d:Resolve xmlns:d='{Discovery}'><a:EndpointReference><a:Address>{asked}</a:Address></a:EndpointReference></d:Resolve></e:Body></e:Envelope>");
                await socket.SendToAsync(resolve, new System.Net.IPEndPoint(hospital.Site["vent"].Device.Ip, 3702), TestHospital.Cancel);
            }
            // The first is not meant for it: one answer comes.
            await socket.ReceiveFromAsync(new byte[65535], new System.Net.IPEndPoint(System.Net.IPAddress.Any, 0), TestHospital.Cancel);
        });
        string[][] rows = [.. (await capture.FieldsAsync("udp.srcport==3702", "ip.dst", "udp.payload")).Select(row => row.Split('\t'))];
        XDocument[] said = [.. rows.Select(row => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromHexString(row[1]))))];
        Assert.Equal(["239.255.255.250", "10.77.10.9", "239.255.255.250"], rows.Select(row => row[0]));
        Assert.Equal(["Hello", "ResolveMatches", "Bye"], said.Select(message => message.Root!.Elements().Last().Elements().Single().Name.LocalName));
        Assert.All(said, message => Assert.Contains(endpoint, message.ToString(), StringComparison.Ordinal));
        Assert.Equal(["1", "2", "3"], said.Select(message => message.Descendants(Discovery + "AppSequence").Single().Attribute("MessageNumber")!.Value));
        Assert.Equal(["Resolve"], log.Entries.Select(entry => entry.What));
    }

    // tshark shows a body as text with other letters than ASCII replaced; the bytes of the stream are whole.
    private static async Task<XDocument[]> DocumentsAsync(Capture capture) =>
        [.. Encoding.UTF8.GetString(Convert.FromHexString(string.Concat(await capture.FieldsAsync("tcp.srcport==6464 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload"))))
            .Split("<?xml").Skip(1).Select(part => XDocument.Parse("<?xml" + part[..(part.LastIndexOf('>') + 1)]))];
}
