using System.IO.Compression;
using System.Text;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

/// <summary>FHIR, CDA and HL7 v2 in bodies of HTTP.</summary>
public sealed class ClinicalBodyTests
{
    private const string Patients = """{"resourceType":"Bundle","type":"searchset","total":37,"entry":[{"resource":{"resourceType":"Patient","id":"p0","identifier":[{"system":"urn:oid:1.2.3","value":"HL00001"}],"name":[{"family":"MILLER","given":["ANNA"]}],"birthDate":"1960-01-01"}},{"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"HL00018"}]}}]}""";

    private const string Reported = """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Device","manufacturer":"Mindray","deviceName":[{"name":"BeneVision N17","type":"model-name"}],"modelNumber":"N17","serialNumber":"SN30031","status":"active","version":[{"value":"05.21.00"}],"udiCarrier":[{"deviceIdentifier":"06944904011111"}],"type":{"coding":[{"display":"Patient monitor"}]}}},{"resource":{"resourceType":"DeviceMetric","operationalStatus":"on"}},{"resource":{"resourceType":"Observation","status":"final","subject":{"reference":"Patient/HL00002","display":"SMITH JOHN"},"valueQuantity":{"value":78}}},{"resource":{"resourceType":"Observation","subject":{"reference":"http://his/fhir/Patient/HL00002/_history/1"}}}]}""";

    private const string Capabilities = """{"resourceType":"CapabilityStatement","status":"active","fhirVersion":"4.0.1","software":{"name":"HAPI FHIR Server","version":"5.4.0"},"rest":[{"mode":"server","resource":[{"type":"Patient"}]}]}""";

    private const string DeviceXml = "<?xml version=\"1.0\"?>\n<Device xmlns=\"http://hl7.org/fhir\"><id value=\"d1\"/><udiCarrier><deviceIdentifier value=\"0694\"/></udiCarrier><manufacturer value=\"Dr&#228;ger\"/><serialNumber value=\"ASBB-1\"/>"
        + "<deviceName><name value=\"Evita\"/></deviceName><modelNumber value=\"V800\"/><version><value value=\"2.60\"/></version><patient><reference value=\"Patient/HL00003\"/></patient></Device>";

    private const string Document = "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><templateId root=\"2.16.840.1.113883.10.20.22.1.1\"/><id extension=\"D1\"/><code code=\"34133-9\" codeSystem=\"2.16.840.1.113883.6.1\"/><title>Summary of MILLER</title>"
        + "<recordTarget><patientRole><id extension=\"HL00001\" root=\"1.2\"/><patient><name><given>ANNA</given><family>MILLER</family></name><birthTime value=\"19600101\"/></patient></patientRole></recordTarget>"
        + "<author><assignedAuthor><assignedAuthoringDevice><manufacturerModelName>ECG 1550</manufacturerModelName><softwareName>CardioSoft 7 for MILLER</softwareName></assignedAuthoringDevice></assignedAuthor></author>"
        + "<custodian><assignedCustodian><representedCustodianOrganization><name>Hospital</name></representedCustodianOrganization></assignedCustodian></custodian><component><structuredBody><patientRole><id extension=\"NOT-READ\"/></patientRole></structuredBody></component></ClinicalDocument>";

    private const string Result = "MSH|^~\\&|LIS|LAB|HIS|HOSP|20261123||ORU^R01^ORU_R01|M1|P|2.5.1\rPID|1||HL00001\rOBX|1\r", Accept = "MSH|^~\\&|HIS|HOSP|LIS|LAB|20261123||ACK^R01|A1|P|2.5.1\rMSA|AA|M1\r";

    private static readonly Said[] Day =
    [
        Ask("GET", "/fhir/metadata"), Tell("application/fhir+json", Capabilities),
        Ask("GET", "/fhir/Patient?identifier=HL00001"), Tell("application/fhir+json; charset=utf-8", Patients),
        Ask("POST", "/fhir", "application/fhir+json", Reported), Tell("application/fhir+json", """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","diagnostics":"no patient HL00002"}]}""", 422),
        Ask("PUT", "/fhir/Device/d1", "application/fhir+xml", DeviceXml), Tell("application/fhir+xml", DeviceXml),
        Ask("POST", "/xds/documents", "text/xml", Document), Tell("text/plain", "stored"),
        Ask("POST", "/hl7", "x-application/hl7-v2+er7", Result), Tell("application/hl7-v2", Accept),
    ];

