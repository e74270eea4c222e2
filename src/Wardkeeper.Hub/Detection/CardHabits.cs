using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>How one card's machine behaves, as far as it was seen: what it shows, with whom and how it speaks. Bounded in kinds and values.</summary>
internal sealed class CardHabits
{
    private const int ValuesKept = 8, MembersKept = 48, RouterFrom = 4, RouterNetworks = 2, AddressesKept = 32;
    private static readonly TimeSpan Unused = TimeSpan.FromDays(1);

    /// <summary>First seen.</summary>
    public CaptureTime? First { get; set; }

    /// <summary>Traits that have one value or a few, by name.</summary>
    public Dictionary<string, Dictionary<string, Spell>> Traits { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Traits that have had too many values to tell anything.</summary>
    public HashSet<string> Varying { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Addresses it used lately.</summary>
    public Dictionary<Address, CaptureTime> Addresses { get; set; } = [];

    /// <summary>Those of the addresses at which it was answered or answers, with their networks.</summary>
    public Dictionary<Address, string> Spoken { get; set; } = [];

    /// <summary>Every IPv4 address it used, from when until when.</summary>
    public Dictionary<Address, Spell> Places { get; set; } = [];

    /// <summary>When its own machine last showed at its own address what it has always shown; null when it did not since it is known.</summary>
    public CaptureTime? GoesOn { get; set; }

    /// <summary>When it is judged though nothing new was shown: a guest has had the time that a host has to go on; null when nothing waits.</summary>
    public CaptureTime? JudgeAt { get; set; }

    /// <summary>Whether it passes on what others send: its frames show others' traits.</summary>
    public bool IsRouter { get; set; }

    /// <summary>Category of its type before anything changed; null when not known.</summary>
    public string? Category { get; set; }

    /// <summary>Differences when it was last told.</summary>
    public int Told { get; set; }

    /// <summary>When it was last told; null when never.</summary>
    public CaptureTime? ToldAt { get; set; }

    /// <summary>
    /// It used an address. Four at once make a router, or a machine that houses others, of a card that is still being learnt. Later they do not: an impostor
    /// takes them for nothing; then conversations must go both ways at four addresses of more than one network.
    /// </summary>
    /// <param name="ip">The address.</param>
    /// <param name="at">When.</param>
    /// <param name="lately">What is called at once.</param>
    /// <param name="learning">How long a card is learnt.</param>
    /// <param name="network">Network of the address when packets went both ways; else null.</param>
    public void Uses(Address ip, CaptureTime at, TimeSpan lately, TimeSpan learning, string? network = null)
    {
        First ??= at;
        if (!ip.IsV4 || ip.IsUnspecified || ip.IsLinkLocal || IsRouter) return;
        Stay(ip, at);
        Addresses[ip] = at;
        if (network is not null) Spoken[ip] = network;
        if (Addresses.Count < RouterFrom) return;
        foreach (Address old in Addresses.Where(one => at.Since(one.Value).Duration() > lately).Select(one => one.Key).ToArray()) Forget(old);
        if (Addresses.Count > AddressesKept) Forget(Addresses.MinBy(one => one.Value.Nanoseconds).Key);
        if (Addresses.Count < RouterFrom) return;
        IsRouter = at.Since(First.Value) < learning || (Spoken.Count >= RouterFrom && Spoken.Values.Distinct(StringComparer.Ordinal).Count() >= RouterNetworks);
    }

    /// <summary>
    /// From when an address has been a guest's: it came lately, where the card has had another for long. Guests of one machine that share its card speak at addresses of their own
    /// and leave the host its own; who takes the place of a machine leaves it none. Null for the machine's own addresses, and where no address is known.
    /// </summary>
    /// <param name="ip">The address.</param>
    /// <param name="at">When.</param>
    /// <param name="settled">What has been there for so long is its own.</param>
    public CaptureTime? GuestSince(Address ip, CaptureTime at, TimeSpan settled)
    {
        if (!Places.TryGetValue(ip, out Spell? place) || at.Since(place.First) >= settled) return null;
        foreach (Spell other in Places.Values)
        {
            if (at.Since(other.First) >= settled) return place.First;
        }
        return null;
    }

    private void Stay(Address ip, CaptureTime at)
    {
        if (Places.TryGetValue(ip, out Spell? place))
        {
            place.Last = at;
            return;
        }
        if (Places.Count >= AddressesKept)
        {
            foreach (Address old in Places.Where(one => at.Since(one.Value.Last) > Unused).Select(one => one.Key).ToArray()) Places.Remove(old);
        }
        // Whoever takes any number of addresses must not make the machine's own one forgotten.
        if (Places.Count < AddressesKept) Places[ip] = new Spell { First = at, Last = at };
    }

    private void Forget(Address ip)
    {
        Addresses.Remove(ip);
        Spoken.Remove(ip);
    }

    /// <summary>It showed a value of a trait.</summary>
    /// <param name="trait">Name; what stands behind a slash tells apart where it was shown.</param>
    /// <param name="value">The value.</param>
    /// <param name="at">When.</param>
    /// <param name="isSet">Whether many values are usual.</param>
    /// <param name="guestSince">From when the address has been a guest's; null when the machine itself showed it.</param>
    /// <returns>Whether the value is new.</returns>
    public bool Shows(string trait, string value, CaptureTime at, bool isSet = false, CaptureTime? guestSince = null)
    {
        First ??= at;
        if (Varying.Contains(trait)) return false;
        if (!Traits.TryGetValue(trait, out Dictionary<string, Spell>? values)) Traits[trait] = values = new(StringComparer.Ordinal);
        if (values.TryGetValue(value, out Spell? spell))
        {
            spell.Last = at;
            if (spell.GuestSince is null || guestSince is not null) return false;
            // What only a guest showed is new where the machine itself shows it.
            (spell.First, spell.GuestSince) = (at, null);
            return true;
        }
        if (values.Count >= (isSet ? MembersKept : ValuesKept))
        {
            Varying.Add(trait);
            Traits.Remove(trait);
            return false;
        }
        values[value] = new Spell { First = at, Last = at, GuestSince = guestSince };
        return true;
    }
}

/// <summary>From when until when something was seen.</summary>
internal sealed class Spell
{
    /// <summary>First seen.</summary>
    public CaptureTime First { get; set; }

    /// <summary>Last seen.</summary>
    public CaptureTime Last { get; set; }

    /// <summary>From when the guest has been there at whose address alone it was seen; null for what the machine itself showed.</summary>
    public CaptureTime? GuestSince { get; set; }
}

/// <summary>One trait as it is now against how it was.</summary>
/// <param name="Name">Name without the place where it was shown.</param>
/// <param name="Expected">How it was.</param>
/// <param name="Seen">How it is.</param>
/// <param name="IsDifferent">Whether that is another.</param>
internal sealed record Comparison(string Name, string Expected, string Seen, bool IsDifferent);

/// <summary>Compares how a machine is now with how it was.</summary>
internal static class HabitsNow
{
    /// <summary>Every trait that has a past and was seen lately.</summary>
    /// <param name="habits">The machine.</param>
    /// <param name="now">Capture time.</param>
    /// <param name="lately">What is called now.</param>
    /// <param name="settled">What is so old is how it was.</param>
    /// <param name="sets">Traits of which many values are usual, with how many new ones are needed.</param>
    /// <param name="absent">Those of them that need no value of before.</param>
    /// <param name="counts">Whether a new value says something of the machine.</param>
    public static List<Comparison> Compare(CardHabits habits, CaptureTime now, TimeSpan lately, TimeSpan settled, IReadOnlyDictionary<string, int> sets, IReadOnlySet<string> absent, Func<Spell, bool> counts)
    {
        Dictionary<string, Comparison> all = new(StringComparer.Ordinal);
        foreach ((string key, Dictionary<string, Spell> values) in habits.Traits.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            string name = key.Split('/')[0];
            string[] fresh = [.. values.Where(one => now.Since(one.Value.First) <= lately && counts(one.Value)).Select(one => one.Key).Order(StringComparer.Ordinal)];
            string[] past = [.. values.Where(one => now.Since(one.Value.First) >= settled).OrderByDescending(one => one.Value.Last).Select(one => one.Key)];
            string[] still = [.. values.Where(one => now.Since(one.Value.First) >= settled && now.Since(one.Value.Last) <= lately).Select(one => one.Key).Order(StringComparer.Ordinal)];
            bool isDifferent = sets.TryGetValue(name, out int needed) ? fresh.Length >= needed && (past.Length > 0 || absent.Contains(name)) : fresh.Length > 0 && past.Length is > 0 and <= 4;
            if (!isDifferent && still.Length == 0) continue;
            Comparison one = new(name, past.Length == 0 ? "-" : string.Join(" · ", past.Take(3)), string.Join(" · ", (isDifferent ? fresh : still).Take(3)), isDifferent);
            if (!all.TryGetValue(name, out Comparison? before) || (isDifferent && !before.IsDifferent)) all[name] = one;
        }
        return [.. all.Values];
    }

    /// <summary>How many traits have a new value: no more can be different.</summary>
    public static int Fresh(CardHabits habits, CaptureTime now, TimeSpan lately)
    {
        int fresh = 0;
        foreach (Dictionary<string, Spell> values in habits.Traits.Values)
        {
            foreach (Spell one in values.Values)
            {
                if (now.Since(one.First) > lately) continue;
                fresh++;
                break;
            }
        }
        return fresh;
    }

    /// <summary>Whether a trait shows a new value and, since then, an old one too: the machine is in two places.</summary>
    public static bool IsInTwo(CardHabits habits, string trait, CaptureTime now, TimeSpan lately, TimeSpan settled)
    {
        if (!habits.Traits.TryGetValue(trait, out Dictionary<string, Spell>? values)) return false;
        CaptureTime? fresh = null;
        foreach (Spell one in values.Values)
        {
            if (now.Since(one.First) <= lately && (fresh is null || one.First < fresh.Value)) fresh = one.First;
        }
        return fresh is { } since && values.Values.Any(one => now.Since(one.First) >= settled && one.Last > since);
    }
}
