using System.Text;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Slices;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The whole sensor with tiny limits, with one worker and with two, whose outputs must be equal. Records are Ethernet frames; control byte: tenths of a
/// second since the frame before. With rules it runs one rule for each word that rules have, and cuts a slice around the first frame.
/// </summary>
internal sealed class PipelineTarget(bool hasRules) : IFuzzTarget
{
    private static readonly PatientMasker Masker = new();

    private readonly Lazy<RuleSet>? rules = hasRules ? new(RuleSeeds.Load) : null;

    private static readonly SensorLimits Limits = new()
    {
        FlowsPerShard = 2,
        PendingPerSide = 512,
        PendingPerShard = 1024,
        OpeningPieces = 4,
        Offers = 3,
        LetBugsThrough = true,
    };

    public string Name => hasRules ? "pipeline-rules" : "pipeline";

    public int Control => 1;

    public int Weight => hasRules ? 200 : 100;

    public IEnumerable<byte[][]> Seeds()
    {
        yield return [.. FrameSeeds.EveryLayer().Where(static one => one.Link == 1).Select(static one => (byte[])[1, .. one.Frame])];
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            foreach (byte[][] conversation in FrameSeeds.Conversations(protocol)) yield return [.. conversation.Select(static frame => (byte[])[1, .. frame])];
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        string one = Sense(records, 1, isThorough), two = "";
        if (!isThorough) return;
        if (hasRules) Cut(records);
        Coverage.Ignore(() => two = Sense(records, 2, readsRows: false));
        BrokenPromiseException.Unless(one == two, "depends-on-the-workers", $"one\n{one}\ntwo\n{two}");
    }

    private string Sense(byte[][] records, int workers, bool readsRows)
    {
        Output output = new(readsRows);
        using MemoryFrames frames = new(records);
        SensorPipeline pipeline = new(new SensorOptions { Workers = workers, Masker = Masker, Limits = Limits, Rules = rules?.Value }, frames, output);
        pipeline.Run();
        BrokenPromiseException.Unless(pipeline.LiveFlows == 0, "flows-left-over", $"{pipeline.LiveFlows}");
        return output.Text() + string.Join('\n', pipeline.Counters().All);
    }

    /// <summary>What is cut is a capture of frames that were there, the first of them among them.</summary>
    private static void Cut(byte[][] records)
    {
        MemoryStream file = new();
        RecentPackets ring = new(1 << 20);
        using (ICaptureSource remembered = RememberedSource.Of(new MemoryFrames(records), ring))
        {
            while (remembered.TryRead(out _))
            {
            }
        }
        IReadOnlyDictionary<long, SliceCut> cut = SliceCutter.Cut([new SliceRequest(1, "a", [new SlicePoint(CaptureTime.FromSeconds(1_700_000_000), 1)])], ring.Snapshot(), _ => file);
        if (!cut.TryGetValue(1, out SliceCut slice)) return;
        using ICaptureSource back = CaptureFiles.Open(["-"], () => new MemoryStream(file.ToArray()));
        int frames = 0;
        while (back.TryRead(out _)) frames++;
        BrokenPromiseException.Unless(frames == slice.Packets && frames > 0 && back.Problems.All(static problem => problem.Kind is CaptureProblemKind.TimeRunsBack or CaptureProblemKind.TimeImplausible), "slice-is-no-capture", $"{frames} of {slice.Packets}: {string.Join("; ", back.Problems)}");
    }

    /// <summary>Writes down everything that comes out.</summary>
    private sealed class Output(bool readsRows) : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: false)), read = new(new PatientNames(showHashes: true));
        private readonly StringBuilder text = new();

        public void Take(Transaction transaction)
        {
            rows.Line(transaction);
            if (!readsRows) return;
            read.Clear();
            read.Line(transaction);
            RowPromise.Check(transaction, read);
        }

        public void Take(FlowRecord flow) => text.Append(flow.View.Uid).Append(' ').Append(flow.ConnState).Append(' ').Append(flow.History).Append(' ').Append(flow.Service)
            .Append(' ').Append(flow.OriginatorBytes).Append(' ').Append(flow.ResponderBytes).Append(' ').Append(flow.MissedBytes).Append(' ').Append(flow.Duration?.Ticks).Append('\n');

        public void Take(Observation observation) => text.Append(observation).Append('\n');

        public void Advance(CaptureTime now) => text.Append("to ").Append(now.Nanoseconds).Append('\n');

        public string Text() => text.ToString() + Encoding.UTF8.GetString(rows.Written);
    }
}
