using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dtls;
using Wardkeeper.Sensor.Protocols.Tls;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Dtls;

public sealed class DtlsAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 4433);
    private static readonly byte[] Client = [.. Seeds.All().First(seed => seed is { Protocol: "dtls", Name: "client" }).Bytes];
    private static readonly byte[] Server = [.. Seeds.All().First(seed => seed is { Protocol: "dtls", Name: "server" }).Bytes];

    [Fact]
    public void A_handshake_is_one_row_of_TLS()
    {
        Conversation played = Conversation.Of<DtlsAnalyser>([new Said(Side.Client, Client), new Said(Side.Server, Server), Said.Client(20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1)], Udp);
        Assert.Empty(played.Faults);
        TlsConnection row = Assert.IsType<TlsConnection>(Assert.Single(played.Transactions));
        Assert.Equal(("DTLSv12", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "cam.test", "CsnI"), (row.Version, row.Cipher, row.ServerName, row.SslHistory));
        Assert.StartsWith("dd2d01", row.Ja4, StringComparison.Ordinal);
    }

    [Fact]
    public void Fragments_are_put_together()
    {
        byte[] body = Client[25..];
        Conversation played = Conversation.Of<DtlsAnalyser>([new Said(Side.Client, Fragment(body, 0, 30)), new Said(Side.Client, Fragment(body, 30, body.Length - 30))], Udp);
        Assert.Empty(played.Faults);
        Assert.Equal("cam.test", Assert.IsType<TlsConnection>(Assert.Single(played.Transactions)).ServerName);
    }

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([DtlsFaults.NotARecord], Conversation.Of<DtlsAnalyser>([Said.Client(22, 3, 3, 0)], Udp).Faults);
        Assert.Equal([DtlsFaults.Fragment], Conversation.Of<DtlsAnalyser>([Said.Client(22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0)], Udp).Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/dtls2.pcap")]
    [InlineData("captures/ndpi/dtls_certificate_fragments.pcap")]
    [InlineData("captures/zeek/tls/dtls1_2.pcap")]
    [InlineData("captures/zeek/tls/dtls13-wolfssl.pcap")]
    [InlineData("captures/arkime/wireshark-dtls12.pcap")]
    public void Captures_give_their_handshakes(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<TlsConnection>.Of(capture)));

    [Fact]
    public void Look_alikes_are_not_taken()
    {
        Assert.Equal(Match.Yes, Recognise(Client));
        Assert.Equal(Match.YesReversed, Recognise(Server));
        Assert.Equal(Match.No, Recognise([.. Client[..13]]));
        Assert.Equal(Match.No, Recognise([22, 3, 3, .. Client[3..]]));
    }

    private static Match Recognise(byte[] bytes) => DtlsAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = bytes, ClientPort = 40000, ServerPort = 4433 });

    private static byte[] Fragment(byte[] body, int from, int length) =>
        [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(12 + length), 1, 0, 0, (byte)body.Length, 0, 0, 0, 0, (byte)from, 0, 0, (byte)length, .. body[from..(from + length)]];
}
