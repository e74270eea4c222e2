using System.Text.Json.Nodes;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Emitters;

public class DimseTests
{
    private static readonly HospitalDevice Scanner = TestHospital.Device("ct1", 2, "ct-scanner", aeTitle: "CT01") with
    {
        Vendor = "Siemens Healthineers",
        Model = "SOMATOM go.Top",
        ImplementationUid = "1.3.12.2.1107.5.1",
        ImplementationVersion = "SIEMENS_CT_VB20",
    };

    private static readonly HospitalDevice Ris = TestHospital.Device("ris", 3, aeTitle: "RIS01", offers: "mpps") with { ImplementationUid = "1.2.276.0.7230010.3.0.3.6.7", ImplementationVersion = "OFFIS_DCMTK_367" };

    private static readonly HospitalDevice Archive = TestHospital.Device("pacs", 4, aeTitle: "PACS01");

    [LabFact("dcmdump")]
    public async Task Data_sets_are_read_by_dcmtk_in_both_syntaxes_and_all_character_sets()
    {
        string folder = Directory.CreateTempSubdirectory("lab-dimse-").FullName;
        try
        {
            foreach ((string charset, string family, string given) in ((string, string, string)[])[("ascii", "MILLER", "ANNA"), ("gb18030", "刘", "朝阳"), ("utf-8", "王", "小东")])
            {
                Exam exam = Exam(1) with { Patient = Exam(1).Patient with { Charset = charset, Family = family, Given = given } };
                foreach (bool isExplicit in (bool[])[true, false])
                {
                    string path = Path.Combine(folder, $"{charset}-{isExplicit}");
                    byte[] bytes = DataSetCodec.Write(ProcedureSteps.Begin(exam, Scanner, exam.Scheduled), isExplicit);
                    await File.WriteAllBytesAsync(path, bytes, TestHospital.Cancel);
                    (int code, string output) = await Shell.RunAsync("dcmdump", ["-f", isExplicit ? "-te" : "-ti", "+U8", path], TestHospital.Cancel);
                    Assert.True(code == 0, output);
                    Assert.Contains($"[{family}^{given}]", output, StringComparison.Ordinal);
                    Assert.Contains("(0040,0270) SQ", output, StringComparison.Ordinal);
                    Assert.Contains("    (0020,000d) UI [1.2.826.0.1.3680043.9.7.1]", output, StringComparison.Ordinal);
                    Assert.Contains("(0040,0244) DA [20261123]", output, StringComparison.Ordinal);
                    Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("W:", StringComparison.Ordinal) || line.StartsWith("E:", StringComparison.Ordinal));
                    Assert.Equal(bytes, DataSetCodec.Write(DataSetCodec.Read(bytes, isExplicit), isExplicit));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [LabFact("tcpdump tshark echoscu")]
    public async Task Procedure_steps_agree_in_plan_log_and_recording()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Scanner, Ris);
        Exam first = Exam(1), second = Exam(2);
        ProcedureStepReported[] steps = [Step(9, first, "IN PROGRESS"), Step(9.5, first, "COMPLETED"), Step(10, second, "IN PROGRESS"), Step(10.5, second, "DISCONTINUED")];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (ProcedureStepReported step in steps) await ActorRegistry.ActAsync(step, hospital.Site, TestHospital.Cancel);
        });

