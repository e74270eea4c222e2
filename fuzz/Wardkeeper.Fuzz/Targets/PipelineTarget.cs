using System.Text;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The whole sensor with tiny limits, with one worker and with two, whose outputs must be equal. Records are Ethernet frames; control byte: tenths of a second since the frame before.</summary>
internal sealed class PipelineTarget : IFuzzTarget
{
    private static readonly PatientMasker Masker = new();

    private static readonly SensorLimits Limits = new()
    {
        FlowsPerShard = 2,
        PendingPerSide = 512,
        PendingPerShard = 1024,
        OpeningPieces = 4,
        Offers = 3,
        LetBugsThrough = true,
    };

    public string Name => "pipeline";

    public int Control => 1;

    public int Weight => 100;

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
        string one = Sense(records, 1), two = "";
        if (!isThorough) return;
        Coverage.Ignore(() => two = Sense(records, 2));
        BrokenPromiseException.Unless(one == two, "depends-on-the-workers", $"one\n{one}\ntwo\n{two}");
    }

    private static string Sense(byte[][] records, int workers)
    {
        Output output = new();
        using MemoryFrames frames = new(records);
        SensorPipeline pipeline = new(new SensorOptions { Workers = workers, Masker = Masker, Limits = Limits }, frames, output);
        pipeline.Run();
        BrokenPromiseException.Unless(pipeline.LiveFlows == 0, "flows-left-over", $"{pipeline.LiveFlows}");
        return output.Text() + string.Join('\n', pipeline.Counters().All);
    }

    /// <summary>Writes down everything that comes out.</summary>
    private sealed class Output : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: false));
        private readonly StringBuilder text = new();

        public void Take(Transaction transaction) => rows.Line(transaction);

        public void Take(FlowRecord flow) => text.Append(flow.View.Uid).Append(' ').Append(flow.ConnState).Append(' ').Append(flow.History).Append(' ').Append(flow.Service)
            .Append(' ').Append(flow.OriginatorBytes).Append(' ').Append(flow.ResponderBytes).Append(' ').Append(flow.MissedBytes).Append(' ').Append(flow.Duration?.Ticks).Append('\n');

        public void Take(Observation observation) => text.Append(observation).Append('\n');

        public void Advance(CaptureTime now) => text.Append("to ").Append(now.Nanoseconds).Append('\n');

        public string Text() => text.ToString() + Encoding.UTF8.GetString(rows.Written);
    }
}
