using System.Threading.Channels;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Sensor.Slices;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Slices;

/// <summary>
/// Cuts the packets around a finding's evidence when it is raised, from the rings of this process's sensors. Nothing else of a ring ever leaves
/// it. The work is done beside the storing, which never waits for it.
/// </summary>
internal sealed partial class SliceKeeper(SliceStore store, SensorsRuntime sensors, FindingBook book, DetectionPath detection, SignatureStore signatures, ILogger<SliceKeeper> log) : IAsyncDisposable
{
    private readonly Channel<IReadOnlyList<string>> due = Channel.CreateBounded<IReadOnlyList<string>>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
    private Task working = Task.CompletedTask;
    private HubPath? path;
    private long last;

    /// <summary>Begins with what is raised from now on.</summary>
    public void Begin(HubPath hub)
    {
        (path, last) = (hub, book.LastNumber);
        hub.WasStored += OnStored;
        working = Task.Run(WorkAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (path is not null) path.WasStored -= OnStored;
        due.Writer.TryComplete();
        await working;
    }

    private void OnStored(object? sender, BatchesStored stored)
    {
        if (book.LastNumber > Volatile.Read(ref last)) due.Writer.TryWrite([.. stored.Batches.Select(batch => batch.Sensor).Distinct()]);
    }

    private async Task WorkAsync()
    {
        await foreach (IReadOnlyList<string> names in due.Reader.ReadAllAsync())
        {
            try
            {
                Cut(names);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(log, e.Message);
            }
        }
    }

    private void Cut(IReadOnlyList<string> names)
    {
        long newest = book.LastNumber;
        List<SliceRequest> requests = [];
        for (long number = last + 1; number <= newest; number++)
        {
            if (book.Find(number) is { } finding && RequestOf(finding) is { Points.Count: > 0 } request) requests.Add(request);
        }
        Volatile.Write(ref last, newest);
        foreach (RecentPackets ring in sensors.Runs.Where(run => names.Contains(run.Link.Sensor)).Select(run => run.Ring).OfType<RecentPackets>())
        {
            if (requests.Count == 0) return;
            // What was written stays readable when the stream is closed.
            Dictionary<long, MemoryStream> files = [];
            IReadOnlyDictionary<long, SliceCut> cut = SliceCutter.Cut(requests, ring.Snapshot(), request => files[request.Number] = new MemoryStream());
            foreach ((long number, SliceCut slice) in cut) store.Keep(number, files[number].ToArray(), slice.Packets, slice.LeftOut, slice.Bytes, book.Find(number) is { } finding ? JudgedBy.Now(finding, detection.Known, signatures.Current) : null);
            requests.RemoveAll(request => cut.ContainsKey(request.Number));
        }
    }

    /// <summary>What a finding's evidence points at.</summary>
    internal static SliceRequest RequestOf(Finding finding) =>
        new(finding.Number, $"{finding.Id} {finding.Type}", [.. finding.Evidence.Where(one => one.Packet > 0).Select(one => new SlicePoint(one.At, one.Packet))]);

    [LoggerMessage(EventId = 190, Level = LogLevel.Warning, Message = "Packets of a finding could not be kept: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