        string[][] log = WireCheck.LogOf(hospital, "ris", "mpps");
        Assert.Equal([$"N-CREATE {first.StudyUid}.2 IN PROGRESS HL1", $"N-SET {first.StudyUid}.2 COMPLETED HL1", $"N-CREATE {second.StudyUid}.2 IN PROGRESS HL2", $"N-SET {second.StudyUid}.2 DISCONTINUED HL2"], log.Select(line => $"{line[1]} {line[2]}"));
        SortedDictionary<string, int> planned = WireCheck.Planned(hospital, steps);
        Assert.Equal(planned, WireCheck.Seen(log.Select(line => (line[1], line[0], "10.77.10.3"))));
        IReadOnlyDictionary<string, int> commands = await capture.DicomCommandsAsync();
        Assert.Equal([("N-CREATE-RQ", 2), ("N-CREATE-RSP", 2), ("N-SET-RQ", 2), ("N-SET-RSP", 2)], commands.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        string[] requests = [.. await capture.FieldsAsync("dicom.pdu.type==1", "dicom.assoc.ae.calling", "dicom.assoc.ae.called", "dicom.userinfo.uid", "dicom.userinfo.version")];
        Assert.Equal(4, requests.Length);
        Assert.All(requests, row => Assert.Equal("CT01|RIS01|1.3.12.2.1107.5.1|SIEMENS_CT_VB20", string.Join('|', row.Split('\t').Select(field => field.Trim()))));
        string[] accepts = [.. await capture.FieldsAsync("dicom.pdu.type==2", "dicom.userinfo.version", "dicom.pctx.result")];
        Assert.All(accepts, row => Assert.Equal("OFFIS_DCMTK_367\t0x00", row));
        string everything = await capture.TsharkAsync("-Y", "dicom", "-V");
        Assert.Equal(2, everything.Split("(0010,0020)").Length - 1);
        Assert.DoesNotContain("Malformed", everything, StringComparison.Ordinal);

        HostNamespace scanner = hospital.Site["ct1"];
        ProgramResult echo = await ProgramRun.RunAsync(scanner, hospital.Site.LogOf(scanner, "echoscu"), "echoscu", ["-v", "-aet", "CT01", "-aec", "RIS01", "10.77.10.3", "105"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        Assert.Contains("Received Echo Response (Success)", echo.Output, StringComparison.Ordinal);
        ProgramResult stranger = await ProgramRun.RunAsync(scanner, hospital.Site.LogOf(scanner, "echoscu"), "echoscu", ["-v", "-aet", "CT01", "-aec", "OTHER", "10.77.10.3", "105"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        Assert.Contains("Called AE Title Not Recognized", stranger.Output, StringComparison.Ordinal);
    }

    [LabFact("ip")]
    public async Task A_step_that_does_not_follow_the_standard_is_refused()
    {
        // This scanner's software tells no version name, as some do.
        await using TestHospital hospital = await TestHospital.StartAsync(Scanner with { ImplementationVersion = null }, Ris);
        Exam exam = Exam(1);
        await RefusedAsync(Step(9, exam, "COMPLETED"), "0112");
        await ActorRegistry.ActAsync(Step(9, exam, "IN PROGRESS"), hospital.Site, TestHospital.Cancel);
        await RefusedAsync(Step(9, exam, "IN PROGRESS"), "0111");
        await ActorRegistry.ActAsync(Step(9, exam, "DISCONTINUED"), hospital.Site, TestHospital.Cancel);
        await RefusedAsync(Step(9, exam, "COMPLETED"), "0110");
        Assert.Equal(3, WireCheck.LogOf(hospital, "ris", "mpps").Details("error").Length);

        async Task RefusedAsync(ProcedureStepReported step, string status)
        {
            LabException refused = await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(step, hospital.Site, TestHospital.Cancel));
            Assert.Contains("status " + status, refused.Message, StringComparison.Ordinal);
        }
    }

    [LabFact("tcpdump tshark Orthanc storescu dump2dcm")]
    public async Task An_archive_commits_to_what_it_has_and_to_nothing_else()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Scanner, Archive);
        await using RunningProgram orthanc = await StartArchiveAsync(hospital);
        Exam stored = Exam(1), missing = Exam(2);
        await StoreAsync(hospital, stored);
        CommitmentRequested asked = new(TimeSpan.FromHours(11), "ct1", "pacs", stored);
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(asked, hospital.Site, TestHospital.Cancel));

        IReadOnlyDictionary<string, int> commands = await capture.DicomCommandsAsync();
        Assert.Equal([("N-ACTION-RQ", 1), ("N-ACTION-RSP", 1), ("N-EVENT-REPORT-RQ", 1), ("N-EVENT-REPORT-RSP", 1)], commands.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
        string[] associations = [.. await capture.FieldsAsync("dicom.pdu.type==1", "ip.src", "ip.dst", "tcp.dstport", "dicom.assoc.ae.calling", "dicom.assoc.ae.called")];
        Assert.Equal(["10.77.10.2|10.77.10.4|104|CT01|PACS01", "10.77.10.4|10.77.10.2|11112|PACS01|CT01"], associations.Select(row => string.Join('|', row.Split('\t').Select(field => field.Trim()))));
        Assert.Equal(WireCheck.Planned(hospital, asked), WireCheck.Seen([("N-ACTION", "10.77.10.2", "10.77.10.4"), ("N-EVENT-REPORT", "10.77.10.4", "10.77.10.2")]));
        Assert.Equal(2, await capture.CountAsync("dicom.pdu.type==6"));

        LabException refused = await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(asked with { Exam = missing }, hospital.Site, TestHospital.Cancel));
        Assert.Contains("2 of 2 images", refused.Message, StringComparison.Ordinal);
    }

