using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Patients' images fetched in bulk, over DIMSE (C-FIND, then C-MOVE or C-GET) or DICOMweb. Three shapes: a machine asks an archive for everybody (no key that restricts, or wildcards for the patient)
/// and then fetches one study after another within minutes, which is plain without any past; a machine fetches within a day, or slowly over a week, several times what it ever did in the
/// weeks before; a machine that an archive, watched for a week, never served fetches many. And queries for everybody alone, so fast that no person makes them, or by a machine that never asked so. Silent on
/// a viewer that lists everybody and opens a study now and then, on
/// an export that is restricted (by date, modality, study) or habitual, on declared servers with the role dicom, which copy archives, on
/// declared scanners, and inside announced maintenance windows: a research export is declared so.
/// </summary>
internal sealed class DicomHarvest : IDetector, IDetector<TransactionRow>
{
    private const int PairsKept = 4096, ServersKept = 1024;

    /// <summary>Studies after a query for everybody: a person looks at a few of what a list shows.</summary>
    private const int FewestAfterSweep = 8;

    /// <summary>Studies of a day by a machine that was never served before.</summary>
    private const int FewestOfStranger = 10;

    /// <summary>Studies of a day, and of a week, below which more than ever is still not many.</summary>
    private const int FewestOfDay = 25, FewestOfWeek = 50;

    /// <summary>How many times its own most of a day or week.</summary>
    private const int TimesMore = 3;

    /// <summary>Queries for everybody in a minute: no person types so fast.</summary>
    private const int FastSweeps = 8;

    /// <summary>Patients or studies that a first query for everybody must bring to be told.</summary>
    private const int ManyFound = 50;
    private static readonly TimeSpan Fast = TimeSpan.FromMinutes(1);

    /// <summary>Within which <see cref="FewestAfterSweep"/> studies are fetched by a program and not opened by a reader, who needs minutes for each.</summary>
    private static readonly TimeSpan Brisk = TimeSpan.FromMinutes(10);
    private static readonly string[] OfPatient = ["PatientID", "PatientName", "PatientBirthDate", "PatientSex"];
    private static readonly FindingType Harvest = new("dicom-harvest", Severity.Medium, Duty.InformationDepartment, "T1213");
    private static readonly FindingType Sweep = new("dicom-query-sweep", Severity.Low, Duty.InformationDepartment, "T1119");
    private readonly RecentState<PairKey, Retrievals> pairs = new(PairsKept);
    private readonly RecentState<Address, Habit> servers = new(ServersKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dicom-harvest", Harvest, Sweep) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || Asked.Of(seen) is not { } asked) return;
        (Subject requester, Subject archive) = seen.Ends(flow);
        if (!known.Local.Contains(archive.Ip) || known.Site.IsScanner(requester.Ip) || known.Site.IsServer(requester.Ip, "dicom")) return;
        Retrievals pair = pairs.Of(new PairKey(requester.Ip, archive.Ip));
        Habit server = servers.Of(archive.Ip);
        pair.Turn(seen.Began);
        // An export that was announced is not learned either: it is no habit.
        if (known.Site.WindowOf(requester.Ip, seen.Began) is not null) return;
        // A stranger stays one for the day on which it came.
        bool isStranger = server.IsSettled(seen.Began) && (pair.Habit.First is not { } first || Habit.DayOf(first) == pair.Today().Day);
        if (asked.Study is { } study)
        {
            pair.Fetch(study, seen.Began);
            if (ShapeOf(pair, isStranger, seen.Began) is { } shape) RaiseHarvest(seen, requester, archive, pair, shape, known, findings);
        }
        else if (asked.IsForEverybody)
        {
            bool isHabit = pair.FirstSweep is { } before && Habit.DayOf(before) < pair.Today().Day;
            pair.Sweep(asked.Found, seen.Began);
            bool isFast = !isHabit && pair.SweepsWithin(Fast, seen.Began) >= FastSweeps;
            bool isUnusual = !isHabit && asked.Found >= ManyFound && (isStranger || pair.Habit.IsSettled(seen.Began));
            if (isFast || isUnusual) RaiseSweep(seen, requester, archive, pair, known, findings);
        }
        pair.Habit.Note(seen.Began);
        server.Note(seen.Began);
    }

    /// <summary>Which way of harvesting what was fetched so far shows; null for none.</summary>
    private static string? ShapeOf(Retrievals pair, bool isStranger, CaptureTime at)
    {
        long today = pair.Today().Studies;
        bool isSettled = pair.Habit.IsSettled(at);
        // Viewers list everybody by themselves: whoever opens what he needs is slow at first, and later is measured by his own past.
        bool isSwept = pair.Today().Sweeps > 0 && (isSettled ? today > TimesMore * pair.MostOfADay() : pair.FetchedWithin(Brisk, at) >= FewestAfterSweep);
        if (isSwept && today >= FewestAfterSweep && (pair.Found >= FewestAfterSweep || pair.FoundInAll >= FewestAfterSweep)) return "everybody, then one after another";
        if (isStranger && today >= FewestOfStranger) return "by a machine never served before";
        if (!isSettled) return null;
        if (today >= FewestOfDay && today > TimesMore * pair.MostOfADay()) return "more in a day than ever";
        bool hasWeeks = pair.Habit.First is { } first && at.Since(first) >= 2 * Habit.Learned;
        return hasWeeks && pair.MostOfAWeek() > 0 && pair.ThisWeek() >= FewestOfWeek && pair.ThisWeek() > TimesMore * pair.MostOfAWeek() ? "more in a week than ever" : null;
    }

