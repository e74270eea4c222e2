using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
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
public sealed record DeviceCare(long Device, CareSituation Situation, SafetyRule Rule, UseBasis? UseBasis, CaptureTime? LastWork, IReadOnlyList<long>? Standby, IReadOnlyList<long> AlarmPeers)
{
    private static readonly CareSituation Worst = CareSituation.Of(null, isMedical: true, null, null, comesBackAtOnce: false, null);

    /// <summary>The worst case: of a device of which nothing is known.</summary>
    /// <param name="device">Its number.</param>
    public static DeviceCare Unknown(long device) => new(device, Worst, SafetyTable.Of(Worst), null, null, null, []);
}

/// <summary>Reads the situation of one device out of ledger, history and utilisation, at this moment. Who asks for many asks <see cref="ICareBoard"/>.</summary>
/// <param name="devices">The ledger.</param>
/// <param name="history">Who talked with whom.</param>
/// <param name="utilisation">What traffic shows of devices' work.</param>
/// <param name="clock">Wall clock: what was seen long ago says nothing of now.</param>
public sealed class CareReader(IDeviceQueries devices, IHistoryQueries history, IUtilisationQueries utilisation, TimeProvider clock)
{
    /// <summary>What may be done to a device; null when there is none of that number.</summary>
    /// <param name="device">Its number.</param>
    /// <param name="visible">Departments whose devices may be shown; null for all. Devices of others still count as standby.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<DeviceCare?> OfAsync(long device, IReadOnlySet<string>? visible, CancellationToken cancel = default)
    {
        if (await devices.GetAsync(device, visible, cancel) is not { Line: { } line }) return null;
        Page<DeviceLine> alike = line is { Type: { } type, Department: { } department }
            ? await devices.FindAsync(new DeviceFilter { Types = [type], Departments = [department] }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)
            : await devices.FindAsync(new DeviceFilter { Ids = [line.Id] }, new SortOrder("id"), new PageRequest(1, 1), cancel);
        CaptureTime now = alike.AsOf ?? line.LastSeen;
        Dictionary<long, DeviceUse> uses = (await utilisation.OfDevicesAsync(CareRules.UsesFrom(now), now.Plus(TimeSpan.FromTicks(1)), cancel)).ToDictionary(use => use.Device);
        IReadOnlyList<Peer> peers = await history.PeersAsync(line.Id, new FlowFilter { From = CareRules.PeersFrom(now) }, cancel: cancel);
        long[] alarmPeers = await AlarmPeersAsync(peers, cancel);
        return CareRules.Of(line, alike.Items, uses, peers.Any(peer => peer.Protocols.Any(CareRules.IsMedicalProtocol)), alarmPeers, now, CareRules.IsBlind(now, clock.Now()));
    }

    private async Task<long[]> AlarmPeersAsync(IReadOnlyList<Peer> peers, CancellationToken cancel)
    {
        long[] known = [.. peers.Select(peer => peer.Device).OfType<long>().Distinct()];
        if (known.Length == 0) return [];
        Page<DeviceLine> takers = await devices.FindAsync(new DeviceFilter { Ids = known, Types = CareRules.TakersOfAlarms }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel);
        return [.. takers.Items.Select(taker => taker.Id)];
    }
}
