using System.Text;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Tests.Findings;

/// <summary>What detectors remember outlives a restart: every detector's memory is written and read, and a break in the middle of attacks changes nothing of what is found.</summary>
public class DetectorMemoryTests
{
    [Fact]
    public void Every_detector_s_memory_comes_back_as_it_was()
    {
        Told told = new();
        told.All(restartAt: null);
        int remembering = 0;
        foreach ((DetectorInfo info, object detector) in told.Path.Detectors)
        {
            if (DetectorMemory.Write(detector) is not { } state) continue;
            remembering++;
            object fresh = DetectorRegistry.All.Single(one => one.Info.Name == info.Name).Make();
            Assert.True(DetectorMemory.Read(fresh, state), info.Name);
            Assert.True(state.AsSpan().SequenceEqual(DetectorMemory.Write(fresh)), info.Name);
        }
        Assert.True(remembering >= 3, "too few detectors remember anything of this capture");
    }

    [Fact]
    public void A_restart_in_the_middle_of_attacks_changes_nothing_of_what_is_found()
    {
        Told whole = new();
        whole.All(restartAt: null);
        for (int at = 1; at < 4; at++)
        {
            Told broken = new();
            broken.All(restartAt: at / 4.0);
            Assert.Equal(Lines(whole), Lines(broken));
        }
    }

    [Fact]
    public void Every_field_of_a_detector_is_kept_or_says_that_it_need_not_be()
    {
        foreach ((DetectorInfo info, object detector) in new Told().Path.Detectors)
        {
            foreach (System.Reflection.FieldInfo field in detector.GetType().GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public))
                Assert.True(typeof(IRemembered).IsAssignableFrom(field.FieldType) || Passing.Contains($"{info.Name}.{field.Name}"), $"{info.Name} keeps {field.Name} beside its RecentState fields: it would be forgotten at a restart");
        }
    }

    [Fact]
    public void What_another_shape_wrote_or_is_damaged_is_not_read()
    {
        Told told = new();
        told.All(restartAt: null);
        (DetectorInfo info, object detector) = told.Path.Detectors.First(one => DetectorMemory.Write(one.Detector) is not null);
        byte[] state = DetectorMemory.Write(detector)!;
        object other = DetectorRegistry.All.First(one => one.Info.Name != info.Name && told.Path.Detectors.Single(d => d.Info.Name == one.Info.Name) is { Detector: var remembering } && DetectorMemory.Write(remembering) is not null).Make();
        Assert.False(DetectorMemory.Read(other, state));
        object fresh = DetectorRegistry.All.Single(one => one.Info.Name == info.Name).Make();
        Assert.False(DetectorMemory.Read(fresh, state[..(state.Length / 2)]));
        Assert.False(DetectorMemory.Read(fresh, Encoding.UTF8.GetBytes("{}")));
        Assert.Null(DetectorMemory.Write(fresh));
    }

    /// <summary>Fields that hold something between two inputs only, or count a portion of traffic that may begin anew.</summary>
    private static readonly HashSet<string> Passing = ["management-page-offered.answer", .. new[] { "streams", "oneSided", "bytes", "missed", "lastOneSided", "lastGap", "blind" }.Select(name => "sensor-trouble." + name)];

    private static List<string> Lines(Told told) => [.. told.Book.Findings.Select(finding => $"{finding.Number} {finding.Key} {finding.Severity} {finding.Count} {finding.Title.In(chinese: false)}")];

    /// <summary>The recorded attacks, told to detection item by item.</summary>
    private sealed class Told : ISensorOutput
    {
        private static readonly Lazy<List<Action<Told>>> Items = new(Record);
        private List<Action<Told>>? recording;

        public Told() => Path = Make();

        public FindingBook Book { get; } = new(forgets: false);

        public DetectionPath Path { get; private set; }

        public void All(double? restartAt)
        {
            List<Action<Told>> items = Items.Value;
            int at = restartAt is { } share ? (int)(items.Count * share) : -1;
            for (int i = 0; i < items.Count; i++)
            {
                if (i == at) Restart();
                items[i](this);
            }
        }

        public void Take(Transaction transaction)
        {
            if (!Path.Wants(transaction.Log)) return;
            JsonRows rows = new(new PatientNames(false));
            rows.Line(transaction);
            TransactionRow row = new(transaction.Log, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, rows.Written.TrimEnd((byte)'\n').ToArray());
            recording!.Add(told => told.Path.Take(row));
        }

        public void Take(FlowRecord flow) => recording!.Add(told => told.Path.Take(flow));

        public void Take(Observation observation) => recording!.Add(told => told.Path.Take(observation));

        public void Advance(CaptureTime now) => recording!.Add(told => told.Path.Advance(now));

        private static List<Action<Told>> Record()
        {
            Told output = new() { recording = [] };
            using ICaptureSource source = CaptureFiles.Open([System.IO.Path.Combine(ClockSetBackTests.Samples(), "attacks/hospital.pcap")]);
            new SensorPipeline(new SensorOptions { Workers = 1 }, source, output).Run();
            return output.recording;
        }

        private DetectionPath Make() => new(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(new LedgerPart(LocalNetworks.Default))), Book);

        /// <summary>All that detectors know from then on is what was written of them. The hour of the ledger's look goes on from the first item.</summary>
        private void Restart()
        {
            DetectionPath before = Path;
            Path = Make();
            foreach (((DetectorInfo info, object old), (_, object fresh)) in before.Detectors.Zip(Path.Detectors))
            {
                if (DetectorMemory.Write(old) is { } state) Assert.True(DetectorMemory.Read(fresh, state), info.Name);
            }
        }
    }
}
