using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.OpenVpn;
using Wardkeeper.Sensor.Protocols.Tls;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.OpenVpn;

public sealed class OpenVpnAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, serverPort: 1194);

    private static readonly Said[] Stream =
    [
        Said.Client(Seeds.Read("openvpn", "tcp-reset")),
        Said.Server([0, 26, .. Seeds.Read("openvpn", "server-reset")]),
        Said.Client([0, 22, 0x28, .. new byte[21]]),
        Said.Client([0, 5, 0x48, 0, 0, 0, 1]),
        Said.Server([0, 5, 0x48, 0, 0, 0, 1]),
    ];

    [Fact]
    public void Tunnels_are_reported_as_the_golden_file_says()
    {
        byte[] data = [0x30, 1, 2, 3];
        Golden.Hold("plain", Conversation.Of<OpenVpnAnalyser>([Said.Client(Seeds.Read("openvpn", "plain-reset")), Said.Server(Seeds.Read("openvpn", "server-reset")), Said.Client(data), Said.Server(data)], Udp).Lines);
        Golden.Hold("tls-auth", Conversation.Of<OpenVpnAnalyser>([Said.Client(Seeds.Read("openvpn", "tls-auth-reset"))], Udp).Lines);
        Golden.Hold("tls-crypt", Conversation.Of<OpenVpnAnalyser>([Said.Client(Seeds.Read("openvpn", "tls-crypt-reset"))], Udp).Lines);
        Golden.Hold("stream", Conversation.Of<OpenVpnAnalyser>(Stream).Lines);
    }

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut() => Splits.HoldFor<OpenVpnAnalyser>(Stream);

    [Fact]
    public void Lost_bytes_invent_nothing() => Splits.SurviveGapsFor<OpenVpnAnalyser>(Stream, one => ((OpenVpnSession)one).ClientSession is null or 0xC0FFEE0123456789 ? "" : "invented");

    [Fact]
    public void Lengths_and_opcodes_that_there_are_not_are_faults()
    {
        Assert.Contains(OpenVpnFaults.Length, Conversation.Of<OpenVpnAnalyser>([Stream[0], Said.Client(0, 0, 0x20)]).Faults);
        Assert.Contains(OpenVpnFaults.NoPacket, Conversation.Of<OpenVpnAnalyser>([Said.Client(Seeds.Read("openvpn", "plain-reset")), Said.Client(0xF8, 1, 2)], Udp).Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/openvpn.pcap", "ndpi")]
    [InlineData("captures/ndpi/openvpn-tlscrypt.pcap", "ndpi-tlscrypt")]
    [InlineData("captures/corelight-openvpn/openvpn-tcp-tls-auth.pcap", "zeek-tcp")]
    [InlineData("captures/corelight-openvpn/openvpn_udp_hmac_256.pcap", "zeek-udp")]
    public void Captures_give_their_tunnels(string capture, string golden) => Golden.Hold(golden, Conversation.Render(CaptureRows<OpenVpnSession>.Of(capture)));

    /// <summary>Zeek's ssl.log of these captures: the certificates in the tunnel.</summary>
    [Theory]
    [InlineData("captures/corelight-openvpn/openvpn-tcp-tls-auth.pcap", "analyzer.openvpntcphmac")]
    [InlineData("captures/corelight-openvpn/openvpn_udp_hmac_256.pcap", "analyzer.openvpnhmac256")]
    public void The_handshake_inside_is_what_Zeek_sees(string capture, string test)
    {
        string[][] theirs = [.. File.ReadLines(SharedFiles.Path($"{capture}.zeek/{test}/ssl.log")).Where(line => line[0] != '#').Select(line => line.Split('\t'))];
        string[] ours = [.. CaptureRows<TlsConnection>.Of(capture).Select(row => $"{row.Version} {row.Cipher} {string.Join(',', row.CertChainFps ?? [])} {string.Join(',', row.ClientCertChainFps ?? [])}").Order(StringComparer.Ordinal)];
        Assert.Equal(theirs.Select(cells => $"{cells[6]} {cells[7]} {Listed(cells[15])} {Listed(cells[16])}").Order(StringComparer.Ordinal), ours);
    }

    [Fact]
    public void Resets_are_told_by_their_shape()
    {
        byte[] plain = Seeds.Read("openvpn", "plain-reset"), auth = Seeds.Read("openvpn", "tls-auth-reset");
        Assert.Equal(Match.Yes, Ask(Carrier.Udp, plain));
        Assert.Equal(Match.No, Ask(Carrier.Udp, [.. plain, 0]));
        Assert.Equal(Match.Yes, Ask(Carrier.Udp, auth));
        Assert.Equal(Match.No, Ask(Carrier.Udp, [0x39, .. auth[1..]]));
        Assert.Equal(Match.No, Ask(Carrier.Udp, [.. auth[..^1], 1]));
        Assert.Equal(Match.YesReversed, Ask(Carrier.Udp, Seeds.Read("openvpn", "server-reset")));
        Assert.Equal(Match.NeedMore, Ask(Carrier.Tcp, Stream[0].Bytes[..20]));
        Assert.Equal(Match.Yes, Ask(Carrier.Tcp, Stream[0].Bytes));
        Assert.Equal(Match.No, Ask(Carrier.Tcp, [0, 42, 0x39]));
    }

    private static string Listed(string cell) => cell is "-" or "(empty)" ? "" : cell;

    private static Match Ask(Carrier carrier, byte[] client) => OpenVpnAnalyser.Recognise(new Opening { Carrier = carrier, Client = client, ClientPort = 40000, ServerPort = 40001, FromStart = true });
}
