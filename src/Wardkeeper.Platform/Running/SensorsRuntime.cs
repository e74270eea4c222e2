using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Slices;

namespace Wardkeeper.Platform.Running;

/// <summary>The sensors of this process: one for all interfaces together, so that a frame seen at two of them counts once; one for captures; in a demo one for the sample hospital.</summary>
internal sealed partial class SensorsRuntime(PlatformOptions options, SignatureStore signatures, IntelligenceStore intelligence, ILogger<SensorsRuntime> log) : IAsyncDisposable
{
    private readonly List<SensorRun> runs = [];
    private readonly LeftSpools left = new(Path.GetDirectoryName(options.Folder.Inside("spool", "any"))!);

    private readonly SemaphoreSlim turn = new(1, 1);
    private IBatchReceiver? receiver;
    private bool isOver;

    /// <summary>Sensors that were started.</summary>
    public IReadOnlyList<SensorRun> Runs
    {
        get
        {
            lock (runs) return [.. runs];
        }
    }

    /// <summary>Starts what the settings name.</summary>
    /// <exception cref="UserError">A source cannot be used.</exception>
    public async Task StartAsync(IBatchReceiver hub, CancellationToken cancel)
    {
        receiver = hub;
        options.Settings.Changed += OnChanged;
        signatures.Changed += Use;
        intelligence.SumsChanged += Use;
        signatures.Counted = () => Runs.SelectMany(run => run.Counters.All.Select(one => one.Name));
        await StartConfiguredAsync(hub, cancel);
        await left.StartAsync(hub, Runs.Select(run => run.Link.Sensor), cancel);
    }

    private void Use(RuleSet? rules)
    {
        foreach (SensorRun run in Runs) run.Use(rules);
    }

    private void Use(FileSums sums)
    {
        foreach (SensorRun run in Runs) run.Use(sums);
    }

    private void OnChanged(IReadOnlyList<string> keys)
    {
        if (keys.Contains(InterfaceChoice.Key)) _ = ListenAnewAsync();
    }

    /// <summary>Listens to the interfaces that hold now, and no more to the others. What was seen so far is stored; flows under way end.</summary>
    private async Task ListenAnewAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (isOver || options.IsDemo) return;
            SensorRun? old = Runs.FirstOrDefault(run => run.Source is LiveSource);
            if (old is not null)
            {
                lock (runs) runs.Remove(old);
                await old.DisposeAsync();
            }
            await ListenAsync(receiver!, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserError)
        {
            LogNotStarted(log, string.Join(", ", options.Settings.Current.Sensor.Interfaces), e.Message);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ListenAsync(IBatchReceiver hub, CancellationToken cancel)
    {
        SensorSettings sensor = options.Settings.Current.Sensor;
        if (sensor.Interfaces.Count > 0) await AddAsync(sensor.Name, new LiveSource(new LiveOptions { Interfaces = sensor.Interfaces }, options.Clock), hub, cancel);
    }

    private async Task StartConfiguredAsync(IBatchReceiver hub, CancellationToken cancel)
    {
        PlatformSettings settings = options.Settings.Current;
        if (options.IsDemo)
        {
            await AddAsync("demo", DemoHospital.Open(options.Clock), hub, cancel);
            return;
        }
        await ListenAsync(hub, cancel);
        foreach (string capture in settings.Sensor.Captures)
        {
            // A capture is itself a sensor: what it holds is numbered from its beginning, once.
            string name = "capture:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Identity(capture))))[..16];
            if (File.Exists(DoneMark(name))) LogKnown(log, capture);
            else if (await AddAsync(name, CaptureFiles.Open([capture]), hub, cancel) is { } run) _ = NoteEndAsync(run, capture, DoneMark(name));
        }
    }

    /// <summary>Ends all sensors; what they saw is on the disk afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        options.Settings.Changed -= OnChanged;
        signatures.Changed -= Use;
        intelligence.SumsChanged -= Use;
        await turn.WaitAsync();
        isOver = true;
        turn.Release();
        SensorRun[] all;
        lock (runs)
        {
            all = [.. runs];
            runs.Clear();
        }
        await left.DisposeAsync();
        await Task.WhenAll(all.Select(run => run.DisposeAsync().AsTask()));
    }

    private async Task<SensorRun> AddAsync(string name, ICaptureSource source, IBatchReceiver hub, CancellationToken cancel)
    {
        PlatformSettings settings = options.Settings.Current;
        SensorOptions sensor = new()
        {
            Workers = settings.Sensor.Workers > 0 ? settings.Sensor.Workers : Math.Clamp(Environment.ProcessorCount / 2, 1, 4),
            Local = settings.Site.Local,
            Masker = new PatientMasker(SiteSecret.Of(options.Folder)),
            Rules = signatures.Current,
            Sums = intelligence.Sums,
        };
        string spool = Path.GetDirectoryName(options.Folder.Inside("spool", LeftSpools.FolderName(name), "any"))!;
        await left.ReleaseAsync(name);
        SensorRun run = await SensorRun.StartAsync(name, spool, source, hub, sensor, options.Clock, log, cancel, settings.Slices.Memory > 0 ? new RecentPackets(settings.Slices.Memory) : null);
        lock (runs) runs.Add(run);
        LogStarted(log, name);
        return run;
    }

    private async Task NoteEndAsync(SensorRun run, string capture, string mark)
    {
        await run.Ended;
        try
        {
            if (!run.IsStopped) await run.Link.EmptyAsync();
        }
        catch (OperationCanceledException)
        {
            // It goes on at the next start.
        }
        if (run.IsStopped) return;
        await File.WriteAllTextAsync(mark, capture + "\n");
        foreach (CaptureProblem problem in run.Source.Problems) LogProblem(log, problem.Source, problem.Kind.ToString(), problem.PacketNumber, problem.Detail);
        LogRead(log, capture, run.Packets);
    }

    private string DoneMark(string name) => options.Folder.Inside("captures", LeftSpools.FolderName(name) + ".read");

    /// <summary>What tells a capture from another that later has its name.</summary>
    private static string Identity(string capture)
    {
        FileInfo file = new(capture);
        return file.Exists ? $"{capture}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}" : $"{capture}\n{Directory.GetLastWriteTimeUtc(capture).Ticks}";
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Information, Message = "Sensor {Sensor} listens.")]
    private static partial void LogStarted(ILogger log, string sensor);

    [LoggerMessage(EventId = 134, Level = LogLevel.Error, Message = "{Interfaces} cannot be listened to: {Why}")]
    private static partial void LogNotStarted(ILogger log, string interfaces, string why);

    [LoggerMessage(EventId = 131, Level = LogLevel.Information, Message = "{Capture} was read: {Packets} packets.")]
    private static partial void LogRead(ILogger log, string capture, long packets);

    [LoggerMessage(EventId = 132, Level = LogLevel.Information, Message = "{Capture} was read before; what it held is in the ledger.")]
    private static partial void LogKnown(ILogger log, string capture);

    [LoggerMessage(EventId = 133, Level = LogLevel.Warning, Message = "{Capture}: {Kind} at packet {Packet}: {Detail}")]
    private static partial void LogProblem(ILogger log, string capture, string kind, long packet, string detail);
}
