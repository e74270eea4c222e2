using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Platform.Data;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Cases;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Cases;

/// <summary>
/// Reads one uploaded capture from its first packet to its last, by the same sensor, hub, detectors and stores as live traffic, into
/// the stores of its own folder. Nothing of the live hub is used or touched.
/// </summary>
internal sealed class CaseAnalysis(PlatformOptions options, CaseLimits limits, CaseRows rows, SignatureStore signatures, ILogger log)
{
    private const int LongestDetail = 300;
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(1);

    /// <summary>Called before each frame with its number; tests stop the reading here.</summary>
    public Action<long>? BeforeFrame { get; set; }

    /// <summary>Reads it.</summary>
    /// <param name="number">The case.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="file">The capture.</param>
    /// <param name="cancelled">Set by a person: what was read stays.</param>
    /// <param name="stopping">The program ends: it begins again at the next start.</param>
    public async Task<CaseOutcome> RunAsync(long number, string folder, string file, CancellationToken cancelled, CancellationToken stopping)
    {
        // It waited when a backup was made that holds no captures.
        if (!File.Exists(file)) return new CaseOutcome(CaseState.Failed, [new CaseProblem("unreadable", 0, 0, "The file is not there any more; upload it again.")]);
        CaseStore.Clear(folder);
        await using CaseStore store = await CaseStore.OpenAsync(folder, options.Clock, stopping);
        LocalNetworks local = options.Settings.Current.Site.Local;
        using HubGate gate = new(store.Stores);
        LedgerPart ledger = new(local);
        FindingBook book = new();
        DetectionPath detection = new(new Knowledge(Site.Unknown, local, new LedgerDirectory(ledger)), book);
        StoreHealth health = new(options.Clock);
        await using HubPath path = new(store.Stores, gate, store.HistoryStore, [ledger, new FindingsPart(store.Stores, book, detection)], ledger, health, options.Clock);
        await path.LoadAsync(stopping);
        using CancellationTokenSource givenUp = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task storing = Task.Run(() => path.RunAsync(givenUp.Token), CancellationToken.None);
        CaseOutcome read;
        try
        {
            read = await ReadAsync(number, folder, file, path, health, local, cancelled, stopping);
        }
        catch
        {
            await givenUp.CancelAsync();
            await EndedAsync(storing);
            throw;
        }
        path.Complete();
        // A store that refuses would be waited for forever.
        if (!health.IsWell) await givenUp.CancelAsync();
        await EndedAsync(storing);
        stopping.ThrowIfCancellationRequested();
        return read with
        {
            Devices = await store.Devices.CountAsync(new DeviceFilter(), stopping),
            Findings = await store.Findings.CountAsync(new FindingFilter { Suppressed = SuppressedView.Include }, stopping),
            CanOpen = read.Packets > 0,
        };
    }

    private async Task<CaseOutcome> ReadAsync(long number, string folder, string file, HubPath path, StoreHealth health, LocalNetworks local, CancellationToken cancelled, CancellationToken stopping)
    {
        SensorOptions sensor = new() { Workers = 1, Local = local, Masker = new PatientMasker(SiteSecret.Of(options.Folder)), Rules = signatures.Current };
        CaseSource source = new(CaptureFiles.Open(file, limits.Expansion), limits.Days, BeforeFrame);
        await using SensorRun run = await SensorRun.StartAsync(CaseLine.IdOf(number), Path.Combine(folder, "spool"), source, path, sensor, options.Clock, log, stopping);
        StoreTrouble? trouble = await WaitAsync(number, run, health, cancelled, stopping);
        List<CaseProblem> problems = [.. source.Problems.Select(one => new CaseProblem(Kebab(one.Kind.ToString()), one.PacketNumber, one.ByteOffset, Cut(one.Detail)))];
        CaptureInfo? capture = source.Captures.Count > 0 ? source.Captures[0] : null;
        bool isOver = run.Ended.IsCompleted;
        if (isOver) problems.AddRange(run.Counters.All.Where(one => IsBlind(one.Name)).Select(one => new CaseProblem(one.Name, one.FirstPacket, 0, FormattableString.Invariant($"{one.Count} packets"))));
        if (run.HasFailed) problems.Add(new CaseProblem("defect", run.Packets, 0, "The analysis stopped by a defect of Wardkeeper's; please report it."));
        if (trouble is not null) problems.Add(new CaseProblem("not-stored", 0, 0, Cut(trouble.Message)));
        CaseState state = cancelled.IsCancellationRequested && !isOver ? CaseState.Cancelled
            : run.HasFailed || trouble is not null || capture is not { Packets: > 0 } ? CaseState.Failed : CaseState.Done;
        return new CaseOutcome(state, problems) { Progress = state == CaseState.Done ? 1 : Share(source), Packets = capture?.Packets ?? 0, First = capture?.First, Last = capture?.Last };
    }

    /// <summary>Waits until everything is in the stores, a person stops it, or the stores refuse too long; then gives why.</summary>
    private async Task<StoreTrouble?> WaitAsync(long number, SensorRun run, StoreHealth health, CancellationToken cancelled, CancellationToken stopping)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, stopping);
        Task stored = StoredAsync(run, either.Token);
        long? refusingSince = null;
        while (!cancelled.IsCancellationRequested && await Task.WhenAny(stored, Task.Delay(Told, options.Clock, either.Token)) != stored)
        {
            stopping.ThrowIfCancellationRequested();
            if (health.IsWell) refusingSince = null;
            else if (refusingSince is null) refusingSince = options.Clock.GetTimestamp();
            else if (options.Clock.GetElapsedTime(refusingSince.Value) > limits.Refusing) return health.Troubles[0];
            await rows.ProgressAsync(number, Share(run.Source), run.Packets, stopping);
        }
        stopping.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Ends when the source is at its end and the stores have everything of it.</summary>
    private static async Task StoredAsync(SensorRun run, CancellationToken cancel)
    {
        await run.Ended.WaitAsync(cancel);
        await run.Link.EmptyAsync(cancel);
    }

    private static double Share(ICaptureSource source) => source.Progress is (var read, > 0 and var total) ? Math.Round((double)read / total, 3) : 0;

    /// <summary>Counters that say what could not be looked into, though the file was read.</summary>
    private static bool IsBlind(string counter) => counter.StartsWith("link-type-", StringComparison.Ordinal) || counter.EndsWith("-malformed", StringComparison.Ordinal) || counter is "ieee80211-encrypted" or "header-cut-by-snap-length";

    private static string Cut(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail] + "…";

    private static string Kebab(string name) => string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static async Task EndedAsync(Task storing)
    {
        try
        {
            await storing;
        }
        catch (OperationCanceledException)
        {
            // Given up, as asked.
        }
    }
}