    [Fact]
    public void What_clinical_bodies_say_leaves_beside_the_exchanges()
    {
        Conversation conversation = Conversation.Of<HttpAnalyser>(Day);
        Golden.Hold("clinical-day", conversation.Lines);
        Assert.Empty(conversation.Faults);
        Assert.Equal(["capabilities", "search", "transaction", "update"], conversation.Transactions.OfType<FhirExchange>().Select(row => row.Operation));
        Assert.Single(conversation.Transactions.OfType<CdaDocument>());
        Assert.Equal(("AA", "M1"), conversation.Transactions.OfType<Hl7Exchange>().Select(row => (row.Ack!, new PatientNames(false).Render(row.ControlId!.Value))).Single());
    }

    [Fact]
    public void Cutting_the_stream_anywhere_changes_nothing() => Splits.HoldFor<HttpAnalyser>(Day);

    [Fact]
    public void No_identifier_or_name_of_a_patient_leaves_in_clear()
    {
        Conversation conversation = Conversation.Of<HttpAnalyser>(Day);
        string all = string.Join('\n', conversation.Lines.Concat(conversation.Observe().Select(one => one.ToString())));
        foreach (string secret in new[] { "HL00001", "HL00018", "HL00002", "HL00003", "MILLER", "ANNA", "SMITH", "1960", "NOT-READ" }) Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Devices_and_software_become_claims()
    {
        FlowView view = Conversation.View();
        Claim[] claims = [.. Conversation.Of<HttpAnalyser>(Day).Observe(view).OfType<Claim>()];
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.SerialNumber, Value: "SN30031", Origin: "Device.serialNumber" } && claim.Subject == view.Client);
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.Software, Value: "HAPI FHIR Server 5.4.0" } && claim.Subject == view.Server);
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.Role, Value: "fhir-server" });
        Assert.Contains(claims, claim => claim is { Kind: ClaimKind.Role, Value: "hl7-receiver" });
    }

    [Fact]
    public void Packed_bodies_are_unpacked()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, true)) gzip.Write(Encoding.UTF8.GetBytes(Patients));
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        FhirExchange row = Assert.Single(Conversation.Of<HttpAnalyser>([Ask("GET", "/Patient"), new Said(Side.Server, [.. head, .. packed.ToArray()])]).Transactions.OfType<FhirExchange>());
        Assert.Equal((37L, 2), (row.Total!.Value, row.Patients!.Count));
        Assert.False(row.Truncated);
    }

    [Fact]
    public void Of_a_long_bundle_the_beginning_is_counted_and_said_to_be_that()
    {
        string many = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":90000,\"entry\":[" + string.Join(',', Enumerable.Range(0, 9000).Select(i => $"{{\"resource\":{{\"resourceType\":\"Patient\",\"identifier\":[{{\"value\":\"HL{i}\"}}]}}}}")) + "]}";
        FhirExchange row = Assert.Single(Conversation.Of<HttpAnalyser>([Ask("GET", "/Patient"), Tell("application/fhir+json", many)]).Transactions.OfType<FhirExchange>());
        Assert.True(row.Truncated);
        Assert.InRange(row.ResponseCounts![1], 1000, 8999);
        Assert.Equal(32, row.Patients!.Count);
    }

    [Theory]
    [InlineData("application/json", "{\"name\":\"resourceType\"}", 0)]
    [InlineData("application/fhir+json", "{\"resourceType\":", 0)]
    [InlineData("application/fhir+json", "{\"resourceType\":\"Patient\",,}", 1)]
    [InlineData("application/fhir+json", "{\"resourceType\":\"Patient\",\"id\":\"\\ud800\"}", 1)]
    [InlineData("application/json", "{\"resourceType\":\"Patient\"}", 0)] // not stated, and still one
    [InlineData("text/xml", "<note xmlns=\"urn:hl7-org:v3\"/>", 0)]
    [InlineData("text/xml", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ClinicalDocument>&e;</ClinicalDocument>", 0)]
    [InlineData("text/plain", "MSH is not a message", 0)]
    public void Look_alikes_and_broken_bodies_do_no_harm(string type, string body, int faults)
    {
        Said[] said = [Ask("POST", "/x", type, body), Tell("text/plain", "ok")];
        Assert.Equal(faults, Conversation.Of<HttpAnalyser>(said).Faults.Count);
        Splits.HoldFor<HttpAnalyser>(said);
    }

    [Theory]
    [InlineData("GET", "/fhir/Patient/7", null, "read", "Patient")]
    [InlineData("GET", "/fhir/Patient/7/_history/2", null, "vread", "Patient")]
    [InlineData("GET", "/fhir/Patient/7/_history", null, "history", "Patient")]
    [InlineData("GET", "/fhir/Patient/7/Observation?code=1", null, "search", "Observation")]
    [InlineData("GET", "/fhir/Patient?_count=1000", null, "search", "Patient")]
    [InlineData("GET", "/fhir/metadata", null, "capabilities", null)]
    [InlineData("GET", "/fhir/Patient/7/$everything", null, "operation $everything", "Patient")]
    [InlineData("POST", "/fhir/Patient/_search", null, "search", "Patient")]
    [InlineData("POST", "/fhir/Observation", null, "create", "Observation")]
    [InlineData("POST", "/fhir", "batch", "batch", null)]
    [InlineData("DELETE", "/r4/Observation/9", null, "delete", "Observation")]
    [InlineData("PATCH", "/r4/Observation/9", null, "patch", "Observation")]
    [InlineData("GET", "/", null, "search", null)]
    public void Interactions_are_told_by_method_and_path(string method, string uri, string? bundle, string operation, string? resource) =>
        Assert.Equal((operation, resource), FhirOperation.Of(method, uri, bundle));

    [Fact]
    public void Published_resources_are_counted_as_a_parser_of_json_counts_them()
    {
        string[] files = [.. Directory.GetFiles(SharedFiles.Path("reference/hl7/fhir"), "*.json").Where(file => new FileInfo(file).Length < 200_000)];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            string json = File.ReadAllText(file);
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json);
            FhirContent? content = FhirContent.Of(Whole(Encoding.UTF8.GetBytes(json)));
            Assert.Equal(Resources(document.RootElement), content?.Counts.Sum() ?? 0);
        }
    }

    [Fact]
    public void Published_documents_are_read_by_their_header()
    {
        foreach (string file in Directory.GetFiles(SharedFiles.Path("reference/hl7/cda"), "*.xml"))
        {
            byte[] xml = File.ReadAllBytes(file);
            if (xml.AsSpan().IndexOf("<ClinicalDocument"u8) < 0) continue;
            CdaContent content = CdaContent.Of(Whole(xml))!;
            Assert.True(content.Code is not null && content.Patients.Count > 0 && content.Templates.Count > 0, file);
        }
    }

    [Fact]
    public void The_recorded_server_gives_its_interactions()
    {
        Collected collected = new("captures/lab/fhir.pcap");
        Golden.Hold("fhir-recorded", Conversation.Render(collected.Rows));
        FhirExchange harvest = Assert.Single(collected.Rows, row => row.ResponseCounts?.Contains(37) == true);
        Assert.Equal(("search", "Patient"), (harvest.Operation, harvest.ResourceType));
    }

    private static Beginning Whole(byte[] text) => new(text, null, true, new BodyHead { Into = new Conversation() }, default);

    private static long Resources(System.Text.Json.JsonElement element) => element.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Object => element.EnumerateObject().Sum(one => one.Name == "resourceType" && one.Value.ValueKind == System.Text.Json.JsonValueKind.String ? 1 : Resources(one.Value)),
        System.Text.Json.JsonValueKind.Array => element.EnumerateArray().Sum(Resources),
        _ => 0,
    };

    private static Said Ask(string method, string uri, string? type = null, string body = "") =>
        new(Side.Client, Encoding.UTF8.GetBytes($"{method} {uri} HTTP/1.1\r\nHost: his\r\n{(type is null ? "" : $"Content-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n")}\r\n{body}"));

    private static Said Tell(string type, string body, int status = 200) =>
        new(Side.Server, Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    private sealed class Collected : ISensorOutput
    {
        public Collected(string capture)
        {
            using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path(capture)]);
            new SensorPipeline(new SensorOptions(), source, this).Run();
        }

        public List<FhirExchange> Rows { get; } = [];

        public void Take(Transaction transaction)
        {
            if (transaction is FhirExchange row) Rows.Add(row);
        }

        public void Take(FlowRecord flow)
        {
        }

        public void Take(Observation observation)
        {
        }

        public void Advance(CaptureTime now)
        {
        }
    }
}
