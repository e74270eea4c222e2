using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>
/// What persons take over from captures. It is kept beside what is observed, in facts of their own that no traffic touches, that give
/// nobody an address and that bring no evidence to join devices: so it can go again exactly as it came.
/// </content>
internal sealed partial class LiveLedger
{
    private readonly SortedDictionary<long, List<Facts>> adopted = [];

    /// <summary>What an operation took over; nothing when it took nothing over or was undone.</summary>
    public IReadOnlyList<Facts> AdoptedBy(long operation) => adopted.TryGetValue(operation, out List<Facts>? list) ? list : [];

    /// <summary>Whether so many facts more have room, and a device more when it is a new one.</summary>
    public bool HasRoom(int more, bool isNew) => Facts.Count + more <= limits.Facts && (!isNew || devices.Count < limits.Devices);

    /// <summary>The interface that a card of a capture is here; null when nobody saw it yet.</summary>
    public LiveInterface? Known(AdoptedCard card) => interfaces.GetValueOrDefault(KeyOf(card));

    /// <summary>Puts a card of a capture into a device, with everything that is said of it there.</summary>
    public void Adopt(LiveDevice device, AdoptedCard card, long operation, string source)
    {
        LiveInterface one = Known(card) ?? NewCard(KeyOf(card));
        if (one.Device is null) Believe(one, device);
        foreach (AdoptedPair pair in card.Pairs) Adopt(one, pair, operation, source);
    }

    /// <summary>Lets go of everything that an operation took over.</summary>
    public void Release(long operation)
    {
        foreach (Facts own in AdoptedBy(operation).ToArray())
        {
            LiveInterface one = placed[own];
            AddressTime[] had = [.. pastTimes.GetValueOrDefault(own) ?? [], .. times.TryGetValue(own, out AddressTime? latest) ? [latest] : Array.Empty<AddressTime>()];
            LetGo(own, one);
            Changes.FactsGone.Add(own.Number);
            foreach (AddressTime time in had) Changes.TimesGone.Add(time.Number);
            trial?.Push(() =>
            {
                Changes.FactsGone.Remove(own.Number);
                foreach (AddressTime time in had) Changes.TimesGone.Remove(time.Number);
                Hold(own, one, had);
            });
        }
    }

    /// <summary>Forgets an interface of which nothing is known any more.</summary>
    public void Discard(LiveInterface one)
    {
        LiveDevice device = one.Device!;
        Remove(one);
        Changes.Devices.Add(device);
        trial?.Push(() =>
        {
            Changes.InterfacesGone.Remove(one.Number);
            interfaces[(one.Mac, one.Ip)] = one;
            device.Interfaces.Add(one);
            device.Interfaces.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        });
    }

    /// <summary>What was taken over for an address goes to the card that turned out to have it.</summary>
    private void Follow(LiveInterface before, LiveInterface now)
    {
        foreach (Facts own in before.Facts.ToArray())
        {
            before.Facts.Remove(own);
            placed[own] = now;
            now.Facts.Add(own);
            Changes.Facts.Add(own);
        }
    }

    private (MacAddress Mac, Address Ip) KeyOf(AdoptedCard card) => card.Mac.IsNone ? book.Owner(default, card.Ip) ?? (default, card.Ip) : (card.Mac, default);

    private LiveInterface NewCard((MacAddress Mac, Address Ip) key)
    {
        LiveInterface one = new(Numbers.NextInterface++, key.Mac, key.Ip);
        interfaces[key] = one;
        Candidates++;
        trial?.Push(() =>
        {
            Numbers.NextInterface--;
            interfaces.Remove(key);
            Candidates--;
            Changes.Interfaces.Remove(one);
        });
        return one;
    }

    /// <summary>A person vouches for what she takes over: a candidate needs no second sign.</summary>
    private void Believe(LiveInterface candidate, LiveDevice device)
    {
        Candidates--;
        candidate.Device = device;
        device.Interfaces.Add(candidate);
        device.Interfaces.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        Touch(candidate);
        trial?.Push(() =>
        {
            Candidates++;
            candidate.Device = null;
            device.Interfaces.Remove(candidate);
        });
    }

    private void Adopt(LiveInterface one, AdoptedPair pair, long operation, string source)
    {
        (long nextFacts, long nextClaim, long nextTime) = (store.Next, Numbers.NextClaim, Numbers.NextTime);
        Facts own = pair.Said.AdoptedAs(store.Next++, operation, source);
        foreach (ClaimTally claim in own.Claims) claim.Number = Numbers.NextClaim++;
        List<AddressTime> had = [];
        foreach (AddressSpan span in pair.Times) had.Add(new AddressTime { Number = Numbers.NextTime++, Facts = own, First = span.First, Last = span.Last, Assignment = span.Assignment, IsOver = true });
        Hold(own, one, had);
        trial?.Push(() =>
        {
            LetGo(own, one);
            (store.Next, Numbers.NextClaim, Numbers.NextTime) = (nextFacts, nextClaim, nextTime);
        });
    }

    private void Hold(Facts own, LiveInterface one, IReadOnlyList<AddressTime> had)
    {
        if (!adopted.TryGetValue(own.Operation, out List<Facts>? list)) adopted[own.Operation] = list = [];
        list.Add(own);
        list.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        placed[own] = one;
        one.Facts.Add(own);
        if (had.Count > 0) times[own] = had[^1];
        if (had.Count > 1) pastTimes[own] = [.. had.SkipLast(1)];
        Changes.Facts.Add(own);
        Changes.Times.UnionWith(had);
        Touch(one);
    }

    private void LetGo(Facts own, LiveInterface one)
    {
        if (adopted.TryGetValue(own.Operation, out List<Facts>? list) && list.Remove(own) && list.Count == 0) adopted.Remove(own.Operation);
        placed.Remove(own);
        one.Facts.Remove(own);
        if (times.Remove(own, out AddressTime? latest)) Changes.Times.Remove(latest);
        if (pastTimes.Remove(own, out List<AddressTime>? past)) Changes.Times.ExceptWith(past);
        Changes.Facts.Remove(own);
        Touch(one);
    }
}
