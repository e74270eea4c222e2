using System.Collections.Concurrent;
using System.Collections.Frozen;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>What may be done to each device, answered from memory: for those who decide a thousand times a second.</summary>
public interface ICareBoard
{
    /// <summary>What may be done to a device. One that is not known, and every one when the board is older than <see cref="CareBoard.Stale"/>, answers as the worst case.</summary>
    /// <param name="device">Its number.</param>
    DeviceCare Of(long device);

    /// <summary>How old the board is; null when it was never read.</summary>
    TimeSpan? Age { get; }
}

/// <summary>What the ledger says of a device that its situation follows from.</summary>
/// <param name="Type">Type, API value; null when not known.</param>
/// <param name="Category">Category of the type; null when not known.</param>
/// <param name="Department">Responsible department; null when nobody said.</param>
/// <param name="LifeCycle">State of the life cycle, API value.</param>
/// <param name="Consequence">Consequence of its failure, API value; null when nobody said.</param>
public readonly record struct CareFacts(string? Type, string? Category, string? Department, string LifeCycle, string? Consequence);

/// <summary>
/// The situation of all devices, read together every <see cref="Every"/>: once everything that counts, then only what history has gained since. What comes late is taken in when
/// everything is read again, after <see cref="WholeAgain"/>. A device of which the ledger says something else since (<see cref="Changed"/>) is the worst case until it is read again.
/// </summary>
/// <param name="devices">The ledger.</param>
/// <param name="history">Who talked with whom.</param>
/// <param name="utilisation">What traffic shows of devices' work.</param>
/// <param name="clock">Wall clock.</param>
public sealed class CareBoard(IDeviceQueries devices, IHistoryQueries history, IUtilisationQueries utilisation, TimeProvider clock) : ICareBoard
{
    /// <summary>How often it is read.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>From this age on nothing is known.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan WholeAgain = TimeSpan.FromHours(6), Overlap = TimeSpan.FromMinutes(15);

    private readonly Dictionary<long, DeviceUse> uses = [];
    private readonly Dictionary<long, CaptureTime> medical = [];
    private readonly Dictionary<(long Device, long Taker), CaptureTime> alarms = [];
    private FrozenSet<long> takers = [];
    private CaptureTime wholeAt, readTo;
    private readonly ConcurrentDictionary<long, CareFacts> told = new();
    private readonly ConcurrentDictionary<long, long> outdated = new();
    private long changes;
    private volatile Reading? reading;

    /// <inheritdoc/>
    public TimeSpan? Age => reading is { } one ? clock.GetElapsedTime(one.At) : null;

    /// <inheritdoc/>
    public DeviceCare Of(long device) => !outdated.ContainsKey(device) && reading is { } one && clock.GetElapsedTime(one.At) < Stale && one.Devices.TryGetValue(device, out DeviceCare? care) ? care : DeviceCare.Unknown(device);

    /// <summary>The ledger says this of a device from now on. Where that is something else than what was read, it is the worst case until it is read again.</summary>
    /// <returns>Whether it is to be read again.</returns>
    public bool Changed(long device, CareFacts facts)
    {
        CareFacts? before = told.TryGetValue(device, out CareFacts last) ? last : reading?.Facts.TryGetValue(device, out CareFacts read) == true ? read : null;
        if (before == facts) return false;
        outdated[device] = Interlocked.Increment(ref changes);
        told[device] = facts;
        return true;
    }

    /// <summary>Reads it. One reading at a time.</summary>
    /// <exception cref="HistoryUnavailableException">History cannot be read just now; the board keeps what it has, and grows old.</exception>
    public async Task ReadAsync(CancellationToken cancel)
    {
        long at = clock.GetTimestamp(), until = Volatile.Read(ref changes);
        CaptureTime? newest = null;
        List<DeviceLine> lines = [];
        await foreach (DeviceLine line in EveryLineAsync(asOf => newest = asOf, cancel)) lines.Add(line);
        CaptureTime now = newest ?? (lines.Count == 0 ? default : lines.Max(line => line.LastSeen));
        await GainAsync(now, lines.Where(line => CareRules.TakersOfAlarms.Contains(line.Type)).Select(line => line.Id).ToFrozenSet(), cancel);
        bool isBlind = CareRules.IsBlind(now, clock.Now());
        ILookup<(string?, string?), DeviceLine> alike = lines.Where(line => line is { Type: not null, Department: not null }).ToLookup(line => (line.Type, line.Department));
        ILookup<long, long> alarmPeers = alarms.Keys.ToLookup(pair => pair.Device, pair => pair.Taker);
        reading = new Reading(at, lines.ToFrozenDictionary(line => line.Id, line => CareRules.Of(line, alike[(line.Type, line.Department)], uses, medical.ContainsKey(line.Id), [.. alarmPeers[line.Id].Order()], now, isBlind)), lines.ToFrozenDictionary(line => line.Id, line => new CareFacts(line.Type, line.Category, line.Department, line.LifeCycle, line.Consequence)));
        foreach (KeyValuePair<long, long> change in outdated.Where(one => one.Value <= until)) outdated.TryRemove(change);
    }