    private static void RaiseHarvest(TransactionRow seen, Subject requester, Subject archive, Retrievals pair, string shape, in Knowledge known, IFindingSink findings)
    {
        bool isPlain = pair.Today().Sweeps > 0 && pair.Today().Studies >= FewestAfterSweep;
        findings.Raise(new Sighting
        {
            Type = Harvest,
            Subject = known.Party(requester),
            Peer = known.Party(archive),
            Severity = isPlain && pair.Today().Studies >= 2 * FewestAfterSweep ? Severity.High : null,
            Confidence = isPlain ? 0.85 : 0.7,
            Arguments = [FlowFacts.Number(pair.Today().Studies), archive.Ip.ToString(), seen.Text("calling_ae"u8) ?? "-"],
            Facts =
            [
                new Fact("studies-fetched", FlowFacts.Number(pair.Today().Studies), pair.Days.Count > 1 ? FlowFacts.Number(pair.MostOfADay()) : null),
                new Fact("studies-of-week", FlowFacts.Number(pair.ThisWeek()), pair.MostOfAWeek() > 0 ? FlowFacts.Number(pair.MostOfAWeek()) : null),
                new Fact("queries-for-everybody", FlowFacts.Number(pair.Today().Sweeps), FlowFacts.Number(0)),
                new Fact("shape", shape),
                new Fact("ae-title", seen.Text("calling_ae"u8) ?? "-"),
                new Fact("move-destination", seen.Text("move_destination"u8) ?? "-"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static void RaiseSweep(TransactionRow seen, Subject requester, Subject archive, Retrievals pair, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Sweep,
        Subject = known.Party(requester),
        Peer = known.Party(archive),
        Severity = pair.SweepsWithin(Fast, seen.Began) >= FastSweeps && pair.FoundInAll >= ManyFound ? Severity.Medium : null,
        Confidence = 0.7,
        Arguments = [FlowFacts.Number(pair.Today().Sweeps), archive.Ip.ToString(), FlowFacts.Number(pair.FoundInAll)],
        Facts =
        [
            new Fact("queries-for-everybody", FlowFacts.Number(pair.Today().Sweeps), FlowFacts.Number(0)),
            new Fact("answers", FlowFacts.Number(pair.FoundInAll)),
            new Fact("ae-title", seen.Text("calling_ae"u8) ?? "-"),
            new Fact("source-proof", "handshake"),
        ],
        Evidence = seen.Evidence(),
    });

    /// <summary>A machine and the archive it asks.</summary>
    internal sealed record PairKey(Address Requester, Address Archive);

    /// <summary>What a row asks for: a study that was fetched, or a search and whether it restricts whom it is about.</summary>
    private readonly record struct Asked(string? Study, bool IsForEverybody, long Found)
    {
        /// <summary>Reads a row; null when it neither searches nor fetches, or had no effect.</summary>
        public static Asked? Of(TransactionRow seen) => seen.Text("kind"u8) switch
        {
            "dimse" when seen.Text("service"u8) == "query-retrieve" => OfDimse(seen),
            "web" => OfWeb(seen),
            _ => null,
        };

        private static Asked? OfDimse(TransactionRow seen)
        {
            if (seen.Text("command"u8) is "C-MOVE" or "C-GET")
                return seen.Number("completed_sub_operations"u8) > 0 ? new Asked(seen.Text("study_uid"u8) ?? seen.Text("patient"u8) ?? seen.Text("sop_instance"u8) ?? "-", false, 0) : null;
            if (seen.Text("command"u8) != "C-FIND" || !seen.HasEffect()) return null;
            bool isOverview = seen.Text("query_level"u8) is null or "PATIENT" or "STUDY";
            return new Asked(null, isOverview && IsOpen(seen), Math.Max(seen.Number("pending_responses"u8) ?? 0, seen.Number("returned_patients"u8) ?? 0));
        }

        private static Asked? OfWeb(TransactionRow seen)
        {
            if (seen.Number("status_code"u8) is null or < 200 or >= 300) return null;
            return seen.Text("operation"u8) switch
            {
                "retrieve" or "retrieve-uri" when seen.Number("instances"u8) > 0 => new Asked(seen.Text("study_uid"u8) ?? "-", false, 0),
                "search" => new Asked(null, seen.Text("resource"u8) == "studies" && seen.Text("study_uid"u8) is null && IsOpen(seen), seen.Number("matches"u8) ?? 0),
                _ => null,
            };
        }

        /// <summary>Whether nothing restricts the search but wildcards for the patient.</summary>
        private static bool IsOpen(TransactionRow seen) =>
            seen.TextsOrNull("query_keys"u8) is { } keys && seen.Text("patient"u8) is null && keys.All(key => OfPatient.Contains(key) || key is "limit" or "offset" or "includefield" or "QueryRetrieveLevel");
    }
}
