using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Smtp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Smtp;

public sealed class SmtpAnalyserTests
{
    private static readonly byte[] Dicom = [.. new byte[128], .. "DICM"u8, 2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0, 0, 0, 0, 0];

    private static readonly List<Said> Session =
    [
        Said.Server("220 mail.hospital.example ESMTP Postfix (Ubuntu)\r\n"),
        Said.Client("EHLO ct-console\r\n"),
        Said.Server("250-mail.hospital.example\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN\r\n"),
        Said.Client("AUTH LOGIN\r\n"),
        Said.Server("334 VXNlcm5hbWU6\r\n"),
        Said.Client("Y3Q=\r\n"),
        Said.Server("334 UGFzc3dvcmQ6\r\n"),
        Said.Client("c2VjcmV0\r\n"),
        Said.Server("235 2.7.0 Authentication successful\r\n"),
        Said.Client("MAIL FROM:<ct@hospital.example> SIZE=1000\r\nRCPT TO:<radiology@hospital.example>\r\nRCPT TO:<it@hospital.example>\r\nDATA\r\n"),
        Said.Server("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 End data\r\n"),
        Said.Client("From: CT console <ct@hospital.example>\r\nTo: radiology@hospital.example\r\nSubject: =?utf-8?B?UGF0aWVudCBaaGFuZyBTYW46IHNjYW4=?= 1234567\r\nX-Mailer: CT Mailer\r\n 2.1\r\n"
            + "Content-Type: multipart/mixed;\r\n boundary=\"=_1\"\r\n\r\nno part\r\n--=_1\r\nContent-Type: text/plain\r\n\r\nText of Zhang\r\n..\r\n--=_1\r\nContent-Type: application/octet-stream; name=scan.dcm\r\n"
            + "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"Zhang^San.dcm\"\r\n\r\n"),
        Said.Client(Convert.ToBase64String(Dicom, Base64FormattingOptions.InsertLineBreaks) + "\r\n--=_1--\r\n.\r\n"),
        Said.Server("250 2.0.0 Ok: queued as 1\r\n"),
        Said.Client("MAIL FROM:<>\r\n"),
        Said.Server("250 Ok\r\n"),
        Said.Client("RCPT TO:<nobody@hospital.example>\r\n"),
        Said.Server("550 5.1.1 No such user\r\n"),
        Said.Client("QUIT\r\n"),
        Said.Server("221 Bye\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SmtpAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "Postfix" });
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.HostName, Value: "ct-console" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SmtpAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SmtpAnalyser>(Session, one => one is SmtpMessage mail ? mail.Tls.ToString() : one.Log);

    [Fact]
    public void Chunks_carry_a_mail()
    {
        Conversation played = Conversation.Of<SmtpAnalyser>([Said.Client("EHLO a\r\nMAIL FROM:<a@b>\r\nBDAT 12\r\nSubject: a\r\nBDAT 9 LAST\r\n\r\nMAIL X\r\n"), Said.Server("250 a\r\n250 a\r\n250 a\r\n250 done\r\n")]);
        SmtpMessage row = Assert.IsType<SmtpMessage>(Assert.Single(played.Transactions));
        Assert.Equal((21L, "250 done"), (row.Size, row.LastReply));
        Assert.Equal([SmtpFaults.ChunkLength], Conversation.Of<SmtpAnalyser>([Said.Client("BDAT -4\r\n")]).Faults);
    }

    [Fact]
    public void Behind_starttls_the_stream_is_tls()
    {
        Conversation played = Conversation.Of<SmtpAnalyser>([Said.Server("220 a ESMTP\r\n"), Said.Client("EHLO a\r\n"), Said.Server("250 STARTTLS\r\n"), Said.Client("STARTTLS\r\n"), Said.Server("220 go\r\n"), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Assert.True(Assert.IsType<SmtpMessage>(Assert.Single(played.Transactions)).Tls);
    }

    [Theory]
    [InlineData("captures/zeek/smtp/rfc3030-bdat-multipart.pcap")]
    [InlineData("captures/zeek/smtp-attachment-msg.pcap")]
    [InlineData("captures/arkime/smtp-zip.pcap")]
    [InlineData("captures/arkime/smtp-subject-utf8-q.pcap")]
    [InlineData("captures/ndpi/smtp-starttls.pcap")]
    public void Captures_give_their_mails(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<SmtpMessage>.Of(capture).Take(20)));

    [Theory]
    [InlineData("220 ProFTPD FTP Server ready\r\n", "", Match.No)]
    [InlineData("220 mail.example ESMTP\r\n", "", Match.Yes)]
    [InlineData("220 mail.example\r\n", "", Match.NeedMore)]
    [InlineData("220 mail.example\r\n", "ehlo a\r\n", Match.Yes)]
    [InlineData("220 ready\r\n", "USER a\r\n", Match.No)]
    [InlineData("", "HEAD / HTTP/1.0\r\n", Match.No)]
    public void Greeting_and_command_make_it_known(string server, string client, object match) =>
        Assert.Equal(match, SmtpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(client), Server = Encoding.ASCII.GetBytes(server), ServerPort = 25, FromStart = true }));

    [Theory]
    [InlineData("mail.example ESMTP Exim 4.94.2 Mon, 01 Jan", "Exim 4.94.2")]
    [InlineData("mx ESMTP Postfix (Debian/GNU)", "Postfix")]
    [InlineData("a Microsoft ESMTP MAIL Service, Version: 6.0.3790.4675 ready", "Microsoft ESMTP MAIL Service 6.0.3790.4675")]
    [InlineData("ready", null)]
    public void Products_are_found_in_greetings(string greeting, string? product) => Assert.Equal(product, MailNames.Software(greeting));
}
