using System.Collections.Frozen;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>
/// Deals what comes from the sensor to the detectors that read it, in the order in which it comes. Once an hour of capture time, and at
/// the end, the ledger is looked through. What the detectors say goes to one sink.
/// </summary>
internal sealed class DetectionPath
{
    private const long ReviewEvery = 3600 * CaptureTime.PerSecond;
    private Knowledge known;
    private Site? described;
    private PublishedServices? published;
    private IndicatorSet? indicators;
    private bool isReviewDue;
    private readonly FindingBook book;
    private readonly Inspection<Observation>[] observers;
    private readonly Inspection<FlowRecord>[] flowReaders;
    private readonly Inspection<SensorReport>[] reportReaders;
    private readonly Inspection<LedgerReview>[] reviewers;
    private readonly Inspection<AddressMoves>[] moveReaders;
    private readonly Inspection<TrustEvent>[] trustReaders;
    private readonly Inspection<PastTraffic>[] pastReaders;
    private readonly FrozenDictionary<string, Inspection<TransactionRow>[]> rowReaders;
    private CaptureTime? reviewed;

    /// <summary>Makes the detectors.</summary>
    public DetectionPath(Knowledge known, FindingBook book)
    {
        (this.known, this.book) = (known, book);
        (DetectorInfo Info, object Detector)[] all = [.. DetectorRegistry.All.Select(one => (one.Info, one.Make()))];
        Detectors = all;
        observers = ReadersOf<Observation>(all);
        flowReaders = ReadersOf<FlowRecord>(all);
        reportReaders = ReadersOf<SensorReport>(all);
        reviewers = ReadersOf<LedgerReview>(all);
        moveReaders = ReadersOf<AddressMoves>(all);
        trustReaders = ReadersOf<TrustEvent>(all);
        pastReaders = ReadersOf<PastTraffic>(all);
        rowReaders = all.SelectMany(one => one.Info.Logs.Select(log => (log, one.Detector))).GroupBy(pair => pair.log, pair => (Inspection<TransactionRow>)((IDetector<TransactionRow>)pair.Detector).Inspect, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>One detector's <see cref="IDetector{TInput}.Inspect"/>. Bound once: where every element of a list has another type, a call through the interface has to look for its target each time.</summary>
    private delegate void Inspection<in TInput>(TInput seen, in Knowledge known, IFindingSink findings);

    /// <summary>The detectors of this path, with what they remember.</summary>
    public IReadOnlyList<(DetectorInfo Info, object Detector)> Detectors { get; }

    /// <summary>What the machines behind cards showed, as detection remembers it; may be asked by any thread.</summary>
    public ICardTraits Traits => Detectors.Select(one => one.Detector).OfType<ICardTraits>().First();

    /// <summary>When sensors were blind; may be asked by any thread.</summary>
    public IBlindSpans Blind => Detectors.Select(one => one.Detector).OfType<IBlindSpans>().First();

    /// <summary>Whether a detector wants the transactions of a log; of others no row need be made.</summary>
    public bool Wants(string log) => rowReaders.ContainsKey(log);

    /// <summary>The site was described anew. Holds from the next batch on, so that one batch is judged by one description; may be called by any thread.</summary>
    public void Describe(Site site) => Volatile.Write(ref described, site);

    /// <summary>Another table of the border is in force, or none. Holds from the next batch on, which looks through the ledger too; may be called by any thread.</summary>
    public void Publish(PublishedServices services) => Volatile.Write(ref published, services);

    /// <summary>Sources of intelligence came, changed or went. Holds from the next batch on; may be called by any thread.</summary>
    public void Know(IndicatorSet set) => Volatile.Write(ref indicators, set);

    /// <summary>Whether a table of the border is in force.</summary>
    public bool HasPublishing => (Volatile.Read(ref published) ?? known.Published).Table is not null;

    /// <summary>What is known of site and border, the latest that was said; may be asked by any thread.</summary>
    public Knowledge Known => known with { Site = Volatile.Read(ref described) ?? known.Site, Published = Volatile.Read(ref published) ?? known.Published, Indicators = Volatile.Read(ref indicators) ?? known.Indicators };

    /// <summary>A batch begins.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref published, null) is { } services) (known, isReviewDue) = (known with { Published = services }, true);
        if (Interlocked.Exchange(ref described, null) is { } site) known = known with { Site = site };
        if (Interlocked.Exchange(ref indicators, null) is { } set) known = known with { Indicators = set };
    }

    /// <summary>Something was observed.</summary>
    public void Take(Observation observation)
    {
        foreach (Inspection<Observation> inspect in observers) inspect(observation, in known, book);
    }

    /// <summary>A flow ended or reports.</summary>
    public void Take(FlowRecord flow)
    {
        foreach (Inspection<FlowRecord> inspect in flowReaders) inspect(flow, in known, book);
    }

    /// <summary>Something was said. The row is looked at and not kept: its bytes may be gone afterwards.</summary>
    public void Take(TransactionRow row)
    {
        if (!rowReaders.TryGetValue(row.Log, out Inspection<TransactionRow>[]? readers)) return;
        foreach (Inspection<TransactionRow> inspect in readers) inspect(row, in known, book);
    }

    /// <summary>A sensor counted.</summary>
    public void Take(SensorReport report)
    {
        foreach (Inspection<SensorReport> inspect in reportReaders) inspect(report, in known, book);
    }

    /// <summary>The hub noticed something while it spoke with a device. The caller passes the same door as batches do.</summary>
    public void Take(TrustEvent noticed)
    {
        foreach (Inspection<TrustEvent> inspect in trustReaders) inspect(noticed, in known, book);
    }

    /// <summary>Stored traffic shows what was listed since. The caller passes the same door as batches do.</summary>
    /// <param name="seen">The traffic.</param>
    /// <param name="listed">What was listed since.</param>
    public void Take(PastTraffic seen, IndicatorSet listed)
    {
        Knowledge then = Known with { Indicators = listed };
        foreach (Inspection<PastTraffic> inspect in pastReaders) inspect(seen, in then, book);
    }

    /// <summary>Everything up to this time was taken.</summary>
    public void Advance(CaptureTime now)
    {
        TakeMoves(now);
        reviewed ??= now;
        if (isReviewDue || now.Nanoseconds - reviewed.Value.Nanoseconds >= ReviewEvery) Review(now);
    }

    /// <summary>Looks through the ledger now: the capture is over, or somebody asks.</summary>
    public void Review(CaptureTime now)
    {
        TakeMoves(now);
        (reviewed, isReviewDue) = (now, false);
        book.Review(known.Devices, now);
        LedgerReview review = new(now);
        foreach (Inspection<LedgerReview> inspect in reviewers) inspect(review, in known, book);
    }

    private void TakeMoves(CaptureTime now)
    {
        AddressMoves moved = new(now, known.Devices.TakeMoves(now));
        foreach (AddressMove move in moved.All.Where(move => !move.IsBack))
        {
            long before = known.Devices.Of(Subject.Of(move.Before, default))?.Id ?? 0;
            // The same device with another card keeps what is its own.
            if (before == 0 || before != known.Devices.Of(Subject.Of(move.After, move.Ip))?.Id) book.PartWith(move.Ip, before, move.At, DetectorRegistry.OfAddresses);
        }
        foreach (Inspection<AddressMoves> inspect in moveReaders) inspect(moved, in known, book);
    }

    private static Inspection<TInput>[] ReadersOf<TInput>((DetectorInfo Info, object Detector)[] all) =>
        [.. all.Select(one => one.Detector).OfType<IDetector<TInput>>().Select(detector => (Inspection<TInput>)detector.Inspect)];
}
