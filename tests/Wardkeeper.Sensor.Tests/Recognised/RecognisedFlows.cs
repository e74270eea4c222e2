using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Recognised;

/// <summary>What we say of the flows of a capture: per pair of endpoints, and of the capture as a whole.</summary>
internal sealed class RecognisedFlows : ISensorOutput
{
    /// <summary>Per pair of endpoints the services named; empty where none is.</summary>
    public Dictionary<string, HashSet<string>> ByTuple { get; } = [];

    /// <summary>Every service of the capture, also of what has no flow.</summary>
    public HashSet<string> Services { get; } = [];

    /// <summary>Reads a capture of the shared collection, or skips the test.</summary>
    public static RecognisedFlows Of(string capture)
    {
        RecognisedFlows flows = new();
        using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path("captures/" + capture)]);
        new SensorPipeline(new SensorOptions(), source, flows).Run();
        return flows;
    }

    public void Take(FlowRecord flow)
    {
        FlowView view = flow.View;
        if (view.Carrier is not (Carrier.Tcp or Carrier.Udp))
        {
            Services.UnionWith(flow.Service?.Split(',') ?? []);
            return;
        }
        string tuple = NdpiFlows.Tuple(view.Carrier == Carrier.Tcp ? "TCP" : "UDP", Text(view.OriginatorAddress, view.OriginatorPort), Text(view.ResponderAddress, view.ResponderPort));
        if (!ByTuple.TryGetValue(tuple, out HashSet<string>? services)) ByTuple.Add(tuple, services = []);
        services.UnionWith(flow.Service?.Split(',') ?? []);
        Services.UnionWith(services);
    }

    public void Take(Transaction transaction)
    {
    }

    public void Take(Observation observation) => Services.Add(observation.Protocol);

    public void Advance(CaptureTime now)
    {
    }

    private static string Text(Address address, ushort port) => address.ToString() is var text && text.Contains(':', StringComparison.Ordinal) ? $"[{text}]:{port}" : $"{text}:{port}";
}