    private static ProcedureStepReported Step(double hour, Exam exam, string status) => new(TimeSpan.FromHours(hour), "ct1", "ris", exam, status);

    private static Exam Exam(int number) => new()
    {
        Accession = $"A{number}",
        StudyUid = $"1.2.826.0.1.3680043.9.7.{number}",
        Patient = new($"HL{number}", "", "王", "小东", "M", new(1950, 3, 4), "utf-8", ""),
        Modality = "CT",
        Description = "CT chest",
        Images = 2,
        Scheduled = new(2026, 11, 23, 9, 0, 0),
        Device = "ct1",
    };

    private static Task<RunningProgram> StartArchiveAsync(TestHospital hospital)
    {
        HostNamespace pacs = hospital.Site["pacs"];
        string folder = hospital.Site.FolderOf("orthanc"), file = Path.Combine(folder, "orthanc.json");
        JsonObject configuration = new()
        {
            ["StorageDirectory"] = folder,
            ["IndexDirectory"] = folder,
            ["HttpServerEnabled"] = false,
            ["DicomAet"] = "PACS01",
            ["DicomPort"] = 104,
            ["DicomCheckCalledAet"] = true,
            ["DicomModalities"] = new JsonObject { ["ct1"] = new JsonObject { ["AET"] = "CT01", ["Host"] = "10.77.10.2", ["Port"] = DicomPorts.Client, ["AllowStorageCommitment"] = true } },
        };
        File.WriteAllText(file, configuration.ToJsonString());
        return ProgramRun.ServeAsync(pacs, hospital.Site.LogOf(pacs, "orthanc"), "Orthanc", [file], [104], TestHospital.Cancel);
    }

    /// <summary>Stores the images as dcmtk would make and send them, so that what is committed to is not of our own making.</summary>
    private static async Task StoreAsync(TestHospital hospital, Exam exam)
    {
        HostNamespace scanner = hospital.Site["ct1"];
        string folder = hospital.Site.FolderOf("images"), log = hospital.Site.LogOf(scanner, "dcmtk");
        for (int number = 1; number <= exam.Images; number++)
        {
            string text = Path.Combine(folder, $"{number}.txt"), image = Path.Combine(folder, $"{number}.dcm");
            await File.WriteAllTextAsync(text, $"""
                (0008,0016) UI [{SopClasses.OfImages("CT")}]
                (0008,0018) UI [{exam.StudyUid}.1.{number}]
                (0008,0060) CS [CT]
                (0010,0020) LO [{exam.Patient.Id}]
                (0020,000d) UI [{exam.StudyUid}]
                (0020,000e) UI [{exam.StudyUid}.1]

                """, TestHospital.Cancel);
            await ProgramRun.MustRunAsync(scanner, log, "dump2dcm", [text, image], TimeSpan.FromSeconds(20), TestHospital.Cancel);
            await ProgramRun.MustRunAsync(scanner, log, "storescu", ["-v", "-aet", "CT01", "-aec", "PACS01", "10.77.10.4", "104", image], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        }
    }
}
