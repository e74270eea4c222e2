using Wardkeeper.Fuzz.Targets;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz;

/// <summary>Every target: one for each protocol that is read, and the parts below and above them. A label reads nothing; how it is recognised is in <see cref="RecognitionTarget"/>.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        .. ProtocolRegistry.All.Where(static protocol => !protocol.IsLabel).Select(static protocol => new AnalyserTarget(protocol)),
        new RecognitionTarget(),
        new DecodeTarget(),
        new ReassemblyTarget(),
        new CaptureTarget(),
        new CapturesTarget(),
        new DataSetTarget(isFile: false),
        new DataSetTarget(isFile: true),
        new PipelineTarget(hasRules: false),
        new PipelineTarget(hasRules: true),
        new RuleTarget(),
        new SignatureTarget(),
        new RadiusTarget(),
        new CsrTarget(),
        new MakerListTarget(),
        new DeviceProtocolTarget(),
        new BatchTarget(),
    ];
}
