using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

/// <summary>DICOM scenes that begin after an ordinary week of the archive, and those of changed objects and malformed units.</summary>
public class DicomHabitSceneTests
{
    private static readonly HospitalDevice Ct = TestHospital.Device("ct1", 21, "ct-scanner", aeTitle: "CT01"), Workstation = TestHospital.Device("ws1", 23, "imaging-workstation", 20, aeTitle: "WS01"),
        Pacs = TestHospital.Device("pacs", 30, "pacs-server", aeTitle: "PACS01", offers: "dicom");

    private const string FromCt = "ip.addr == 10.77.10.21 && ip.addr == 10.77.10.30 && tcp.port == 104", ToCt = "ip.addr == 10.77.10.21 && ip.addr == 10.77.10.30 && tcp.port == 11112";

    private static async Task PlayAsync(string scene, int seed, Func<ScenePlay, Task> check)
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Ct, Workstation, Pacs);
        await check(await ScenePlay.TwiceAsync(hospital.Network, scene, seed));
    }

    private static string OfAttacker(ScenePlay play) => $"ip.addr == {play["attacker"]} || arp.src.proto_ipv4 == {play["attacker"]} || arp.dst.proto_ipv4 == {play["attacker"]}";

    /// <summary>The capture begins a week before the scene or more, on at least five days; nothing of them is the scene's.</summary>
    private static async Task HasWeekAsync(ScenePlay play)
    {
        double begin = play.Played.Mark.Begin / 1e6;
        double[] times = [.. (await play.Capture.FieldsAsync("dicom.pdu.type == 1", "frame.time_epoch")).Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
        Assert.True(begin - times.Min() > 8 * 86_400 - 600, "the capture begins too late");
        Assert.InRange(times.Where(time => time < begin - 3600).Select(time => (int)((begin - time) / 86_400)).Distinct().Count(), 5, 7);
    }

    /// <summary>Requests for an association among the scene's packets; to tshark a packet's second appearance behind the router is a retransmission without content.</summary>
    private static Task<int> RequestsAsync(ScenePlay play, string from = "ip") => play.CountAsync($"dicom.pdu.type == 1 && ({from})");

    [LabFact("Orthanc echoscu findscu getscu movescu storescu dcmsend tshark tcpdump")]
    public Task A_laptop_calls_under_a_title_of_others() => PlayAsync("dicom-stranger", 4, async play =>
    {
        await play.MarkedAreAsync(OfAttacker(play));
        await HasWeekAsync(play);
        Assert.Equal("CT01", play["title"]);
        Assert.Equal(play.Number("associations"), await RequestsAsync(play));
    });

    [LabFact("Orthanc echoscu findscu getscu movescu storescu dcmsend tshark tcpdump")]
    public Task A_laptop_calls_under_the_title_of_a_machine_long_gone() => PlayAsync("dicom-stranger", 1, async play =>
    {
        Assert.Equal("OLDWS01", play["title"]);
        Assert.Equal(play.Number("associations"), await RequestsAsync(play, $"ip.src == {play["attacker"]}"));
    });

    [LabFact("Orthanc echoscu getscu movescu storescu dcmsend arping tshark tcpdump")]
    public Task A_modality_calls_from_another_address() => PlayAsync("dicom-stranger-twin", 1, async play =>
    {
        Assert.Equal("ct1", play["device"]);
        Assert.NotEqual(Ct.Ip.ToString(), play["address"]);
        await HasWeekAsync(play);
        Assert.Equal(play.Number("associations"), await RequestsAsync(play, $"ip.src == {play["address"]} && eth.src == {string.Join(':', Ct.Mac.GetAddressBytes().Select(part => part.ToString("x2", CultureInfo.InvariantCulture)))}"));
    });

    [LabFact("Orthanc findscu getscu movescu storescu dcmsend tshark tcpdump")]
    public Task A_modality_fetches_and_stores_what_it_cannot_make() => PlayAsync("dicom-role", 1, async play =>
    {
        Assert.Equal("fetch foreign", play["way"]);
        await play.MarkedAreAsync($"({FromCt}) || ({ToCt})");
        await HasWeekAsync(play);
        IReadOnlyDictionary<string, int> commands = await play.Capture.DicomCommandsAsync();
        // The workstation has a study moved and another sent to it each day, too.
        Assert.Equal((play.Number("queries"), play.Number("fetched")), (commands["C-FIND-RQ"] - play.Played.Mark.Past.Count, commands["C-MOVE-RQ"] - play.Played.Mark.Past.Count));
    });

    [LabFact("Orthanc echoscu getscu movescu storescu dcmsend tshark tcpdump")]
    public Task A_modality_does_what_it_seldom_does() => PlayAsync("dicom-role-twin", 1, async play =>
    {
        await play.MarkedAreAsync($"({FromCt}) || ({ToCt})");
        await HasWeekAsync(play);
    });

    [LabFact("Orthanc movescu storescp storescu dcmsend tshark tcpdump")]
    public Task Studies_are_moved_to_a_machine_long_gone() => PlayAsync("dicom-divert", 1, async play =>
    {
        await HasWeekAsync(play);
        Assert.Equal(("OLDWS01", "10.77.20.253"), (play["destination"], play["attacker"]));
        Assert.Equal(play.Number("moved"), await RequestsAsync(play, "ip.src == 10.77.10.30 && ip.dst == 10.77.20.253"));
        Assert.Equal(play.Number("moved") + play.Number("guessed"), await RequestsAsync(play, $"ip.src == {Workstation.Ip}"));
    });

    [LabFact("Orthanc movescu storescp storescu dcmsend tshark tcpdump")]
    public Task Destinations_are_guessed() => PlayAsync("dicom-divert", 3, async play =>
    {
        Assert.InRange(play.Number("guessed"), 5, 14);
        Assert.Equal(play.Number("guessed"), await RequestsAsync(play, $"ip.src == {Workstation.Ip}"));
    });

    [LabFact("Orthanc movescu storescp storescu dcmsend tshark tcpdump")]
    public Task Studies_are_moved_to_oneself_and_to_a_colleague() => PlayAsync("dicom-divert-twin", 1, async play =>
    {
        await HasWeekAsync(play);
        Assert.Equal(("ws1", "ct1"), (play["station"], play["colleague"]));
        Assert.Equal(play.Number("shared"), await RequestsAsync(play, "ip.src == 10.77.10.30 && ip.dst == 10.77.10.21"));
    });

    [LabFact("Orthanc dcmodify storescu dcmsend curl tshark tcpdump")]
    public Task Images_are_stored_again_with_other_content() => PlayAsync("dicom-alter", 3, async play =>
    {
        Assert.Equal("header", play["way"]);
        await play.MarkedAreAsync(OfAttacker(play));
        Assert.Equal(1, await RequestsAsync(play));
    });

    [LabFact("Orthanc dcmodify storescu dcmsend curl tshark tcpdump")]
    public async Task Images_are_deleted_over_the_web()
    {
        foreach ((int seed, string way, string uri) in ((int, string, string)[])[(2, "delete-bulk", "/tools/bulk-delete"), (5, "delete-studies", "/studies/")])
        {
            await PlayAsync("dicom-alter", seed, async play =>
            {
                Assert.Equal(way, play["way"]);
                await play.MarkedAreAsync(OfAttacker(play));
                Assert.Equal(1, await play.CountAsync($"http.request.uri contains \"{uri}\""));
                Assert.Equal(0, await play.CountAsync("http.response.code >= 300"));
            });
        }
    }

    [LabFact("Orthanc dcmodify storescu dcmsend getscu tshark tcpdump")]
    public async Task Images_come_again_for_honest_reasons()
    {
        foreach ((int seed, string way) in ((int, string)[])[(1, "corrected"), (2, "sent-on"), (3, "again")])
        {
            await PlayAsync("dicom-alter-twin", seed, async play =>
            {
                Assert.Equal(way, play["way"]);
                Assert.Equal(way == "sent-on" ? 3 : 2, await RequestsAsync(play));
            });
        }
    }

    [LabFact("Orthanc echoscu tshark tcpdump")]
    public async Task An_archive_is_fuzzed()
    {
        foreach ((int seed, string way) in ((int, string)[])[(1, "requests"), (2, "units"), (5, "noise")])
        {
            await PlayAsync("dicom-malformed", seed, async play =>
            {
                Assert.Equal(way, play["way"]);
                await play.MarkedAreAsync(OfAttacker(play));
                Assert.Equal(play.Number("connections"), await play.CountAsync("tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.dstport == 104 && vlan.id == 10"));
            });
        }
    }

    [LabFact("Orthanc storescu dcmsend tshark tcpdump")]
    public Task A_modality_breaks_off_and_stores_in_the_end() => PlayAsync("dicom-malformed-twin", 1, async play =>
    {
        await play.MarkedAreAsync(FromCt);
        Assert.Equal(play.Number("abort") + play.Number("cut") + 1, await RequestsAsync(play));
        Assert.Equal(play.Number("abort"), await play.CountAsync("dicom.pdu.type == 7"));
    });
}
