using System.IO.Compression;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Tests.Formats.Dicom;

namespace Wardkeeper.Sensor.Tests.Content;

public sealed class DicomBodyTests
{
    private static readonly byte[] First = File("HL1", "1.2.840.10008.5.1.4.1.1.2", "\r\n--"), Second = File("HL2", "1.2.840.10008.5.1.4.1.1.7", "\r\n--frontie");

    [Fact]
    public void A_body_that_is_a_file_is_read()
    {
        DicomContent content = Assert.IsType<DicomContent>(Push(First).Dicom);
        Assert.Equal((1, DataSetFault.None, "ACME", null), (content.Instances, content.Fault, content.Device?.Manufacturer, content.OtherFace));
        Assert.Equal(["HL1"], content.Patients);
    }

    [Fact]
    public void Every_file_of_a_multipart_body_is_read_wherever_it_is_cut()
    {
        byte[] body = Multipart(First, Second);
        for (int cut = 1; cut < body.Length; cut += 7) Hold(Push(body, cut));
        Body bytewise = new();
        bytewise.Begin(default);
        foreach (byte b in body) bytewise.Push([b]);
        Hold(bytewise.End(true));
        Hold(Push([.. "\r\n"u8, .. body]));

        static void Hold(BodyFacts facts)
        {
            DicomContent content = Assert.IsType<DicomContent>(facts.Dicom);
            Assert.Equal((2, DataSetFault.None), (content.Instances, content.Fault));
            Assert.Equal(["HL1", "HL2"], content.Patients);
            Assert.Equal(["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"], content.SopClasses);
        }
    }

    [Fact]
    public void Large_files_are_read_to_their_end_and_lost_bytes_inside_pixels_do_no_harm()
    {
        byte[] large = DataSetWriter.File("1.2.840.10008.1.2.1", [], Node.Text(DicomTag.PatientId, "LO", "HL1"), new Node(DicomTag.PixelData, "OW", new byte[300_000]));
        Assert.Equal(DataSetFault.None, Push(large).Dicom!.Fault);
        Assert.Equal(DataSetFault.Truncated, Push(large[..200_000]).Dicom!.Fault);
        Body body = new();
        body.Begin(default);
        body.Push(Multipart(large, Second).AsSpan(0, 100_000));
        body.Lose(50_000);
        body.Push(Multipart(large, Second).AsSpan(150_000));
        DicomContent content = body.End(true).Dicom!;
        Assert.Equal((2, DataSetFault.None), (content.Instances, content.Fault));
    }

    [Fact]
    public void A_file_with_two_faces_is_told_and_a_tiff_is_not()
    {
        Assert.Equal("windows-program", Push(DataSetWriter.File("1.2.840.10008.1.2.1", "MZ"u8.ToArray(), Node.Text(DicomTag.Modality, "CS", "CT"))).Dicom!.OtherFace);
        Assert.Null(Push(DataSetWriter.File("1.2.840.10008.1.2.1", "II*\0"u8.ToArray(), Node.Text(DicomTag.Modality, "CS", "CT"))).Dicom?.OtherFace);
    }

    [Fact]
    public void Of_a_packed_file_the_beginning_is_read_and_its_end_is_no_fault()
    {
        byte[] pixels = new byte[100_000];
        new Random(3).NextBytes(pixels);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(DataSetWriter.File("1.2.840.10008.1.2.1", [], Node.Text(DicomTag.PatientId, "LO", "HL1"), new Node(DicomTag.PixelData, "OW", pixels)));
        Body body = new();
        body.Begin(new BodyHead { Coding = ContentCoding.Gzip });
        body.Push(packed.ToArray());
        DicomContent content = body.End(true).Dicom!;
        Assert.Equal((1, DataSetFault.None), (content.Instances, content.Fault));
        Assert.Equal(["HL1"], content.Patients);
    }

    [Fact]
    public void Parts_that_are_no_dicom_are_none()
    {
        Assert.Null(Push(Multipart("GIF89a"u8.ToArray())).Dicom);
        Assert.Equal(1, Push(Multipart(First, Encoding.ASCII.GetBytes("{\"a\": 1}"))).Dicom!.Instances);
    }

    [Theory]
    [InlineData("[]", 0, "")]
    [InlineData("[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"HL1\"]},\"00080060\":{\"vr\":\"CS\",\"Value\":[\"CT\"]}}, {\"00100020\":{\"vr\":\"LO\"},\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]}}]", 2, "HL1")]
    [InlineData("[{\"x\":\"{[\\\"{\"}]", 1, "")]
    [InlineData("not json", 0, "")]
    public void Matches_of_a_search_are_counted(string json, int count, string patients)
    {
        Body body = new();
        body.Begin(new BodyHead { CountsMatches = true });
        foreach (byte b in Encoding.UTF8.GetBytes(json)) body.Push([b]);
        JsonMatches matches = body.End(true).Matches!;
        Assert.Equal((count, patients), (matches.Count, string.Join(',', matches.Patients)));
    }

    private static byte[] File(string patient, string sopClass, string trap) => DataSetWriter.File("1.2.840.10008.1.2.1", [],
        Node.Text(DicomTag.SopClass, "UI", sopClass), Node.Text(DicomTag.Manufacturer, "LO", "ACME"), Node.Text(DicomTag.PatientId, "LO", patient),
        new Node(DicomTag.PixelData, "OB", [.. new byte[100], .. Encoding.ASCII.GetBytes(trap), .. new byte[100]]));

    private static byte[] Multipart(params byte[][] parts) =>
        [.. parts.SelectMany((part, i) => (byte[])[.. Encoding.ASCII.GetBytes((i == 0 ? "" : "\r\n") + "--frontier\r\nContent-Type: application/dicom\r\n\r\n"), .. part]), .. "\r\n--frontier--\r\n"u8];

    private static BodyFacts Push(byte[] bytes, int cut = 0)
    {
        Body body = new();
        body.Begin(default);
        body.Push(bytes.AsSpan(0, cut));
        body.Push(bytes.AsSpan(cut));
        return body.End(true);
    }
}
