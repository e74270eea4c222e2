using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Register;

/// <summary>The devices of the running ledger as a register's rows are compared with them: what was decided from the stored rows, addresses from memory.</summary>
internal sealed class LedgerCandidates(StoreFactory stores, HubGate gate, LedgerPart part) : IMatchCandidates
{
    /// <summary>Where the addresses of a device are kept that only the register has: nothing was observed of it.</summary>
    public const string RegisteredMac = LiveDevice.RegisteredMac, RegisteredIp = "custom.ip";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MatchCandidate>> AllAsync(CancellationToken cancel = default)
    {
        using IDisposable pass = await gate.EnterAsync(cancel);
        await using StoreContext context = stores.Open();
        var rows = await context.Set<DeviceRow>().AsNoTracking().Where(row => row.IsListed).OrderBy(row => row.Id)
            .Select(row => new { row.Id, row.AssetTag, row.SerialNumber, row.Type, row.Vendor }).ToListAsync(cancel);
        List<MatchCandidate> candidates = new(rows.Count);
        foreach (var row in rows)
        {
            if (!part.Ledger.Devices.TryGetValue(row.Id, out LiveDevice? device) || device.MergedInto != 0) continue;
            (List<MacAddress> macs, List<Address> ips) = AddressesOf(device);
            bool isSeen = device.Interfaces.Exists(one => one.Facts.Count > 0);
            candidates.Add(new MatchCandidate(row.Id, row.AssetTag, row.SerialNumber, macs, ips, row.Type, row.Vendor, isSeen));
        }
        return candidates;
    }

    /// <summary>What the ledger shows of some devices; those that are not there, or are part of another now, are missing.</summary>
    public async Task<IReadOnlyDictionary<long, KnownDevice>> KnownAsync(IEnumerable<long> numbers, CancellationToken cancel = default)
    {
        using IDisposable pass = await gate.EnterAsync(cancel);
        Dictionary<long, KnownDevice> known = [];
        foreach (long number in numbers)
        {
            if (known.ContainsKey(number) || !part.Ledger.Devices.TryGetValue(number, out LiveDevice? device) || !device.IsListed) continue;
            Dictionary<string, string> values = new(StringComparer.Ordinal);
            foreach ((string field, Hub.Ledger.Queries.FieldValue value) in DeviceState.Of(device, part.Ledger.Book, part.Ledger.Prints).Fields)
            {
                if (value.Value is { } shown) values[field] = shown;
            }
            known[number] = new KnownDevice(number, device.LifeCycle, values, device.Interfaces.Exists(one => one.Facts.Count > 0));
        }
        return known;
    }

    private (List<MacAddress> Macs, List<Address> Ips) AddressesOf(LiveDevice device)
    {
        List<MacAddress> macs = [.. device.Interfaces.Where(one => !one.Mac.IsNone).Select(one => one.Mac)];
        HashSet<Address> ips = [];
        foreach (LiveInterface one in device.Interfaces)
        {
            foreach (Hub.Ledger.Facts facts in one.Facts)
            {
                if (!facts.HoldsAddress) continue;
                // An address that another card has taken since is not this device's any more.
                MacAddress owner = part.Ledger.Book.Owners.GetValueOrDefault(facts.Ip).Mac;
                if (owner.IsNone || macs.Contains(owner)) ips.Add(facts.Ip);
            }
        }
        if (device.Interfaces.Count == 0)
        {
            if (device.Fields.GetValueOrDefault(RegisteredMac)?.Value is { } mac && RegisterValues.TryMac(mac, out MacAddress registered)) macs.Add(registered);
            if (device.Fields.GetValueOrDefault(RegisteredIp)?.Value is { } ip && Address.TryParse(ip, out Address address)) ips.Add(address);
        }
        return (macs, [.. ips]);
    }
}
