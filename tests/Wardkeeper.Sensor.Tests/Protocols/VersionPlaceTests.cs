using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Imap;
using Wardkeeper.Sensor.Protocols.Pop3;
using Wardkeeper.Sensor.Protocols.Smtp;
using Wardkeeper.Sensor.Protocols.Ssdp;
using Wardkeeper.Sensor.Protocols.Ssh;
using Wardkeeper.Sensor.Protocols.Tds;
using Wardkeeper.Sensor.Tests.Protocols.Dicom;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>A claim of a version names the bytes in which it was read: cut out of the stream they are that text.</summary>
public sealed class VersionPlaceTests
{
    [Fact]
    public void An_identification_of_SSH_is_found_on_both_sides()
    {
        List<Said> said = [Said.Server("notice\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), Said.Client("SSH-2.0-Go\r\n")];
        IReadOnlyList<Observation> seen = Conversation.Of<SshAnalyser>(said).Observe();
        Assert.Equal("SSH-2.0-OpenSSH_9.2p1 Debian-2", At(said, seen, ClaimKind.OperatingSystem));
        Assert.Equal(["SSH-2.0-Go", "SSH-2.0-OpenSSH_9.2p1 Debian-2"], Claims(seen, ClaimKind.Software).Select(claim => Cut(said, claim)));
    }

    [Fact]
    public void Greetings_are_found()
    {
        List<Said> ftp = [Said.Server("220-Welcome\r\n220 ProFTPD 1.3.5 ready\r\n"), Said.Client("USER zhang\r\n"), Said.Server("331 x\r\n")];
        Assert.Equal("220-Welcome\r\n220 ProFTPD 1.3.5 ready\r\n", At(ftp, Conversation.Of<FtpAnalyser>(ftp).Observe(), ClaimKind.Software));
        List<Said> smtp = [Said.Server("220 mail.clinic.example ESMTP Postfix 3.7\r\n"), Said.Client("EHLO pump\r\n"), Said.Server("250 x\r\n"), Said.Client("QUIT\r\n"), Said.Server("221 bye\r\n")];
        Assert.StartsWith("220 mail.clinic.example ESMTP Postfix", At(smtp, Conversation.Of<SmtpAnalyser>(smtp).Observe(), ClaimKind.Software), StringComparison.Ordinal);
        List<Said> imap = [Said.Server("* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"), Said.Client("a1 CAPABILITY\r\n"), Said.Server("a1 OK in\r\n")];
        Assert.StartsWith("* OK [CAPABILITY IMAP4rev1] Dovecot", At(imap, Conversation.Of<ImapAnalyser>(imap).Observe(), ClaimKind.Software), StringComparison.Ordinal);
        List<Said> pop3 = [Said.Server("+OK Dovecot ready.\r\n"), Said.Client("USER zhang\r\n"), Said.Server("+OK\r\n")];
        Assert.StartsWith("+OK Dovecot", At(pop3, Conversation.Of<Pop3Analyser>(pop3).Observe(), ClaimKind.Software), StringComparison.Ordinal);
    }

    [Fact]
    public void The_field_Server_is_found_also_behind_an_answer_before_it()
    {
        List<Said> said =
        [
            Said.Client("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            Said.Client("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer:  lighttpd/1.4.35 \r\n\r\n"),
        ];
        Assert.Equal("lighttpd/1.4.35", At(said, Conversation.Of<HttpAnalyser>(said).Observe(), ClaimKind.Software));
    }

    [Fact]
    public void Versions_of_both_DICOM_entities_are_found()
    {
        List<Said> said = [Said.Client(DicomConversations.FullRequest), Said.Server(DicomConversations.FullAccept)];
        Claim[] claims = Claims(Conversation.Of<DicomAnalyser>(said).Observe(), ClaimKind.ImplementationVersion);
        Assert.Equal(2, claims.Length);
        Assert.All(claims, claim => Assert.Equal(claim.Value, Cut(said, claim).TrimEnd()));
    }

    [Fact]
    public void A_user_agent_is_found()
    {
        List<Said> said = [Said.Client("GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: pump/2\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")];
        Assert.Equal("pump/2", At(said, Conversation.Of<HttpAnalyser>(said).Observe(), ClaimKind.UserAgent));
    }

    [Fact]
    public void The_model_in_a_description_is_found_where_it_travels_as_it_is()
    {
        const string Description = "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><manufacturer>Yealink</manufacturer><modelName>T46</modelName></device></root>";
        List<Said> plain = [Said.Client("GET /d.xml HTTP/1.1\r\nHost: x\r\n\r\n"), Said.Server($"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {Description.Length}\r\n\r\n{Description}")];
        Assert.Equal("T46", At(plain, Conversation.Of<HttpAnalyser>(plain).Observe(), ClaimKind.Model));
        List<Said> chunked = [plain[0], Said.Server($"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n{Description.Length:x}\r\n{Description}\r\n0\r\n\r\n")];
        Claim model = Assert.Single(Claims(Conversation.Of<HttpAnalyser>(chunked).Observe(), ClaimKind.Model));
        Assert.Equal("T46", model.Value);
        Assert.Null(model.Bytes);
    }

    [Fact]
    public void A_version_in_numbers_is_found_at_its_numbers()
    {
        // MS-TDS 2.2.6.5: option, offset and length of each; version 15.0.2000.5 and no encryption.
        byte[] answer = [4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 15, 0, 0x07, 0xD0, 0, 5, 2];
        byte[] question = [18, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 9, 0, 0, 0, 0, 0, 2];
        List<Said> said = [Said.Client(question), Said.Server(answer)];
        Claim software = Assert.Single(Claims(Conversation.Of<TdsAnalyser>(said).Observe(), ClaimKind.Software));
        Assert.Equal("Microsoft SQL Server 15.0.2000", software.Value);
        Assert.Equal("\u000F\0\u0007\u00D0", Cut(said, software));
    }

    [Fact]
    public void A_text_that_stands_twice_has_no_place()
    {
        List<Said> said = [Said.Server("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\nSERVER: Linux/2.6\r\nX-OS: Linux/2.6\r\n\r\n")];
        Claim software = Assert.Single(Claims(Conversation.Of<SsdpAnalyser>(said, Conversation.View(Carrier.Udp)).Observe(), ClaimKind.Software));
        Assert.Null(software.Bytes);
    }

    private static Claim[] Claims(IReadOnlyList<Observation> seen, ClaimKind kind) => [.. seen.OfType<Claim>().Where(claim => claim.Kind == kind)];

    private static string At(List<Said> said, IReadOnlyList<Observation> seen, ClaimKind kind) => Cut(said, Assert.Single(Claims(seen, kind)));

    /// <summary>The bytes that a claim names, out of all that its side said.</summary>
    private static string Cut(List<Said> said, Claim claim)
    {
        Assert.NotNull(claim.Bytes);
        byte[] stream = [.. said.Where(one => one.Side == claim.Bytes.Value.Side).SelectMany(one => one.Bytes)];
        return Encoding.Latin1.GetString(stream, (int)claim.Bytes.Value.Start, (int)claim.Bytes.Value.Length);
    }
}
