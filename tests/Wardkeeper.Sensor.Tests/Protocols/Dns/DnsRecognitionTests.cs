using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Tests.Protocols.Dns;

public sealed class DnsRecognitionTests
{
    private static readonly byte[] Query = new DnsWriter(0x4711, 0x0100).Question("pacs.hospital.example", 1).Additional("", 41, [], 0, 4096).Bytes;
    private static readonly byte[] Reply = new DnsWriter(0x4711, 0x8180).Question("pacs.hospital.example", 1).Answer("@12", 1, [1, 2, 3, 4]).Bytes;

    private static Match Udp(byte[] client, byte[]? server = null, ushort from = 40000, ushort to = 40001) =>
        DnsAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, ClientPort = from, ServerPort = to, Client = client, Server = server ?? [] });

    private static Match Tcp(byte[] client, ushort to = 40001) =>
        DnsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, ClientPort = 40000, ServerPort = to, Client = client });

    [Fact]
    public void DNS_is_recognised_on_any_port_and_from_either_side()
    {
        Assert.Equal(Match.Yes, Udp(Query));
        Assert.Equal(Match.YesReversed, Udp(Reply));
        Assert.Equal(Match.Yes, Udp([], Reply));
        Assert.Equal(Match.YesReversed, Udp([], Query));
    }

    [Fact]
    public void A_multicast_announcement_makes_nobody_a_client() =>
        Assert.Equal(Match.Yes, Udp(new DnsWriter(0, 0x8400).Answer("_ipp._tcp.local", 12, DnsWriter.Encode("P._ipp._tcp.local")).Bytes, null, 5353, 5353));

    [Fact]
    public void A_stream_is_recognised_as_soon_as_its_first_question_is_there()
    {
        byte[] framed = [(byte)(Query.Length >> 8), (byte)Query.Length, .. Query];
        for (int length = 1; length < framed.Length; length++)
        {
            Match match = Tcp(framed[..length]);
            Assert.Equal(length < framed.Length - 11 ? Match.NeedMore : Match.Yes, match);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaaaaaaaaaa")]
    [InlineData("\x01\x00\x00\x00\x00\xcd\x00\x01\x00\x00ANY-SCP         ")]
    public void Streams_of_other_protocols_are_refused(string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        Assert.Equal(Match.No, Tcp(bytes));
        Assert.Equal(Match.No, Tcp(bytes, 53));
    }

    [Fact]
    public void What_only_looks_like_DNS_is_refused()
    {
        Assert.Equal(Match.No, Udp([.. Query, 0]));
        Assert.Equal(Match.No, Udp(Query[..^1]));
        Assert.Equal(Match.No, Udp(new DnsWriter(1, 0x0100).Question("a.example", 1, 77).Bytes, null, 40000, 53));
        Assert.Equal(Match.No, Udp(new DnsWriter(1, 0x0100).Question("a.example", 700).Bytes));
        Assert.Equal(Match.No, Udp(new DnsWriter(1, 0x0140).Question("a.example", 1).Bytes));
        Assert.Equal(Match.No, Udp(new DnsWriter(1, 0x0103).Question("a.example", 1).Bytes));
        Assert.Equal(Match.No, Udp([.. new DnsWriter(1, 0x4900).Question("a.example", 1).Bytes, 0], null, 40000, 53));
        Assert.Equal(Match.No, Udp(new DnsWriter(1, 0x8180).Bytes, null, 53, 40000));
        Assert.Equal(Match.No, Udp([0x24, 1, 2, 0xEC, .. new byte[44]], null, 123, 123));
        Assert.Equal(Match.No, Udp(new byte[64], null, 40000, 53));
        Assert.Equal(Match.No, Udp("M-SEARCH * HTTP/1.1\r\n\r\n"u8.ToArray(), null, 40000, 53));
    }

    [Fact]
    public void On_its_port_odd_flags_and_malformed_questions_are_still_DNS()
    {
        Assert.Equal(Match.Yes, Udp(new DnsWriter(1, 0x4900).Question("a.example", 1).Bytes, null, 40000, 53));
        Assert.Equal(Match.Yes, Udp(new DnsWriter(1, 0x0140).Question("a.example", 1).Bytes, null, 40000, 53));
        byte[] loop = new DnsWriter(1, 0x0100).Count(4).Raw(0xC0, 12, 0, 1, 0, 1).Bytes;
        Assert.Equal(Match.Yes, Udp(loop, null, 40000, 53));
        Assert.Equal(Match.No, Udp(loop));
    }

    [Fact]
    public void Random_datagrams_are_refused_on_any_port()
    {
        Random random = new(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(12, 80)];
            random.NextBytes(bytes);
            Assert.Equal(Match.No, Udp(bytes));
        }
    }
}
