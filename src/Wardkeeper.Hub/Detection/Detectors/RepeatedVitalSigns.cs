using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Vital signs that stand still or come again. Readings of a device are compared as digests of all their values, at least three, for each receiver: Data Export polls, SDC
/// states and reports, HL7 results (ORU) with a heart or pulse rate. Still: at least ten equal readings in a row over ten minutes or more, in which no living body keeps
/// every value. Copied: at least eight readings in a row, four of them different, equal those of an earlier stretch in the same order, as when a recording is played. Silent on tests and trainings (MSH-11),
/// on SDC devices in demonstration, service or maintenance, on pumps (they run at one rate), and on single values that repeat.
/// </summary>
internal sealed class RepeatedVitalSigns : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, ReadingsKept = 512, FewestValues = 3, FewestStill = 10, FewestCopied = 8, FewestDifferent = 4;
    private static readonly TimeSpan StillFor = TimeSpan.FromMinutes(10);
    private static readonly FindingType Frozen = new("vital-signs-frozen", Severity.Medium, Duty.ClinicalEngineering, "T0856") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Copied = new("vital-signs-copied", Severity.Medium, Duty.ClinicalEngineering, "T0856") { SubjectIs = PartyRole.Target };
    private readonly RecentState<string, Series> all = new(Kept);

    /// <summary>Heart and pulse rates: IEEE 11073-10101 and LOINC.</summary>
    private static readonly HashSet<string> Rates = ["147842", "149530", "149538", "8867-4", "8889-8", "68999-5", "76282-3"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("repeated-vital-signs", Frozen, Copied) { Logs = ["data_export", "dpws", "hl7"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || flow.OriginatorAddress.IsNone || Of(seen, flow) is not { } reading) return;
        Series series = all.Of(reading.Key);
        series.Still = series.Readings.Count > 0 && series.Readings[^1] == reading.Values ? series.Still + 1 : 1;
        if (series.Still == 1) series.Since = seen.At;
        Follow(series, reading.Values);
        if (series.Readings.Count == ReadingsKept) series.Readings.RemoveAt(0);
        series.Readings.Add(reading.Values);
        if (series.Still >= FewestStill && seen.At.Since(series.Since) >= StillFor)
        {
            string minutes = FlowFacts.Number((long)seen.At.Since(series.Since).TotalMinutes);
            Raise(Frozen, seen, flow, reading, 0.8, [reading.Device.Ip.ToString(), FlowFacts.Number(series.Still), minutes], [new Fact("equal-readings", FlowFacts.Number(series.Still), "changing values"), new Fact("minutes", minutes)], known, findings);
        }
        if (series.Run >= FewestCopied && series.Readings.Skip(series.Readings.Count - series.Run).Distinct().Take(FewestDifferent).Count() == FewestDifferent)
        {
            string run = FlowFacts.Number(series.Run);
            Raise(Copied, seen, flow, reading, 0.85, [reading.Device.Ip.ToString(), run, FlowFacts.Number(series.Lag)], [new Fact("equal-readings", run, "new values"), new Fact("readings-back", FlowFacts.Number(series.Lag))], known, findings);
        }
    }

    /// <summary>Whether the readings go on as they did some readings ago.</summary>
    private static void Follow(Series series, string values)
    {
        int at = series.Readings.Count;
        if (series.Run > 0 && at >= series.Lag && series.Readings[at - series.Lag] == values)
        {
            series.Run = Math.Min(series.Run + 1, at);
            return;
        }
        int before = series.Still > 1 ? -1 : series.Readings.LastIndexOf(values);
        (series.Lag, series.Run) = before < 0 ? (0, 0) : (at - before, 1);
    }

    private static Reading? Of(TransactionRow seen, FlowView flow)
    {
        if (seen.Log == "hl7")
        {
            if (ClinicalMessage.Of(seen) is not { IsTest: false } message || !message.Kind.StartsWith("ORU", StringComparison.Ordinal) || message.Results.Count < FewestValues || !message.Results.Any(result => Rates.Contains(result.Code))) return null;
            return new Reading(message.From, message.To, $"{message.From.Ip}|{message.To.Ip}|{message.Name}|{message.Patient}", string.Join(',', message.Results.Select(result => result.Code + result.Value)));
        }
        if (seen.Text("values"u8) is not { } values || seen.Number("value_count"u8) is not >= FewestValues) return null;
        if (seen.Log == "dpws" && (seen.Text("profile"u8) != "sdc" || seen.Text("operating_mode"u8) is "Dmo" or "Srv" or "Mtn")) return null;
        // Reports go from the device to who subscribed; everything else is an answer.
        bool isReport = seen.Log == "dpws" && seen.Text("action"u8)?.EndsWith("Report", StringComparison.Ordinal) == true;
        Subject device = isReport ? flow.Client : flow.Server, reader = isReport ? flow.Server : flow.Client;
        return new Reading(device, reader, $"{seen.Log}|{device.Ip}|{reader.Ip}|{seen.Text("action"u8) ?? seen.Text("group"u8)}", values);
    }

    private static void Raise(FindingType type, TransactionRow seen, FlowView flow, Reading reading, double confidence, string[] arguments, Fact[] facts, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = known.Party(reading.Device),
        Peer = known.Party(reading.Reader),
        Discriminator = seen.Log,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", flow.Carrier == Carrier.Udp ? "single packets" : "handshake")],
        Evidence = new Evidence(seen.At, flow.Uid, flow.FirstPacket, seen.Log),
    });

    private readonly record struct Reading(Subject Device, Subject Reader, string Key, string Values);

    private sealed class Series
    {
        public List<string> Readings { get; set; } = [];

        public int Still { get; set; }

        public CaptureTime Since { get; set; }

        public int Lag { get; set; }

        public int Run { get; set; }
    }
}
