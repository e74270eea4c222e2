using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

/// <summary>
/// SOAP of devices in bodies of HTTP. The conversations are made by the standards (IEEE 11073-10207 and 20701, DPWS 1.1, WS-Eventing,
/// ONVIF Core Specification), since no recording of a real device is public.
/// </summary>
public sealed class DeviceSoapTests
{
    private const string Services = "http://standards.ieee.org/downloads/11073/11073-20701-2018/";

    private static readonly string Mdib = Envelope(Services + "GetService/GetMdibResponse", """
        <msg:GetMdibResponse MdibVersion="12" SequenceId="urn:uuid:s1"><msg:Mdib MdibVersion="12" SequenceId="urn:uuid:s1"><pm:MdDescription><pm:Mds Handle="mds0"><pm:Type Code="70001"/>
        <pm:AlertSystem Handle="as0"><pm:AlertCondition xsi:type="pm:LimitAlertConditionDescriptor" Handle="ac1" Kind="Phy" Priority="Hi"><pm:Type Code="1" SymbolicCodeName="MDC_EVT_HI"/></pm:AlertCondition>
        <pm:AlertCondition Handle="ac2" Kind="Tec" Priority="Lo"/><pm:AlertSignal Handle="sig1" Manifestation="Aud"/></pm:AlertSystem>
        <pm:ProductionSpecification><pm:SpecType Code="531976"/><pm:ProductionSpec>FW 2.51</pm:ProductionSpec></pm:ProductionSpecification>
        <pm:MetaData><pm:Udi><pm:DeviceIdentifier>0407</pm:DeviceIdentifier></pm:Udi><pm:Manufacturer>Dr&#228;ger</pm:Manufacturer><pm:ModelName>Evita V800</pm:ModelName><pm:SerialNumber>ASBB-1</pm:SerialNumber></pm:MetaData>
        <pm:Vmd Handle="vmd0"><pm:ProductionSpecification><pm:SpecType Code="531972"/><pm:ProductionSpec>a part's own</pm:ProductionSpec></pm:ProductionSpecification><pm:Channel Handle="ch0">
        <pm:Metric xsi:type="pm:NumericMetricDescriptor" Handle="m1" MetricCategory="Set"><pm:Type Code="151586"/><pm:Unit Code="264928" SymbolicCodeName="MDC_DIM_RESP_PER_MIN"/></pm:Metric></pm:Channel></pm:Vmd></pm:Mds></pm:MdDescription>
        <pm:MdState><pm:State xsi:type="pm:MdsState" DescriptorHandle="mds0" ActivationState="On" OperatingMode="Nml"/><pm:State xsi:type="pm:NumericMetricState" DescriptorHandle="m1" ActivationState="On"><pm:MetricValue Value="18"><pm:MetricQuality Validity="Vld"/></pm:MetricValue></pm:State>
        <pm:State xsi:type="pm:LimitAlertConditionState" DescriptorHandle="ac1" ActivationState="On" Presence="true" ActualPriority="Me"/><pm:State xsi:type="pm:AlertConditionState" DescriptorHandle="ac2" ActivationState="On"/>
        <pm:State xsi:type="pm:AlertSignalState" DescriptorHandle="sig1" ActivationState="Psd"/>
        <pm:State xsi:type="pm:PatientContextState" DescriptorHandle="pc0" Handle="pc0.HL00001" ContextAssociation="Assoc"><pm:Identification Extension="HL00001"/><pm:CoreData><pm:Givenname>ANNA</pm:Givenname><pm:Familyname>MILLER</pm:Familyname></pm:CoreData></pm:State>
        <pm:State xsi:type="pm:LocationContextState" DescriptorHandle="lc0" Handle="lc0.0"><pm:LocationDetail Facility="HOSP" PoC="ICU" Bed="BED 5"/></pm:State></pm:MdState></msg:Mdib></msg:GetMdibResponse>
        """);

    private static readonly Said[] Ventilator =
    [
        Ask(Services + "GetService/GetMdib", "<msg:GetMdib/>"), Tell(Mdib),
        Ask("http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe", "<wse:Subscribe xmlns:wse=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\"><wse:Delivery><wse:NotifyTo><wsa:Address>http://10.0.0.1:5000/n</wsa:Address></wse:NotifyTo></wse:Delivery><wse:Expires>PT1H</wse:Expires>"
            + $"<wse:Filter>{Services}StateEventService/EpisodicAlertReport {Services}StateEventService/EpisodicMetricReport</wse:Filter></wse:Subscribe>"),
        Tell(Envelope("http://schemas.xmlsoap.org/ws/2004/08/eventing/SubscribeResponse", "<wse:SubscribeResponse xmlns:wse=\"x\"><wse:Expires>PT30M</wse:Expires></wse:SubscribeResponse>")),
        Ask(Services + "SetService/SetValue", "<msg:SetValue><msg:OperationHandleRef>op.m1</msg:OperationHandleRef><msg:RequestedNumericValue>12.5</msg:RequestedNumericValue></msg:SetValue>"),
        Tell(Envelope(Services + "SetService/SetValueResponse", "<msg:SetValueResponse MdibVersion=\"13\" SequenceId=\"urn:uuid:s1\"><msg:InvocationInfo><msg:TransactionId>1</msg:TransactionId><msg:InvocationState>Fail</msg:InvocationState><msg:InvocationError>Inv</msg:InvocationError></msg:InvocationInfo></msg:SetValueResponse>")),
        Ask(Services + "ContextService/GetContextStates", "<msg:GetContextStates/>"),
        Tell(Envelope("http://www.w3.org/2005/08/addressing/fault", "<s12:Fault><s12:Code><s12:Value>s12:Sender</s12:Value><s12:Subcode><s12:Value>wsa:ActionNotSupported</s12:Value></s12:Subcode></s12:Code></s12:Fault>"), "400 Bad Request"),
    ];

