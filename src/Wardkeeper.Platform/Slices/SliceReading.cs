using System.Text;
using Wardkeeper.Hub.Slices;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Slices;

/// <summary>Reads a slice by the same sensor as live traffic: what was said, patients masked.</summary>
internal static class SliceReading
{
    /// <summary>Most rows that are shown.</summary>
    public const int MostRows = 500;

    /// <summary>Transactions in the order in which they were said.</summary>
    public static IReadOnlyList<SliceRow> Rows(byte[] pcapng, PatientMasker masker)
    {
        Taken taken = new();
        Run(pcapng, taken, new SensorOptions { Masker = masker });
        return taken.Rows;
    }

    /// <summary>Lets a sensor of its own read a slice.</summary>
    public static void Run(byte[] pcapng, ISensorOutput output, SensorOptions options)
    {
        using ICaptureSource source = CaptureFiles.Open(["-"], () => new MemoryStream(pcapng, writable: false));
        new SensorPipeline(options, source, output).Run();
    }

    private sealed class Taken : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: true));

        public List<SliceRow> Rows { get; } = [];

        public void Take(Transaction transaction)
        {
            if (Rows.Count >= MostRows) return;
            rows.Line(transaction);
            Rows.Add(new SliceRow(transaction.At, transaction.Log, Encoding.UTF8.GetString(rows.Written).TrimEnd('\n')));
            rows.Clear();
        }

        public void Take(FlowRecord flow)
        {
            // Shown are transactions; flows stand on the page Traffic.
        }

        public void Take(Observation observation)
        {
            // What devices show of themselves stands in the ledger.
        }

        public void Advance(CaptureTime now)
        {
            // Nothing is due.
        }
    }
}
