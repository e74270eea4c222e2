using System.Text.Json;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests.Ledger;

/// <summary>The running ledger against the truth that was recorded with the sample hospital of the demo.</summary>
public class SampleHospitalTests
{
    /// <summary>In the plan, but not one packet of theirs is in the recording.</summary>
    private static readonly string[] Unseen = ["ups1", "vendor"];

    [Fact]
    public void Every_device_that_spoke_is_there_once_and_none_is_invented()
    {
        string sample = Path.Combine(Root(), "samples/demo");
        LiveLedger ledger = new(LocalNetworks.Of(["10.77.0.0/16"]));
        using (ICaptureSource source = CaptureFiles.Open([Path.Combine(sample, "hospital.pcap")]))
            new SensorPipeline(new SensorOptions { Workers = 1, Local = LocalNetworks.Of(["10.77.0.0/16"]), Masker = new PatientMasker(null) }, source, new Into(ledger)).Run();

        LiveDevice[] found = [.. ledger.Devices.Values.Where(device => device.IsListed)];
        Dictionary<string, string> truth = new(StringComparer.Ordinal);
        foreach (JsonElement device in File.ReadLines(Path.Combine(sample, "truth/devices.ndjson")).Select(line => JsonElement.Parse(line)))
        {
            foreach (JsonElement one in device.GetProperty("interfaces").EnumerateArray()) truth[one.GetProperty("mac").GetString()!] = device.GetProperty("key").GetString()!;
        }
        // Every device was recorded in its own network, so its card is visible; each card is somebody's, and each somebody is one device.
        string[] keys = [.. found.Select(device => truth.GetValueOrDefault(device.Interfaces.Select(one => one.Mac.ToString()).Distinct().Single(), "invented"))];
        Assert.Equal(truth.Values.Distinct().Except(Unseen).Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(ledger.Changes.Events, one => one.Action is LedgerActions.AddressReused or LedgerActions.AddressConflict);
    }

    private static string Root()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root);
        return root ?? throw new InvalidOperationException("The checkout was not found.");
    }

    private sealed class Into(LiveLedger ledger) : ISensorOutput
    {
        public void Take(Transaction transaction)
        {
        }

        public void Take(FlowRecord flow) => ledger.Take(flow);

        public void Take(Observation observation) => ledger.Take(observation);

        public void Advance(CaptureTime now)
        {
        }
    }
}
