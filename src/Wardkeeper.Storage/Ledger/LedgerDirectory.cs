using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Ledger;

/// <summary>The running ledger as detection sees it. Asked by the parts of the path only, while they have passed the gate.</summary>
internal sealed class LedgerDirectory(LedgerPart part) : IDeviceDirectory
{
    private readonly Dictionary<long, DeviceFacts> decided = [];
    private readonly Dictionary<long, (Ground Ground, TypeStanding Standing)> standings = [];
    private CaptureTime decidedAt;

    /// <inheritdoc/>
    public bool HasRegister => part.Ledger.Devices.Values.Any(device => device.IsRegistered || device.Fields.Count > 0);

    /// <inheritdoc/>
    public DeviceFacts? Of(Subject subject) =>
        part.Ledger.DeviceOf(subject.Mac, subject.Ip) is { } number && part.Ledger.Devices.TryGetValue(number, out LiveDevice? device) ? Decide(device) : null;

    /// <inheritdoc/>
    public bool AreOne(Subject one, Subject other) => part.Ledger.AreOne(one, other);

    /// <inheritdoc/>
    public IEnumerable<DeviceFacts> All() => part.Ledger.Devices.Values.Where(device => device.IsListed).OrderBy(device => device.Number).Select(Decide).ToList();

    /// <inheritdoc/>
    public IReadOnlyList<AddressMove> TakeMoves(CaptureTime now) => part.Ledger.TakeMoves(now);

    private DeviceFacts Decide(LiveDevice device)
    {
        // What a device is changes slowly; deciding it again for every finding of one moment would cost more than the findings.
        if (part.Ledger.Now != decidedAt)
        {
            decided.Clear();
            decidedAt = part.Ledger.Now;
        }
        if (decided.TryGetValue(device.Number, out DeviceFacts? known)) return known;
        DeviceState state = DeviceState.Of(device, part.Ledger.Book, part.Ledger.Prints);
        string? type = state.Of("type");
        bool isNamed = device.Fields.ContainsKey("type");
        TypeStanding standing = !isNamed && DeviceFacts.IsExempting(type) ? StandingOf(state) : default;
        return decided[device.Number] = new DeviceFacts
        {
            Id = device.Number,
            Name = state.Of("name"),
            Type = type,
            TypeIsFromPeople = isNamed,
            TypeSince = standing.Since,
            TypeBefore = standing.Before,
            Category = state.Category,
            Department = state.Of("department"),
            Person = state.Of("person"),
            LifeCycle = device.LifeCycle,
            LifeCycleSince = device.LifeCycleAt.Nanoseconds == 0 ? null : device.LifeCycleAt,
            FirstSeen = state.FirstSeen,
            LastSeen = state.LastSeen,
            Subject = new Subject(state.Mac, state.Ip, (ushort)state.Vlan),
            IsKnownToPeople = device.IsRegistered || device.Fields.Count > 0,
            Ips = state.Observed?.Ips ?? [],
        };
    }

    /// <summary>It changes only with what was newly said, and is asked for at every finding about the same few machines.</summary>
    private TypeStanding StandingOf(DeviceState state)
    {
        if (state.Observed is not { Claims: { Count: > 0 } claims } observed) return part.Ledger.StandingOf(state);
        Ground ground = new(KnowledgeBase.InForce, observed.Type, state.Device.TypeBefore, claims.Count, claims.Max(claim => claim.First), observed.Notes.Contains("router"));
        if (standings.TryGetValue(state.Device.Number, out (Ground Ground, TypeStanding Standing) known) && known.Ground == ground) return known.Standing;
        TypeStanding standing = part.Ledger.StandingOf(state);
        standings[state.Device.Number] = (ground, standing);
        return standing;
    }

    /// <summary>What a standing was derived from: as long as it is the same, so is the standing.</summary>
    private readonly record struct Ground(KnowledgeBase Knowledge, string? Type, string? TypeBefore, int Claims, CaptureTime LatestClaim, bool IsRouter);
}
