using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Recording;

/// <summary>
/// Records what a mirror port of the switch would show: every frame that crosses a bridge, one tcpdump per bridge. A promiscuous
/// socket on a bridge sees each forwarded frame once; a routed packet is seen on both of its virtual LANs, as on a real mirror.
/// </summary>
internal sealed class Recorder : IAsyncDisposable
{
    /// <summary>The cards' frames have 1514 bytes at most. tcpdump's ring has slots of this length: with its default there are 64 of them, and a port scan loses frames.</summary>
    private const string LongestFrame = "2048";

    private const int Attempts = 4;

    private readonly List<(Department Department, Process Process, Task<string> Errors)> dumps = [];
    private readonly string folder;

    private Recorder(string folder) => this.folder = folder;

    /// <summary>The program that records.</summary>
    public static Services.Requirement Needs { get; } = new("tcpdump", "tcpdump");

    /// <summary>Starts recording and returns when every bridge is listened to.</summary>
    /// <exception cref="LabException">tcpdump does not start.</exception>
    public static async Task<Recorder> StartAsync(HospitalNetwork network, string folder, CancellationToken cancel)
    {
        Recorder recorder = new(Directory.CreateDirectory(folder).FullName);
        try
        {
            foreach (Department department in network.Departments) await recorder.ListenAsync(network.Switch, department, cancel);
            return recorder;
        }
        catch
        {
            await recorder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops, and returns the files: one per department that showed anything.</summary>
    /// <exception cref="LabException">Frames were lost: the recording would not be true.</exception>
    public async Task<IReadOnlyList<(Department Department, string File)>> StopAsync()
    {
        // The last frames are still on their way from the kernel to tcpdump.
        await Task.Delay(300);
        foreach ((_, Process process, _) in dumps) Kernel.Interrupt(process.Id);
        List<(Department, string)> files = [];
        while (dumps.Count > 0)
        {
            (Department department, Process process, Task<string> errors) = dumps[0];
            await process.WaitForExitAsync();
            string said = await errors;
            if (!said.Contains("\n0 packets dropped by kernel", StringComparison.Ordinal)) throw new LabException($"frames of {department.Key} were lost while recording: {said.Trim()}");
            files.Add((department, FileOf(department)));
            process.Dispose();
            dumps.RemoveAt(0);
        }
        return files;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((_, Process process, _) in dumps)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        dumps.Clear();
    }

    private string FileOf(Department department) => Path.Combine(folder, HospitalNetwork.BridgeOf(department) + ".pcap");

    /// <summary>A busy machine may let tcpdump fail that works a moment later.</summary>
    private async Task ListenAsync(string switchName, Department department, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await TryListenAsync(switchName, department, cancel) is not { } why) return;
            if (attempt == Attempts) throw new LabException($"tcpdump does not listen on the bridge of {department.Key}, tried {attempt} times: {why}");
            await Task.Delay(attempt * 200, cancel);
        }
    }

    /// <summary>Starts tcpdump on a bridge.</summary>
    /// <returns>Null when it listens, otherwise what it said.</returns>
    private async Task<string?> TryListenAsync(string switchName, Department department, CancellationToken cancel)
    {
        ProcessStartInfo start = new("ip", ["netns", "exec", switchName, "setsid", Needs.Program, "-i", HospitalNetwork.BridgeOf(department), "-s", LongestFrame, "-B", "16384", "-U", "-Z", "root", "--immediate-mode", "-w", FileOf(department)])
        {
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new LabException("tcpdump could not be started");
        List<string> said = [];
        while (await process.StandardError.ReadLineAsync(cancel) is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal))
            {
                dumps.Add((department, process, ReadAsync(process)));
                return null;
            }
            said.Add(line);
        }
        await process.WaitForExitAsync(cancel);
        using (process) return string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}. {string.Join(' ', said)}").TrimEnd();
    }

    private static async Task<string> ReadAsync(Process process) => "\n" + await process.StandardError.ReadToEndAsync();
}