    private static readonly Said[] Report =
    [
        Ask(Services + "StateEventService/EpisodicAlertReport", "<msg:EpisodicAlertReport MdibVersion=\"14\" SequenceId=\"urn:uuid:s1\"><msg:ReportPart><msg:AlertState xsi:type=\"pm:AlertConditionState\" DescriptorHandle=\"ac2\" ActivationState=\"On\" Presence=\"true\"/></msg:ReportPart></msg:EpisodicAlertReport>"),
        Said.Server("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"),
    ];

    private static readonly Said[] Camera =
    [
        Post("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><GetDeviceInformation xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/></s:Body></s:Envelope>"),
        Tell("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><tds:GetDeviceInformationResponse xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><tds:Manufacturer>HIKVISION</tds:Manufacturer><tds:Model>DS-2CD2042WD-I</tds:Model>"
            + "<tds:FirmwareVersion>V5.4.5</tds:FirmwareVersion><tds:SerialNumber>DS-1</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse></s:Body></s:Envelope>"),
    ];

    [Fact]
    public void A_camera_tells_its_services_streams_scopes_and_interfaces_and_how_it_is_logged_in_to()
    {
        const string Token = "<s:Header><o:Security xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><o:UsernameToken><o:Username>admin</o:Username><o:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest\">c2VjcmV0</o:Password></o:UsernameToken></o:Security></s:Header>";
        Conversation played = Conversation.Of<HttpAnalyser>(
        [
            Post(Soap(Token, "<GetCapabilities xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/>")),
            Tell(Soap("", "<tds:GetCapabilitiesResponse xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><tds:Capabilities><tt:Device><tt:XAddr>http://10.0.0.2/onvif/device_service</tt:XAddr></tt:Device><tt:Media><tt:XAddr>http://10.0.0.2/onvif/Media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>")),
            Post(Soap("", "<GetProfiles xmlns=\"http://www.onvif.org/ver10/media/wsdl\"/>")),
            Tell(Soap("", "<trt:GetProfilesResponse xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\"><trt:Profiles token=\"P1\"><tt:Name>mainStream</tt:Name><tt:VideoSourceConfiguration><tt:Name>inner</tt:Name></tt:VideoSourceConfiguration></trt:Profiles></trt:GetProfilesResponse>")),
            Post(Soap("", "<GetStreamUri xmlns=\"http://www.onvif.org/ver10/media/wsdl\"/>")),
            Tell(Soap("", "<trt:GetStreamUriResponse xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\"><trt:MediaUri><tt:Uri>rtsp://root:hunter2@10.0.0.2:554/Streaming/Channels/101</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>")),
            Post(Soap("", "<GetScopes xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/>")),
            Tell(Soap("", "<tds:GetScopesResponse xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><tds:Scopes><tt:ScopeItem>onvif://www.onvif.org/location/ward%203</tt:ScopeItem></tds:Scopes><tds:Scopes><tt:ScopeItem>onvif://www.onvif.org/name/Hall</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>")),
            Post(Soap("", "<GetNetworkInterfaces xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/>")),
            Tell(Soap("", "<tds:GetNetworkInterfacesResponse xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><tds:NetworkInterfaces><tt:Info><tt:HwAddress>c0:56:e3:00:00:01</tt:HwAddress></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>")),
        ]);
        Golden.Hold("onvif", Conversation.Render(played.Transactions.OfType<DeviceExchange>()));
        string all = string.Join('\n', played.Lines);
        foreach (string secret in new[] { "c2VjcmV0", "hunter2", "root:" }) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        string[] claims = [.. played.Observe().OfType<Claim>().Where(claim => claim.Origin.StartsWith("Get", StringComparison.Ordinal)).Select(claim => $"{claim.Kind} {claim.Value}").Distinct()];
        Assert.Equal(["Type camera", "Location ward 3", "FriendlyName Hall", "OtherMac c0:56:e3:00:00:01"], claims);
    }

