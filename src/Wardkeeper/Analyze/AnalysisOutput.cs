using System.Runtime.InteropServices;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Takes what the sensor finds: rows go to the output folder, observations and flows to the ledger, what detectors read to them, and everything is counted.</summary>
internal sealed class AnalysisOutput(DeviceLedger ledger, DetectionPath detection, RowFiles? files, PatientNames patients) : ISensorOutput
{
    // Patients are counted where they are shown, so rows are rendered even when nobody keeps them.
    private readonly JsonRows? unkept = files is null ? new JsonRows(patients) : null;
    private readonly Dictionary<string, ServiceCount> services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LogState> logs = new(StringComparer.Ordinal);

    /// <summary>What matters of the conversations.</summary>
    public Highlights Highlights { get; } = new();

    /// <summary>Flows in all.</summary>
    public long Flows { get; private set; }

    /// <summary>Flows, packets and IP bytes by protocol; flows in which nothing was recognised count as "-".</summary>
    public IReadOnlyDictionary<string, ServiceCount> Services => new SortedDictionary<string, ServiceCount>(services, StringComparer.Ordinal);

    /// <summary>Transactions by log.</summary>
    public IReadOnlyDictionary<string, long> Transactions => new SortedDictionary<string, long>(logs.ToDictionary(pair => pair.Key, pair => pair.Value.Count), StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Take(Transaction transaction)
    {
        string name = transaction.Log;
        if (!logs.TryGetValue(name, out LogState? log)) logs[name] = log = new LogState(files?.Of(name), detection.Wants(name));
        log.Count++;
        JsonRows rows = log.File?.Rows ?? unkept!;
        int before = rows.Written.Length;
        rows.Line(transaction);
        ReadOnlyMemory<byte> line = rows.Memory[before..];
        Highlights.Take(transaction, line.Span);
        // Detectors look at the row where it was written: it is gone when the next one comes.
        if (log.IsWanted)
            detection.Take(new TransactionRow(name, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, line[..^1]) { Written = rows.Fields });
        log.File?.FlushIfLarge();
        unkept?.Clear();
    }

    /// <inheritdoc/>
    public void Take(FlowRecord flow)
    {
        ledger.Take(flow);
        detection.Take(flow);
        if (flow.IsInterim) return;
        Flows++;
        Highlights.Take(flow);
        Count(flow.Service ?? (flow.View.Carrier == Carrier.Icmp ? "icmp" : "-"), flow);
        files?.Write(flow);
    }

    /// <inheritdoc/>
    public void Take(Observation observation)
    {
        ledger.Take(observation);
        detection.Take(observation);
        Highlights.Take(observation);
    }

    /// <inheritdoc/>
    public void Advance(CaptureTime now) => detection.Advance(now);

    private void Count(string service, FlowRecord flow)
    {
        ref ServiceCount count = ref CollectionsMarshal.GetValueRefOrAddDefault(services, service, out _);
        count = new ServiceCount(count.Flows + 1, count.Packets + flow.OriginatorPackets + flow.ResponderPackets, count.Bytes + flow.OriginatorIpBytes + flow.ResponderIpBytes);
    }

    /// <summary>What there is of a log: its file, whether detectors read it, and how many transactions there were.</summary>
    private sealed class LogState(RowFile? file, bool isWanted)
    {
        public RowFile? File => file;

        public bool IsWanted => isWanted;

        public long Count { get; set; }
    }

    /// <summary>How much of one protocol there was.</summary>
    public readonly record struct ServiceCount(long Flows, long Packets, long Bytes);
}
