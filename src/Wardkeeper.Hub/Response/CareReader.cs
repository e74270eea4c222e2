using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>What may be done to a device now, and what that was computed from.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Situation">What decides.</param>
/// <param name="Rule">What the table says of it.</param>
/// <param name="UseBasis">By what its work shows; null when it does not show.</param>
/// <param name="LastWork">When it was last seen at work; null when never.</param>
/// <param name="Standby">Numbers of devices of its type in its department that were seen idle; null when of none of them it shows.</param>
/// <param name="AlarmPeers">Devices to which it passes alarms: central monitors and nurse calls it talks with.</param>
public sealed record DeviceCare(long Device, CareSituation Situation, SafetyRule Rule, UseBasis? UseBasis, CaptureTime? LastWork, IReadOnlyList<long>? Standby, IReadOnlyList<long> AlarmPeers);

/// <summary>Reads the situation of devices out of ledger, history and utilisation.</summary>
/// <param name="devices">The ledger.</param>
/// <param name="history">Who talked with whom.</param>
/// <param name="utilisation">What traffic shows of devices' work.</param>
public sealed class CareReader(IDeviceQueries devices, IHistoryQueries history, IUtilisationQueries utilisation)
{
    private const long Hour = 3_600 * CaptureTime.PerSecond, Day = 24 * Hour;
    private const int KnownDays = 30, PeerDays = 7;
    // Imaging and laboratory machines call nobody to a bed.
    private static readonly HashSet<string> WithoutAlarms = ["imaging", "laboratory"];
    private static readonly HashSet<string> TakesAlarms = ["central-monitor", "nurse-call"];
    private static readonly HashSet<string> MedicalProtocols = ["dicom", "hl7", "astm", "poct1a", "dataexport", "sdc", "11073"];

    /// <summary>What may be done to a device; null when there is none of that number.</summary>
    /// <param name="device">Its number.</param>
    /// <param name="visible">Departments whose devices may be shown; null for all. Devices of others still count as standby.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<DeviceCare?> OfAsync(long device, IReadOnlySet<string>? visible, CancellationToken cancel = default)
    {
        if (await devices.GetAsync(device, visible, cancel) is not { Line: { } line }) return null;
        Page<DeviceLine> alike = line is { Type: { } type, Department: { } department }
            ? await devices.FindAsync(new DeviceFilter { Types = [type], Departments = [department] }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)
            : await devices.FindAsync(new DeviceFilter { Ids = [device] }, new SortOrder("id"), new PageRequest(1, 1), cancel);
        CaptureTime now = alike.AsOf ?? line.LastSeen;
        Dictionary<long, DeviceUse> uses = (await utilisation.OfDevicesAsync(new CaptureTime(now.Nanoseconds - (KnownDays * Day)), new CaptureTime(now.Nanoseconds + 1), cancel)).ToDictionary(use => use.Device);
        IReadOnlyList<Peer> peers = await history.PeersAsync(device, new FlowFilter { From = new CaptureTime(now.Nanoseconds - (PeerDays * Day)) }, cancel: cancel);
        bool isMedical = line.Category is { } category ? DeviceFacts.IsMedicalCategory(category) : peers.Any(peer => peer.Protocols.Any(MedicalProtocols.Contains));
        DeviceUse? use = uses.GetValueOrDefault(device);
        IReadOnlyList<long>? standby = StandbyOf(line, alike.Items, uses, now);
        long[] alarmPeers = await AlarmPeersAsync(peers, cancel);
        bool? carriesAlarms = alarmPeers.Length > 0 ? true : !isMedical || WithoutAlarms.Contains(line.Category ?? "") ? false : null;
        FailureConsequence? consequence = SafetyTable.TryParse(line.Consequence, out FailureConsequence entered) ? entered : null;
        CareSituation situation = CareSituation.Of(consequence, isMedical, use is null ? null : use.Last.Nanoseconds >= now.Nanoseconds - Hour, standby?.Count, comesBackAtOnce: true, carriesAlarms);
        return new DeviceCare(device, situation, SafetyTable.Of(situation), use?.Basis, use?.Last, standby, alarmPeers);
    }

    /// <summary>Devices of the same type and department, alive within the last day, whose work shows in traffic and which do not work now.</summary>
    private static List<long>? StandbyOf(DeviceLine line, IReadOnlyList<DeviceLine> alike, Dictionary<long, DeviceUse> uses, CaptureTime now)
    {
        DeviceLine[] others = [.. alike.Where(other => other.Id != line.Id && !FieldCatalogue.IsOutOfUse(other.LifeCycle) && other.LifeCycle != "in-repair" && other.LastSeen.Nanoseconds >= now.Nanoseconds - Day)];
        if (others.Length > 0 && !others.Any(other => uses.ContainsKey(other.Id))) return null;
        return [.. others.Where(other => uses.TryGetValue(other.Id, out DeviceUse? use) && use.Last.Nanoseconds < now.Nanoseconds - Hour).Select(other => other.Id)];
    }

    private async Task<long[]> AlarmPeersAsync(IReadOnlyList<Peer> peers, CancellationToken cancel)
    {
        long[] known = [.. peers.Select(peer => peer.Device).OfType<long>().Distinct()];
        if (known.Length == 0) return [];
        Page<DeviceLine> takers = await devices.FindAsync(new DeviceFilter { Ids = known, Types = [.. TakesAlarms] }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel);
        return [.. takers.Items.Select(taker => taker.Id)];
    }
}
