using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.WsDiscovery;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.WsDiscovery;

public sealed class WsDiscoveryAnalyserTests
{
    private const string Current = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01", Former = "http://schemas.xmlsoap.org/ws/2005/04/discovery";

    // Made by the standards: a camera by the examples of the ONVIF core specification, a printer with the types of Windows, a device of SDC at a bed.
    private static readonly string Probe = Envelope(Former, "Probe", "<d:Probe xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>");

    private static readonly string Camera = Envelope(Former, "ProbeMatches", "<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:e3248000-80ce-11db-8000-001ba99ec956</a:Address></a:EndpointReference>"
        + "<d:Types xmlns:x=\"http://www.onvif.org/ver10/network/wsdl\">x:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/DS-2CD2042WD-I "
        + "onvif://www.onvif.org/name/Ward%203 onvif://www.onvif.org/location/floor%202</d:Scopes><d:XAddrs>http://10.0.0.2/onvif/device_service</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>");

    private static readonly string Monitor = "\uFEFF" + Envelope(Current, "Hello", "<d:Hello><a:EndpointReference><a:Address>urn:uuid:0f143031-aaaa-4bbb-8ccc-0f1430003100</a:Address></a:EndpointReference>"
        + "<d:Types xmlns:m=\"http://standards.ieee.org/downloads/11073/11073-20702-2016\">m:MedicalDevice</d:Types><d:Scopes>sdc.ctxt.loc:/sdc.ctxt.loc.detail/HOSP%2F%2F%2FICU%2F%2FBED31?fac=HOSP&amp;poc=ICU&amp;bed=BED31 "
        + "sdc.ctxt.pat:/oid/ZHANG%204711</d:Scopes><d:XAddrs> https://10.0.0.1:6464/x  https://[fe80::1]:6464/x </d:XAddrs></d:Hello>", "<d:AppSequence InstanceId='7' MessageNumber='1'/>");

    private static readonly string Proxy = Envelope(Current, "ProbeMatches", "<d:ProbeMatches>" + string.Concat(Enumerable.Range(0, 3).Select(i => "<d:ProbeMatch><a:EndpointReference><a:Address>urn:x:" + i
        + "</a:Address></a:EndpointReference><d:Types>q:Thing</d:Types></d:ProbeMatch>")) + "</d:ProbeMatches>");

    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, serverPort: 3702);

    [Fact]
    public void Searches_answers_and_announcements_are_reported()
    {
        Conversation played = Play();
        Assert.Empty(played.Faults);
        Golden.Hold("discovery", played.Lines);
        Assert.DoesNotContain("4711", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sender_is_described_and_a_proxy_is_not_what_it_tells_of()
    {
        string[] claims = [.. Play().Observe(Udp).OfType<Claim>().Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "10.0.0.2 AnnouncedService onvif:NetworkVideoTransmitter", "10.0.0.2 Type camera", "10.0.0.2 Location floor 2", "10.0.0.2 Model DS-2CD2042WD-I", "10.0.0.2 FriendlyName Ward 3", "10.0.0.2 OtherMac 00:1b:a9:9e:c9:56",
            "10.0.0.1 AnnouncedService mdpws:MedicalDevice", "10.0.0.1 Role sdc-provider", "10.0.0.1 Location HOSP/ICU/BED31",
        ], claims);
    }

    [Theory]
    [InlineData("captures/ndpi/upnp.pcap", 14)]
    [InlineData("captures/corelight-asyncrat/9596cf60-0da6-47a7-a375-1f25ae32d843.pcap", 10)]
    [InlineData("captures/lab/sdc.pcap", 6)]
    public void Captures_give_every_message(string capture, int datagrams)
    {
        IReadOnlyList<WsDiscoveryMessage> rows = CaptureRows<WsDiscoveryMessage>.Of(capture);
        Assert.Equal(datagrams, rows.Count);
        Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(rows));
    }

    [Theory]
    [InlineData(true, "Probe", "Yes")]
    [InlineData(false, "Probe", "YesReversed")]
    [InlineData(true, "ProbeMatches", "YesReversed")]
    [InlineData(false, "ResolveMatches", "Yes")]
    public void The_device_serves_whoever_speaks_first(bool fromClient, string message, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Envelope(Current, message, $"<d:{message}/>"));
        Opening opening = new() { Carrier = Carrier.Udp, Client = fromClient ? bytes : default(ReadOnlySpan<byte>), Server = fromClient ? default(ReadOnlySpan<byte>) : bytes };
        Assert.Equal(Enum.Parse<Match>(expected), WsDiscoveryAnalyser.Recognise(in opening));
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?><note/>")]
    [InlineData("<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\"><soap:Body/></soap:Envelope>")]
    public void Other_documents_are_not_discovery(string text) =>
        Assert.Equal(Match.No, WsDiscoveryAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Encoding.UTF8.GetBytes(text) }));

    [Fact]
    public void Empty_cut_and_endless_messages_are_faults()
    {
        string many = Envelope(Current, "ProbeMatches", "<d:ProbeMatches>" + string.Concat(Enumerable.Repeat("<d:ProbeMatch/>", 40)) + "</d:ProbeMatches>");
        Conversation played = Conversation.Of<WsDiscoveryAnalyser>([Said.Client(Envelope(Current, "x", "")), Said.Client(Probe[..200]), Said.Client(many)], Udp);
        Assert.Equal([WsDiscoveryFaults.NoMessage, WsDiscoveryFaults.NoMessage, WsDiscoveryFaults.BeyondLimits], played.Faults);
        Assert.Equal(32, played.Transactions.Count);
    }

    private static Conversation Play() => Conversation.Of<WsDiscoveryAnalyser>(
        [Said.Client(Probe), Said.Server(Camera), Said.Client(Encoding.UTF8.GetBytes(Monitor)), Said.Server(Proxy), Said.Client(Envelope(Current, "Bye", "<d:Bye><a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference></d:Bye>"))], Udp);

    private static string Envelope(string space, string action, string body, string header = "") =>
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\" xmlns:d=\"" + space
        + "\"><s:Header><a:Action>" + space + "/" + action + "</a:Action><a:MessageID>urn:uuid:1</a:MessageID>" + header + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
}
