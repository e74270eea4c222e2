using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A result that contradicts what was said before. A final result of the same patient, order, test and moment comes once more with another value, without the status
/// of a correction (HL7 table 0085, LIS02-A2 R-9, POCT1-A reason) and under a new control id: low from the machine that sent the first, since not every laboratory
/// marks its corrections, high from another one. And a result that quotes an order which was placed for another patient: told where order and result of the two
/// systems agreed on the patient at least five times and ten times as often as not, so that systems which number patients differently are not held against each other. Silent on
/// preliminary results that become final, on corrections and repetitions that say so, on tests and trainings, and on patients who were merged.
/// </summary>
internal sealed class AlteredResult : IDetector, IDetector<TransactionRow>
{
    private const int ResultsKept = 131_072, OrdersKept = 65_536, PatientsKept = 16_384, PairsKept = 1024, FewestAgreed = 5, AgreedForEach = 10;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);
    private static readonly FindingType Changed = new("result-altered", Severity.Low, Duty.ResponsibleDepartment, "T1565.002");
    private static readonly FindingType Mismatch = new("result-of-another-patient", Severity.Medium, Duty.ResponsibleDepartment, "T1565.002");
    private static readonly HashSet<string> Final = ["F", "", "NEW"];
    private readonly RecentState<string, Told> results = new(ResultsKept);
    private readonly RecentState<string, Placed> orders = new(OrdersKept);
    private readonly RecentState<string, Merged> merged = new(PatientsKept);
    private readonly RecentState<string, Agreement> agreements = new(PairsKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("altered-result", Changed, Mismatch) { Logs = ClinicalMessage.Logs };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (ClinicalMessage.Of(seen) is not { Patient: { } patient } message || message.IsTest) return;
        // Merges and changes of identifiers: HL7 2.9, 3.3.40 and 3.3.47.
        if (message.Kind is "ADT^A18" or "ADT^A34" or "ADT^A36" or "ADT^A40" or "ADT^A47") merged.Of(patient).At = seen.At;
        if (seen.Text("order_control"u8) is "NW" or "SN" or "RO") Place(message, patient);
        else if (message.Results.Count > 0) Compare(message, patient, known, findings);
    }

    private void Place(ClinicalMessage message, string patient)
    {
        foreach (string order in message.Orders)
        {
            Placed placed = orders.Of(order);
            (placed.Patient, placed.By, placed.At) = (patient, message.From.Ip, message.Row.At);
        }
    }

    private void Compare(ClinicalMessage message, string patient, in Knowledge known, IFindingSink findings)
    {
        foreach (string order in message.Orders)
        {
            if (orders.Find(order) is { } placed && !message.From.Ip.Equals(placed.By) && message.Row.At.Since(placed.At) <= Remembered && Disagrees(message, patient, placed)) OfAnother(message, placed, known, findings);
        }
        if ((message.Orders.Count == 0 && message.ObservedAt is null) || !(message.Kind.StartsWith("ORU", StringComparison.Ordinal) || message.Kind.StartsWith("OUL", StringComparison.Ordinal) || message.Row.Log != "hl7")) return;
        string about = $"{message.To.Ip}|{patient}|{(message.Orders.Count > 0 ? string.Join(',', message.Orders) : "")}|{message.ObservedAt}";
        foreach (IGrouping<string, (string Code, string Place, string Status, string Value)> same in message.Results.GroupBy(result => $"{result.Code}^{result.Place}"))
        {
            // A text comes as several results of one name: which of them belongs to which is not said.
            if (same.Count() == 1) Compare(message, $"{about}|{same.Key}", same.Single(), known, findings);
        }
    }

    private void Compare(ClinicalMessage message, string key, (string Code, string Place, string Status, string Value) result, in Knowledge known, IFindingSink findings)
    {
        bool isFinal = Final.Contains(result.Status);
        if (results.Find(key) is { } before && message.Row.At.Since(before.At) <= Remembered)
        {
            if (!isFinal || before.Value == result.Value || before.Id == message.Id) return;
            Changes(message, before, result, known, findings);
            if (!ClinicalMessage.IsSame(before.From, message.From, in known)) return;
        }
        if (!isFinal) return;
        Told told = results.Of(key);
        (told.Value, told.From, told.At, told.Id) = (result.Value, message.From, message.Row.At, message.Id);
    }

    private static void Changes(ClinicalMessage message, Told before, (string Code, string Place, string Status, string Value) result, in Knowledge known, IFindingSink findings)
    {
        bool isOfAnother = !ClinicalMessage.IsSame(before.From, message.From, in known);
        findings.Raise(new Sighting
        {
            Type = Changed,
            Subject = known.Party(message.From),
            Peer = known.Party(message.To, message.ToPort),
            Severity = isOfAnother ? Severity.High : null,
            Confidence = isOfAnother ? 0.85 : 0.6,
            Arguments = [result.Code, message.From.Ip.ToString(), before.From.Ip.ToString()],
            Facts =
            [
                new Fact("test-code", result.Code),
                new Fact("result-status", result.Status.Length == 0 ? "-" : result.Status, "C"),
                new Fact("sent-by", message.From.Ip.ToString(), before.From.Ip.ToString()),
                new Fact("control-id", message.Id ?? "-", before.Id),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = message.Evidence,
        });
    }

    /// <summary>Whether the patients differ where they otherwise do not.</summary>
    private bool Disagrees(ClinicalMessage message, string patient, Placed placed)
    {
        Agreement agreement = agreements.Of($"{placed.By}|{message.From.Ip}");
        if (placed.Patient == patient)
        {
            agreement.Agreed++;
            return false;
        }
        if (merged.Find(patient) is not null || merged.Find(placed.Patient) is not null) return false;
        agreement.Differed++;
        return agreement.Agreed >= FewestAgreed && agreement.Agreed >= AgreedForEach * (agreement.Differed - 1);
    }

    private static void OfAnother(ClinicalMessage message, Placed placed, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Mismatch,
        Subject = known.Party(message.From),
        Peer = known.Party(message.To, message.ToPort),
        Confidence = 0.7,
        Arguments = [message.Kind, message.From.Ip.ToString(), placed.By.ToString()],
        Facts = [new Fact("patient-of-result", message.Patient!, placed.Patient), new Fact("ordered-by", placed.By.ToString()), new Fact("control-id", message.Id ?? "-"), new Fact("source-proof", "handshake")],
        Evidence = message.Evidence,
    });

    private sealed class Told
    {
        public string Value { get; set; } = "";

        public Subject From { get; set; }

        public CaptureTime At { get; set; }

        public string? Id { get; set; }
    }

    private sealed class Placed
    {
        public string Patient { get; set; } = "";

        public Address By { get; set; }

        public CaptureTime At { get; set; }
    }

    private sealed class Merged
    {
        public CaptureTime At { get; set; }
    }

    private sealed class Agreement
    {
        public long Agreed { get; set; }

        public long Differed { get; set; }
    }
}
