using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>The command as a user meets it: good input, bad input, and the same bytes every time.</summary>
public class AnalyzeTests
{
    [Fact]
    public void Every_file_is_the_same_with_any_number_of_workers()
    {
        string[] captures = [SharedFiles.Path("captures/lab"), SharedFiles.Path("captures/tapirx"), SharedFiles.Path("captures/joy")];
        using Analysis one = Analysis.Of(new AnalyzeOptions { Files = captures, Workers = 1 });
        foreach (int workers in (int[])[2, 7])
        {
            using Analysis other = Analysis.Of(new AnalyzeOptions { Files = captures, Workers = workers });
            Assert.Equal(one.Text.Replace(one.Folder, "DIR", StringComparison.Ordinal), other.Text.Replace(other.Folder, "DIR", StringComparison.Ordinal));
            Assert.Equal(one.Files().Keys.Order(StringComparer.Ordinal), other.Files().Keys.Order(StringComparer.Ordinal));
            foreach ((string name, byte[] content) in one.Files()) Assert.True(content.AsSpan().SequenceEqual(other.Files()[name]), $"{name} differs with {workers} workers");
        }
    }

    [Fact]
    public void Compressed_and_plain_give_the_same_rows()
    {
        string plain = SharedFiles.Path("captures/lab/hl7-day.pcap"), packed = Path.Combine(Path.GetTempPath(), "hl7-day.pcap.gz");
        using (FileStream into = File.Create(packed))
        using (GZipStream gzip = new(into, CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(plain));
        }
        using Analysis one = Analysis.Of(plain), two = Analysis.Of(packed);
        File.Delete(packed);
        Assert.Equal(one.Files()["hl7.ndjson"], two.Files()["hl7.ndjson"]);
        Assert.Equal(one.Files()["flows.ndjson"], two.Files()["flows.ndjson"]);
        Assert.Equal(one.Files()["devices.ndjson"], two.Files()["devices.ndjson"]);
    }

    [Fact]
    public void A_file_that_is_no_capture_is_reported_and_the_rest_is_analysed()
    {
        using TemporaryFile text = new("just some text, no packets at all");
        using Analysis analysis = Analysis.Of(text.Path, SharedFiles.Path("captures/lab/dhcp.pcap"));
        Assert.Equal(0, analysis.ExitCode);
        Assert.Contains(text.Path, analysis.Text, StringComparison.Ordinal);
        Assert.NotEmpty(analysis.Rows("dhcp"));
    }

    [Fact]
    public void Nothing_but_a_file_that_is_no_capture_is_exit_code_2()
    {
        using TemporaryFile text = new("just some text, no packets at all");
        using Analysis analysis = Analysis.Of(text.Path);
        Assert.Equal(2, analysis.ExitCode);
        Assert.Contains("not a capture", analysis.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_exit_code_2_and_named()
    {
        using Analysis analysis = Analysis.Of("/nowhere/at-all.pcap");
        Assert.Equal(2, analysis.ExitCode);
        Assert.Contains("/nowhere/at-all.pcap", analysis.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_that_is_cut_is_analysed_as_far_as_it_goes()
    {
        byte[] whole = File.ReadAllBytes(SharedFiles.Path("captures/lab/dicom-day.pcap"));
        using TemporaryFile cut = new(whole[..(whole.Length / 2)]);
        using Analysis analysis = Analysis.Of(cut.Path);
        Assert.Equal(0, analysis.ExitCode);
        JsonElement warning = Assert.Single(analysis.Summary().GetProperty("warnings").EnumerateArray());
        Assert.Equal("Truncated", warning.GetProperty("kind").GetString());
        Assert.True(warning.GetProperty("byte_offset").GetInt64() > 1000);
        Assert.NotEmpty(analysis.Rows("dicom"));
    }

    [Fact]
    public void The_summary_is_spoken_in_both_languages()
    {
        string capture = SharedFiles.Path("captures/lab/dhcp.pcap");
        using Analysis english = Analysis.Of(new AnalyzeOptions { Files = [capture] }), chinese = Analysis.Of(new AnalyzeOptions { Files = [capture], Chinese = true });
        Assert.Contains("infusion pump", english.Text, StringComparison.Ordinal);
        Assert.Contains("输液泵", chinese.Text, StringComparison.Ordinal);
        Assert.Contains("设备", chinese.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("analyze", "analyze")]
    [InlineData("--workers", "analyze --workers 0 x.pcap")]
    [InlineData("--local-net", "analyze --local-net ten x.pcap")]
    [InlineData("--lang", "analyze --lang fr x.pcap")]
    [InlineData("no-such-command", "no-such-command")]
    public void A_wrong_command_line_is_exit_code_2_with_a_sentence(string about, string commandLine)
    {
        (int code, string errors) = Start(commandLine);
        Assert.Equal(2, code);
        Assert.Contains(about, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_is_a_sentence_and_exit_code_2()
    {
        using TemporaryFile file = new("in the way");
        (int code, string errors) = Start($"analyze --out {file.Path}/below {SharedFiles.Path("captures/lab/dhcp.pcap")}");
        Assert.Equal(2, code);
        Assert.Contains("--out", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site.cart\tnamed\tcart-*\t\ttype=ward-round-cart\t80\tobserved\tour wards\tours\t", 0, "")]
    [InlineData("site.cart\tnamed\tcart-*\t\ttype=teapot\t80\tobserved\tour wards\tours\t", 2, "\"teapot\" is no type of the taxonomy")]
    public void Knowledge_that_the_site_adds_is_taken_or_refused_with_the_reason(string entry, int code, string reason)
    {
        using TemporaryFile file = new("id\ton\tmatch\twith\tsays\tsure\tbasis\tsource\tlicence\tmodels\n" + entry + "\n");
        (int found, string errors) = Start($"analyze --knowledge {file.Path} {SharedFiles.Path("captures/lab/dhcp.pcap")}");
        Assert.Equal(code, found);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    private static (int Code, string Errors) Start(string commandLine)
    {
        ProcessStartInfo start = new("dotnet", $"{typeof(AnalyzeRun).Assembly.Location} {commandLine}") { RedirectStandardError = true, RedirectStandardOutput = true, StandardErrorEncoding = Encoding.UTF8 };
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public TemporaryFile(string content)
            : this(Encoding.UTF8.GetBytes(content))
        {
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
