using System.Text;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

/// <summary>Bytes one side sent, or (with <see cref="Missing"/>) bytes that were lost.</summary>
public sealed record Said(Side Side, byte[] Bytes, long Missing = 0)
{
    /// <summary>Whether it came together with what was said before, at the same time: a cut must not change how long an answer took.</summary>
    public bool Continues { get; init; }

    public static Said Client(string text) => new(Side.Client, Encoding.Latin1.GetBytes(text));

    public static Said Client(params byte[] bytes) => new(Side.Client, bytes);

    public static Said Server(string text) => new(Side.Server, Encoding.Latin1.GetBytes(text));

    public static Said Server(params byte[] bytes) => new(Side.Server, bytes);

    public static Said Lost(Side side, long missing) => new(side, [], missing);
}

/// <summary>Plays a conversation through the real feeder into one analyser and collects what comes out.</summary>
internal sealed class Conversation : ITransactionSink
{
    private static readonly PatientMasker SharedMasker = new();
    private long now = CaptureTime.FromSeconds(1_700_000_000).Nanoseconds;

    public List<Transaction> Transactions { get; } = [];

    public List<Fault> Faults { get; } = [];

    public List<ExpectedFlow> Expected { get; } = [];

    public Continuation Outcome { get; private set; }

    public string? Successor { get; private set; }

    /// <summary>Most bytes that the feeder held for both sides.</summary>
    public int MostHeld { get; private set; }

    public PatientMasker Masker => SharedMasker;

    /// <summary>Transactions as JSON lines of the protocol's own fields, patients numbered.</summary>
    public string[] Lines => Render(Transactions);

    public static FlowView View(Carrier carrier = Carrier.Tcp, ushort clientPort = 40000, ushort serverPort = 40001, ushort etherType = 0) => new()
    {
        Uid = "Ctest",
        Carrier = carrier,
        IpProtocol = carrier switch { Carrier.Tcp => 6, Carrier.Udp => 17, _ => 0 },
        EtherType = etherType,
        OriginatorAddress = Address.FromV4(0x0A000001),
        ResponderAddress = Address.FromV4(0x0A000002),
        OriginatorPort = clientPort,
        ResponderPort = serverPort,
        OriginatorMac = new MacAddress(0x020000000001),
        ResponderMac = new MacAddress(0x020000000002),
    };

    /// <summary>Runs a conversation to its end.</summary>
    public static Conversation Of<TAnalyser>(IEnumerable<Said> said, FlowView? view = null, FlowEnd end = FlowEnd.Closed)
        where TAnalyser : IProtocol, new() => Of(Protocol.Of<TAnalyser>(), said, view, end);

    /// <summary>Runs a conversation to its end with any protocol's analyser, a new one unless one is given.</summary>
    public static Conversation Of(Protocol protocol, IEnumerable<Said> said, FlowView? view = null, FlowEnd end = FlowEnd.Closed, IAnalyser? analyser = null)
    {
        Conversation result = new();
        result.Play(protocol, analyser ?? protocol.Create(), said, view ?? View(), end);
        return result;
    }

    /// <summary>What the observations of all transactions say.</summary>
    public IReadOnlyList<Observation> Observe(FlowView? view = null)
    {
        ObservationBatch batch = new();
        foreach (Transaction transaction in Transactions)
        {
            batch.Speak(view ?? View(), transaction.Log, transaction.At, 1, transaction.Places);
            transaction.Observe(view ?? View(), batch);
        }
        return batch.Observations;
    }

    public void Emit(Transaction transaction) => Transactions.Add(transaction);

    public void Report(Fault fault) => Faults.Add(fault);

    public void Expect(in ExpectedFlow expected) => Expected.Add(expected);

    public static string[] Render(IEnumerable<Transaction> transactions)
    {
        JsonRows rows = new(new PatientNames(showHashes: false));
        foreach (Transaction transaction in transactions) rows.BareLine(transaction);
        return Encoding.UTF8.GetString(rows.Written).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Play(Protocol protocol, IAnalyser analyser, IEnumerable<Said> said, FlowView view, FlowEnd end)
    {
        StreamFeeder feeder = new();
        feeder.Attach(protocol, analyser, view);
        long client = 0, server = 0;
        foreach (Said one in said)
        {
            if (!one.Continues) now += 1_000_000;
            ref long offset = ref one.Side == Side.Client ? ref client : ref server;
            if (one.Missing > 0)
            {
                feeder.Gap(one.Side, one.Missing, this);
                offset += one.Missing;
                continue;
            }
            Progress progress = feeder.Push(one.Side, one.Bytes, new CaptureTime(now), offset, 0, this);
            offset += one.Bytes.Length;
            MostHeld = Math.Max(MostHeld, feeder.HeldBytes);
            if (progress.Then == Continuation.Stay) continue;
            Outcome = progress.Then;
            Successor = progress.Successor;
            feeder.End(FlowEnd.Detached, this);
            return;
        }
        feeder.End(end, this);
    }
}
