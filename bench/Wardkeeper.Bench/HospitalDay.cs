using Wardkeeper.Lab.Synth;

namespace Wardkeeper.Bench;

/// <summary>Corpus (c): a hospital of 2,000 devices, its conversations those of the recorded day in <c>samples</c>: what a mirror port in a hospital shows.</summary>
internal static class HospitalDay
{
    private const int Devices = 2000, Seed = 1;

    /// <summary>Writes as many packets as asked for, from midnight on.</summary>
    /// <param name="recording">Folder of the recorded day.</param>
    /// <param name="path">Where to.</param>
    /// <param name="packets">How many.</param>
    public static void Make(string recording, string path, long packets)
    {
        TrafficModel model = TrafficModel.Learn(Path.Combine(recording, "hospital.pcap"), Path.Combine(recording, "truth"));
        using BufferedStream into = new(File.Create(path), 1 << 20);
        SynthWriter.Packets(new Synthesis(model, SynthDevice.Populate(model, Devices), Seed, new DateOnly(2026, 11, 23), 30), into, packets, _ => { }, CancellationToken.None);
    }
}
