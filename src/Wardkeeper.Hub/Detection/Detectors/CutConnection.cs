using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A medical connection that somebody else ended. TCP: it was reset in the name of an end that went on sending new content behind the reset, in HL7, ASTM, POCT1-A, DICOM, IEEE 11073, or of a
/// device that the ledger knows as medical. Data Export: an association was aborted or released in the name of a client that goes on polling within it, or in the name of a monitor that
/// goes on answering, without a new association between. At least two polls must contradict. Silent where whoever ended it falls silent or associates anew, and on segments that
/// the mirror shows late. A firewall that resets connections looks the same; datagrams can be forged by anybody who knows both ends.
/// </summary>
internal sealed class CutConnection : IDetector, IDetector<FlowRecord>, IDetector<TransactionRow>
{
    private const int Kept = 8192, EndsKept = 16, FewestPolls = 2;
    private static readonly FindingType Type = new("connection-cut-forged", Severity.High, Duty.ClinicalEngineering, "T0814") { SubjectIs = PartyRole.Target };
    private static readonly string[] Medical = ["hl7", "astm", "poct1a", "dicom", "ieee11073", "sdc"];
    private readonly RecentState<string, Association> associations = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("cut-connection", Type) { Logs = ["data_export"] };

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.ResetForged is not { } side || seen.IsInterim) return;
        FlowView view = seen.View;
        string? protocol = Array.Find(Medical, seen.Speaks);
        Party one = known.Party(view.Originator), other = known.Party(view.Responder, view.ResponderPort);
        if (protocol is null && one.Device?.IsMedical != true && other.Device?.IsMedical != true) return;
        Raise(new Ending(one, other, protocol ?? FlowFacts.Port(view.Carrier, view.ResponderPort), "reset", side == "resp" ? other : one, "content"), Severity.Medium, 0.8, seen.Evidence(), findings);
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow) return;
        string? kind = seen.Text("kind"u8);
        if (kind is "abort" or "release")
        {
            List<End> ends = associations.Of(flow.Uid).Ends;
            if (ends.Count == EndsKept) ends.RemoveAt(0);
            ends.Add(new End { At = seen.Began, IsOfClient = seen.Flag("is_orig"u8) == true, Kind = kind });
        }
        else if (associations.Find(flow.Uid) is not { } association) return;
        else if (kind == "association" && association.Ends[^1].Until is null) association.Ends[^1].Until = seen.Began;
        else if (kind is "poll" or "extended_poll" && association.Ends.Find(end => seen.Began > end.At && (end.Until is null || seen.Began < end.Until)) is { } end)
        {
            // A client that does not know of the monitor's end asks in vain: only answers contradict it.
            if (!end.IsOfClient && seen.Text("status"u8) is null) return;
            if (++end.Polls < FewestPolls) return;
            Party client = known.Party(flow.Client), monitor = known.Party(flow.Server, flow.ServerPort);
            Raise(new Ending(client, monitor, "data-export", end.Kind, end.IsOfClient ? client : monitor, "polls"), null, 0.85, new Evidence(end.At, flow.Uid, flow.FirstPacket, seen.Log), findings);
        }
    }

    private static void Raise(Ending ending, Severity? severity, double confidence, Evidence evidence, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Type,
        Subject = ending.Server,
        Peer = ending.Client,
        Severity = severity,
        Confidence = confidence,
        Arguments = [ending.Protocol, ending.Client.Address, ending.Server.Address, ending.InNameOf.Address],
        Facts =
        [
            new Fact("protocol", ending.Protocol),
            new Fact("ended-by", $"{ending.Word}, {ending.InNameOf.Address}"),
            new Fact("went-on-with", ending.WentOnWith, "silence"),
            new Fact("source-proof", "single packets"),
        ],
        Evidence = evidence,
    });

    private readonly record struct Ending(Party Client, Party Server, string Protocol, string Word, Party InNameOf, string WentOnWith);

    private sealed class Association
    {
        public List<End> Ends { get; set; } = [];
    }

    private sealed class End
    {
        public CaptureTime At { get; set; }

        public CaptureTime? Until { get; set; }

        public bool IsOfClient { get; set; }

        public string Kind { get; set; } = "";

        public int Polls { get; set; }
    }
}
