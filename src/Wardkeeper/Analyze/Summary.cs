using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Everything that the summary says, for people and for programs.</summary>
internal sealed class Summary(SensorPipeline pipeline, ICaptureSource source, AnalysisOutput output, IReadOnlyList<Device> devices, IReadOnlyList<Finding> findings, PatientNames patients)
{
    public long Packets => pipeline.Reader.Packets;

    public long Bytes => pipeline.Reader.WireBytes;

    public (CaptureTime First, CaptureTime Last)? Span => pipeline.Reader.Span;

    public IReadOnlyList<CaptureInfo> Captures => source.Captures;

    public IReadOnlyList<CaptureProblem> Problems => source.Problems;

    public long Flows => output.Flows;

    public IReadOnlyDictionary<string, AnalysisOutput.ServiceCount> Services => output.Services;

    public IReadOnlyDictionary<string, long> Transactions => output.Transactions;

    /// <summary>What matters of the conversations.</summary>
    public Highlights Highlights => output.Highlights;

    public IReadOnlyList<(string Name, long Count, long FirstPacket)> Counters { get; } = [.. pipeline.Counters().All];

    public IReadOnlyList<Device> Devices => devices;

    /// <summary>What was found, in the order in which it was raised.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    public int Patients => patients.Count;
}
