using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class MessageSceneTests
{
    private static readonly HospitalDevice His = TestHospital.Device("his", 20, "server", offers: "mllp") with { HlApplication = "HIS", HlFacility = "HOSP" };

    private static readonly HospitalDevice[] Devices =
    [
        TestHospital.Device(HospitalNetwork.Router, 1, "router"), His, TestHospital.Device("lis", 21, "server", 20) with { HlApplication = "LIS", HlFacility = "LAB" }, TestHospital.Device("pc1", 22, "office-pc", 20),
    ];

    private static string Marked(ScenePlay play) => $"ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]}";

    /// <summary>Plays a scene twice; gives what the receiver had of the first time, by sender.</summary>
    private static async Task PlayAsync(string scene, int seed, Func<ScenePlay, IReadOnlyList<(string Peer, string Text)>, Task> check)
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        ServerLog log = new();
        await using (HospitalNetwork network = await HospitalNetwork.BuildAsync(TestHospital.NextPrefix(), folder, new DateOnly(2026, 11, 23), Devices, TestHospital.Cancel))
        await using (MllpServer.Start(network.Site["his"], log))
        {
            ScenePlay play = await ScenePlay.TwiceAsync(network, scene, seed);
            (string, string)[] all = [.. log.Entries.Where(entry => entry.What == "message").Select(entry => (entry.Peer.ToString(), entry.Text!))];
            Assert.Equal(all[..(all.Length / 2)], all[(all.Length / 2)..]);
            await check(play, all[..(all.Length / 2)]);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Messages as tshark counts them; to it a packet's second appearance behind the router is a retransmission without content.</summary>
    private static Task<int> MessagesAsync(ScenePlay play, string filter) => play.Capture.CountAsync($"hl7 && tcp.dstport == 2575 && ({filter})");

    [LabFact("tshark tcpdump")]
    public Task Results_are_replayed() => PlayAsync("hl7-replay", 1, async (play, received) =>
    {
        await play.MarkedAreAsync(Marked(play));
        string[] honest = [.. received.Where(one => one.Peer != play["attacker"]).Select(one => one.Text)], replayed = [.. received.Where(one => one.Peer == play["attacker"]).Select(one => one.Text)];
        Assert.Equal(play.Number("replayed"), replayed.Length);
        Assert.All(replayed, message => Assert.Contains(message, honest));
        Assert.Equal(play["control-ids"].Split(' '), honest.Select(message => message.Split('|')[9]));
        Assert.Equal(replayed.Length, await MessagesAsync(play, $"ip.src == {play["attacker"]}"));
    });

    [LabFact("tshark tcpdump")]
    public Task An_engine_sends_again_what_was_not_acknowledged() => PlayAsync("hl7-replay-twin", 2, async (play, received) =>
    {
        await play.MarkedAreAsync($"ip.addr == {His.Ip} && ip.addr == {Devices[2].Ip} && tcp.port == 2575");
        Assert.Equal(play.Number("messages") + 1, received.Count);
        Assert.Equal([play["resent"]], received.Select(one => one.Text).GroupBy(text => text).Where(group => group.Count() == 2).Select(group => group.Key.Split('|')[9]));
        Assert.Equal(received.Count, await MessagesAsync(play, "ip"));
    });

    [LabFact("tshark tcpdump")]
    public Task Values_are_altered_under_the_same_control_id() => PlayAsync("hl7-alteration", 3, async (play, received) =>
    {
        await play.MarkedAreAsync(Marked(play));
        string[] changes = play["values"].Split("->");
        Assert.True(changes.Length > 1);
        foreach (string id in play["control-ids"].Split(' '))
        {
            (string Peer, string Text)[] both = [.. received.Where(one => one.Text.Split('|')[9] == id)];
            Assert.Equal(2, both.Length);
            Assert.NotEqual(both[0].Peer, both[1].Peer);
            Assert.Equal(play["attacker"], both[1].Peer);
            // One segment differs, the one that tells.
            Assert.Single(both[0].Text.Split('\r').Zip(both[1].Text.Split('\r')), pair => pair.First != pair.Second);
        }
        Assert.Equal(play["kinds"].Split(' ').Length, await MessagesAsync(play, $"ip.src == {play["attacker"]}"));
    });

    [LabFact("tshark tcpdump")]
    public Task A_correction_has_a_control_id_of_its_own() => PlayAsync("hl7-alteration-twin", 4, async (play, received) =>
    {
        await play.MarkedAreAsync($"ip.addr == {His.Ip} && ip.addr == {Devices[2].Ip} && tcp.port == 2575");
        Assert.Equal(received.Count, received.Select(one => one.Text.Split('|')[9]).Distinct().Count());
        Assert.Equal([Devices[2].Ip.ToString()], received.Select(one => one.Peer).Distinct());
        Assert.Equal(2 * play["kinds"].Split(' ').Length, received.Count);
    });

    [LabFact("tshark tcpdump")]
    public Task A_rate_is_changed_in_the_name_of_the_one_that_ordered() => PlayAsync("infusion-change", 5, async (play, received) =>
    {
        await play.MarkedAreAsync(Marked(play));
        (string Peer, string Text)[] forged = [.. received.Where(one => one.Peer == play["attacker"])];
        Assert.Equal(play["control-ids"].Split(' ').Select(id => id + "X"), forged.Select(one => one.Text.Split('|')[9]));
        foreach ((_, string text) in forged)
        {
            // The same sender's name, patient and order; the header's control id and the rate differ.
            string honest = received.Single(one => one.Text.Split('|')[9] + "X" == text.Split('|')[9]).Text;
            Assert.Equal(2, honest.Split('\r').Zip(text.Split('\r')).Count(pair => pair.First != pair.Second));
        }
        Assert.Equal(forged.Length, await MessagesAsync(play, $"ip.src == {play["attacker"]}"));
    });

    [LabFact("tshark tcpdump")]
    public Task The_one_that_ordered_changes_a_rate_itself() => PlayAsync("infusion-change-twin", 6, async (play, received) =>
    {
        await play.MarkedAreAsync($"ip.addr == {His.Ip} && ip.addr == {Devices[2].Ip} && tcp.port == 2575");
        Assert.Equal(2 * play["control-ids"].Split(' ').Length, received.Count);
        Assert.Equal([Devices[2].Ip.ToString()], received.Select(one => one.Peer).Distinct());
    });
}
