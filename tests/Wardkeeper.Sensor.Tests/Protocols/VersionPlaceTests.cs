using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Imap;
using Wardkeeper.Sensor.Protocols.Pop3;
using Wardkeeper.Sensor.Protocols.Smtp;
using Wardkeeper.Sensor.Protocols.Ssh;
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
    public void A_claim_that_nobody_can_place_has_no_bytes() =>
        Assert.All(Claims(Conversation.Of<HttpAnalyser>([Said.Client("GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: pump\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]).Observe(), ClaimKind.UserAgent), claim => Assert.Null(claim.Bytes));

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
