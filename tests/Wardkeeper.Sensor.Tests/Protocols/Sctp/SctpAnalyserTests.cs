using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Sctp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Sctp;

public sealed class SctpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Sctp, 40000, 2905);

    private static byte[] Packet(params byte[] chunks) => [0x9C, 0x40, 0x0B, 0x59, 0, 0, 0, 1, 0, 0, 0, 0, .. chunks];

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("sctp", "init")),
        Said.Server(Packet(2, 0, 0, 20, 0, 0, 0, 2, 0, 1, 0, 0, 0, 10, 0, 10, 0, 0, 0, 1)),
        Said.Client(Packet(10, 0, 0, 4)),
        Said.Server(Packet(11, 0, 0, 4)),
        Said.Client(Seeds.Read("sctp", "data")),
        Said.Server(Packet(3, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)),
        Said.Server(Packet(6, 0, 0, 8, 0, 12, 0, 4)),
    ];

    [Fact]
    public void An_association_is_told_with_its_chunks_and_what_it_carries()
    {
        Conversation played = Conversation.Of<SctpAnalyser>(Session, View);
        Golden.Hold("association", played.Lines);
        Assert.Empty(played.Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/sctp.cap")]
    [InlineData("captures/arkime/m3ua_synthetic.pcap")]
    [InlineData("captures/zeek/communityid/sctp.pcap")]
    [InlineData("captures/suricata-verify/sctp-keywords-prefilter/input.pcap")]
    public void Captures_give_their_associations(string capture) => Golden.Hold(capture.Split('/')[1] + "-" + Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<SctpAssociation>.Of(capture)));

    [Theory]
    [InlineData("captures/zeek/communityid/sctp.pcap")]
    [InlineData("captures/suricata-verify/sctp-keywords-prefilter/input.pcap")]
    public void Data_chunks_are_as_many_as_tshark_counts(string capture)
    {
        int theirs = Tshark.Fields(SharedFiles.Path(capture), "sctp.chunk_type == 0", "sctp.chunk_type").Sum(cells => cells[0].Split('\u001F').Count(type => type == "0"));
        Assert.Equal(theirs, CaptureRows<SctpAssociation>.Of(capture).Sum(row => row.ClientData + row.ServerData));
    }

    [Fact]
    public void Broken_packets_are_faults()
    {
        Assert.Equal("sctp.malformed-packet", Assert.Single(Conversation.Of<SctpAnalyser>([Said.Client(Packet(0, 3, 0, 90, 1))], View).Faults).Id);
        byte[] packet = Seeds.Read("sctp", "init");
        for (int length = 0; length < packet.Length; length++) Conversation.Of<SctpAnalyser>([Said.Client(packet[..length])], View);
    }

    [Fact]
    public void Same_bytes_over_udp_are_not_sctp() => Assert.Equal(Match.No, SctpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Seeds.Read("sctp", "init") }));
}
