using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class DicomTests
{
    private static readonly HospitalPatient Chinese = new("HL00018", "11010519491231002X", "王", "小东", "M", new DateOnly(1949, 12, 31), "gb18030", "1");
    private static readonly HospitalPatient Rare = new("HL00019", "11010519491231002X", "龚", "䶮", "F", new DateOnly(1950, 1, 2), "utf-8", "1");
    private static readonly HospitalPatient Latin = new("HL00001", "11010519491231002X", "Miller", "Anna", "F", new DateOnly(1960, 2, 3), "ascii", "1");

    private static readonly HospitalDevice Ct = TestHospital.Device("ct1", 21, "ct-scanner", aeTitle: "CT01") with { Vendor = "Siemens Healthineers", Model = "SOMATOM go.Top" };
    private static readonly HospitalDevice Us = TestHospital.Device("us1", 22, "ultrasound", aeTitle: "US01") with { Vendor = "GE HealthCare", Model = "LOGIQ E10" };
    private static readonly HospitalDevice Workstation = TestHospital.Device("ws1", 23, "workstation", aeTitle: "WS01");

    private static Exam ExamOf(int number, HospitalPatient patient, string modality, string device, int images = 2) => new()
    {
        Accession = "A" + number,
        StudyUid = "1.2.826.0.1.3680043.8.498.77." + number,
        Patient = patient,
        Modality = modality,
        Description = "Thorax",
        Images = images,
        Scheduled = new DateTime(2026, 11, 23, 9, 10, 0),
        Device = device,
    };

    private static HospitalDevice Pacs(params string[] offers) => TestHospital.Device("pacs", 30, "pacs", aeTitle: "PACS01", offers: offers);

    private static async Task ActAsync(TestHospital hospital, params LabEvent[] events)
    {
        foreach (LabEvent what in events) await ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel);
    }

    [LabFact("wlmscpfs findscu dcmdump tshark tcpdump")]
    public async Task Worklist_gives_a_device_its_examinations_in_each_character_set()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Ct, Us, TestHospital.Device("ris", 31, "server", aeTitle: "RIS01", offers: "worklist"));
        Exam[] list = [ExamOf(1, Chinese, "CT", "ct1"), ExamOf(2, Rare, "CT", "ct1"), ExamOf(3, Latin, "CT", "ct1")];
        // Neither another device's examination nor one that is no longer on the list is given.
        WorklistFiles.Add(hospital.Site, hospital.Site["ris"], ExamOf(4, Latin, "US", "us1"));
        WorklistFiles.Add(hospital.Site, hospital.Site["ris"], ExamOf(5, Latin, "CT", "ct1"));
        Capture capture = await hospital.RecordAsync(() => ActAsync(hospital, new WorklistQueried(TimeSpan.Zero, "ct1", "ris", list)));
        IReadOnlyDictionary<string, int> commands = await capture.DicomCommandsAsync();
        Assert.Equal(1, commands["C-FIND-RQ"]);
        Assert.Equal(4, commands["C-FIND-RSP"]);
        string shown = await capture.TsharkAsync("-Y", "dicom", "-V");
        foreach (HospitalPatient patient in (HospitalPatient[])[Chinese, Rare, Latin]) Assert.Contains(patient.Id, shown, StringComparison.Ordinal);
        string folder = WorklistFiles.FolderOf(hospital.Site, hospital.Site["ris"]);
        Assert.Contains("[王^小东]", await DumpAsync(Path.Combine(folder, "ct1-A1.wl")), StringComparison.Ordinal);
        Assert.Contains("[GB18030]", await DumpAsync(Path.Combine(folder, "ct1-A1.wl"), asWritten: true), StringComparison.Ordinal);
    }

    [LabFact("Orthanc storescu dcmsend movescu getscu curl tshark tcpdump")]
    public async Task Images_are_stored_found_moved_got_and_fetched()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Ct, Us, Workstation, Pacs("dicom"));
        Exam ct = ExamOf(11, Chinese, "CT", "ct1", 3), us = ExamOf(12, Latin, "US", "us1", 2), mr = ExamOf(13, Rare, "MR", "ct1", 2);
        Capture capture = await hospital.RecordAsync(() => ActAsync(
            hospital,
            new EchoSent(TimeSpan.Zero, "ct1", "pacs"),
            new ImagesStored(TimeSpan.Zero, "ct1", "pacs", ct),
            new ImagesStored(TimeSpan.Zero, "us1", "pacs", us),
            new ImagesPosted(TimeSpan.Zero, "ct1", "pacs", mr),
            new StudyRetrieved(TimeSpan.Zero, "ws1", "pacs", ct, RetrieveWay.Move),
            new StudyRetrieved(TimeSpan.Zero, "ws1", "pacs", us, RetrieveWay.Get),
            new StudyRetrieved(TimeSpan.Zero, "ws1", "pacs", mr, RetrieveWay.Web)));
        IReadOnlyDictionary<string, int> commands = await capture.DicomCommandsAsync();
        Assert.Equal(1, commands["C-ECHO-RQ"]);
        Assert.Equal(3 + 2 + 3 + 2, commands["C-STORE-RQ"]);
        Assert.Equal(3 + 2 + 3 + 2, commands["C-STORE-RSP"]);
        Assert.Equal(1, commands["C-FIND-RQ"]);
        Assert.Equal(1, commands["C-MOVE-RQ"]);
        Assert.Equal(1, commands["C-GET-RQ"]);
        // A request counts where its last byte is, which tshark may see after the next one.
        Assert.Equal(["GET", "GET", "POST"], (await capture.FieldsAsync("http.request", "http.request.method")).Order(StringComparer.Ordinal));
        Assert.Equal(["200", "200", "200"], await capture.FieldsAsync("http.response", "http.response.code"));
        Assert.Equal(0, await capture.CountAsync("dicom.pdu.type == 3 || dicom.pdu.type == 7"));
    }

    /// <summary>What dcmtk says when its port is taken is what makes the next one wait.</summary>
    [LabFact("Orthanc storescu dcmsend movescu")]
    public async Task A_move_waits_while_its_port_is_taken()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Ct, Workstation, Pacs("dicom"));
        HostNamespace workstation = hospital.Site["ws1"];
        Exam exam = ExamOf(31, Chinese, "CT", "ct1");
        await ActAsync(hospital, new ImagesStored(TimeSpan.Zero, "ct1", "pacs", exam));
        int tries = 0;
        System.Net.Sockets.TcpListener other = NetworkThread.In(workstation.Name, () => new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, DicomPorts.Client));
        other.Start();
        int code = await MovePort.HoldAsync(async () =>
        {
            if (++tries == 2) other.Stop();
            return (await ProgramRun.MustRunAsync(workstation, hospital.Site.LogOf(workstation, "movescu"), "movescu", ["-v", "-S", "-aet", "WS01", "-aec", "PACS01", "-aem", "WS01", "+P", "11112", "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={exam.StudyUid}", "-od", hospital.Site.Folder, "10.77.10.30", "104"], TimeSpan.FromSeconds(60), TestHospital.Cancel)).ExitCode;
        }, TestHospital.Cancel);
        Assert.Equal((0, 2), (code, tries));
    }

    [LabFact("Orthanc echoscu tshark tcpdump")]
    public async Task An_unknown_caller_and_a_wrong_title_are_refused()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("laptop", 66, aeTitle: "WS99"), Pacs("dicom"));
        HostNamespace laptop = hospital.Site["laptop"];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            // A caller whose title the archive does not know, then a known one that calls it by another name.
            foreach (string[] call in (string[][])[["-aet", "STRANGER", "-aec", "PACS01"], ["-aet", "WS99", "-aec", "ARCHIVE"]])
            {
                ProgramResult result = await ProgramRun.RunAsync(laptop, hospital.Site.LogOf(laptop, "echoscu"), "echoscu", [.. call, "10.77.10.30", "104"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
                Assert.NotEqual(0, result.ExitCode);
            }
        });
        Assert.Equal(["3", "7"], await capture.FieldsAsync("dicom.pdu.type == 3", "dicom.assoc.reject.reason"));
    }

    [LabFact("storescp storescu dcmdump tshark tcpdump")]
    public async Task Images_over_tls_show_no_command_and_arrive_whole()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Ct, Pacs("dicom-tls"));
        Capture capture = await hospital.RecordAsync(() => ActAsync(hospital, new ImagesStored(TimeSpan.Zero, "ct1", "pacs", ExamOf(21, Chinese, "CT", "ct1"), Tls: true)));
        Assert.Equal(1, await capture.CountAsync("tls.handshake.type == 1 && tcp.dstport == 2762"));
        Assert.Equal(1, await capture.CountAsync("tls.handshake.type == 2 && tcp.srcport == 2762"));
        Assert.Equal(0, await capture.CountAsync("frame contains \"HL00018\""));
        string[] received = [.. Directory.EnumerateFiles(Path.Combine(hospital.Site.Folder, "dicom-tls", "pacs"))];
        Assert.Equal(2, received.Length);
        foreach (string file in received) Assert.Contains("[王^小东]", await DumpAsync(file), StringComparison.Ordinal);
    }

    [LabFact("dcmdump")]
    public async Task Image_files_are_read_without_complaint_and_name_their_device()
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        try
        {
            HospitalDevice device = Ct with { ImplementationUid = "1.3.12.2.1107.5.1", ImplementationVersion = "SIEMENS_VB20A_LONGER" };
            foreach (string modality in (string[])["CT", "MR", "US", "DX", "MG", "CR", "XA"])
            {
                await ExamImages.WriteAsync(ExamOf(1, Chinese, modality, "ct1", 1) with { Side = 33 }, device, folder, TestHospital.Cancel);
                string dump = await DumpAsync(Path.Combine(folder, "0001.dcm"));
                Assert.DoesNotContain("W:", dump, StringComparison.Ordinal);
                Assert.DoesNotContain("E:", dump, StringComparison.Ordinal);
                foreach (string part in (string[])["[王^小东]", "[Siemens Healthineers]", "[SOMATOM go.Top]", "[SN21]", "[VB20A]", "[ct1-ct-scanner]", "[Department 10]", "[SIEMENS_VB20A_LO]", $"[{modality}]"])
                    Assert.Contains(part, dump, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> DumpAsync(string file, bool asWritten = false)
    {
        (int code, string output) = await Shell.RunAsync("dcmdump", [.. asWritten ? Array.Empty<string>() : ["+U8"], "-q", "+E", file], TestHospital.Cancel);
        Assert.True(code == 0, output);
        return output;
    }
}
