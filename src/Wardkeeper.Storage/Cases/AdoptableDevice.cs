using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Cases;

/// <summary>Reads a device of a case as it goes into the live ledger: its cards, what was said of each, and the addresses each had.</summary>
internal static class AdoptableDevice
{
    /// <summary>Most pairs of a card and an address that go with a device; those seen last. A gateway may have had thousands.</summary>
    private const int MostPairs = 256;

    /// <summary>Most times of one address; the latest.</summary>
    private const int MostTimes = 32;

    /// <summary>Its cards; null when the case has no such device.</summary>
    public static async Task<IReadOnlyList<AdoptedCard>?> ReadAsync(StoreFactory stores, long device, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        if (await DeviceQueries.ListedAsync(context, device, cancel) is not { } row) return null;
        DeviceParts parts = await DeviceParts.ReadAsync(context, row.Id, cancel);
        HashSet<Facts> taken = [.. parts.Facts.OrderByDescending(facts => facts.Last).ThenBy(facts => facts.Number).Take(MostPairs)];
        List<AdoptedCard> cards = [];
        foreach (InterfaceRow one in parts.Interfaces)
        {
            MacAddress mac = new((ulong)one.Mac);
            List<AdoptedPair> pairs = [];
            for (int i = 0; i < parts.Rows.Count; i++)
            {
                if (parts.Rows[i].InterfaceId == one.Id && taken.Contains(parts.Facts[i])) pairs.Add(new AdoptedPair(OfCard(parts.Facts[i], mac), TimesOf(parts, parts.Rows[i], parts.Facts[i].Ip)));
            }
            if (pairs.Count > 0) cards.Add(new AdoptedCard(mac, new Address((ulong)one.IpHigh, (ulong)one.IpLow), pairs));
        }
        return cards;
    }

    /// <summary>A router's frames may have carried it: here it is said of the card whose it is.</summary>
    private static Facts OfCard(Facts facts, MacAddress mac)
    {
        if (facts.Mac == mac) return facts;
        Facts own = new(mac, facts.Ip);
        own.Restore(0, facts.First, facts.Last, 0, 0, Signs.None, 0);
        foreach (ClaimTally claim in facts.Claims) own.Restore(claim);
        foreach (ServiceTally service in facts.Offered) own.Restore(service, true);
        foreach (ServiceTally service in facts.Used) own.Restore(service, false);
        return own;
    }

    /// <summary>Link-local addresses follow from the card and are no history.</summary>
    private static AddressSpan[] TimesOf(DeviceParts parts, FactsRow row, Address ip) => ip.IsNone || ip.IsLinkLocal ? [] :
        [.. parts.Times[row.Id].OrderBy(time => time.First).ThenBy(time => time.Id).TakeLast(MostTimes).Select(time => new AddressSpan(ip, new(time.First), new(time.Last), time.Assignment))];
}
