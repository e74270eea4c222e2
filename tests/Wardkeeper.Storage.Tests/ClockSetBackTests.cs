using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests;

/// <summary>Somebody sets the clock back by an hour while sensor and hub run: frames bear earlier times from then on.</summary>
public class ClockSetBackTests
{
    private static readonly long Hour = 3_600 * CaptureTime.PerSecond;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_lost_everything_stands_in_its_own_time_and_it_is_told(bool restarts)
    {
        Outcome steady = await RunAsync(0, false), set = await RunAsync(Hour, restarts);
        Assert.True(steady.Packets > 5_000 && steady.Transactions > 500 && steady.Devices > 10);
        Assert.Equal(steady.Packets, set.Packets);
        // A session that a restart cuts in two may cost what was said at the cut.
        if (restarts) Assert.InRange(set.Transactions, steady.Transactions * 9 / 10, steady.Transactions * 11 / 10);
        else Assert.Equal(steady.Transactions, set.Transactions);
        Assert.Equal(steady.Devices, set.Devices);
        // Whoever spoke after the step stands before it by the time that the frames bear.
        Assert.Equal(steady.Times.Order(), steady.Times);
        Assert.Equal(set.Times.Order(), set.Times);
        Assert.InRange(steady.Times[^1] - set.Times[^1], 1, Hour);
        Assert.Empty(steady.Clock);
        Assert.Equal("The clock of sensor north jumped 1 times", Assert.Single(set.Clock));
        Assert.True(set.IsWell && steady.IsWell);
    }

    /// <summary>The first frames of the sample hospital through the sensor, its spool and the hub; the second half of them earlier by a span.</summary>
    private static async Task<Outcome> RunAsync(long back, bool restarts)
    {
        using TestFolder folder = new();
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        LedgerPart ledger = new(LocalNetworks.Default);
        FindingBook book = new();
        await using TestHub hub = await TestHub.StartAsync(stores, folder.Path, parts: [ledger, new FindingsPart(stores, book, new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(ledger)), book))]);
        long copies = 0;
        using (ICaptureSource frames = CaptureFiles.Open([Path.Combine(Samples(), "hospital-day/hospital.pcap")]))
        {
            Stepped source = new(frames, 10_000, back, restarts);
            for (int start = 0; start <= (restarts ? 1 : 0); start++)
            {
                await using SensorLink link = await SensorLink.OpenAsync("north", folder["spool"], hub.Path, waits: true, cancel: Cancel);
                source.Begin();
                SensorPipeline pipeline = new(new SensorOptions { Workers = 1, Local = LocalNetworks.Default, Masker = new PatientMasker(null) }, source, link.Publisher);
                pipeline.Run(Cancel);
                // A mirror's copy of a frame is not told from it when the clock was set between the two.
                copies += pipeline.Counters().All.Where(counter => counter.Name is "mirror-copy" or "routed-copy").Sum(counter => counter.Count);
                if (back != 0 && start == 0) link.Publisher.Count([new("clock-jump", 1)]);
                link.Publisher.Tick(true);
                await link.EmptyAsync(Cancel);
            }
        }
        List<HistoryFlow> flows = [];
        for (int page = 1; ; page++)
        {
            Page<HistoryFlow> some = await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("time"), new PageRequest(page, PageRequest.MaxSize), Cancel);
            flows.AddRange(some.Items);
            if (flows.Count >= some.Total) break;
        }
        Page<DeviceLine> devices = await new DeviceQueries(stores).FindAsync(new DeviceFilter(), new SortOrder("last-seen", true), new PageRequest(1, PageRequest.MaxSize), Cancel);
        Page<FindingLine> findings = await new FindingQueries(stores, TimeProvider.System).FindAsync(new FindingFilter(), new SortOrder("number"), new PageRequest(1, PageRequest.MaxSize), Cancel);
        return new Outcome(
            copies + flows.Sum(flow => flow.OriginatorPackets + flow.ResponderPackets),
            await hub.AskAsync("SELECT transactions FROM sensors"),
            devices.Total,
            [.. flows.Select(flow => flow.At.Nanoseconds)],
            [.. findings.Items.Where(finding => finding.Type == "sensor-clock-jumps").Select(finding => finding.Title.In(false))],
            hub.Health.IsWell);
    }

    internal static string Samples()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root);
        return Path.Combine(root!, "samples");
    }

    private sealed record Outcome(long Packets, long Transactions, long Devices, long[] Times, string[] Clock, bool IsWell);

    /// <summary>Frames as a live source gives them. From the middle on their times are earlier; with a pause there, the source ends and can be begun again.</summary>
    private sealed class Stepped(ICaptureSource source, long most, long back, bool pauses) : ILiveSource
    {
        private long number;

        public CaptureTime Now { get; private set; } = new(long.MinValue);

        public bool HasEnded { get; private set; }

        public (long Read, long Total) Progress => source.Progress;

        public IReadOnlyList<CaptureProblem> Problems => source.Problems;

        public IReadOnlyList<CaptureInfo> Captures => source.Captures;

        public void Begin() => (HasEnded, Now) = (false, new CaptureTime(long.MinValue));

        public void BeginBatch()
        {
        }

        public bool TryRead(out RawPacket packet)
        {
            packet = default;
            if (HasEnded) return false;
            HasEnded = number >= most || (pauses && number == most / 2 && Now.Nanoseconds != long.MinValue) || !source.TryRead(out packet);
            if (HasEnded) return false;
            if (++number > most / 2) packet.At = new CaptureTime(packet.At.Nanoseconds - back);
            if (packet.At > Now) Now = packet.At;
            return true;
        }

        public void Dispose()
        {
        }
    }
}
