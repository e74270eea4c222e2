using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>How one card's machine behaves, as far as it was seen: what it shows, with whom and how it speaks. Bounded in kinds and values.</summary>
internal sealed class CardHabits
{
    private const int ValuesKept = 8, MembersKept = 48, RouterFrom = 4, RouterNetworks = 2, AddressesKept = 32;

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
        Addresses[ip] = at;
        if (network is not null) Spoken[ip] = network;
        if (Addresses.Count < RouterFrom) return;
        foreach (Address old in Addresses.Where(one => at.Since(one.Value).Duration() > lately).Select(one => one.Key).ToArray()) Forget(old);
        if (Addresses.Count > AddressesKept) Forget(Addresses.MinBy(one => one.Value.Nanoseconds).Key);
        if (Addresses.Count < RouterFrom) return;
        IsRouter = at.Since(First.Value) < learning || (Spoken.Count >= RouterFrom && Spoken.Values.Distinct(StringComparer.Ordinal).Count() >= RouterNetworks);
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
    /// <returns>Whether the value is new.</returns>
    public bool Shows(string trait, string value, CaptureTime at, bool isSet = false)
    {
        First ??= at;
        if (Varying.Contains(trait)) return false;
        if (!Traits.TryGetValue(trait, out Dictionary<string, Spell>? values)) Traits[trait] = values = new(StringComparer.Ordinal);
        if (values.TryGetValue(value, out Spell? spell))
        {
            spell.Last = at;
            return false;
        }
        if (values.Count >= (isSet ? MembersKept : ValuesKept))
        {
            Varying.Add(trait);
            Traits.Remove(trait);
            return false;
        }
        values[value] = new Spell { First = at, Last = at };
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
    public static List<Comparison> Compare(CardHabits habits, CaptureTime now, TimeSpan lately, TimeSpan settled, IReadOnlyDictionary<string, int> sets, IReadOnlySet<string> absent)
    {
        Dictionary<string, Comparison> all = new(StringComparer.Ordinal);
        foreach ((string key, Dictionary<string, Spell> values) in habits.Traits.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            string name = key.Split('/')[0];
            string[] fresh = [.. values.Where(one => now.Since(one.Value.First) <= lately).Select(one => one.Key).Order(StringComparer.Ordinal)];
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
