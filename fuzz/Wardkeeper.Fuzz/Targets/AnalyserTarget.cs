using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// One analyser behind the real feeder. Records are chunks: a control byte (bit 0 side, bit 1 lost, bits 2 and 3 of the first
/// record the carrier, bit 4 of the first record an unusual port, bit 5 a datagram that the capture cut, bit 6 of the first record that rules
/// are loaded, which are offered parts of what is said) and the bytes. The same
/// chunks are played again after a reset, cut elsewhere if it is a stream, and must give the same.
/// </summary>
internal sealed class AnalyserTarget : IFuzzTarget
{
    private const int IsServer = 1, IsLost = 2, IsUnusualPort = 16, IsCut = 32, HasRules = 64;
    private static readonly PatientMasker Masker = new();

    /// <summary>These offer of a part that is too long to wait for, or framed oddly, what is at hand by then: so it depends on the cut.</summary>
    private static readonly HashSet<string> OffersWhatIsThere = ["http", "ssh"];
    private readonly Protocol protocol;
    private readonly Carrier[] carriers;
    private readonly FlowView[] views;

    public AnalyserTarget(Protocol protocol)
    {
        this.protocol = protocol;
        carriers = [.. Enum.GetValues<Carrier>().Where(carrier => carrier != Carrier.None && protocol.Info.Carriers.HasFlag(carrier))];
        views = [.. carriers.SelectMany(carrier => (FlowView[])[View(protocol, carrier, isUnusual: false), View(protocol, carrier, isUnusual: true)])];
    }

    public string Name => "analyser:" + protocol.Info.Name;

    public int Control => 1;

