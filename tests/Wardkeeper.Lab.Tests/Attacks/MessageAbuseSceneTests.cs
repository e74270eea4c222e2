using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class MessageAbuseSceneTests
{
    private static readonly HospitalDevice His = TestHospital.Device("his", 20, "server", offers: "mllp") with { HlApplication = "HIS", HlFacility = "HOSP" }, Lis = TestHospital.Device("lis", 21, "server", 20) with { HlApplication = "LIS", HlFacility = "LAB" };

    private static readonly HospitalDevice[] Devices = [TestHospital.Device(HospitalNetwork.Router, 1, "router"), His, Lis, TestHospital.Device("pc1", 22, "office-pc", 20)];

    /// <summary>Plays a scene twice; gives the messages that the receiver took the first time, those of earlier days first.</summary>
    private static async Task PlayAsync(string scene, int seed, string way, Func<ScenePlay, string[], Task> check)
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        ServerLog log = new();
        await using (HospitalNetwork network = await HospitalNetwork.BuildAsync(TestHospital.NextPrefix(), folder, new DateOnly(2026, 11, 23), Devices, TestHospital.Cancel))
        await using (MllpServer.Start(network.Site["his"], log))
        {
            ScenePlay play = await ScenePlay.TwiceAsync(network, scene, seed);
            Assert.Equal(way, play["way"]);
            string[] all = [.. log.Entries.Where(entry => entry.What == "message").Select(entry => entry.Text!)];
            Assert.Equal(all[..(all.Length / 2)], all[(all.Length / 2)..]);
            if (way != "unknown") await play.MarkedAreAsync($"ip.addr == {His.Ip} && ip.addr == {Lis.Ip} && tcp.port == 2575");
            await check(play, all[..(all.Length / 2)]);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static Task Nothing => Task.CompletedTask;

    [LabFact("tshark tcpdump")]
    public Task One_who_reported_for_a_week_orders() => PlayAsync("hl7-abuse", 1, "role", (play, received) =>
    {
        Assert.InRange(play.Played.Mark.Past.Count, 5, 6);
        string[] kinds = [.. received.Select(message => message.Split('|')[8][..3])];
        Assert.All(kinds[..^play.Number("times")], kind => Assert.Equal("ORU", kind));
        Assert.All(kinds[^play.Number("times")..], kind => Assert.Contains(kind, (string[])["RDE", "ADT"]));
        Assert.True(received.Length - play.Number("times") >= 110);
        return Nothing;
    });

    [LabFact("tshark tcpdump")]
    public Task A_message_has_too_many_segments() => PlayAsync("hl7-abuse", 2, "flood", (play, received) =>
    {
        Assert.Equal(play.Number("times"), received.Length);
        Assert.All(received, message => Assert.True(message.Count(letter => letter == '\r') > 20_000 || message.Split('\r').Select(segment => segment.Split('|')[0]).Distinct().Count() > 64));
        return Nothing;
    });

    [LabFact("tshark tcpdump")]
    public Task Frames_are_broken() => PlayAsync("hl7-abuse", 4, "frames", async (play, received) =>
    {
        // Behind most of what is broken the receiver does not read on.
        Assert.True(received.Length >= play.Number("times"));
        Assert.Equal(play.Number("times"), await play.CountAsync("tcp.flags.syn == 1 && tcp.flags.ack == 0 && vlan.id == 10"));
    });

    [LabFact("tshark tcpdump")]
    public Task Structure_is_hidden_in_a_text() => PlayAsync("hl7-abuse", 5, "escape", (play, received) =>
    {
        Assert.Equal(play.Number("times"), received.Length);
        Assert.All(received, message => Assert.Matches(@"\\X(0D|1C)[0-9A-F]*\\", message));
        return Nothing;
    });

    [LabFact("tshark tcpdump")]
    public Task A_laptop_reports_that_never_did() => PlayAsync("hl7-abuse", 7, "unknown", async (play, received) =>
    {
        await play.MarkedAreAsync($"ip.addr == {play["sender"]} || arp.src.proto_ipv4 == {play["sender"]} || arp.dst.proto_ipv4 == {play["sender"]}");
        Assert.All(received[..^play.Number("times")], message => Assert.StartsWith(@"MSH|^~\&|LIS|", message, StringComparison.Ordinal));
        Assert.All(received[^play.Number("times")..], message => Assert.DoesNotContain("|LIS|", message, StringComparison.Ordinal));
    });

    [LabFact("tshark tcpdump")]
    public async Task Odd_messages_are_taken()
    {
        foreach ((int seed, string way) in ((int, string)[])[(1, "escapes"), (2, "document"), (4, "broken-once")])
        {
            await PlayAsync("hl7-abuse-twin", seed, way, (play, received) =>
            {
                Assert.Equal(play.Number("times"), received.TakeLast(play.Number("times")).Count());
                Assert.All(received.TakeLast(play.Number("times")), message => Assert.StartsWith(way == "document" ? "MDM" : "ORU", message.Split('|')[8], StringComparison.Ordinal));
                return Nothing;
            });
        }
    }
}
