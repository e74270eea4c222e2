using System.Text;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Emitters;

public class AstmTests
{
    private static readonly HospitalPatient Patient = new("HL00018", "", "王", "小东", "M", new(1950, 3, 4), "utf-8", "");

    [Fact]
    public void Frames_of_real_sessions_are_read_and_written_to_the_same_bytes()
    {
        int frames = 0;
        foreach (string file in (string[])["cobas_c111.txt", "mini_vidas_mock.txt", "spotchem_el_mock.txt", "pentra_xlr.txt", "yumizen_h500.txt"])
        {
            // The files keep one line end of the two bytes after a checksum.
            foreach (byte[] line in Encoding.Latin1.GetString(File.ReadAllBytes(Needs.Shared("reference/hl7/astm/" + file))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.Latin1.GetBytes))
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

    [Fact]
    public async Task An_upload_arrives_whole_in_frames_of_at_most_240_bytes()
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("chem1", 2), NetworkPair.Device("lis", 3));
        await using AstmServer server = AstmServer.Start(pair.Right);
        Measured[] results = [.. Enumerable.Range(1, 40).Select(number => new Measured($"T{number}", $"Test|{number}", $"{number}.5", "mmol/L", number == 3 ? "HH" : "N"))];
        AnalyserUploaded upload = new(TimeSpan.FromHours(9.25), "chem1", "lis", [new("S1", Patient, results), new("QC7", null, results[..2]), new("S2", Patient, results[..1], IsCorrection: true)]);
        await new AnalyserUploadedActor().ActAsync(upload, pair.Site, CancellationToken.None);

        string[] records = Assert.Single(server.Log.Of("session")).Split('\r');
        Assert.Empty(server.Log.Errors);
        Assert.Equal(@"H|\^&|||Model-chem1^2.4.1^SNchem1|||||lis||P|LIS2-A2|20261123091500", records[0]);
        Assert.Equal("P|1|HL00018|||王^小东||19500304|M", records[1]);
        Assert.StartsWith(@"O|1|S1||^^^T1\^^^T2\", records[2], StringComparison.Ordinal);
        Assert.Equal("R|3|^^^T3^Test&F&3|3.5|mmol/L||HH||F||||20261123091500", records[6]);
        Assert.Equal(["P|1|HL00018", "P|2", "P|3|HL00018"], records.Where(record => record.StartsWith('P')).Select(record => string.Join('|', record.Split('|').Take(3))));
        Assert.Contains(records, record => record.StartsWith("O|1|QC7|", StringComparison.Ordinal) && record.Split('|')[11] == "Q");
        Assert.Contains(records, record => record.StartsWith("R|1|", StringComparison.Ordinal) && record.Split('|')[8] == "C");
        Assert.Equal("L|1|N", records[^2]);
        Assert.Contains(server.Log.Of("frame"), frame => Encoding.UTF8.GetByteCount(frame) == AstmFrame.MostText);
        Assert.All(server.Log.Of("frame"), frame => Assert.InRange(Encoding.UTF8.GetByteCount(frame), 1, AstmFrame.MostText));
    }

    [Fact]
    public async Task A_damaged_frame_is_refused_and_sent_again()
    {
        string sample = Enumerable.Range(1, 1000).Select(number => $"S{number}").First(number => AstmSender.Damaged(number, 6) is not null);
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("chem1", 2), NetworkPair.Device("lis", 3));
        using PairRecording recording = pair.Record();
        await using AstmServer server = AstmServer.Start(pair.Right);
        AnalyserUploaded upload = new(TimeSpan.FromHours(9), "chem1", "lis", [new(sample, Patient, [new("GLU", "Glucose", "5.1", "mmol/L")])]);
        await new AnalyserUploadedActor().ActAsync(upload, pair.Site, CancellationToken.None);

        Assert.Single(server.Log.Of("damaged"));
        Assert.Equal(6, server.Log.Of("frame").Count);
        Assert.Single(server.Log.Of("session"));
        Assert.Empty(server.Log.Errors);
        string[] answers = [.. recording.Fields("tcp.srcport==15200 && tcp.len>0", ["tcp.payload"]).Select(row => row[0])];
        Assert.Equal(8, answers.Length);
        Assert.Single(answers, "15");
    }

    [Fact]
    public void About_one_session_of_forty_is_damaged_in_any_of_its_frames()
    {
        int?[] damaged = [.. Enumerable.Range(1, 40_000).Select(number => AstmSender.Damaged($"2611{number:00000}", 6))];
        Assert.InRange(damaged.Count(frame => frame is not null), 800, 1200);
        Assert.Equal([0, 1, 2, 3, 4, 5], damaged.OfType<int>().Distinct().Order());
    }
}
