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
    private readonly Dump dump;
    private readonly string file;

    private ServerCapture(Dump dump, string file) => (this.dump, this.file) = (dump, file);

    /// <summary>Starts, and returns when it listens.</summary>
    /// <exception cref="LabException">tcpdump does not start.</exception>
    public static Task<ServerCapture> StartAsync(Ward ward, string name, CancellationToken cancel) => StartAsync(ward, ward.Server, "eth0", name, cancel);

    /// <summary>The same at another machine's card: where the hub itself is the server, at its card in a VLAN.</summary>
    public static async Task<ServerCapture> StartAsync(Ward ward, HostNamespace host, string card, string name, CancellationToken cancel)
    {
        string file = Path.Combine(ward.Site.FolderOf("captures"), name + ".pcap");
        return new ServerCapture(await Dump.StartAsync(host.Name, card, file, ["-Q", "in", "-B", "32768"], cancel), file);
    }

    /// <summary>What has arrived so far.</summary>
    public ServerFrames Read() => new(PcapFile.Read(file, 0));

    /// <summary>Ends, and returns all that arrived.</summary>
    /// <exception cref="LabException">Frames were lost: nothing can be judged by it.</exception>
    public async Task<ServerFrames> StopAsync()
    {
        await dump.StopAsync();
        return Read();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => dump.DisposeAsync();
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
