using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Attacks;

public class DicomSceneTests
{
    private static readonly HospitalDevice Ct = TestHospital.Device("ct1", 21, "ct-scanner", aeTitle: "CT01"), Workstation = TestHospital.Device("ws1", 23, "imaging-workstation", 20, aeTitle: "WS01");

    private static readonly HospitalPatient Patient = new("HL00001", "11010519491231002X", "Miller", "Anna", "F", new DateOnly(1960, 2, 3), "ascii", "1");

    private static Task<TestHospital> StartAsync() => TestHospital.StartAsync(Ct, Workstation, TestHospital.Device("pacs", 30, "pacs-server", aeTitle: "PACS01", offers: "dicom"));

    private static async Task FillAsync(TestHospital hospital, int studies)
    {
        for (int number = 1; number <= studies; number++)
        {
            Exam exam = new()
            {
                Accession = "A" + number,
                StudyUid = "1.2.826.0.1.3680043.8.498.77." + number,
                Patient = Patient with { Id = $"HL0000{number}" },
                Modality = "CT",
                Description = "Thorax",
                Images = 2,
                Scheduled = new DateTime(2026, 11, 23, 9, 10, 0),
                Device = "ct1",
            };
            await ActorRegistry.ActAsync(new ImagesStored(TimeSpan.Zero, "ct1", "pacs", exam), hospital.Site, TestHospital.Cancel);
        }
    }

    [LabFact("Orthanc echoscu tshark tcpdump")]
    public async Task Titles_are_guessed()
    {
        await using TestHospital hospital = await StartAsync();
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dicom-ae-guess", 1);
        string attacker = play["attacker"];
        await play.MarkedAreAsync($"ip.addr == {attacker} || arp.src.proto_ipv4 == {attacker} || arp.dst.proto_ipv4 == {attacker}");
        // Each packet once: as the archive's network shows it.
        int requests = await play.CountAsync($"dicom.pdu.type == 1 && vlan.id == 10"), wrongCalling = await play.CountAsync("dicom.assoc.reject.reason == 3 && vlan.id == 10"), wrongCalled = await play.CountAsync("dicom.assoc.reject.reason == 7 && vlan.id == 10");
        Assert.Equal((play.Number("associations"), play.Number("calling-refused"), play.Number("called-refused"), play.Number("accepted")), (requests, wrongCalling, wrongCalled, await play.CountAsync("dicom.pdu.type == 2 && vlan.id == 10")));
        Assert.Equal(requests, wrongCalling + wrongCalled + play.Number("accepted"));
    }

    [LabFact("Orthanc echoscu tshark tcpdump")]
    public async Task A_title_is_mistyped_and_then_right()
    {
        await using TestHospital hospital = await StartAsync();
        ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dicom-ae-guess-twin", 1);
        HospitalDevice device = hospital.Site[play["device"]].Device;
        await play.MarkedAreAsync($"ip.addr == {device.Ip} && ip.addr == {hospital.Site["pacs"].Device.Ip} && tcp.port == 104");
        Assert.Equal((play.Number("refused"), 1), (await play.CountAsync("dicom.pdu.type == 3 && vlan.id == 10"), await play.CountAsync("dicom.pdu.type == 2 && vlan.id == 10")));
    }

    /// <summary>Seeds of both ways: on the caller's own association, and moved by the archive.</summary>
    [LabFact("Orthanc dcmsend findscu getscu movescu tshark tcpdump")]
    public async Task Studies_are_harvested()
    {
        await using TestHospital hospital = await StartAsync();
        LabException empty = await Assert.ThrowsAsync<LabException>(() => ScenePlay.OnceAsync(hospital.Network, "dicom-harvest", 1));
        Assert.Contains("holds no study", empty.Message, StringComparison.Ordinal);
        await FillAsync(hospital, 6);
        foreach ((int seed, bool isMoved) in ((int, bool)[])[(1, false), (2, true)])
        {
            ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dicom-harvest", seed);
            string attacker = play["attacker"];
            await play.MarkedAreAsync($"ip.addr == {attacker} || arp.src.proto_ipv4 == {attacker} || arp.dst.proto_ipv4 == {attacker}");
            Assert.Equal(("6", "6", "12"), (play["found"], play["retrieved"], play["images"]));
            await CommandsAsync(play, isMoved);
            if (!isMoved) continue;
            // The archive calls a workstation that is gone: the laptop has its address and answers in its name.
            Assert.Equal(("OLDWS01", "10.77.20.253"), (play["destination"], attacker));
            IReadOnlyList<string> called = await play.Capture.FieldsAsync("dicom.pdu.type == 1 && ip.src == 10.77.10.30", "ip.dst", "tcp.dstport", "dicom.assoc.ae.called");
            Assert.Equal(["10.77.20.253 11112 OLDWS01"], called.Select(row => string.Join(' ', row.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))).Distinct());
        }
    }

    [LabFact("Orthanc dcmsend findscu getscu movescu tshark tcpdump")]
    public async Task Studies_are_exported_for_research()
    {
        await using TestHospital hospital = await StartAsync();
        await FillAsync(hospital, 6);
        foreach ((int seed, bool isMoved) in ((int, bool)[])[(3, false), (2, true)])
        {
            ScenePlay play = await ScenePlay.TwiceAsync(hospital.Network, "dicom-harvest-twin", seed);
            Assert.Equal("ws1", play["workstation"]);
            await play.MarkedAreAsync($"ip.addr == {Workstation.Ip} && ip.addr == {hospital.Site["pacs"].Device.Ip} && tcp.port in {{104{(isMoved ? ", 11112" : "")}}}");
            await CommandsAsync(play, isMoved);
        }
    }

    /// <summary>Commands as tshark counts them; to it a packet's second appearance behind the router is a retransmission without content.</summary>
    private static async Task CommandsAsync(ScenePlay play, bool isMoved)
    {
        IReadOnlyDictionary<string, int> commands = await play.Capture.DicomCommandsAsync();
        Assert.Equal(play.Number("retrieved"), commands[isMoved ? "C-MOVE-RQ" : "C-GET-RQ"]);
        Assert.DoesNotContain(isMoved ? "C-GET-RQ" : "C-MOVE-RQ", commands.Keys);
        Assert.Equal(play.Number("images"), commands["C-STORE-RQ"]);
        Assert.Equal(play.Played.Mark.IsAttack ? play.Number("queries") : 1, commands["C-FIND-RQ"]);
    }
}
