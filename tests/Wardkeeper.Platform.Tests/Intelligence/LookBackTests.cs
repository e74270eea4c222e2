using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Platform.Intelligence;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Tests.Intelligence;

/// <summary>What a source brings is compared with what the real history holds of the thirty days before.</summary>
public sealed class LookBackTests : IAsyncLifetime
{
    private const string Listed = "203.0.113.9", Client = "10.0.1.5";
    private const long Day = 86_400;
    private static readonly Actor Analyst = new("a", new HashSet<Role> { Role.Analyst });
    private static readonly CaptureTime Last = CaptureTime.FromSeconds(1_795_132_800 + (40 * Day));
    private readonly AppFixture app = new();
    private long sequence;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => app.InitializeAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task What_a_source_brings_is_found_in_the_thirty_days_before_and_nothing_twice()
    {
        await StoreAsync(-35 * Day, Client, Listed);
        await StoreAsync(-20 * Day, Client, Listed);
        await StoreAsync(-20 * Day + 30, Client, Listed);
        await StoreAsync(-3 * Day, Client, Listed);
        await StoreAsync(-3 * Day + 7200, Client, "10.0.1.53", "dns", "{\"query\":\"www.evil.example\",\"answers\":[]}");
        await StoreAsync(-2 * Day, "10.0.1.6", "10.0.1.7", "files", "{\"source\":\"smb\",\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\"}");
        await StoreAsync(-Day, "198.51.100.7", Listed);
        await StoreAsync(0, Client, "10.0.1.53");

        Assert.Null((await AddAsync("a.csv", "type,value,confidence\nip,203.0.113.9,80\ndomain,evil.example,\nmd5,d41d8cd98f00b204e9800998ecf8427e,\n")).LookBack);
        Assert.Equal(FileSums.Md5, app.Get<IntelligenceStore>().Sums);
        await app.Get<LookBacks>().WorkAsync(Cancel);

        IReadOnlyList<Finding> found = app.Get<FindingBook>().Findings;
        Assert.All(found, one => Assert.Equal("indicator-past", one.Type));
        Assert.Equal([$"{Client} {Listed} 3", $"{Client} www.evil.example 1", "10.0.1.6 d41d8cd98f00b204e9800998ecf8427e 1"], found.Select(one => $"{one.Subject.Address} {one.Title.Arguments[1]} {one.Count}"));
        Assert.Equal((At(-20 * Day), At(-3 * Day), Severity.High), (found[0].First, found[0].Last, found[0].Severity));
        Assert.Equal(["C2", "C4"], [found[0].Evidence[0].Uid!, found[0].Evidence[^1].Uid!]);
        Assert.Contains(found[0].Facts, fact => fact is { Name: "indicator-source", Observed: "a" });
        LookBackState past = Assert.Single(app.Get<IIntelligence>().Sources()).LookBack!;
        Assert.Equal((true, 100, 5L, 0), (past.IsDone, past.Percent, past.Hits, past.HoursUnread));
        Assert.Equal(30, Math.Round((past.To.Nanoseconds - past.From.Nanoseconds) / (double)CaptureTime.PerSecond / Day));

        // The same list again, and one entry more: only that is looked for.
        await AddAsync("a.csv", "type,value,confidence\nip,203.0.113.9,80\ndomain,evil.example,\nmd5,d41d8cd98f00b204e9800998ecf8427e,\nip,198.51.100.7,\n");
        await app.Get<LookBacks>().WorkAsync(Cancel);
        Assert.Equal((3L, 3), (found[0].Count, app.Get<FindingBook>().Findings.Count));
        Assert.True(Assert.Single(app.Get<IIntelligence>().Sources()).LookBack!.IsDone);
    }

    [Fact]
    public async Task A_restart_goes_on_where_it_was()
    {
        await StoreAsync(-20 * Day, Client, Listed);
        await StoreAsync(-2 * Day, Client, Listed);
        await AddAsync("a.csv", Listed + "\n");
        // Begun and held up: what was done by then stays done.
        using CancellationTokenSource stop = new();
        FindingBook book = app.Get<FindingBook>();
        LookBacks looks = app.Get<LookBacks>();
        Task work = Task.Run(() => looks.WorkAsync(stop.Token), Cancel);
        while (!work.IsCompleted && looks.Of("a.csv") is not { Hits: > 0 }) await Task.Delay(10, Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await work;
            stop.Token.ThrowIfCancellationRequested();
        });
        LookBacks again = new(Path.Combine(app.Folder, IntelligenceStore.Folder, LookBacks.FileName), app.Get<Hub.Detection.LookBack>(), app.Time);
        Assert.Equal(looks.Of("a.csv"), again.Of("a.csv"));
        again.Want("a.csv", new FileInfo(Path.Combine(app.Folder, IntelligenceStore.Folder, "a.csv")), IndicatorSet.Of([new Indicator(IndicatorKind.Address, Listed)]), IndicatorSet.None);
        await again.WorkAsync(Cancel);
        Assert.True(again.Of("a.csv")!.IsDone);
        Assert.Equal(2, Assert.Single(book.Findings).Count);
        again.Forget("a.csv");
        Assert.Null(again.Of("a.csv"));
    }

    private static CaptureTime At(long seconds) => new(Last.Nanoseconds + (seconds * CaptureTime.PerSecond));

    private async Task<IntelligenceSource> AddAsync(string name, string content)
    {
        using MemoryStream body = new(Encoding.UTF8.GetBytes(content));
        return await app.Get<IIntelligence>().AddAsync(Analyst, name, body, Cancel);
    }

    private async Task StoreAsync(long seconds, string from, string to, string? log = null, string? json = null)
    {
        sequence++;
        FlowView view = new() { Uid = "C" + sequence, Carrier = Carrier.Tcp, IpProtocol = 6, Began = At(seconds), OriginatorAddress = Ip(from), ResponderAddress = Ip(to), OriginatorPort = 40_000, ResponderPort = 443 };
        FlowRecord flow = new() { View = view, ConnState = "SF", History = "ShADadFf", OriginatorPackets = 3, ResponderPackets = 3, CommunityId = "1:" + sequence };
        SensorBatch batch = new()
        {
            Sensor = "north",
            Sequence = sequence,
            End = At(seconds),
            Flows = log is null ? [flow] : [],
            Transactions = log is null ? [] : [new TransactionRow(log, At(seconds), At(seconds), view, Encoding.UTF8.GetBytes(json!))],
        };
        await app.Get<HistoryStore>().AppendAsync([new ResolvedBatch(batch, new Nobody())]);
    }

    private static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);

    private sealed class Nobody : IDeviceResolver
    {
        public long? DeviceOf(MacAddress mac, Address ip) => null;
    }
}
