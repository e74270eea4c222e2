namespace Wardkeeper.Lab.Synth;

/// <summary>A machine of the synthetic hospital.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Type">Type, one of the recorded hospital's.</param>
/// <param name="Ip">Address.</param>
/// <param name="Mac">Hardware address: the recorded maker's prefix, a number of its own.</param>
internal sealed record SynthDevice(int Number, string Type, uint Ip, ulong Mac)
{
    /// <summary>As many devices as asked for, of the recorded types in the recorded proportions; of each type at least one.</summary>
    public static IReadOnlyList<SynthDevice> Populate(TrafficModel model, int count)
    {
        KnownDevice[][] types = [.. model.Devices.GroupBy(device => device.Type, StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal).Select(same => same.ToArray())];
        List<SynthDevice> devices = [];
        double owed = 0;
        foreach (KnownDevice[] type in types)
        {
            owed += (double)type.Length * count / model.Devices.Count;
            int here = Math.Max(1, (int)Math.Round(owed));
            owed -= here;
            for (int i = 0; i < here; i++)
            {
                int number = devices.Count;
                devices.Add(new SynthDevice(number, type[0].Type, AddressOf(number), (type[i % type.Length].Mac & 0xffffff000000) | (uint)(0x100000 + number)));
            }
        }
        return devices;
    }

    /// <summary>10.128.0.0/9, 200 machines to a subnet.</summary>
    private static uint AddressOf(int number) => 0x0a800000 + (uint)((number / 200 * 256) + (number % 200) + 10);
}
