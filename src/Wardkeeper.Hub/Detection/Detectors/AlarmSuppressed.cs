using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Alarms that are silenced by whom nobody expects. SDC: a machine asks a device to switch alarms off or to pause them (SetAlertState) that has not been reading the device for ten minutes and at
/// least three times; high where others do read it, low where nothing is known of its readers. HL7: the end of an alarm is reported under the name of the machine that reported its
/// beginning, by another one, within an hour. Silent on central monitors, on readers of long standing, on requests that the device refused, and on alarms silenced at the bedside.
/// </summary>
internal sealed class AlarmSuppressed : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 16_384, FewestReads = 3;
    private static readonly TimeSpan Standing = TimeSpan.FromMinutes(10), Lasting = TimeSpan.FromHours(1);
    private static readonly FindingType Type = new("alarm-suppressed", Severity.High, Duty.ClinicalEngineering, "T0878") { SubjectIs = PartyRole.Target };
    private readonly RecentState<string, Reader> readers = new(Kept);
    private readonly RecentState<Address, Device> devices = new(Kept);
    private readonly RecentState<string, Alarm> alarms = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("alarm-suppressed", Type) { Logs = ["dpws", "hl7"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log == "hl7") Ends(seen, known, findings);
        else if (seen.Flow is { } flow && !flow.OriginatorAddress.IsNone && seen.Text("profile"u8) == "sdc") Commands(seen, flow, known, findings);
    }

    private void Commands(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        string action = seen.Text("action"u8) ?? "";
        Reader reader = readers.Of($"{flow.Server.Ip}|{flow.Client.Ip}");
        Device device = devices.Of(flow.Server.Ip);
        if (action.StartsWith("Get", StringComparison.Ordinal) || action is "Subscribe" or "Renew")
        {
            if (reader.Reads++ == 0) reader.First = seen.At;
            if (reader.Reads == FewestReads && !device.Readers.Contains(flow.Client.Ip) && device.Readers.Count < FewestReads) device.Readers.Add(flow.Client.Ip);
            return;
        }
        if (seen.Number("alarms_silenced"u8) is not { } silenced || seen.Text("fault"u8) is not null || seen.Text("invocation_state"u8) is "Fail" or "Cnclld") return;
        Party by = known.Party(flow.Client);
        if (by.Device?.IsBelieved("central-monitor", seen.At) == true || (reader.Reads >= FewestReads && seen.At.Since(reader.First) >= Standing)) return;
        bool isReadByOthers = device.Readers.Exists(address => address != flow.Client.Ip);
        Raise(known.Party(flow.Server, flow.ServerPort), by, isReadByOthers ? null : Severity.Low, isReadByOthers ? 0.8 : 0.5, [flow.Client.Ip.ToString(), flow.Server.Ip.ToString(), action],
        [
            new Fact("alarms-silenced", FlowFacts.Number(silenced), "0"),
            new Fact("operation", seen.Text("operation"u8) ?? "-"),
            new Fact("reads-before", FlowFacts.Number(reader.Reads)),
            new Fact("known-readers", device.Readers.Count == 0 ? "-" : string.Join(", ", device.Readers)),
        ], new Evidence(seen.At, flow.Uid, flow.FirstPacket, seen.Log), findings);
    }

    private void Ends(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("alarm_event"u8) is not { } what || ClinicalMessage.Of(seen) is not { Name: not null } message) return;
        Alarm alarm = alarms.Of($"{message.Route}|{what}|{message.Patient}");
        if (seen.Text("alarm_phase"u8) is "start" or "continue" or "present" || seen.Text("alarm_state"u8) == "active")
        {
            if (alarm.From.Ip.IsNone || seen.At.Since(alarm.At) > Lasting) alarm.From = message.From;
            alarm.At = seen.At;
            return;
        }
        bool isEnd = seen.Text("alarm_phase"u8) == "end" || seen.Text("alarm_state"u8) == "inactive";
        if (!isEnd || alarm.From.Ip.IsNone || seen.At.Since(alarm.At) > Lasting || ClinicalMessage.IsSame(alarm.From, message.From, in known)) return;
        Raise(known.Party(alarm.From), known.Party(message.From), Severity.Medium, 0.75, [message.From.Ip.ToString(), alarm.From.Ip.ToString(), message.Kind],
            [new Fact("alarm", what), new Fact("sent-by", message.From.Ip.ToString(), alarm.From.Ip.ToString()), new Fact("message-name", message.Name)], message.Evidence, findings);
    }

    private static void Raise(Party device, Party by, Severity? severity, double confidence, string[] arguments, Fact[] facts, Evidence evidence, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Type,
        Subject = device,
        Peer = by,
        Severity = severity,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", "handshake")],
        Evidence = evidence,
    });

    private sealed class Reader
    {
        public long Reads { get; set; }

        public CaptureTime First { get; set; }
    }

    private sealed class Device
    {
        public List<Address> Readers { get; set; } = [];
    }

    private sealed class Alarm
    {
        public Subject From { get; set; }

        public CaptureTime At { get; set; }
    }
}
