using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Hospital;

/// <summary>What the real sensor sees in the sample hospital's day; read once for all tests.</summary>
internal sealed class RecordedDay : ISensorOutput
{
    private static readonly Lazy<RecordedDay> Read = new(Record);
    private readonly JsonRows rows = new(new PatientNames(showHashes: true));
    private readonly List<Observation> observations = [];
    private readonly List<FlowRecord> flows = [];
    private readonly List<TransactionRow> transactions = [];

    private RecordedDay()
    {
    }

    /// <summary>The day.</summary>
    public static RecordedDay Shared => Read.Value;

    /// <summary>Its newest instant.</summary>
    public CaptureTime End { get; private set; }

    /// <summary>Who has which address: enough for the devices to be known.</summary>
    public IReadOnlyList<Observation> Bindings => [.. observations.Where(IsBinding)];

    /// <summary>Everything else.</summary>
    public IReadOnlyList<Observation> Others => [.. observations.Where(one => !IsBinding(one))];

    /// <summary>The flows.</summary>
    public IReadOnlyList<FlowRecord> Flows => flows;

    /// <summary>The transactions.</summary>
    public IReadOnlyList<TransactionRow> Transactions => transactions;

    public void Take(Transaction transaction) => transactions.Add(TransactionRow.Of(transaction, rows));

    public void Take(FlowRecord flow) => flows.Add(flow);

    public void Take(Observation observation) => observations.Add(observation);

    public void Advance(CaptureTime now)
    {
        if (now > End) End = now;
    }

    private static bool IsBinding(Observation one) => one is Claim { Kind: ClaimKind.AddressBinding };

    private static RecordedDay Record()
    {
        RecordedDay day = new();
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(Checkout.Root, "samples/hospital-day/hospital.pcap")]);
        new SensorPipeline(new SensorOptions(), source, day).Run();
        CaptureTime last = day.flows.Max(flow => flow.View.Began);
        if (last > day.End) day.End = last;
        return day;
    }
}
