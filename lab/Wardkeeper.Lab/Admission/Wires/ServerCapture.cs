using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>
/// The judge's own eyes: tcpdump in the server's namespace, what truly arrived there with the kernel's times. Nothing that RADIUS, the switch or Wardkeeper say of themselves
/// enters the verdict.
/// </summary>
internal sealed class ServerCapture : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;
    private readonly string file;

    private ServerCapture(Process process, Task<string> errors, string file) => (this.process, this.errors, this.file) = (process, errors, file);

    /// <summary>Starts, and returns when it listens.</summary>
    /// <exception cref="LabException">tcpdump does not start.</exception>
    public static Task<ServerCapture> StartAsync(Ward ward, string name, CancellationToken cancel) => StartAsync(ward, ward.Server, "eth0", name, cancel);

    /// <summary>The same at another machine's card: where the hub itself is the server, at its card in a VLAN.</summary>
    public static async Task<ServerCapture> StartAsync(Ward ward, HostNamespace host, string card, string name, CancellationToken cancel)
    {
        string file = Path.Combine(ward.Site.FolderOf("captures"), name + ".pcap");
        Process process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", host.Name, "setsid", Recorder.Needs.Program, "-i", card, "-Q", "in", "-s", "2048", "-B", "32768", "-U", "-Z", "root", "--immediate-mode", "-w", file])
        {
            RedirectStandardError = true,
        }) ?? throw new LabException("tcpdump could not be started");
        string said = "";
        while (await process.StandardError.ReadLineAsync(cancel) is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal)) return new ServerCapture(process, process.StandardError.ReadToEndAsync(CancellationToken.None), file);
            said += line + " ";
        }
        await process.WaitForExitAsync(cancel);
        using (process) throw new LabException($"tcpdump does not listen at the server: {said.Trim()}");
    }

    /// <summary>What has arrived so far.</summary>
    public ServerFrames Read() => new(PcapFile.Read(file, 0));

    /// <summary>Ends, and returns all that arrived.</summary>
    /// <exception cref="LabException">Frames were lost: nothing can be judged by it.</exception>
    public async Task<ServerFrames> StopAsync()
    {
        // The last frames are still on their way from the kernel to tcpdump.
        await Task.Delay(300);
        Kernel.Interrupt(process.Id);
        await process.WaitForExitAsync();
        string said = "\n" + await errors;
        if (!said.Contains("\n0 packets dropped by kernel", StringComparison.Ordinal)) throw new LabException($"frames were lost at the server: {said.Trim()}");
        return Read();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>Frames that arrived at the server.</summary>
internal sealed class ServerFrames(IReadOnlyList<Frame> frames)
{
    /// <summary>How many.</summary>
    public int Count => frames.Count;

    /// <summary>Frames of a sender since a moment.</summary>
    public IReadOnlyList<Frame> From(string mac, DateTimeOffset since) =>
        [.. frames.Where(frame => frame.Source == Number(mac) && frame.At >= Hospital.HospitalTime.Microseconds(since))];

    /// <summary>How often words stand in what a sender sent.</summary>
    public int Words(string mac, IReadOnlyCollection<byte[]> words) => frames.Where(frame => frame.Source == Number(mac)).Sum(frame => words.Sum(word => frame.Bytes.Span.Count(word)));

    /// <summary>Senders with the moment of their first frame since a moment.</summary>
    public IReadOnlyDictionary<ulong, DateTimeOffset> FirstSince(DateTimeOffset since)
    {
        Dictionary<ulong, DateTimeOffset> first = [];
        foreach (Frame frame in frames)
        {
            if (frame.At >= Hospital.HospitalTime.Microseconds(since)) first.TryAdd(frame.Source, Time(frame.At));
        }
        return first;
    }

    /// <summary>The longest time between two frames of a sender from a moment to another, both ends counted.</summary>
    public (TimeSpan Longest, DateTimeOffset Began) LongestPause(string mac, DateTimeOffset from, DateTimeOffset until)
    {
        (TimeSpan longest, DateTimeOffset began, DateTimeOffset last) = (TimeSpan.Zero, from, from);
        foreach (DateTimeOffset at in From(mac, from).Select(frame => Time(frame.At)).Where(at => at <= until).Append(until))
        {
            if (at - last > longest) (longest, began) = (at - last, last);
            last = at;
        }
        return (longest, began);
    }

    /// <summary>A frame's moment.</summary>
    public static DateTimeOffset Time(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>An address as frames compare it.</summary>
    public static ulong Number(string mac) => ulong.Parse(mac.Replace("-", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