    public IEnumerable<byte[][]> Seeds()
    {
        byte[][] messages = [.. FuzzFiles.Seeds(protocol.Info.Name)];
        for (int carrier = 0; carrier < carriers.Length; carrier++)
        {
            foreach (byte control in (byte[])[(byte)(carrier << 2), (byte)((carrier << 2) | HasRules)])
            {
                foreach (byte[] message in messages)
                {
                    yield return [[control, .. message]];
                    yield return [[(byte)(control | IsServer), .. message]];
                }
                yield return [.. messages.Select(message => (byte[])[control, .. message])];
                yield return [.. messages.SelectMany(message => (byte[][])[[control, .. message], [(byte)(control | IsServer), .. message]])];
            }
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        if (records.Length == 0 || records[0].Length == 0) return;
        byte first = records[0][0];
        int carrier = (first >> 2) % carriers.Length;
        FlowView view = views[(carrier * 2) + ((first & IsUnusualPort) != 0 ? 1 : 0)];
        IAnalyser analyser = protocol.Create();
        bool hasRules = (first & HasRules) != 0;
        Playing whole = new(protocol, analyser, view, hasRules);
        bool isLossy = whole.Play(records, cuts: null);
        if (isThorough) PlayAgain(records, whole, view, analyser, isStream: view.Carrier == Carrier.Tcp && !isLossy);
    }

    private void PlayAgain(byte[][] records, Playing whole, FlowView view, IAnalyser analyser, bool isStream)
    {
        Observe(whole, view);
        analyser.Reset();
        Playing again = new(protocol, analyser, view, whole.Buffers is not null);
        again.Play(records, isStream ? Cuts(records) : null);
        if (whole.IsHandedOver != again.IsHandedOver || whole.Successor != again.Successor)
            throw new BrokenPromiseException("outcome-" + Blame(records, whole, view), $"{whole.Outcome} {whole.Successor}, then {again.Outcome} {again.Successor}");
        if (!OffersWhatIsThere.Contains(protocol.Info.Name) && whole.Offers?.Told() is { } offered && again.Offers?.Told() is { } offeredAgain && offered != offeredAgain) throw new BrokenPromiseException("buffers-depend-on-the-cut", $"whole\n{offered}\ncut\n{offeredAgain}");
        if (whole.Transactions.Count == 0 && again.Transactions.Count == 0) return;
        string expected = whole.Lines(), got = again.Lines();
        if (expected != got) throw new BrokenPromiseException("transactions-" + Blame(records, whole, view), $"whole\n{expected}\ncut\n{got}");
    }

    /// <summary>Whether it was the cut or what a reset left behind.</summary>
    private string Blame(byte[][] records, Playing whole, FlowView view)
    {
        IAnalyser analyser = protocol.Create();
        bool hasRules = whole.Buffers is not null;
        new Playing(protocol, analyser, view, hasRules).Play(records, null);
        analyser.Reset();
        Playing again = new(protocol, analyser, view, hasRules);
        again.Play(records, null);
        return again.IsHandedOver == whole.IsHandedOver && again.Lines() == whole.Lines() ? "depend-on-the-cut" : "depend-on-the-flow-before";
    }

    private static void Observe(Playing played, FlowView view)
    {
        ObservationBatch batch = new();
        foreach (Transaction transaction in played.Transactions)
        {
            batch.Speak(view, transaction.Log, transaction.At, 1);
            transaction.Observe(view, batch);
        }
    }

    private static FlowView View(Protocol protocol, Carrier carrier, bool isUnusual) => new()
    {
        Uid = "Cfuzz",
        Carrier = carrier,
        IpProtocol = carrier switch { Carrier.Tcp => 6, Carrier.Udp => 17, Carrier.Icmp => 58, Carrier.Sctp => 132, Carrier.Ip => protocol.Info.IpProtocols[0], _ => 0 },
        EtherType = protocol.Info.EtherTypes.Count > 0 ? protocol.Info.EtherTypes[0] : (ushort)0,
        OriginatorAddress = Address.FromV4(0x0A000001),
        ResponderAddress = Address.FromV4(0x0A000002),
        OriginatorPort = 40000,
        ResponderPort = isUnusual || protocol.Info.Ports.Count == 0 ? (ushort)40001 : protocol.Info.Ports[0],
        OriginatorMac = new MacAddress(0x020000000001),
        ResponderMac = new MacAddress(0x020000000002),
    };

    /// <summary>Where to cut: made from the input alone, so that a find stays one.</summary>
    private static Random Cuts(byte[][] records)
    {
        int mix = 17;
        foreach (byte[] record in records)
        {
            foreach (byte one in record) mix = (mix * 31) + one;
        }
        return new Random(mix);
    }

    /// <summary>One conversation being played through the feeder.</summary>
    private sealed class Playing(Protocol protocol, IAnalyser analyser, FlowView view, bool hasRules) : ITransactionSink
    {
        private readonly StreamFeeder feeder = new();
        private readonly long[] offsets = new long[2];
        private long now = CaptureTime.FromSeconds(1_700_000_000).Nanoseconds;
        private bool isStuck;

        public List<Transaction> Transactions { get; } = [];

        /// <summary>What rules were offered; null where none are loaded.</summary>
        public OfferedParts? Offers { get; } = hasRules ? new OfferedParts() : null;

        public IBufferSink? Buffers => Offers;

        public Continuation Outcome { get; private set; }

        public string? Successor { get; private set; }

        public bool IsHandedOver => Outcome == Continuation.HandOver;

        public PatientMasker Masker => AnalyserTarget.Masker;

        /// <summary>Plays it to its end; true if bytes were lost on the way.</summary>
        public bool Play(byte[][] records, Random? cuts)
        {
            feeder.Attach(protocol, analyser, view);
            bool isLossy = false, isOver = false;
            foreach (byte[] record in records)
            {
                if (record.Length == 0) continue;
                now += 1_000_000;
                Side side = (record[0] & IsServer) != 0 ? Side.Server : Side.Client;
                if ((record[0] & IsLost) != 0 && view.Carrier == Carrier.Tcp)
                {
                    isLossy = true;
                    feeder.Gap(side, record.Length, this);
                    offsets[(int)side] += record.Length;
                    continue;
                }
                isOver = !Push(side, record.AsSpan(1), (record[0] & IsCut) != 0 ? 100 : 0, cuts);
                if (isOver) break;
            }
            feeder.End(isOver ? FlowEnd.Detached : FlowEnd.Closed, this);
            feeder.Detach();
            BrokenPromiseException.Unless(!isStuck, "no-progress");
            return isLossy;
        }

        public string Lines()
        {
            JsonRows rows = new(new PatientNames(showHashes: false));
            foreach (Transaction transaction in Transactions) rows.BareLine(transaction);
            return System.Text.Encoding.UTF8.GetString(rows.Written);
        }

        public void Emit(Transaction transaction) => Transactions.Add(transaction);

        public void Report(Fault fault) => isStuck |= ReferenceEquals(fault, StreamFeeder.Stuck);

        public void Expect(in ExpectedFlow expected)
        {
        }

        private bool Push(Side side, ReadOnlySpan<byte> bytes, int missing, Random? cuts)
        {
            if (view.Carrier != Carrier.Tcp) return Show(side, bytes, missing);
            int longest = cuts is null ? bytes.Length : cuts.Next(4) switch { 0 => 1, 1 => 4, 2 => 40, _ => 700 };
            while (bytes.Length > 0)
            {
                int length = cuts is null ? bytes.Length : Math.Min(bytes.Length, 1 + cuts.Next(longest));
                if (!Show(side, bytes[..length], 0)) return false;
                bytes = bytes[length..];
            }
            return true;
        }

        private bool Show(Side side, ReadOnlySpan<byte> bytes, int missing)
        {
            ref long offset = ref offsets[(int)side];
            Progress progress = feeder.Push(side, bytes, new CaptureTime(now), offset, missing, this);
            offset += bytes.Length;
            BrokenPromiseException.Unless(progress.Consumed >= 0 && progress.Consumed <= bytes.Length, "consumed-more-than-there-is", $"{progress.Consumed} of {bytes.Length}");
            BrokenPromiseException.Unless(feeder.HeldBytes <= (2 * protocol.Info.MaxHeld) + bytes.Length, "holds-too-much", $"{feeder.HeldBytes}");
            Outcome = progress.Then;
            Successor = progress.Successor;
            return progress.Then == Continuation.Stay;
        }
    }
}
