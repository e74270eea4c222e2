using System.Text;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>The whole sensor over captures, with everything that came out as text, in order.</summary>
internal sealed class SensorRun : ISensorOutput
{
    private readonly PatientNames patients = new(showHashes: false);
    private readonly StringBuilder text = new();

    private SensorRun()
    {
    }

    /// <summary>Transactions, flows and observations, a line each, in the order in which they came.</summary>
    public string Text => text.ToString();

    public List<Transaction> Transactions { get; } = [];

    public List<FlowRecord> Flows { get; } = [];

    public List<Observation> Observations { get; } = [];

    public required SensorPipeline Pipeline { get; set; }

    public static SensorRun Of(IReadOnlyList<string> captures, int workers = 1, SensorLimits? limits = null)
    {
        using ICaptureSource source = CaptureFiles.Open(captures);
        return Of(source, limits, CancellationToken.None, workers);
    }

    public static SensorRun Of(ICaptureSource source, SensorLimits? limits, CancellationToken cancel, int workers = 1)
    {
        SensorRun run = new() { Pipeline = null! };
        run.Pipeline = new SensorPipeline(new SensorOptions { Workers = workers, Limits = (limits ?? new SensorLimits()) with { LetBugsThrough = true } }, source, run);
        run.Pipeline.Run(cancel);
        return run;
    }

    /// <summary>How far everything has been handed out, each time it was said.</summary>
    public List<CaptureTime> Advances { get; } = [];

    public void Take(Transaction transaction)
    {
        Transactions.Add(transaction);
        JsonRows rows = new(patients);
        rows.Line(transaction);
        text.Append(Encoding.UTF8.GetString(rows.Written));
    }

    public void Take(FlowRecord flow)
    {
        Flows.Add(flow);
        JsonRows rows = new(patients);
        rows.Line(flow, static (row, flow) =>
        {
            row.Text("uid"u8, flow.View.Uid);
            row.Text("community_id"u8, flow.CommunityId);
            row.Text("service"u8, flow.Service);
            row.Text("conn_state"u8, flow.ConnState);
            row.Text("history"u8, flow.History);
            row.Number("orig_bytes"u8, flow.OriginatorBytes);
            row.Number("resp_bytes"u8, flow.ResponderBytes);
            row.Number("orig_pkts"u8, flow.OriginatorPackets);
            row.Number("resp_pkts"u8, flow.ResponderPackets);
            row.Number("missed"u8, flow.MissedBytes);
            row.Span("duration"u8, flow.Duration);
            row.Texts("parents"u8, flow.Parents);
            row.Flag("interim"u8, flow.IsInterim);
        });
        text.Append(Encoding.UTF8.GetString(rows.Written));
    }

    public void Take(Observation observation)
    {
        Observations.Add(observation);
        text.Append(observation).Append('\n');
    }

    public void Advance(CaptureTime now) => Advances.Add(now);
}
