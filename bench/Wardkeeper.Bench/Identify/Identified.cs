using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench.Identify;

/// <summary>A ledger of one capture, of which devices can be asked with one knowledge after another.</summary>
internal sealed class CaptureLedger : ISensorOutput
{
    private readonly DeviceLedger ledger = new(LocalNetworks.Default);

    private CaptureLedger()
    {
    }

    /// <summary>Packets that were read.</summary>
    public long Packets { get; private set; }

    public static CaptureLedger Of(string capture)
    {
        CaptureLedger output = new();
        using ICaptureSource source = CaptureFiles.Open([capture]);
        SensorPipeline pipeline = new(new SensorOptions { Workers = 1 }, source, output);
        pipeline.Run();
        output.Packets = pipeline.Reader.Packets;
        return output;
    }

    public Identity? Identify(string mac, KnowledgeBase knowledge) => ledger.Devices(knowledge).FirstOrDefault(device => device.Macs.Any(one => one.ToString() == mac))?.Identity;

    public IReadOnlyList<Device> Devices(KnowledgeBase knowledge) => ledger.Devices(knowledge);

    public void Take(Transaction transaction)
    {
    }

    public void Take(FlowRecord flow) => ledger.Take(flow);

    public void Take(Observation observation) => ledger.Take(observation);

    public void Advance(CaptureTime now)
    {
    }
}

/// <summary>What was said of one device, and whether it is right.</summary>
/// <param name="Subject">Which device.</param>
/// <param name="Half">first, held back, or laboratory.</param>
/// <param name="Setting">with MAC, without MAC, or left out.</param>
/// <param name="Type">The type said; null unknown.</param>
/// <param name="TypeGuess">The guess, or the type.</param>
/// <param name="TypeConfidence">How sure.</param>
/// <param name="IsTypeRight">Whether type or guess is right.</param>
/// <param name="Vendor">The maker said; null unknown.</param>
/// <param name="IsVendorRight">Whether it is right.</param>
internal sealed record Answer(string Subject, string Half, string Setting, string? Type, string? TypeGuess, double TypeConfidence, bool IsTypeRight, string? Vendor, bool IsVendorRight)
{
    public static Answer Of(string subject, string half, string setting, Identity? identity, IReadOnlyCollection<string> types, string vendor)
    {
        Decided? type = identity?.Of(IdentityField.Type), maker = identity?.Of(IdentityField.Vendor);
        string? said = type?.Value ?? type?.Guess;
        return new Answer(subject, half, setting, type?.Value, said, type?.Confidence ?? 0, said is not null && types.Contains(said), maker?.Value, maker?.Value is { } name && SameMaker(name, vendor));
    }

    /// <summary>A label may hold a brand with its owner: "HomeMatic (eQ-3)" is eQ-3's.</summary>
    private static bool SameMaker(string said, string label) =>
        label.Contains(said, StringComparison.OrdinalIgnoreCase) || said.Contains(label, StringComparison.OrdinalIgnoreCase) || label.Split(' ')[0].Equals(said.Split(' ')[0], StringComparison.OrdinalIgnoreCase);
}
