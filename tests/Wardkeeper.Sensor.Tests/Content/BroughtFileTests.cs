using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Smb;
using Wardkeeper.Sensor.Protocols.Smtp;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;
using Wardkeeper.Sensor.Tests.Protocols;

namespace Wardkeeper.Sensor.Tests.Content;

/// <summary>Files that protocols bring, through the whole sensor.</summary>
public sealed class BroughtFileTests
{
    [Theory]
    [InlineData("captures/zeek/ftp/ipv4.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/filestore-ftp-active-mode/ftp-active-mode.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/filestore-ftp-passive-mode/ftp-passive-mode.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/ftp/ftp-download-active/input.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/ftp/ftp-download-passive/input.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/ftp/ftp-upload-passive/input.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/ftp/ftp-ippair-leak-5204/input.pcap", "ftp-data", 1)]
    [InlineData("captures/suricata-verify/firewall/ruletype-firewall-117-ftp-all-data-ipv6/input.pcap", "ftp-data", 2)]
    [InlineData("captures/ndpi/tftp.pcap", "tftp", 1)]
    [InlineData("captures/suricata-verify/output-eve-tftp-01/input.pcap", "tftp", 1)]
    public void Files_are_those_that_tshark_takes_out(string capture, string kind, int atLeast)
    {
        IReadOnlyList<(long Length, string Sha256)> theirs = Tshark.Files(SharedFiles.Path(capture), kind);
        HashSet<(long, string)> ours = [.. CaptureRows<FileSeen>.Of(capture).Where(row => row.Source == kind && row.Sha256 is not null).Select(row => (row.TotalBytes, row.Sha256!))];
        Assert.InRange(theirs.Count, atLeast, int.MaxValue);
        Assert.Subset(ours, theirs.ToHashSet());
    }

    [Fact]
    public void A_transfer_is_what_Zeek_says_of_it()
    {
        IReadOnlyDictionary<string, string> theirs = Assert.Single(BaselineLog.Read("zeek/ftp/retr.pcap.zeek/scripts.base.files.extract.limit/files.log"));
        FileSeen ours = Assert.Single(CaptureRows<FileSeen>.Of("captures/zeek/ftp/retr.pcap"));
        Assert.Equal(
            [theirs["id.orig_h"], theirs["id.orig_p"], theirs["id.resp_h"], theirs["id.resp_p"], theirs["mime_type"], theirs["is_orig"], theirs["seen_bytes"], theirs["missing_bytes"]],
            [$"{ours.Flow!.OriginatorAddress}", $"{ours.Flow.OriginatorPort}", $"{ours.Flow.ResponderAddress}", $"{ours.Flow.ResponderPort}", ours.MimeType!, ours.IsOrig ? "T" : "F", $"{ours.TotalBytes - (ours.MissingBytes ?? 0)}", $"{ours.MissingBytes ?? 0}"]);
        Assert.Equal("/README", new PatientNames(false).Render(ours.Filename!.Value));
    }

    [Fact]
    public void Rows_of_files_name_older_sums_only_when_they_are_wanted()
    {
        const string Capture = "captures/zeek/ftp/ipv4.pcap";
        Assert.All(CaptureRows<FileSeen>.Of(Capture), row => Assert.Null(row.Md5 ?? row.Sha1));
        FileSeen[] wanted = [.. CaptureRows<FileSeen>.Of(Capture, new SensorOptions { Sums = FileSums.Md5 }).Where(row => row.Sha256 is not null)];
        Assert.NotEmpty(wanted);
        Assert.All(wanted, row => Assert.Equal((32, null), (row.Md5!.Length, row.Sha1)));
        Assert.Equal(wanted.Length, CaptureRows<FileSeen>.Of(Capture, new SensorOptions { Sums = FileSums.Md5 | FileSums.Sha1 }).Count(row => row is { Md5: not null, Sha1: not null }));
    }

