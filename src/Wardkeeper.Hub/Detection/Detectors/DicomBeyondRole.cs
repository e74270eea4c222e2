using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device that does over DICOM what it never did: one that only sent images begins to query the archive or to fetch from it; one that stored images of one kind stores those of
/// another that it cannot make; somebody deletes objects with N-DELETE. The first two rest on a week of watching that machine (the second also on a type that people entered);
/// N-DELETE outside of printing, where it is ordinary, is told at once. Silent on what archives send because others asked for it, on reports, presentation states and secondary captures, which any
/// device may write, on machines that query and store many kinds anyway (archives, workstations, gateways), inside announced maintenance windows, and on declared scanners.
/// </summary>
internal sealed class DicomBeyondRole : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192;

    /// <summary>Exchanges that must have been seen of a machine before its role is taken as known.</summary>
    private const int FewestTimes = 20;

    /// <summary>Kinds of images from which on a machine sends those of others.</summary>
    private const int MostKinds = 3;

    /// <summary>Objects fetched within a day by a machine that never fetched, from which on it is more than a look at one old study.</summary>
    private const int ManyObjects = 100;
    private static readonly TimeSpan Doubted = TimeSpan.FromDays(1);
    private static readonly FindingType Role = new("dicom-beyond-role", Severity.Low, Duty.ClinicalEngineering, "T1213");
    private static readonly FindingType Kind = new("dicom-foreign-images", Severity.Medium, Duty.ClinicalEngineering, "T1565.001");
    private static readonly FindingType Delete = new("dicom-delete", Severity.Medium, Duty.InformationDepartment, "T1485");

    /// <summary>Kinds of images by words in the name of their SOP class (PS3.6), the first that fits.</summary>
    private static readonly (string Word, string Kind)[] Kinds =
    [
        ("Mammography", "mammography"), ("Breast", "mammography"), ("Digital X-Ray", "radiography"), ("Computed Radiography", "radiography"), ("CT Image", "CT"), ("Enhanced CT", "CT"),
        ("MR Image", "MR"), ("MR Color", "MR"), ("MR Spectroscopy", "MR"), ("Ultrasound", "ultrasound"), ("X-Ray Angiographic", "angiography"), ("XA Image", "angiography"), ("XRF", "angiography"),
        ("X-Ray Radiofluoroscopic", "angiography"), ("X-Ray 3D", "angiography"), ("Nuclear Medicine", "nuclear"), ("PET Image", "nuclear"), ("Positron", "nuclear"), ("Ophthalmic", "ophthalmic"), ("ECG Waveform", "ECG"),
    ];

    /// <summary>Kinds that one machine makes together, beside its own.</summary>
    private static readonly HashSet<(string, string)> Together = [("CT", "nuclear"), ("MR", "nuclear"), ("angiography", "CT"), ("radiography", "angiography"), ("radiography", "mammography")];
    private static readonly Dictionary<string, string[]> KindsOfTypes = new(StringComparer.Ordinal)
    {
        ["ct-scanner"] = ["CT"],
        ["mr-scanner"] = ["MR"],
        ["ultrasound-scanner"] = ["ultrasound"],
        ["digital-radiography-unit"] = ["radiography"],
        ["mammography-unit"] = ["mammography"],
    };

    private readonly RecentState<Address, Doing> machines = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dicom-beyond-role", Role, Kind, Delete) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !seen.Is("dimse") || seen.Text("command"u8) is not { } command) return;
        (Subject requester, Subject performer) = seen.Ends(flow);
        if (!known.Local.Contains(requester.Ip) || known.Site.IsScanner(requester.Ip)) return;
        bool isPrint = seen.Text("service"u8) == "print";
        if (command == "N-DELETE" && !isPrint) RaiseDelete(seen, requester, performer, known, findings);
        // Objects on their way because somebody asked for them say nothing of who sends them; a report goes from the server to its client.
        if (command is "C-ECHO" or "N-EVENT-REPORT" || (command == "C-STORE" && (seen.Flag("from_acceptor"u8) == true || seen.Text("move_originator"u8) is not null))) return;
        Doing doing = machines.Of(requester.Ip);
        bool isJudged = doing.Habit.IsSettled(seen.Began) && doing.Habit.Times >= FewestTimes && known.Site.WindowOf(requester.Ip, seen.Began) is null;
        if (command == "C-STORE") Store(seen, requester, performer, doing, isJudged, known, findings);
        else if (seen.Text("service"u8) == "query-retrieve") Ask(seen, requester, performer, doing, isJudged, known, findings);
        doing.Habit.Note(seen.Began);
    }

    private static void Ask(TransactionRow seen, Subject requester, Subject performer, Doing doing, bool isJudged, in Knowledge known, IFindingSink findings)
    {
        if (!doing.Habit.Knows("asks", seen.Began) && isJudged) doing.Doubt = seen.Began;
        if (doing.Doubt is not { } doubt || seen.Began.Since(doubt) > Doubted) return;
        string command = seen.Text("command"u8)!;
        if (command is "C-MOVE" or "C-GET") doing.Fetched += seen.Number("completed_sub_operations"u8) ?? 0;
        findings.Raise(new Sighting
        {
            Type = Role,
            Subject = known.Party(requester),
            Peer = known.Party(performer),
            Severity = doing.Fetched >= ManyObjects ? Severity.Medium : null,
            Confidence = 0.75,
            Arguments = [command, performer.Ip.ToString(), FlowFacts.Number(doing.Habit.Days)],
            Facts =
            [
                new Fact("command", command, Usual(doing)),
                new Fact("sop-class", seen.Text("sop_class_name"u8) ?? seen.Text("sop_class"u8) ?? "-"),
                new Fact("objects-fetched", FlowFacts.Number(doing.Fetched), FlowFacts.Number(0)),
                new Fact("watched-since", FlowFacts.Time(doing.Habit.First)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static void Store(TransactionRow seen, Subject requester, Subject performer, Doing doing, bool isJudged, in Knowledge known, IFindingSink findings)
    {
        string name = seen.Text("sop_class_name"u8) ?? "";
        string? kind = Array.Find(Kinds, one => name.Contains(one.Word, StringComparison.OrdinalIgnoreCase)).Kind;
        if (kind is null || !seen.HasEffect())
        {
            doing.Habit.Knows("stores", seen.Began);
            return;
        }
        string[] usual = [.. doing.Habit.Traits.Keys.Where(trait => trait.StartsWith("kind ", StringComparison.Ordinal)).Select(trait => trait[5..])];
        string[]? stated = known.Devices.Of(requester) is { TypeIsFromPeople: true, Type: { } type } ? KindsOfTypes.GetValueOrDefault(type) : null;
        bool isKnown = usual.Contains(kind), isForeign = !isKnown && (isJudged && usual.Length is > 0 and < MostKinds && !usual.Any(one => Fits(one, kind)));
        bool isAgainstType = stated is not null && usual.Length < MostKinds && !stated.Any(one => one == kind || Fits(one, kind));
        if (isForeign || isAgainstType) doing.Foreign = kind;
        // A kind is learned only where it is believed.
        if (doing.Foreign != kind)
        {
            doing.Habit.Knows("kind " + kind, seen.Began);
            return;
        }
        findings.Raise(new Sighting
        {
            Type = Kind,
            Subject = known.Party(requester),
            Peer = known.Party(performer),
            Discriminator = kind,
            Confidence = isAgainstType ? 0.8 : 0.7,
            Arguments = [kind, string.Join(", ", stated ?? usual), performer.Ip.ToString()],
            Facts =
            [
                new Fact("sop-class", name, string.Join(", ", stated ?? usual)),
                new Fact("maker-in-object", $"{seen.Text("manufacturer"u8) ?? "-"} {seen.Text("model"u8) ?? "-"}"),
                new Fact("study", seen.Text("study_uid"u8) ?? "-"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static void RaiseDelete(TransactionRow seen, Subject requester, Subject performer, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Delete,
        Subject = known.Party(requester),
        Peer = known.Party(performer),
        Discriminator = "n-delete",
        Severity = seen.HasEffect() ? null : Severity.Low,
        Confidence = 0.7,
        Arguments = ["N-DELETE", seen.Text("sop_class_name"u8) ?? seen.Text("sop_class"u8) ?? "-", performer.Ip.ToString()],
        Facts =
        [
            new Fact("command", "N-DELETE", "none outside of printing"),
            new Fact("sop-class", seen.Text("sop_class_name"u8) ?? seen.Text("sop_class"u8) ?? "-"),
            new Fact("answer", seen.Text("status_text"u8) ?? seen.Text("status_class"u8) ?? "none seen"),
            new Fact("source-proof", "handshake"),
        ],
        Evidence = seen.Evidence(),
    });

    private static bool Fits(string one, string other) => Together.Contains((one, other)) || Together.Contains((other, one));

    private static string Usual(Doing doing) => doing.Habit.Traits.Keys.Any(trait => trait != "asks") ? "C-STORE" : "other commands";

    /// <summary>What a machine does.</summary>
    internal sealed class Doing
    {
        /// <summary>Since when, and what: <c>asks</c>, <c>stores</c>, <c>kind …</c>.</summary>
        public Habit Habit { get; set; } = new();

        /// <summary>When it began to ask though it never had; null when it did not.</summary>
        public CaptureTime? Doubt { get; set; }

        /// <summary>Objects it fetched since.</summary>
        public long Fetched { get; set; }

        /// <summary>The kind of images that is not its own, or null.</summary>
        public string? Foreign { get; set; }
    }
}
