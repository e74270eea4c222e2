using System.Globalization;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>What is handed out: decisions over what changed, and whose an address is.</content>
internal sealed partial class LiveLedger : IDeviceResolver
{
    private readonly LatestIdentities identities = new();

    /// <inheritdoc/>
    public long? DeviceOf(MacAddress mac, Address ip) => InterfaceOf(mac, ip)?.Device?.Number;

    /// <summary>
    /// Whether a person put two attachments together. What machines say of themselves does not count, and neither does a common card: it may be a router's
    /// that is not yet known as one.
    /// </summary>
    public bool AreOne(Subject one, Subject other) =>
        InterfaceOf(one.Mac, one.Ip) is { IsPinned: true, Device: { } device } && InterfaceOf(other.Mac, other.Ip) is { IsPinned: true } second && second.Device == device;

    private LiveInterface? InterfaceOf(MacAddress mac, Address ip)
    {
        if (mac.IsGroup || ip.IsMulticastOrBroadcast) return null;
        return book.Owner(mac, ip.IsUnspecified ? default : ip) is { } key ? interfaces.GetValueOrDefault(key) : null;
    }

    /// <summary>Decides every device that changed since it was last stored, by number.</summary>
    public IReadOnlyList<DeviceState> Decide()
    {
        List<DeviceState> decided = [];
        foreach (LiveDevice device in Changes.Devices.OrderBy(device => device.Number))
        {
            DeviceState state = Identified(device, DeviceState.Of(device, book, Prints, identities.Of(device)));
            if (state.IsRetiredButAlive && !device.IsRetiredButAlive)
                Note(Numbers.NextEvent, device.Number, state.LastSeen, null, LedgerActions.RetiredButAlive, null, device.LifeCycle, null, string.Create(CultureInfo.InvariantCulture, $"{device} is {device.LifeCycle} and still talks: {state.Ip} {state.Mac}"));
            bool before = device.IsRetiredButAlive;
            device.IsRetiredButAlive = state.IsRetiredButAlive;
            trial?.Push(() => device.IsRetiredButAlive = before);
            decided.Add(state);
        }
        return decided;
    }

    /// <summary>Has devices decided again by the knowledge in force. That they are then named otherwise is told in their events and is no change of what they do.</summary>
    public IReadOnlyList<DeviceState> DecideByNewKnowledge(IEnumerable<LiveDevice> again)
    {
        foreach (LiveDevice device in again.Where(device => device.MergedInto == 0 && Changes.Devices.Add(device))) trial?.Push(() => Changes.Devices.Remove(device));
        try
        {
            isKnowledgeNew = true;
            return Decide();
        }
        finally
        {
            isKnowledgeNew = false;
        }
    }

    private bool isKnowledgeNew;

    /// <summary>Before this, evidence is still coming together: what it says last is no change of behaviour.</summary>
    private static readonly TimeSpan Acquaintance = TimeSpan.FromDays(1);

    /// <summary>Notes what a device was identified as. What begins to behave as another is told of, and stays in conflict until a person decides.</summary>
    private DeviceState Identified(LiveDevice device, DeviceState state)
    {
        (string? print, string? seen, string? was) = (device.Fingerprint, device.TypeSeen, device.TypeBefore);
        trial?.Push(() =>
        {
            Prints.Set(device, print);
            (device.TypeSeen, device.TypeBefore) = (seen, was);
        });
        identities.Set(device, state.Observed?.Identity);
        Prints.Set(device, state.Observed?.Identity.Fingerprint);
        string? now = state.Observed?.Identity.Of(IdentityField.Type)?.Value;
        if (device.Fields.ContainsKey("type") || now == was) device.TypeBefore = null;
        if (now is not null && seen is not null && now != seen && !TypeKin.IsKin(IdentityField.Type, now, seen) && state.LastSeen.Since(state.FirstSeen) >= Acquaintance)
        {
            // What a person said stays, and contradicts what is seen now.
            if (now != was && !isKnowledgeNew && !device.Fields.ContainsKey("type")) device.TypeBefore = seen;
            Note(Numbers.NextEvent, device.Number, state.LastSeen, null, LedgerActions.Reidentified, "type", seen, now, state.Observed!.TypeReason);
        }
        device.TypeSeen = now ?? seen;
        return device.TypeBefore == was ? state : DeviceState.Of(device, book, Prints, state.Observed?.Identity);
    }

    /// <summary>From when a device has been of its type, by what was said of it. What it was before it began to behave as another stands against it until a person decides.</summary>
    /// <param name="state">The device as it was decided.</param>
    public TypeStanding StandingOf(DeviceState state)
    {
        if (state.Device.TypeBefore is { } before) return new TypeStanding(null, before);
        return state.Observed is not { } observed ? default : TypeStanding.Of(observed, observed.Macs.Select(RouterSince).Min(), print => Prints.Of(print, state.Device));
    }

    private CaptureTime? RouterSince(MacAddress mac)
    {
        if (!routers.Contains(mac)) return null;
        Dictionary<Address, CaptureTime> carried = [];
        foreach (Facts facts in store.Of(mac))
        {
            if (facts.Mac == mac && (!carried.TryGetValue(facts.Ip, out CaptureTime first) || facts.First < first)) carried[facts.Ip] = facts.First;
        }
        return book.RouterSince(mac, ip => carried.TryGetValue(ip, out CaptureTime first) ? first : null);
    }

    /// <summary>Whether a hardware address passes on other machines' packets.</summary>
    public bool IsRouter(MacAddress mac) => routers.Contains(mac);
}
