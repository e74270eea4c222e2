using System.Text;
using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Tests.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public sealed class DicomWebTests
{
    private const string Json = "[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"HL1\"]}},{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"HL2\"]}}]";

    private static readonly Said[] Web =
    [
        Post("/dicom-web/studies", Multipart(File("HL1", "MZ"), File("HL2", ""))), Answer(200, "application/dicom+json", "{}"),
        Get("/dicom-web/studies?PatientID=HL1*&limit=5&includefield=all"), Answer(200, "application/dicom+json", Json),
        Get("/dicom-web/studies"), Answer(204, null, ""),
        Get("/dicom-web/studies/1.2.3.4/series/1.2.3.5"), Answer(200, "multipart/related; type=\"application/dicom\"; boundary=b", Encoding.Latin1.GetString(Multipart(File("HL1", "")))),
        Get("/dicom-web/studies/1.2.3.4/metadata"), Answer(200, "application/dicom+json", Json),
        Get("/wado?requestType=WADO&studyUID=1.2.3.4&seriesUID=1.2.3.5&objectUID=1.2.3.6"), Answer(404, "text/plain", "nothing here"),
        Get("/download/export.dcm"), Answer(200, "application/octet-stream", Encoding.Latin1.GetString(File("HL3", ""))),
    ];

    [Fact]
    public void Each_transaction_has_a_row() => Golden.Hold("dicomweb", Conversation.Render(Conversation.Of<HttpAnalyser>(Web).Transactions.OfType<DicomWebExchange>()));

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => Splits.HoldFor<HttpAnalyser>(Web);

    [Fact]
    public void No_patient_is_told_and_two_faces_are_an_anomaly()
    {
        Conversation conversation = Conversation.Of<HttpAnalyser>(Web);
        foreach (string patient in (string[])["HL1", "HL2", "HL3"]) Assert.DoesNotContain(patient, string.Join('\n', conversation.Lines), StringComparison.Ordinal);
        Assert.Contains(conversation.Observe().OfType<Claim>(), one => one.Kind == ClaimKind.Anomaly && one.Value == "two-faced DICOM file: windows-program" && one.Subject.Ip == Address.FromV4(0x0A000001));
        Assert.Single(conversation.Observe().OfType<Claim>(), one => one.Value == "dicomweb-server");
    }

    [Theory]
    [InlineData("GET", "/studies")]
    [InlineData("GET", "/shop/series")]
    [InlineData("GET", "/api/instances?region=1")]
    [InlineData("GET", "/studiesabroad?Patient=1")]
    [InlineData("GET", "/studies/how-to/study")]
    [InlineData("DELETE", "/dicom-web/studies/1.2.3.4")]
    public void What_is_named_alike_is_none(string method, string target) => Assert.Null(DicomWebRequest.Of(Encoding.ASCII.GetBytes(method), Encoding.ASCII.GetBytes(target)));

    private static byte[] File(string patient, string preamble) => DataSetWriter.File("1.2.840.10008.1.2.1", Encoding.ASCII.GetBytes(preamble),
        Node.Text(DicomTag.SopClass, "UI", "1.2.840.10008.5.1.4.1.1.2"), Node.Text(DicomTag.Modality, "CS", "CT"), Node.Text(DicomTag.Manufacturer, "LO", "ACME"), Node.Text(DicomTag.PatientId, "LO", patient),
        Node.Text(DicomTag.StudyInstance, "UI", "1.2.3.4"), new Node(DicomTag.PixelData, "OB", new byte[200]));

    private static byte[] Multipart(params byte[][] parts) => [.. parts.SelectMany(part => (byte[])[.. "--b\r\nContent-Type: application/dicom\r\n\r\n"u8, .. part, .. "\r\n"u8]), .. "--b--\r\n"u8];

    private static Said Get(string target) => Said.Client($"GET {target} HTTP/1.1\r\nHost: pacs\r\n\r\n");

    private static Said Post(string target, byte[] body) => Said.Client([.. Encoding.ASCII.GetBytes($"POST {target} HTTP/1.1\r\nHost: pacs\r\nContent-Type: multipart/related; type=\"application/dicom\"; boundary=b\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);

    private static Said Answer(int status, string? type, string body) =>
        Said.Server($"HTTP/1.1 {status} X\r\n{(type is null ? "" : $"Content-Type: {type}\r\n")}Content-Length: {body.Length}\r\n\r\n{body}");
}
