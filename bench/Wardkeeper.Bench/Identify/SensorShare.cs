using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Bench.Identify;

/// <summary>What the identification of everything in a capture costs beside reading it; medians, in milliseconds of processor time.</summary>
/// <param name="Sample">Which capture.</param>
/// <param name="Packets">Its packets.</param>
/// <param name="Sensor">Packets to claims in the ledger, one worker.</param>
/// <param name="Load">Reading the knowledge base.</param>
/// <param name="Identified">Making the devices of what the ledger holds, their identities included.</param>
internal sealed record SensorShare(string Sample, long Packets, double Sensor, double Load, double Identified)
{
    private const int Rounds = 7;

    public static SensorShare Measure(string folder)
    {
        string capture = Path.Combine(folder, "hospital.pcap");
        List<double> sensor = [], load = [], identified = [];
        long packets = 0;
        for (int round = 0; round < Rounds; round++)
        {
            CaptureLedger? ledger = null;
            sensor.Add(IdentifySpeed.Time(() => ledger = CaptureLedger.Of(capture)));
            KnowledgeBase? knowledge = null;
            load.Add(IdentifySpeed.Time(() => knowledge = KnowledgeBase.LoadShipped()));
            identified.Add(IdentifySpeed.Time(() => ledger!.Devices(knowledge!)));
            packets = ledger!.Packets;
        }
        return new SensorShare(Path.GetFileName(folder), packets, IdentifySpeed.Median(sensor), IdentifySpeed.Median(load), IdentifySpeed.Median(identified));
    }
}
