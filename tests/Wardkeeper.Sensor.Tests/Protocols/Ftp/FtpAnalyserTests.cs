using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Ftp;

public sealed class FtpAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Server("220-Welcome\r\n220 (vsFTPd 3.0.3)\r\n"),
        Said.Client("USER service\r\n"),
        Said.Server("331 Please specify the password.\r\n"),
        Said.Client("PASS secret\r\n"),
        Said.Server("230 Login successful.\r\n"),
        Said.Client("SYST\r\n"),
        Said.Server("215 UNIX Type: L8\r\n"),
        Said.Client("PASV\r\n"),
        Said.Server("227 Entering Passive Mode (10,0,0,2,156,64).\r\n"),
        Said.Client("RETR Zhang^San.dcm\r\n"),
        Said.Server("150 Opening\r\n226 Transfer complete.\r\n"),
        Said.Client("EPSV\r\n"),
        Said.Server("229 Entering Extended Passive Mode (|||40001|)\r\n"),
        Said.Client("PORT 10,0,0,1,4,1\r\n"),
        Said.Server("200 PORT command successful.\r\n"),
        Said.Client("QUIT\r\n"),
        Said.Server("221 Goodbye.\r\n"),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<FtpAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        Assert.Equal([(40000, false), (40000, true), (40001, false), (1025, false)], played.Expected.Select(one => ((int)one.Port, one.File is { IsFile: true })));
    }

    [Fact]
    public void The_server_is_known_by_what_it_says()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<FtpAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "vsFTPd 3.0.3" });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "UNIX Type: L8" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<FtpAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<FtpAnalyser>(Session, one => ((FtpCommand)one).Command);

    [Fact]
    public void Behind_auth_the_stream_is_tls()
    {
        Conversation played = Conversation.Of<FtpAnalyser>([Said.Server("220 FTP\r\n"), Said.Client("AUTH TLS\r\n"), Said.Server("234 Proceed\r\n"), Said.Client(22, 3, 1)]);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
    }

    [Theory]
    [InlineData("(vsFTPd 3.0.3)", "vsFTPd 3.0.3")]
    [InlineData("ProFTPD 1.3.5a Server (Debian)", "ProFTPD 1.3.5a")]
    [InlineData("Microsoft FTP Service", "Microsoft FTP Service")]
    [InlineData("FTP server ready", null)]
    public void Products_are_found_in_greetings(string greeting, string? product) => Assert.Equal(product, FtpAnalyser.Software(greeting));

    [Theory]
    [InlineData("captures/zeek/ftp/ipv4.pcap")]
    [InlineData("captures/zeek/ftp/retr.pcap")]
    [InlineData("captures/zeek/ftp/ftp-password-pass-command.pcap")]
    [InlineData("captures/lab/it-services.pcap")]
    [InlineData("captures/suricata-verify/filestore-ftp-active-mode/ftp-active-mode.pcap")]
    [InlineData("captures/ndpi/ftp_failed.pcap")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<FtpCommand>.Of(capture).Take(40)));

    [Theory]
    [InlineData("220 ProFTPD FTP Server ready\r\n", "", 2121, Match.Yes)]
    [InlineData("220 mail.example ESMTP\r\n", "EHLO a\r\n", 25, Match.No)]
    [InlineData("220 mail.example ESMTP\r\n", "", 25, Match.NeedMore)]
    [InlineData("220 ready\r\n", "USER a\r\n", 2121, Match.Yes)]
    [InlineData("", "USER a\r\n", 21, Match.Yes)]
    [InlineData("+OK POP3\r\n", "USER a\r\n", 110, Match.No)]
    public void Greeting_command_and_port_make_it_known(string server, string client, int port, object match) =>
        Assert.Equal(match, FtpAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.ASCII.GetBytes(client), Server = Encoding.ASCII.GetBytes(server), ServerPort = (ushort)port, FromStart = true }));
}
