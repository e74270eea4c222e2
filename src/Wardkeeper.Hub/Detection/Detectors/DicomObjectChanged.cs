using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// An image or report that was stored is stored again under the same SOP Instance UID with other content, at the same server, by another machine; and studies, series or instances that are deleted over the
/// web (DICOMweb or the archive's own interface) by a machine that had not done so before. Content is compared by the sensor's digest of what the object says and by the length of its uncompressed pixels, so
/// that another transfer syntax is no change. Silent on the same machine sending a corrected object again, on what archives send because others asked for it, on machines that did the same on earlier days, on declared scanners, and inside
/// announced maintenance windows.
/// </summary>
internal sealed class DicomObjectChanged : IDetector, IDetector<TransactionRow>
{
    private const int ObjectsKept = 32_768, ServersKept = 1024;
    private static readonly TimeSpan Doubted = TimeSpan.FromDays(1);
    private static readonly string[] Levels = ["/studies/", "/series/", "/instances/", "/patients/"];
    private static readonly FindingType Changed = new("dicom-object-changed", Severity.Medium, Duty.InformationDepartment, "T1565.001");
    private static readonly FindingType Deleted = new("dicom-object-deleted", Severity.Medium, Duty.InformationDepartment, "T1485");
    private readonly RecentState<ObjectKey, Stored> objects = new(ObjectsKept);
    private readonly RecentState<Address, Habit> servers = new(ServersKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dicom-object-changed", Changed, Deleted) { Logs = [DicomRows.Log, "http"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !known.Local.Contains(flow.Server.Ip)) return;
        if (seen.Log == "http") Web(seen, flow, known, findings);
        else if (seen.Is("web")) servers.Of(flow.Server.Ip).Note(seen.Began);
        else if (seen.Is("dimse")) Dimse(seen, flow, known, findings);
    }

    private void Dimse(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        Habit server = servers.Of(flow.Server.Ip);
        bool isSettled = server.IsSettled(seen.Began);
        server.Note(seen.Began);
        if (seen.Text("command"u8) != "C-STORE" || seen.Flag("from_acceptor"u8) == true || seen.Text("move_originator"u8) is not null || !seen.HasEffect()) return;
        if (seen.Text("sop_instance"u8) is not { } instance || seen.Text("content_digest"u8) is not { } digest) return;
        string storesFrom = "stores " + flow.Client.Ip, changesFrom = "changes " + flow.Client.Ip;
        bool isStranger = !server.Knows(storesFrom, seen.Began) || IsRecent(server, storesFrom, seen.Began);
        Stored stored = objects.Of(new ObjectKey(flow.Server.Ip, NumberOf(instance)));
        long? pixels = seen.Number("pixel_bytes"u8);
        if (stored.Digest is null) (stored.Digest, stored.PixelBytes, stored.From, stored.At, stored.Patient) = (digest, pixels, flow.Client.Ip, seen.Began, seen.Text("patient"u8));
        if (stored.From == flow.Client.Ip)
        {
            (stored.Digest, stored.PixelBytes, stored.At) = (digest, pixels, seen.Began);
            return;
        }
        bool arePixelsOther = pixels is not null && stored.PixelBytes is not null && pixels != stored.PixelBytes;
        if (stored.Digest == digest && !arePixelsOther) return;
        bool isHabit = server.Knows(changesFrom, seen.Began) && !IsRecent(server, changesFrom, seen.Began);
        if (isHabit || known.Site.IsScanner(flow.Client.Ip) || known.Site.WindowOf(flow.Client.Ip, seen.Began) is not null) return;
        findings.Raise(new Sighting
        {
            Type = Changed,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Severity = isSettled && isStranger && arePixelsOther ? Severity.High : isSettled && isStranger ? null : Severity.Low,
            Confidence = isStranger ? 0.8 : 0.65,
            Arguments = [instance, stored.From.ToString(), flow.Server.Ip.ToString()],
            Facts =
            [
                new Fact("sop-instance", instance),
                new Fact("study", seen.Text("study_uid"u8) ?? "-"),
                new Fact("content-digest", digest, stored.Digest),
                new Fact("pixel-bytes", Bytes(pixels), Bytes(stored.PixelBytes)),
                new Fact("same-patient", seen.Text("patient"u8) == stored.Patient ? "yes" : "no", "yes"),
                new Fact("stored-first-by", $"{stored.From}, {FlowFacts.Time(stored.At)}", flow.Client.Ip.ToString()),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void Web(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        if (seen.Number("status_code"u8) is null or < 200 or >= 300 || seen.Text("uri"u8) is not { } uri || Deletes(seen.Text("method"u8), uri) is not { } level) return;
        // The same words stand in the addresses of other services: only a server that speaks DICOM is meant.
        if (servers.Find(flow.Server.Ip) is not { } server) return;
        string deletesFrom = "deletes " + flow.Client.Ip;
        bool isHabit = server.Knows(deletesFrom, seen.Began) && !IsRecent(server, deletesFrom, seen.Began), isSettled = server.IsSettled(seen.Began);
        if (isHabit || known.Site.IsScanner(flow.Client.Ip) || known.Site.WindowOf(flow.Client.Ip, seen.Began) is not null) return;
        findings.Raise(new Sighting
        {
            Type = Deleted,
            Subject = known.Party(flow.Client),
            Peer = known.Party(flow.Server, flow.ServerPort),
            Severity = isSettled ? null : Severity.Low,
            Confidence = isSettled ? 0.8 : 0.6,
            Arguments = [level, flow.Server.Ip.ToString()],
            Facts =
            [
                new Fact("command", "DELETE " + level, isSettled ? "nobody deleted from there" : null),
                new Fact("watched-since", FlowFacts.Time(server.First)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>What a request deletes: a level of the hierarchy, or several of any in one request (Orthanc's <c>tools/bulk-delete</c>); null when it deletes none.</summary>
    private static string? Deletes(string? method, string uri) => method switch
    {
        "DELETE" => Array.Find(Levels, one => uri.Contains(one, StringComparison.OrdinalIgnoreCase))?.Trim('/'),
        "POST" when uri.EndsWith("/tools/bulk-delete", StringComparison.OrdinalIgnoreCase) => "resources",
        _ => null,
    };

    private static bool IsRecent(Habit habit, string trait, CaptureTime at) => habit.Traits.TryGetValue(trait, out CaptureTime since) && at.Since(since) <= Doubted;

    /// <summary>FNV-1a of a UID: a whole UID takes four times the room, and there are many.</summary>
    private static long NumberOf(string uid)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (char c in uid) hash = (hash ^ c) * 0x0000_0100_0000_01B3;
        return (long)hash;
    }

    private static string Bytes(long? count) => count is { } bytes ? FlowFacts.Number(bytes) : "-";

    /// <summary>An object at a server, by a number made of its SOP Instance UID.</summary>
    internal sealed record ObjectKey(Address Server, long Instance);

    /// <summary>How an object was stored first.</summary>
    internal sealed class Stored
    {
        /// <summary>Digest of what it says.</summary>
        public string? Digest { get; set; }

        /// <summary>Bytes of its pixels when not compressed.</summary>
        public long? PixelBytes { get; set; }

        /// <summary>Who stored it.</summary>
        public Address From { get; set; }

        /// <summary>When.</summary>
        public CaptureTime At { get; set; }

        /// <summary>The patient, masked.</summary>
        public string? Patient { get; set; }
    }
}
