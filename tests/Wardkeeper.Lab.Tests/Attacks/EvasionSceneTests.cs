using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>Streams that are told in two ways, and streams over a poor line.</summary>
public class EvasionSceneTests
{
    private static HospitalDevice[] Devices() => [TestHospital.Device("srv1", 11, offers: ["http", "ssh"]), TestHospital.Device("pc1", 13, "office-pc"), TestHospital.Device("mon1", 21, "patient-monitor", 20)];

    // Seeds that show another way each; one is played twice.
    [LabFact("tshark tcpdump nft nginx sshd")]
    public Task Bytes_come_again_with_other_content() => ToldAsync(Seeds.Again, "again", "tcp.analysis.retransmission || tcp.analysis.spurious_retransmission", twice: true);

    [LabFact("tshark tcpdump nft nginx sshd")]
    public Task Segments_overlap_before_their_place_is_reached() => ToldAsync(Seeds.Ahead, "ahead", "tcp.analysis.out_of_order || tcp.analysis.retransmission || tcp.analysis.lost_segment");

    [LabFact("tshark tcpdump nft nginx sshd")]
    public Task Decoys_die_on_the_way() => ToldAsync(Seeds.Dies, "dies", "ip.ttl == 1 && tcp.len > 0");

    [LabFact("tshark tcpdump nft nginx sshd")]
    public Task Fragments_contradict_each_other() => ToldAsync(Seeds.Fragments, "fragments", "ip.flags.mf == 1 && ip.frag_offset > 0");

    [LabFact("tshark tcpdump nft nginx sshd")]
    public async Task Over_a_poor_line_everything_is_said_alike()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "stream-evasion-twin", 1);
        string desk = hospital.Site[play["desk"]].Device.Ip.ToString(), server = hospital.Site[play["server"]].Device.Ip.ToString();
        await play.MarkedAreAsync($"(ip.addr == {desk} && ip.addr == {server}) || (arp.src.proto_ipv4 == {desk} && arp.dst.proto_ipv4 == {server}) || (arp.src.proto_ipv4 == {server} && arp.dst.proto_ipv4 == {desk})");
        Assert.True(await play.CountAsync("tcp.analysis.retransmission || tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order") >= play.Number("again"));
        // tshark says of a segment that it tells something else of bytes that were there.
        Assert.Equal(0, await play.CountAsync("tcp.segment.overlap.conflict || ip.fragment.overlap.conflict"));
        Assert.Equal(play.Number("fragmented"), await play.CountAsync($"ip.src == {desk} && ip.frag_offset > 0"));
    }

    private static async Task ToldAsync(int seed, string way, string filter, bool twice = false)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Devices());
        ScenePlay play = twice ? await ScenePlay.TwiceAsync(hospital.Network, "stream-evasion", seed) : await ScenePlay.OnceAsync(hospital.Network, "stream-evasion", seed);
        Assert.Equal(way, play["way"]);
        string ip = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {ip} || arp.src.proto_ipv4 == {ip} || arp.dst.proto_ipv4 == {ip}");
        Assert.True(await play.CountAsync($"ip.src == {ip} && ({filter})") >= play.Number("streams") * play.Number("pieces"));
        // The server is a real one, and answers each.
        Assert.True((await play.Capture.FieldsAsync($"ip.dst == {ip} && tcp.len > 0", "tcp.dstport")).Distinct().Count() >= play.Number("streams"));
    }

    private static class Seeds
    {
        public const int Again = 3, Ahead = 2, Dies = 4, Fragments = 1;
    }
}
