using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Recording;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Run;

/// <summary>The program as a person starts it: it records, agrees with itself, and leaves nothing behind, however it ends.</summary>
public class LabProgramTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LabFact("tcpdump ethtool Orthanc storescu curl dnsmasq nginx mariadbd smbd vsftpd openvpn tshark dcmdump")]
    public async Task Half_an_hour_is_recorded_as_planned_and_again_with_the_same_truth()
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        string one = Path.Combine(folder, "one"), two = Path.Combine(folder, "two");
        // Side by side: neither sees the other's wires.
        await Task.WhenAll(new[] { one, two }.Select(async output =>
        {
            (int code, string said) = await RunAsync(["record", "--size", "small", "--seed", "1", "--from", "09:40", "--hours", "0.5", "--speed", "120", "--name", TestHospital.NextPrefix(), "--lang", "en", "--out", output]);
            Assert.True(code == 0, said);
        }));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(one, "truth"))) Assert.Equal(await File.ReadAllBytesAsync(file, Cancel), await File.ReadAllBytesAsync(Path.Combine(two, "truth", Path.GetFileName(file)), Cancel));
        Assert.Equal(await StoredAsync(one), await StoredAsync(two));
        Assert.NotEmpty(await StoredAsync(one));
        await AgreeAsync(one);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The long version, six minutes for a seed: <c>./test --all</c>.</summary>
    [LabFact("tcpdump ethtool Orthanc storescu curl dnsmasq nginx mariadbd smbd vsftpd openvpn tshark dcmdump", IsLong = true)]
    public async Task A_whole_day_of_a_full_hospital_is_recorded_as_planned()
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        (int code, string said) = await RunAsync(["record", "--size", "full", "--seed", "7", "--name", TestHospital.NextPrefix(), "--lang", "en", "--out", folder]);
        Assert.True(code == 0, said);
        await AgreeAsync(folder);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A recording, its truth and the logs of its programs agree.</summary>
    private static async Task AgreeAsync(string folder)
    {
        using RecordedDay day = await RecordedDay.ReadAsync(folder);
        foreach (Comparison comparison in DayComparison.All) await comparison.Check(new DayComparison(day));
    }

    [LabFact("tcpdump ethtool Orthanc")]
    public async Task A_killed_lab_is_cleared_away_by_down_and_an_interrupted_one_clears_itself_away()
    {
        string name = TestHospital.NextPrefix();
        using (Process killed = await UpAsync(name))
        {
            killed.Kill();
            await killed.WaitForExitAsync(Cancel);
        }
        Assert.NotEmpty(HospitalNetwork.Existing(name));
        (int code, string said) = await RunAsync(["down", "--name", name, "--lang", "en"]);
        Assert.True(code == 0 && said.Contains("namespaces that one left behind were removed", StringComparison.Ordinal), said);
        Assert.Empty(HospitalNetwork.Existing(name));

        using Process interrupted = await UpAsync(name);
        (_, string second) = await RunAsync(["up", "--name", name, "--lang", "en"]);
        Assert.Contains("runs already", second, StringComparison.Ordinal);
        // What a shell starts in the background ignores interrupts, and so do its children: then the other way to end it is taken.
        if (IgnoresInterrupts()) Kernel.Terminate(interrupted.Id);
        else Kernel.Interrupt(interrupted.Id);
        await interrupted.WaitForExitAsync(Cancel);
        Assert.Equal(0, interrupted.ExitCode);
        Assert.Empty(HospitalNetwork.Existing(name));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/etc/netns"), path => Path.GetFileName(path).StartsWith(name + "-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--hours 25", "--hours must be")]
    [InlineData("--from 23:00 --hours 2", "beyond midnight")]
    [InlineData("--from noon", "is no time of the day")]
    [InlineData("--speed 0", "--speed must be")]
    [InlineData("--date 2026-13-01", "is no day")]
    [InlineData("--name a/b", "is no name for a lab")]
    [InlineData("--attack nonsense", "--attack nonsense is not known")]
    [InlineData("--lang fr", "use zh or en")]
    public async Task A_mistake_is_told_and_nothing_starts(string options, string expected)
    {
        (int code, string said) = await RunAsync(["record", "--out", "/nowhere/at/all", .. options.Split(' ')]);
        Assert.Equal(2, code);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    /// <summary>SOP Instance UIDs stored in a recording, sorted.</summary>
    private static async Task<IReadOnlyList<string>> StoredAsync(string recording) =>
        [.. (await new Capture(Path.Combine(recording, "hospital.pcap")).TsharkAsync("-Y", "dicom", "-V")).Split('\n').Where(line => line.Contains("(0000,1000)", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[^1]).Order(StringComparer.Ordinal)];

    private static Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments) => Shell.RunAsync(Path.Combine(AppContext.BaseDirectory, "Wardkeeper.Lab"), arguments, Cancel);

    /// <summary>Whether this process ignores SIGINT: the second bit of the mask in proc_pid_status(5).</summary>
    private static bool IgnoresInterrupts() =>
        (Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim(), 16) & 2) != 0;

    /// <summary>Starts a lab and returns when it runs.</summary>
    private static async Task<Process> UpAsync(string name)
    {
        Process process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Wardkeeper.Lab"), ["up", "--size", "small", "--seed", "2", "--from", "03:00", "--name", name, "--lang", "en"]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains("Stop with Ctrl-C", StringComparison.Ordinal)) return process;
        }
        await process.WaitForExitAsync(Cancel);
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"the lab did not start, exit code {process.ExitCode}"));
    }
}
