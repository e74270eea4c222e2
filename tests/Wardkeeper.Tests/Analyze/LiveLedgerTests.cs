using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Tests.Analyze;

/// <summary>A running hub that hears the sample day knows the same devices as an analysis of its capture.</summary>
public sealed class LiveLedgerTests
{
    [Fact]
    public void The_day_heard_live_gives_the_devices_of_its_analysis()
    {
        DeviceLedger analysed = new(LocalNetworks.Default);
        LiveLedger live = new(LocalNetworks.Default);
        using ICaptureSource source = CaptureFiles.Open([HospitalSample.Capture]);
        new SensorPipeline(new SensorOptions { Workers = 1, Local = LocalNetworks.Default, Masker = new PatientMasker(null) }, source, new Both(analysed, live)).Run();
        string[] expected = [.. analysed.Devices().Select(device => $"{string.Join(',', device.Macs)} {string.Join(',', device.Ips)} {string.Join(',', device.Vlans)} {string.Join(',', device.AeTitles)}").Order(StringComparer.Ordinal)];
        string[] found = [.. live.Devices.Values.Where(device => device.IsListed).Select(device => DeviceState.Of(device, live.Book).Observed!).Select(device => $"{string.Join(',', device.Macs)} {string.Join(',', device.Ips)} {string.Join(',', device.Vlans)} {string.Join(',', device.AeTitles)}").Order(StringComparer.Ordinal)];
        Assert.Equal(expected, found);
        Assert.Equal(0, live.Candidates);
    }

    private sealed class Both(DeviceLedger analysed, LiveLedger live) : ISensorOutput
    {
        public void Take(Transaction transaction)
        {
        }

        public void Take(FlowRecord flow)
        {
            analysed.Take(flow);
            live.Take(flow);
        }

        public void Take(Observation observation)
        {
            analysed.Take(observation);
            live.Take(observation);
        }

        public void Advance(CaptureTime now)
        {
        }
    }
}