    private IAsyncEnumerable<DeviceLine> EveryLineAsync(Action<CaptureTime?> asOf, CancellationToken cancel) => Queries.EveryPage.OfAsync(async page =>
    {
        Queries.Page<DeviceLine> found = await devices.FindAsync(new DeviceFilter(), new Queries.SortOrder("id"), page, cancel);
        asOf(found.AsOf);
        return found;
    });

    /// <summary>Takes in what history gained since it was last read, and forgets what is too old to count.</summary>
    private async Task GainAsync(CaptureTime now, FrozenSet<long> takingAlarms, CancellationToken cancel)
    {
        bool isWhole = readTo == default || now < readTo || now >= wholeAt.Plus(WholeAgain) || !takers.SetEquals(takingAlarms);
        CaptureTime end = now.Plus(TimeSpan.FromTicks(1)), gained = readTo.Plus(-Overlap);
        CaptureTime peersFrom = isWhole ? CareRules.PeersFrom(now) : gained;
        IReadOnlyList<DeviceUse> work = await utilisation.OfDevicesAsync(isWhole ? CareRules.UsesFrom(now) : gained, end, cancel);
        IReadOnlyList<DevicePair> medically = await history.PairsAsync(new FlowFilter { From = peersFrom, Protocols = CareRules.MedicalProtocols }, 100_000, cancel);
        IReadOnlyList<DevicePair> alarming = takingAlarms.Count == 0 ? [] : await history.PairsAsync(new FlowFilter { From = peersFrom, Group = new EndGroup(takingAlarms) }, 100_000, cancel);
        if (isWhole)
        {
            uses.Clear();
            medical.Clear();
            alarms.Clear();
            (takers, wholeAt) = (takingAlarms, now);
        }
        foreach (DeviceUse use in work) uses[use.Device] = uses.TryGetValue(use.Device, out DeviceUse? known) && known.Basis < use.Basis ? known with { Last = Later(known.Last, use.Last) } : use;
        foreach (DevicePair pair in medically)
        {
            if (pair.Originator is { } from) medical[from] = Later(medical.GetValueOrDefault(from), pair.Last);
            if (pair.Responder is { } to) medical[to] = Later(medical.GetValueOrDefault(to), pair.Last);
        }
        foreach (DevicePair pair in alarming)
        {
            if (pair is not { Originator: { } from, Responder: { } to }) continue;
            if (takers.Contains(to)) alarms[(from, to)] = Later(alarms.GetValueOrDefault((from, to)), pair.Last);
            if (takers.Contains(from)) alarms[(to, from)] = Later(alarms.GetValueOrDefault((to, from)), pair.Last);
        }
        Forget(uses, use => use.Last < CareRules.UsesFrom(now));
        Forget(medical, last => last < CareRules.PeersFrom(now));
        Forget(alarms, last => last < CareRules.PeersFrom(now));
        readTo = now;
    }

    private static CaptureTime Later(CaptureTime one, CaptureTime other) => one < other ? other : one;

    private static void Forget<TKey, TValue>(Dictionary<TKey, TValue> known, Func<TValue, bool> isOld)
        where TKey : notnull
    {
        foreach (TKey key in known.Where(pair => isOld(pair.Value)).Select(pair => pair.Key).ToList()) known.Remove(key);
    }

    private sealed record Reading(long At, FrozenDictionary<long, DeviceCare> Devices, FrozenDictionary<long, CareFacts> Facts);
}
