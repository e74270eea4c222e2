using System.Text;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Actors.Messages;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Emitters;

public class AstmTests
{
    private static readonly HospitalDevice Analyser = TestHospital.Device("chem1", 2, "chemistry-analyser") with { Vendor = "Roche", Model = "cobas c311", SoftwareVersion = "04-02", Serial = "1234-56" };
    private static readonly HospitalPatient Patient = new("HL00018", "", "王", "小东", "M", new(1950, 3, 4), "utf-8", "");

    [Fact]
    public void Frames_of_real_sessions_are_read_and_written_to_the_same_bytes()
    {
        int frames = 0;
        foreach (string file in (string[])["cobas_c111.txt", "mini_vidas_mock.txt", "spotchem_el_mock.txt", "pentra_xlr.txt", "yumizen_h500.txt"])
        {
            // The files keep one line end of the two bytes after a checksum.
            foreach (byte[] line in Encoding.Latin1.GetString(File.ReadAllBytes(PublishedSample.Path("reference/hl7/astm/" + file))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.Latin1.GetBytes))
            {
                byte[] bytes = [.. line, .. AstmFrame.End];
                AstmFrame? frame = AstmFrame.Read(bytes.AsSpan(1));
                // Three frames of a Yumizen carry pictures and are far longer than the standard lets them be.
                if (bytes.Length > AstmFrame.MostText + 7)
                {
                    Assert.Null(frame);
                    continue;
                }
                Assert.NotNull(frame);
                Assert.Equal(bytes, frame.ToBytes());
                frames++;
            }
        }
        Assert.Equal(74, frames);
    }

    [LabFact("ip")]
    public async Task An_upload_arrives_whole_in_frames_of_at_most_240_bytes()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Analyser, TestHospital.Device("lis", 3));
        ServerLog log = new();
        await using AstmServer server = AstmServer.Start(hospital.Site["lis"], log);
        Measured[] results = [.. Enumerable.Range(1, 40).Select(number => new Measured($"T{number}", $"Test|{number}", $"{number}.5", "mmol/L", number == 3 ? "HH" : "N"))];
        AnalyserUploaded upload = new(TimeSpan.FromHours(9.25), "chem1", "lis", [new("S1", Patient, results), new("QC7", null, results[..2]), new("S2", Patient, results[..1], IsCorrection: true)]);
        await new UploadResults().ActAsync(upload, hospital.Site, TestHospital.Cancel);

        string[] records = Assert.Single(log.TextsOf("session")).Split('\r');
        Assert.Empty(log.Errors);
        Assert.Equal(@"H|\^&|||cobas c311^04-02^1234-56|||||lis-server||P|LIS2-A2|20261123091500", records[0]);
        Assert.Equal("P|1|HL00018|||王^小东||19500304|M", records[1]);
        Assert.StartsWith(@"O|1|S1||^^^T1\^^^T2\", records[2], StringComparison.Ordinal);
        Assert.Equal("R|3|^^^T3^Test&F&3|3.5|mmol/L||HH||F||||20261123091500", records[6]);
        Assert.Equal(["P|1|HL00018", "P|2", "P|3|HL00018"], records.Where(record => record.StartsWith('P')).Select(record => string.Join('|', record.Split('|').Take(3))));
        Assert.Contains(records, record => record.StartsWith("O|1|QC7|", StringComparison.Ordinal) && record.Split('|')[11] == "Q");
        Assert.Contains(records, record => record.StartsWith("R|1|", StringComparison.Ordinal) && record.Split('|')[8] == "C");
        Assert.Equal("L|1|N", records[^2]);
        Assert.Contains(log.TextsOf("frame"), frame => Encoding.UTF8.GetByteCount(frame) == AstmFrame.MostText);
        Assert.All(log.TextsOf("frame"), frame => Assert.InRange(Encoding.UTF8.GetByteCount(frame), 1, AstmFrame.MostText));
    }

    [LabFact("tcpdump tshark")]
    public async Task Plan_log_and_recording_agree_and_a_damaged_frame_is_sent_again()
    {
        string damaged = Enumerable.Range(1, 1000).Select(number => $"S{number}").First(number => AstmSender.Damaged(number, 6) is not null);
        await using TestHospital hospital = await TestHospital.StartAsync(Analyser, TestHospital.Device("lis", 3, offers: "astm"));
        Measured[] results = [new("GLU", "Glucose", "5.1", "mmol/L")];
        AnalyserUploaded[] uploads = [new(TimeSpan.FromHours(9), "chem1", "lis", [new(damaged, Patient, results)]), new(TimeSpan.FromHours(10), "chem1", "lis", [new("S2", Patient, results), new("QC7", null, results)])];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (AnalyserUploaded upload in uploads) await ActorRegistry.ActAsync(upload, hospital.Site, TestHospital.Cancel);
        });

        string[][] log = WireCheck.LogOf(hospital, "lis", "astm");
        SortedDictionary<string, int> planned = WireCheck.Planned(hospital, uploads);
        Assert.Equal(planned, WireCheck.Seen(log.Where(line => line[1] is "session" or "patient").Select(line => (line[1], line[0], "10.77.10.3"))));
        Assert.Equal([$"{damaged} HL00018", "S2 HL00018", "QC7 -"], log.Details("patient"));
        Assert.DoesNotContain(log, line => line[1] == "error" || line[2].Contains('王', StringComparison.Ordinal));
        // tshark knows no ASTM: the stream's bytes as it reassembles them, and the answers one by one.
        string[] sides = [await SideAsync(capture, 0), await SideAsync(capture, 1)];
        Assert.Equal(planned["session 10.77.10.2 > 10.77.10.3"], sides.Sum(side => side.Count(letter => letter == '\x05')));
        Assert.Equal(planned["patient 10.77.10.2 > 10.77.10.3"], sides.Sum(side => System.Text.RegularExpressions.Regex.Count(side, "\x02[0-7]P\\|")));
        string[] answers = [.. await capture.FieldsAsync("tcp.srcport==15200 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload")];
        Assert.Single(answers, "15");
        Assert.Equal(answers.Length - 1, answers.Count(answer => answer == "06"));
        Assert.Equal(log.Details("frame").Length + uploads.Length, answers.Length - 1);
    }

    /// <summary>What the client of a stream sent.</summary>
    private static async Task<string> SideAsync(Capture capture, int stream) =>
        string.Concat((await capture.FieldsAsync($"tcp.stream=={stream} && tcp.dstport==15200 && tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload")).Select(bytes => Encoding.UTF8.GetString(Convert.FromHexString(bytes))));

    [Fact]
    public void About_one_session_of_forty_is_damaged_in_any_of_its_frames()
    {
        int?[] damaged = [.. Enumerable.Range(1, 40_000).Select(number => AstmSender.Damaged($"2611{number:00000}", 6))];
        Assert.InRange(damaged.Count(frame => frame is not null), 800, 1200);
        Assert.Equal([0, 1, 2, 3, 4, 5], damaged.OfType<int>().Distinct().Order());
    }
}