    [Fact]
    public void A_ventilator_is_asked_subscribed_to_and_set()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Ventilator);
        Assert.Empty(played.Faults);
        Golden.Hold("sdc-ventilator", Conversation.Render(played.Transactions.OfType<DeviceExchange>()));
        string[] claims = [.. played.Observe().OfType<Claim>().Where(claim => claim.Protocol == "dpws").Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}").Distinct()];
        Assert.Equal(
        [
            "10.0.0.2 Role sdc-provider", "10.0.0.1 Role sdc-consumer", "10.0.0.2 Type ventilator", "10.0.0.2 Vendor Dräger", "10.0.0.2 Model Evita V800", "10.0.0.2 SerialNumber ASBB-1", "10.0.0.2 Firmware FW 2.51",
            "10.0.0.2 Location HOSP/ICU/BED 5", "10.0.0.2 InUse monitoring",
        ], claims);
    }

    [Fact]
    public void A_report_speaks_of_whoever_sends_it()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Report);
        DeviceExchange row = Assert.Single(played.Transactions.OfType<DeviceExchange>());
        Assert.Equal(("EpisodicAlertReport", 1L, 14L, 202L), (row.Action!, row.AlarmsPresent!.Value, row.MdibVersion!.Value, row.StatusCode!.Value));
        Assert.Contains(played.Observe().OfType<Claim>(), claim => claim is { Kind: ClaimKind.Role, Value: "sdc-provider" } && claim.Subject == Conversation.View().Client);
    }

    [Fact]
    public void A_camera_of_ONVIF_tells_maker_model_and_firmware()
    {
        DeviceExchange row = Assert.Single(Conversation.Of<HttpAnalyser>(Camera).Transactions.OfType<DeviceExchange>());
        Assert.Equal(("onvif", "GetDeviceInformation", "HIKVISION", "DS-2CD2042WD-I", "V5.4.5", "DS-1"), (row.Profile, row.Action!, row.Manufacturer!, row.Model!, row.Firmware!, row.SerialNumber!));
    }

    [Fact]
    public void No_patient_and_no_measured_value_leaves()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Ventilator);
        string all = string.Join('\n', played.Lines.Concat(played.Observe().Select(one => one.ToString())));
        foreach (string secret in (string[])["HL00001", "ANNA", "MILLER", "\"18\""]) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
    }

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => Splits.HoldFor<HttpAnalyser>(Camera);

    [Fact]
    public void Other_envelopes_and_broken_ones_give_no_row()
    {
        const string Other = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><u:GetVolume xmlns:u=\"urn:schemas-upnp-org:service:RenderingControl:1\"/></s:Body></s:Envelope>";
        Assert.Empty(Conversation.Of<HttpAnalyser>([Post(Other), Tell(Other)]).Transactions.OfType<DeviceExchange>());
        string cut = Mdib[..(Mdib.Length / 2)];
        Assert.Equal("GetMdib", Assert.Single(Conversation.Of<HttpAnalyser>([Ask(Services + "GetService/GetMdib", "<msg:GetMdib/>"), Tell(cut)]).Transactions.OfType<DeviceExchange>()).Action);
        string many = Envelope(Services + "x", "<msg:R>" + string.Concat(Enumerable.Range(0, 300).Select(i => $"<pm:Metric Handle=\"m{i}\"/>")) + "</msg:R>");
        DeviceExchange row = Assert.Single(Conversation.Of<HttpAnalyser>([Ask(Services + "x", "<msg:G/>"), Tell(many)]).Transactions.OfType<DeviceExchange>());
        Assert.Equal((128, true), (row.Metrics!.Count, row.Truncated));
    }

    [Fact]
    public void The_lab_is_read() => Golden.Hold("sdc-lab", Conversation.Render(CaptureRows<DeviceExchange>.Of("captures/lab/sdc.pcap")));

    private static Said Ask(string action, string body) => Post(Envelope(action, body));

    private static string Soap(string header, string body) => $"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:tt=\"http://www.onvif.org/ver10/schema\">{header}<s:Body>{body}</s:Body></s:Envelope>";

    private static Said Post(string xml)
    {
        byte[] body = Encoding.UTF8.GetBytes(xml);
        return new Said(Side.Client, [.. Encoding.ASCII.GetBytes($"POST /x HTTP/1.1\r\nHost: d\r\nContent-Type: application/soap+xml; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
    }

    private static Said Tell(string xml, string status = "200 OK")
    {
        byte[] body = Encoding.UTF8.GetBytes(xml);
        return new Said(Side.Server, [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
    }

    private static string Envelope(string action, string body) =>
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s12:Envelope xmlns:s12=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        + " xmlns:msg=\"http://standards.ieee.org/downloads/11073/11073-10207-2017/message\" xmlns:pm=\"http://standards.ieee.org/downloads/11073/11073-10207-2017/participant\">"
        + $"<s12:Header><wsa:Action>{action}</wsa:Action></s12:Header><s12:Body>{body}</s12:Body></s12:Envelope>";
}
