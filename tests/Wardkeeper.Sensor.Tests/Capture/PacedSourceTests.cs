using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Capture;

/// <summary>Captures that are played back as if they happened now.</summary>
public sealed partial class PacedSourceTests : IDisposable
{
    private const long First = 1_700_000_000L * CaptureTime.PerSecond;
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Hospital = Path.Combine(SharedFiles.Project, "samples/demo/hospital.pcap");
    private readonly string capture = Path.GetTempFileName();

    /// <summary>Frames 0, 1, 4 and 10 seconds after the first.</summary>
    public PacedSourceTests()
    {
        PcapWriter writer = new(magic: 0xA1B23C4D);
        foreach (int second in (int[])[0, 1, 4, 10]) writer.Frame(new CaptureTime(First + (second * CaptureTime.PerSecond)), new byte[60]);
        File.WriteAllBytes(capture, writer.ToArray());
    }

    public void Dispose() => File.Delete(capture);

    [Fact]
    public void The_first_pass_has_just_happened_and_the_next_keeps_its_rhythm()
    {
        Assert.Equal(
            [(-10, 0), (-9, 0), (-6, 0), (0, 0), (1, 1), (2, 2), (5, 5), (11, 11), (12, 12), (13, 13), (16, 16), (22, 22)],
            Played(new PacedOptions { Paths = [capture], Passes = 3 }));
    }

    [Fact]
    public void Only_the_lead_comes_at_once()
    {
        Assert.Equal([(-1, 0), (0, 0), (3, 3), (9, 9), (10, 10), (11, 11), (14, 14), (20, 20)], Played(new PacedOptions { Paths = [capture], Passes = 2, Lead = TimeSpan.FromSeconds(1) }));
        Assert.Equal([(0, 0), (1, 1), (4, 4), (10, 10)], Played(new PacedOptions { Paths = [capture], Passes = 1, Lead = TimeSpan.Zero }));
    }

    [Fact]
    public void Played_faster_its_times_shrink_so_that_none_lies_in_the_future()
    {
        Assert.Equal([(-4, 0), (-3, 0), (0, 0), (3, 3), (4, 4), (4.5, 4.5), (6, 6), (9, 9)], Played(new PacedOptions { Paths = [capture], Passes = 2, Lead = TimeSpan.FromSeconds(4), Factor = 2 }));
    }

    [Fact]
    public void Between_frames_capture_time_follows_the_clock()
    {
        SteppingClock clock = new(Noon);
        using PacedSource source = new(new PacedOptions { Paths = [capture], Lead = TimeSpan.Zero, Start = new CaptureTime(First) }, clock);
        List<double> quiet = [];
        for (int batch = 0; batch < 5; batch++)
        {
            source.BeginBatch();
            while (source.TryRead(out _))
            {
            }
            quiet.Add((source.Now.Nanoseconds - First) / 1e9);
        }
        Assert.Equal([0.25, 0.5, 0.75, 1, 1.25], quiet);
    }

    [Fact]
    public void Played_from_its_own_time_it_gives_what_the_file_gives()
    {
        using ICaptureSource file = CaptureFiles.Open([Hospital]);
        Assert.True(file.TryRead(out RawPacket first));
        SensorRun expected = SensorRun.Of([Hospital]), played = Run(new PacedOptions { Paths = [Hospital], Passes = 1, Lead = TimeSpan.Zero, Start = first.At, Tick = TimeSpan.FromSeconds(20) });
        Assert.True(expected.Transactions.Count > 500);
        Assert.Equal(Lines(expected), Lines(played));
        Assert.Equal(played.Advances.Order(), played.Advances);
    }

    [Fact]
    public void Each_pass_gives_the_same_flows_and_transactions_again()
    {
        SensorRun file = SensorRun.Of([Hospital]), played = Run(new PacedOptions { Paths = [Hospital], Passes = 2, Tick = TimeSpan.FromSeconds(20) });
        Assert.Equal(file.Transactions.Count * 2, played.Transactions.Count);
        Assert.Equal(file.Flows.Count(flow => flow.ConnState == "SF") * 2, played.Flows.Count(flow => flow.ConnState == "SF"));
        Assert.Equal(played.Advances.Order(), played.Advances);
        long noon = Noon.ToUnixTimeSeconds() * CaptureTime.PerSecond;
        Assert.Equal(file.Transactions.Count, played.Transactions.Count(transaction => transaction.At.Nanoseconds > noon));
    }

    [Fact]
    public void A_capture_that_cannot_be_read_ends_at_once_and_says_why()
    {
        using PacedSource source = new(new PacedOptions { Paths = ["/nowhere/at-all.pcap"] }, new SteppingClock(Noon));
        Assert.True(source.HasEnded);
        source.BeginBatch();
        Assert.False(source.TryRead(out _));
        Assert.Equal(CaptureProblemKind.Unreadable, Assert.Single(source.Problems).Kind);
        Assert.Throws<ArgumentException>(() => new PacedSource(new PacedOptions { Paths = [capture], Factor = double.NaN }, TimeProvider.System));
    }

    /// <summary>Each frame's time and the time at which it came, in seconds from the start.</summary>
    private static List<(double At, double Came)> Played(PacedOptions options)
    {
        SteppingClock clock = new(Noon);
        long start = Noon.ToUnixTimeSeconds() * CaptureTime.PerSecond;
        List<(double, double)> played = [];
        using PacedSource source = new(options, clock);
        while (!source.HasEnded)
        {
            source.BeginBatch();
            while (source.TryRead(out RawPacket packet)) played.Add(((packet.At.Nanoseconds - start) / 1e9, Math.Round((clock.GetUtcNow() - Noon).TotalSeconds, 2)));
        }
        return played;
    }

    /// <summary>What ends by time-out is noticed by the clock here and by a later packet in a file, whose number it then has.</summary>
    private static IEnumerable<string> Lines(SensorRun run) => run.Text.Split('\n').Select(static line => Number().Replace(line, "")).Order(StringComparer.Ordinal);

    [GeneratedRegex("Packet = [0-9]+, ")]
    private static partial Regex Number();

    private static SensorRun Run(PacedOptions options)
    {
        using PacedSource source = new(options, new SteppingClock(Noon));
        return SensorRun.Of(source, null, CancellationToken.None);
    }
}
