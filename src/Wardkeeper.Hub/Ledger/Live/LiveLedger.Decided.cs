using System.Globalization;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>What is handed out: decisions over what changed, and whose an address is.</content>
internal sealed partial class LiveLedger : IDeviceResolver
{
    /// <inheritdoc/>
    public long? DeviceOf(MacAddress mac, Address ip)
    {
        if (mac.IsGroup || ip.IsMulticastOrBroadcast) return null;
        Address known = ip.IsUnspecified ? default : ip;
        return book.Owner(mac, known) is { } key ? interfaces.GetValueOrDefault(key)?.Device?.Number : null;
    }

    /// <summary>Decides every device that changed since it was last stored, by number.</summary>
    public IReadOnlyList<DeviceState> Decide()
    {
        List<DeviceState> decided = [];
        foreach (LiveDevice device in Changes.Devices.OrderBy(device => device.Number))
        {
            DeviceState state = DeviceState.Of(device, book);
            if (state.IsRetiredButAlive && !device.IsRetiredButAlive)
                Note(Numbers.NextEvent, device.Number, state.LastSeen, null, LedgerActions.RetiredButAlive, null, device.LifeCycle, null, string.Create(CultureInfo.InvariantCulture, $"{device} is {device.LifeCycle} and still talks: {state.Ip} {state.Mac}"));
            bool before = device.IsRetiredButAlive;
            device.IsRetiredButAlive = state.IsRetiredButAlive;
            trial?.Push(() => device.IsRetiredButAlive = before);
            decided.Add(state);
        }
        return decided;
    }

    /// <summary>Whether a hardware address passes on other machines' packets.</summary>
    public bool IsRouter(MacAddress mac) => routers.Contains(mac);
}
