using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>Devices that the register has and nobody heard yet: when the card is heard that the register names, it is theirs.</content>
internal sealed partial class LiveLedger
{
    private readonly Dictionary<MacAddress, SortedSet<long>> awaited = [];

    /// <summary>The one device that waits for a card; null when none does, or several do and the register contradicts itself.</summary>
    private LiveDevice? Awaiting(MacAddress mac)
    {
        if (mac.IsNone || !awaited.TryGetValue(mac, out SortedSet<long>? numbers)) return null;
        // What was entered may have been changed since.
        numbers.RemoveWhere(number => !devices.TryGetValue(number, out LiveDevice? device) || device.Registered != mac);
        if (numbers.Count == 0) awaited.Remove(mac);
        LiveDevice[] waiting = [.. numbers.Select(number => devices[number]).Where(device => device is { MergedInto: 0, Interfaces.Count: 0 })];
        return waiting.Length == 1 ? waiting[0] : null;
    }

    private void Await(LiveDevice device)
    {
        if (device.Registered is not { IsNone: false } mac) return;
        if (!awaited.TryGetValue(mac, out SortedSet<long>? numbers)) awaited[mac] = numbers = [];
        numbers.Add(device.Number);
    }
}