    [Fact]
    public void Lists_of_names_are_no_files()
    {
        IReadOnlyList<FileSeen> rows = CaptureRows<FileSeen>.Of("captures/zeek/ftp/ipv4.pcap");
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal((77L, true), (row.TotalBytes, row.IsWhole)));
    }

    [Fact]
    public void Data_connections_are_named_whenever_they_end_and_know_who_announced_them()
    {
        SensorRun run = SensorRun.Of([SharedFiles.Path("captures/zeek/ftp/ipv4.pcap")]);
        string[] parents = [.. run.Flows.Where(flow => flow.Service == "ftp").Select(flow => flow.View.Uid)];
        FlowRecord[] data = [.. run.Flows.Where(flow => flow.Service == "ftp-data")];
        Assert.Equal(4, data.Length);
        Assert.All(data, flow => Assert.Contains(Assert.Single(flow.Parents!), parents));
        Assert.Equal(run.Text, SensorRun.Of([SharedFiles.Path("captures/zeek/ftp/ipv4.pcap")], workers: 3).Text);
    }

    [Fact]
    public void A_data_connection_says_nothing_where_nobody_announced_it() => Assert.Empty(Conversation.Of<FtpDataAnalyser>([Said.Server("MZ" + new string('\0', 200))]).Transactions);

    [Fact]
    public void A_mail_brings_its_files_decoded()
    {
        byte[] program = [.. "MZ"u8, .. new byte[300]];
        string lines = string.Join("\r\n", Convert.ToBase64String(program).Chunk(76).Select(line => new string(line)));
        Conversation played = Conversation.Of<SmtpAnalyser>(
        [
            Said.Server("220 m ESMTP\r\n"), Said.Client("EHLO c\r\n"), Said.Server("250 m\r\n"), Said.Client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"), Said.Server("250 ok\r\n250 ok\r\n354 go\r\n"),
            Said.Client("From: a@b\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\nhello\r\n--xx\r\nContent-Type: image/png; name=a.png.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines + "\r\n--xx\r\n"
                + "Content-Type: application/hl7-cda+xml; name=report.xml\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<ClinicalDocument xmlns=3D\"urn:hl7-org:v3\"><code code=3D\"34133-9\"/></ClinicalDocument>\r\n--xx--\r\n.\r\n"),
            Said.Server("250 taken\r\n"),
        ]);
        FileSeen[] files = [.. played.Transactions.OfType<FileSeen>()];
        Assert.Equal(2, Assert.Single(played.Transactions.OfType<SmtpMessage>()).Files);
        Assert.Equal(("smtp", "application/x-dosexec", "image/png", 302L, Convert.ToHexStringLower(SHA256.HashData(program))), (files[0].Source, files[0].MimeType, files[0].Declared, files[0].TotalBytes, files[0].Sha256));
        Assert.Equal("34133-9", Assert.Single(played.Transactions.OfType<CdaDocument>()).Code);
    }

    [Fact]
    public void A_document_in_a_package_of_XDS_reaches_its_reader()
    {
        const string Envelope = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><x:ProvideAndRegisterDocumentSetRequest xmlns:x=\"urn:ihe:iti:xds-b:2007\"><x:Document id=\"d\"><xop:Include href=\"cid:d@x\" xmlns:xop=\"http://www.w3.org/2004/08/xop/include\"/></x:Document></x:ProvideAndRegisterDocumentSetRequest></s:Body></s:Envelope>";
        const string Document = "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><code code=\"34133-9\"/><recordTarget><patientRole><id extension=\"HL00001\" root=\"1.2\"/></patientRole></recordTarget></ClinicalDocument>";
        string body = $"--MIMEBoundary\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\nContent-ID: <r@x>\r\n\r\n{Envelope}\r\n--MIMEBoundary\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <d@x>\r\n\r\n{Document}\r\n--MIMEBoundary--\r\n";
        Said[] talk =
        [
            Said.Client($"POST /xds/repository HTTP/1.1\r\nHost: r\r\nContent-Type: multipart/related; boundary=\"MIMEBoundary\"; type=\"application/xop+xml\"\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ];
        Conversation played = Conversation.Of<HttpAnalyser>(talk);
        CdaDocument row = Assert.Single(played.Transactions.OfType<CdaDocument>());
        Assert.Equal(("34133-9", "POST", 200L, 1), (row.Code, row.Method, row.StatusCode!.Value, row.Patients!.Count));
        Assert.DoesNotContain("HL00001", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Splits.HoldFor<HttpAnalyser>(talk);
    }

    [Fact]
    public void A_program_in_a_form_is_a_file_of_its_own()
    {
        byte[] program = [.. "MZ"u8, .. new byte[5000]];
        byte[] body = [.. "--f\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfirmware\r\n--f\r\nContent-Disposition: form-data; name=\"file\"; filename=\"update.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"u8, .. program, .. "\r\n--f--\r\n"u8];
        Conversation played = Conversation.Of<HttpAnalyser>([new Said(Side.Client, [.. Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=f\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]), Said.Server("HTTP/1.1 204 No\r\n\r\n")]);
        FileSeen row = Assert.Single(played.Transactions.OfType<FileSeen>());
        Assert.Equal(("application/x-dosexec", "application/octet-stream", 5002L, Convert.ToHexStringLower(SHA256.HashData(program))), (row.MimeType, row.Declared, row.TotalBytes, row.Sha256));
    }

    [Theory]
    [InlineData("captures/suricata-verify/smb-eicar-file-nbss-more-ffsmb/input.pcap")]
    [InlineData("captures/arkime/smb-smbclient.pcap")]
    public void Files_of_shares_are_rows_beside_those_of_the_share(string capture)
    {
        IReadOnlyList<FileSeen> files = CaptureRows<FileSeen>.Of(capture);
        IReadOnlyList<SmbFile> opened = CaptureRows<SmbFile>.Of(capture);
        Assert.NotEmpty(files);
        Assert.All(files, row => Assert.Contains(opened, one => one.Flow!.Uid == row.Flow!.Uid && one.Name.Equals(row.Filename) && row.TotalBytes <= Math.Max(one.BytesRead ?? 0, one.BytesWritten ?? 0)));
    }
}
