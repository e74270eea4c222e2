using Wardkeeper.Fuzz.Targets;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz;

/// <summary>Every target: one for each registered analyser, and the parts below and above them.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        .. ProtocolRegistry.All.Select(static protocol => new AnalyserTarget(protocol)),
        new RecognitionTarget(),
        new DecodeTarget(),
        new ReassemblyTarget(),
        new CaptureTarget(),
        new DataSetTarget(isFile: false),
        new DataSetTarget(isFile: true),
        new PipelineTarget(),
    ];
}
