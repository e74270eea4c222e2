using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public class HttpPrivacyTests
{
    [Theory]
    [InlineData("/dicom-web/studies?PatientID=HL1&includefield=PatientName", "/dicom-web/studies?PatientID=patient-1&includefield=PatientName")]
    [InlineData("/dicom-web/studies?00100010=DOE%5EJANE*&limit=5", "/dicom-web/studies?00100010=patient-1*&limit=5")]
    [InlineData("/dicom-web/studies?%50atientName=A%26B%3DC&fuzzymatching=true", "/dicom-web/studies?PatientName=patient-1&fuzzymatching=true")]
    [InlineData("/wado?requestType=WADO&patientID=HL1;x=1", "/wado?requestType=WADO&patientID=patient-1;x=1")]
    [InlineData("/fhir/Patient/123/$everything", "/fhir/Patient/patient-1/$everything")]
    [InlineData("/fhir/Patient/_search", "/fhir/Patient/_search")]
    [InlineData("/fhir/Patient/a.b-7", "/fhir/Patient/patient-1")]
    [InlineData("/fhir/Patient?identifier=urn:oid:1.2|HL1,urn:oid:1.3|HL2", "/fhir/Patient?identifier=urn:oid:1.2|patient-1,urn:oid:1.3|patient-2")]
    [InlineData("/fhir/Patient?_id=77&name:exact=Doe&birthdate=ge1980-01-01", "/fhir/Patient?_id=patient-1&name:exact=patient-2&birthdate=patient-3")]
    [InlineData("/fhir/Observation?subject=Patient/HL1&code=8867-4", "/fhir/Observation?subject=Patient/patient-1&code=8867-4")]
    [InlineData("/fhir/Observation?subject:Patient.family=Doe", "/fhir/Observation?subject:Patient.family=patient-1")]
    [InlineData("/fhir/Observation?patient=http%3A%2F%2Fh%2Ffhir%2FPatient%2FHL1", "/fhir/Observation?patient=http://h/fhir/Patient/patient-1")]
    [InlineData("/login?next=%2Ffhir%2FPatient%2FHL1%3Fx%3D1", "/login?next=/fhir/Patient/patient-1?x=1")]
    [InlineData("/his/query?name=%CD%F5%D0%A1%B6%AB", "/his/query?name=patient-1")]
    [InlineData("/his/query?brid=0001&ward=3", "/his/query?brid=patient-1&ward=3")]
    [InlineData("/orthanc/patients/6a2b/studies", "/orthanc/patients/patient-1/studies")]
    [InlineData("/patients/index.html?page=2", "/patients/index.html?page=2")]
    [InlineData("/css?family=Open+Sans&name=main", "/css?family=Open+Sans&name=main")]
    [InlineData("/mail?subject=hello", "/mail?subject=hello")]
    [InlineData("http://admin:secret@pump.ward/login?password=hunter2&user=admin", "http://admin@pump.ward/login?password=***&user=admin")]
    [InlineData("/a%20b%2Fc?x=%e4%bd%a0%zz%", "/a b/c?x=你%zz%")]
    [InlineData("/studies?PatientID=", "/studies?PatientID=")]
    public void Only_what_identifies_is_masked(string uri, string shown)
    {
        HttpExchange exchange = Play($"GET {uri} HTTP/1.1\r\nReferer: {uri}\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(shown, new PatientNames(false).Render(exchange.Uri!.Value));
        Assert.Equal(shown, new PatientNames(false).Render(exchange.Referrer!.Value));
    }

    [Fact]
    public void One_patient_is_one_patient_in_utf8_and_in_gb18030()
    {
        PatientNames names = new(false);
        foreach (string uri in new[] { "/q?PatientName=%E7%8E%8B%5E%E6%98%8E", "/q?PatientName=%CD%F5%5E%C3%F7", "/q?patient_name=%e7%8e%8b%5e%e6%98%8e" })
            Assert.EndsWith("=patient-1", names.Render(Play($"GET {uri} HTTP/1.1\r\n\r\n", "").Uri!.Value), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/wado?patientID=HL1", "report-HL1.pdf", "report-patient-1.pdf")]
    [InlineData("/dicom-web/studies/1.2.3", "DOE_JANE.dcm", "patient-1.dcm")]
    [InlineData("/dicom-web/studies/1.2.3", "1.2.840.1.77.dcm", "1.2.840.1.77.dcm")]
    [InlineData("/download", "firmware-2.1.bin", "firmware-2.1.bin")]
    [InlineData("/download", "DOE^JANE.pdf", "patient-1.pdf")]
    public void File_names_are_masked_where_they_name_a_patient(string uri, string file, string shown)
    {
        HttpExchange exchange = Play($"GET {uri} HTTP/1.1\r\n\r\n", $"HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"{file}\"\r\nContent-Length: 0\r\n\r\n");
        PatientNames names = new(false);
        names.Render(exchange.Uri!.Value);
        Assert.Equal(shown, names.Render(exchange.RespFilenames![0]));
    }

    [Fact]
    public void Titles_of_clinical_pages_are_not_kept()
    {
        string page = "<html><title>Jane Doe</title></html>";
        HttpExchange exchange = Play("GET /viewer?PatientID=HL1 HTTP/1.1\r\n\r\n", $"HTTP/1.1 200 OK\r\nContent-Length: {page.Length}\r\n\r\n{page}");
        Assert.Null(exchange.Title);
    }

    [Fact]
    public void Passwords_are_never_kept()
    {
        string basic = Convert.ToBase64String(Encoding.ASCII.GetBytes("nurse:Tr0ub4dor:x"));
        Conversation played = Conversation.Of<HttpAnalyser>([Said.Client($"GET / HTTP/1.1\r\nAuthorization:  Basic   {basic}\r\n\r\n"), Said.Client("GET / HTTP/1.1\r\nAuthorization: Basic bm9jb2xvbg==\r\n\r\n")]);
        Assert.Equal("nurse", ((HttpExchange)played.Transactions[0]).Username);
        Assert.Null(((HttpExchange)played.Transactions[1]).Username);
        Assert.DoesNotContain("Tr0ub4dor", string.Concat(played.Lines), StringComparison.Ordinal);
    }

    private static HttpExchange Play(string request, string response)
    {
        Said[] said = response.Length == 0 ? [Said.Client(request)] : [Said.Client(request), Said.Server(response)];
        return Assert.IsType<HttpExchange>(Assert.Single(Conversation.Of<HttpAnalyser>(said).Transactions.OfType<HttpExchange>()));
    }
}
