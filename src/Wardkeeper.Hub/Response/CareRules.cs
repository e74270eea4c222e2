using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>How a device's situation follows from what ledger, history and utilisation say of it. The same rules for one device and for all of them.</summary>
internal static class CareRules
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1), Alive = TimeSpan.FromDays(1), KnownWork = TimeSpan.FromDays(30), KnownPeers = TimeSpan.FromDays(7), Blind = TimeSpan.FromMinutes(15);
    // Imaging and laboratory machines call nobody to a bed.
    private static readonly HashSet<string> WithoutAlarms = ["imaging", "laboratory"];

    /// <summary>Types of devices that take alarms.</summary>
    public static IReadOnlyList<string> TakersOfAlarms { get; } = ["central-monitor", "nurse-call"];

    /// <summary>Protocols that medical devices speak.</summary>
    public static IReadOnlyList<string> MedicalProtocols { get; } = ["dicom", "hl7", "astm", "poct1a", "dataexport", "sdc", "11073"];

    /// <summary>Whether a device that speaks this counts as medical.</summary>
    public static bool IsMedicalProtocol(string protocol) => MedicalProtocols.Contains(protocol);

    /// <summary>Work before this says nothing.</summary>
    public static CaptureTime UsesFrom(CaptureTime now) => now.Plus(-KnownWork);

    /// <summary>Whom a device talked with before this says nothing.</summary>
    public static CaptureTime PeersFrom(CaptureTime now) => now.Plus(-KnownPeers);

    /// <summary>Whether the newest data is too old to say what is in use now.</summary>
    /// <param name="newest">Capture time of the newest data.</param>
    /// <param name="wall">The clock on the wall.</param>
    public static bool IsBlind(CaptureTime newest, CaptureTime wall) => newest < wall.Plus(-Blind);

    /// <summary>The situation of a device and what the table says of it.</summary>
    /// <param name="line">The device.</param>
    /// <param name="alike">Devices of its type and department, itself among them or not.</param>
    /// <param name="uses">By device, those that were seen at work.</param>
    /// <param name="talksMedically">Whether it speaks a protocol of medical devices.</param>
    /// <param name="alarmPeers">Devices to which it passes alarms.</param>
    /// <param name="now">Capture time of the newest data.</param>
    /// <param name="isBlind">Whether that is too long ago: then what is in use and who could stand in is not known.</param>
    public static DeviceCare Of(DeviceLine line, IEnumerable<DeviceLine> alike, IReadOnlyDictionary<long, DeviceUse> uses, bool talksMedically, IReadOnlyList<long> alarmPeers, CaptureTime now, bool isBlind)
    {
        bool isMedical = line.Category is { } category ? DeviceFacts.IsMedicalCategory(category) : talksMedically;
        DeviceUse? use = uses.GetValueOrDefault(line.Id);
        List<long>? standby = isBlind ? null : StandbyOf(line, alike, uses, now);
        bool? carriesAlarms = alarmPeers.Count > 0 ? true : !isMedical || WithoutAlarms.Contains(line.Category ?? "") ? false : null;
        FailureConsequence? consequence = KebabWord.TryParse(line.Consequence, out FailureConsequence entered) ? entered : null;
        CareSituation situation = CareSituation.Of(consequence, isMedical, IsInUse(line, use, now, isBlind), standby?.Count, comesBackAtOnce: true, carriesAlarms);
        return new DeviceCare(line.Id, situation, SafetyTable.Of(situation), use?.Basis, use?.Last, standby, alarmPeers);
    }

    /// <summary>Who was seen at work within the hour, or began an examination and did not end it, is in use, who talks and was not seen at work is idle; of who is silent, or never showed work, nothing is known.</summary>
    private static bool? IsInUse(DeviceLine line, DeviceUse? use, CaptureTime now, bool isBlind) =>
        use is null ? null : use.IsAtWork(now, Recent) ? true : isBlind || line.LastSeen < now.Plus(-Recent) ? null : false;

    /// <summary>Devices of the same type and department, alive within the last day, whose work shows in traffic and which do not work now.</summary>
    private static List<long>? StandbyOf(DeviceLine line, IEnumerable<DeviceLine> alike, IReadOnlyDictionary<long, DeviceUse> uses, CaptureTime now)
    {
        DeviceLine[] others = [.. alike.Where(other => other.Id != line.Id && !FieldCatalogue.IsOutOfUse(other.LifeCycle) && other.LifeCycle != "in-repair" && other.LastSeen >= now.Plus(-Alive))];
        if (others.Length > 0 && !others.Any(other => uses.ContainsKey(other.Id))) return null;
        return [.. others.Where(other => uses.TryGetValue(other.Id, out DeviceUse? use) && !use.IsAtWork(now, Recent)).Select(other => other.Id)];
    }
}
