using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Astm;
using Wardkeeper.Sensor.Protocols.Telnet;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Telnet;

public sealed class TelnetAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Tcp, serverPort: 23);

    // A modality's console: negotiation, a login that is refused and one that is not, with a mistake that is rubbed out.
    private static readonly List<Said> Console =
    [
        Said.Server("\u00FF\u00FD\u0018\u00FF\u00FD\u0027\u00FF\u00FB\u0003"), Said.Client("\u00FF\u00FB\u0018\u00FF\u00FB\u0027\u00FF\u00FD\u0003"),
        Said.Server("\u00FF\u00FA\u0018\u0001\u00FF\u00F0\u00FF\u00FA\u0027\u0001\u00FF\u00F0"),
        Said.Client("\u00FF\u00FA\u0018\u0000xterm-256color\u00FF\u00F0\u00FF\u00FA\u0027\u0000\u0003DISPLAY\u0001ws5:0\u0000USER\u0001-f root\u00FF\u00F0"),
        Said.Server("Philips Affiniti 50G 7.0.4.186\r\n\r\n\u001B[0mAFFINITI-71 login: "),
        Said.Client("serx\bvice\r\0"), Said.Server("service\r\nPassword: "), Said.Client("secret1\r\n"),
        Said.Server("\r\nLogin incorrect\r\nAFFINITI-71 login: "), Said.Client("service\r"), Said.Server("\r\nPassword: "), Said.Client("secret2\r\n"),
        Said.Server("\r\nLast login: Sat\r\n$ "), Said.Client("cat patient.txt\r\n"), Said.Server("cat patient.txt\r\nWang\r\n$ "),
    ];

    // RFC 2217: a client sets 9600 8N1, the server answers and tells its name; then frames of ASTM pass.
    private static readonly List<Said> Serial =
    [
        Said.Server("\u00FF\u00FD\u002C\u00FF\u00FB\u0000"), Said.Client("\u00FF\u00FB\u002C\u00FF\u00FD\u0000"),
        Said.Client("\u00FF\u00FA\u002C\u0001\u0000\u0000\u0025\u0080\u00FF\u00F0\u00FF\u00FA\u002C\u0002\u0008\u00FF\u00F0\u00FF\u00FA\u002C\u0003\u0001\u00FF\u00F0\u00FF\u00FA\u002C\u0004\u0001\u00FF\u00F0"),
        Said.Server("\u00FF\u00FA\u002C\u0064ser2net 4.6.4\u00FF\u00F0\u00FF\u00FA\u002C\u0065\u0000\u0000\u0025\u0080\u00FF\u00F0\u00FF\u00FA\u002C\u0066\u0008\u00FF\u00F0\u00FF\u00FA\u002C\u0067\u0001\u00FF\u00F0\u00FF\u00FA\u002C\u0068\u0001\u00FF\u00F0"),
        Said.Server("\u0005"), Said.Client("\u0006"), Said.Server("\u00021H|\\^&|||XN-1000^Sysmex\r\u0003" + Sum("1H|\\^&|||XN-1000^Sysmex\r\u0003") + "\r\n"), Said.Client("\u0006"),
        Said.Server("\u00022L|1|N\r\u0003" + Sum("2L|1|N\r\u0003") + "\r\n"), Said.Client("\u0006"), Said.Server("\u0004"),
    ];

    [Fact]
    public void Logins_are_reported_without_passwords_and_commands()
    {
        Conversation played = Conversation.Of<TelnetAnalyser>(Console, View);
        Assert.Empty(played.Faults);
        Golden.Hold("console", played.Lines);
        string all = string.Join('\n', played.Lines.Concat(played.Observe(View).Select(one => one.ToString())));
        foreach (string secret in (string[])["secret", "patient.txt", "Wang"]) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.Equal(["HostName AFFINITI-71", "Description Philips Affiniti 50G 7.0.4.186", "WeakPassword service: shorter-than-8"], played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));
    }

    [Fact]
    public void A_serial_line_is_told_with_what_passes_over_it()
    {
        Conversation played = Conversation.Of<TelnetAnalyser>(Serial);
        Golden.Hold("serial", played.Lines);
        Assert.Single(played.Transactions.OfType<AstmTransfer>());
        Assert.Equal(["Type serial-device-server", "Software ser2net 4.6.4"], played.Observe().OfType<Claim>().Where(claim => claim.Protocol == "telnet").Select(claim => $"{claim.Kind} {claim.Value}"));
    }

    [Theory]
    [InlineData("\u00FF\u00FB\u0001Model name       : NPort 5110\r\nMAC address      : 00:90:E8:1A:85:5B\r\nSerial No.       : 1036\r\nFirmware version : 2.4 Build 09022612\r\n\r\nPlease keyin your password:", "Type serial-device-server,Vendor Moxa,Model NPort 5110,SerialNumber 1036,Firmware 2.4 Build 09022612,OtherMac 00:90:e8:1a:85:5b")]
    [InlineData("MAC address 0080A3112233\n\rSoftware version V6.10.0.1 (120328) XPTEX\n\r\n\rPress Enter for Setup Mode\n\r", "Type serial-device-server,Vendor Lantronix,Firmware V6.10.0.1 (120328) XPTEX,OtherMac 00:80:a3:11:22:33")]
    public void Consoles_of_device_servers_tell_what_they_are(string greeting, string claims)
    {
        Assert.Equal(Match.Yes, TelnetAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = Encoding.Latin1.GetBytes(greeting), ServerPort = 9999, ClientPort = 40000, FromStart = true }));
        IEnumerable<string> said = Conversation.Of<TelnetAnalyser>([Said.Server(greeting), Said.Client("\r\n")]).Observe().OfType<Claim>().Where(claim => claim.Kind != ClaimKind.Description).Select(claim => $"{claim.Kind} {claim.Value}");
        Assert.Equal(claims, string.Join(',', said));
    }

    [Fact]
    public void Cuts_change_nothing()
    {
        Splits.HoldFor<TelnetAnalyser>(Console);
        Splits.HoldFor<TelnetAnalyser>(Serial);
    }

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<TelnetAnalyser>(Console, row => ((TelnetEvent)row).Kind);

    [Theory]
    [InlineData("captures/ndpi/telnet.pcap", "ndpi")]
    [InlineData("captures/lab/it-services.pcap", "lab")]
    [InlineData("captures/lab/it-services2.pcap", "lab-serial")]
    [InlineData("captures/pcapplusplus/Packet++Test/PacketExamples/telnet.pcap", "pieces")]
    public void Captures_give_their_sessions(string capture, string golden) => Golden.Hold(golden, Conversation.Render(CaptureRows<TelnetEvent>.Of(capture)));

    private static string Sum(string frame) => (frame.Sum(static letter => letter) & 0xFF).ToString("X2", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("\u00FF\u00FB\u0025", 23, "Yes")]
    [InlineData("\u00FF\u00FB\u0025", 4001, "Yes")]
    [InlineData("\u00FF", 4001, "NeedMore")]
    [InlineData("\u00FF\u00FB", 4001, "NeedMore")]
    [InlineData("\u00FF\u00FB\u0090", 4001, "No")]
    [InlineData("\u00FFSMB", 23, "No")]
    [InlineData("\u00FF\u00FD\u0003\u0001", 23, "No")]
    [InlineData("User Access Verification\r\n\r\nUsername: ", 23, "Yes")]
    [InlineData("User Access", 23, "NeedMore")]
    [InlineData("login: ", 4001, "No")]
    [InlineData("a\u0001b", 23, "No")]
    public void Content_decides(string server, int port, string expected) =>
        Assert.Equal(Enum.Parse<Match>(expected), TelnetAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = Encoding.Latin1.GetBytes(server), ServerPort = (ushort)port, ClientPort = 40000, FromStart = true }));

    [Fact]
    public void Unknown_commands_and_endless_subnegotiations_are_faults()
    {
        Assert.Equal([TelnetFaults.UnknownCommand], Conversation.Of<TelnetAnalyser>([Said.Client("\u00FF\u0001")]).Faults);
        Assert.Equal([TelnetFaults.SubnegotiationTooLong], Conversation.Of<TelnetAnalyser>([Said.Client("\u00FF\u00FA\u0018\u0000" + new string('x', 511))]).Faults);
    }
}
