using System.Diagnostics;
using Wardkeeper.Analyze;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench.Quality;

/// <summary>What all detectors cost: CPU of the sensor with the ledger, and what detection adds to it; and what they hold when a million hosts scan.</summary>
/// <param name="SensorSeconds">CPU without detection, best of the rounds.</param>
/// <param name="DetectionSeconds">CPU of detection on the same items, best of the rounds.</param>
/// <param name="ScanBytes">Bytes held by detection after a million hosts have scanned.</param>
/// <param name="ScanFindings">Findings that came of it.</param>
internal sealed record DetectionCost(double SensorSeconds, double DetectionSeconds, long ScanBytes, int ScanFindings)
{
    private const int Rounds = 3, MostRounds = 50, Seconds = 2, Hosts = 1_000_000, FlowsEach = 3;

    public static DetectionCost Measure(string capture)
    {
        double sensor = double.MaxValue, detection = double.MaxValue, spent = 0;
        // Of a short capture more rounds: the clock of the processor is coarse, and the first rounds are those in which code is compiled.
        for (int round = 0; round < Rounds || (spent < Seconds && round < MostRounds); round++)
        {
            Items items = new();
            sensor = Math.Min(sensor, Cpu(() =>
            {
                using ICaptureSource source = CaptureFiles.Open([capture]);
                new SensorPipeline(new SensorOptions { Workers = 1 }, source, items).Run();
            }));
            double took = Cpu(items.Detect);
            spent += took;
            detection = Math.Min(detection, took);
        }
        (long bytes, int findings) = Scan();
        return new DetectionCost(sensor, detection, bytes, findings);
    }

    /// <summary>CPU seconds of each detector alone on a capture, the most costly first.</summary>
    public static IReadOnlyList<(string Detector, double Seconds)> ByDetector(string capture)
    {
        Items items = new();
        using (ICaptureSource source = CaptureFiles.Open([capture])) new SensorPipeline(new SensorOptions { Workers = 1 }, source, items).Run();
        items.Detect();
        return [.. DetectorRegistry.All.Select(one => (one.Info.Name, Cpu(() => items.Detect(one)))).OrderByDescending(one => one.Item2)];
    }

    private static double Cpu(Action work)
    {
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    /// <summary>A million hosts, each knocking at three ports of another host of the site.</summary>
    private static (long Bytes, int Findings) Scan()
    {
        FindingBook book = new();
        DetectionPath path = new(new Knowledge(Site.Unknown, LocalNetworks.Default, new CaptureDirectory(new DeviceLedger(LocalNetworks.Default))), book);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int host = 0; host < Hosts; host++)
        {
            for (int i = 0; i < FlowsEach; i++)
            {
                CaptureTime at = CaptureTime.FromSeconds(1_795_132_800, (long)host * 100_000);
                path.Take(new FlowRecord
                {
                    View = new FlowView
                    {
                        Uid = "C1",
                        Carrier = Carrier.Tcp,
                        Began = at,
                        FirstPacket = host,
                        IpProtocol = 6,
                        OriginatorAddress = Address.FromV4(0x0B00_0000u + (uint)host),
                        ResponderAddress = Address.FromV4(0x0A00_0000u + (uint)(host % 60_000)),
                        OriginatorPort = (ushort)(1024 + i),
                        ResponderPort = (ushort)(20 + i),
                    },
                    ConnState = "S0",
                    History = "S",
                    CommunityId = "",
                    OriginatorPackets = 1,
                    Duration = TimeSpan.Zero,
                });
            }
        }
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(path);
        return (held, book.Findings.Count);
    }

    /// <summary>What the sensor gives, kept, so that detection can be timed alone on the same.</summary>
    private sealed class Items : ISensorOutput
    {
        private readonly DeviceLedger ledger = new(LocalNetworks.Default);
        private readonly List<object> items = [];
        private readonly JsonRows rows = new(new PatientNames(false));

        public void Take(Transaction transaction)
        {
            // The row is written by the sensor in any case: for the files, or for the hub.
            rows.Line(transaction);
            items.Add(new TransactionRow(transaction.Log, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, rows.Written.TrimEnd((byte)'\n').ToArray()));
            rows.Clear();
        }

        public void Take(FlowRecord flow)
        {
            ledger.Take(flow);
            items.Add(flow);
        }

        public void Take(Observation observation)
        {
            ledger.Take(observation);
            items.Add(observation);
        }

        public void Advance(CaptureTime now) => items.Add(now);

        /// <summary>One detector alone.</summary>
        public void Detect(Detector one)
        {
            object detector = one.Make();
            FindingBook book = new(forgets: false);
            Knowledge known = new(Site.Unknown, LocalNetworks.Default, new CaptureDirectory(ledger));
            HashSet<string> logs = [.. one.Info.Logs];
            IDetector<FlowRecord>? flows = detector as IDetector<FlowRecord>;
            IDetector<Observation>? observations = detector as IDetector<Observation>;
            IDetector<TransactionRow>? transactions = detector as IDetector<TransactionRow>;
            foreach (object item in items)
            {
                if (item is FlowRecord flow) flows?.Inspect(flow, in known, book);
                else if (item is Observation observation) observations?.Inspect(observation, in known, book);
                else if (item is TransactionRow row && transactions is not null && logs.Contains(row.Log)) transactions.Inspect(row, in known, book);
            }
        }

        public void Detect()
        {
            CaptureDirectory directory = new(ledger);
            DetectionPath path = new(new Knowledge(Site.Unknown, LocalNetworks.Default, directory), new FindingBook(forgets: false));
            CaptureTime last = default;
            foreach (object item in items)
            {
                if (item is FlowRecord flow) path.Take(flow);
                else if (item is Observation observation) path.Take(observation);
                else if (item is TransactionRow row) path.Take(row);
                else path.Advance(last = (CaptureTime)item);
            }
            path.Review(last);
        }
    }
}
