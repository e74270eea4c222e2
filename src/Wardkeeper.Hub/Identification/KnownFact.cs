namespace Wardkeeper.Hub.Identification;

/// <summary>An entry of the knowledge base made ready to be asked: its conditions by number, its statements made once.</summary>
internal sealed class KnownFact
{
    private readonly int[] needs, forbids;

    /// <summary>Made when they are first asked for: of most entries nobody ever does.</summary>
    private Statement[]? statements;

    public KnownFact(KnowledgeEntry entry, KnownConditions conditions)
    {
        Entry = entry;
        needs = NumbersOf(entry, isForbidden: false, conditions);
        forbids = NumbersOf(entry, isForbidden: true, conditions);
    }

    /// <summary>The entry.</summary>
    public KnowledgeEntry Entry { get; }

    /// <summary>What it says of the device, in the order in which it says so.</summary>
    public Statement[] Statements => statements ??= StatementsOf(Entry);

    private static int[] NumbersOf(KnowledgeEntry entry, bool isForbidden, KnownConditions conditions) =>
        entry.Conditions.Count == 0 ? [] : [.. entry.Conditions.Where(one => one.IsForbidden == isForbidden).Select(conditions.NumberOf)];

    /// <summary>Whose name a maker's entry gives counts where makers are weighed.</summary>
    private static Statement[] StatementsOf(KnowledgeEntry entry) =>
        [.. entry.Sayings
            .Where(saying => entry.Maker == MakerKind.None || saying.Field != IdentityField.Vendor)
            .SelectMany(saying => saying.Values.Select(value => new Statement(saying.Field, value, saying.IsAgainst ? -saying.Weight : saying.Weight, entry.Family, entry.Id)))];

    /// <summary>Whether its conditions hold where these are seen, by number.</summary>
    public bool Holds(ReadOnlySpan<ulong> seen)
    {
        foreach (int number in needs)
        {
            if ((seen[number >> 6] & (1UL << (number & 63))) == 0) return false;
        }
        foreach (int number in forbids)
        {
            if ((seen[number >> 6] & (1UL << (number & 63))) != 0) return false;
        }
        return true;
    }
}

/// <summary>What entries ask for besides, each once and with a number.</summary>
internal sealed class KnownConditions(int traits)
{
    private readonly Dictionary<(Trait, TraitPattern), int> numbers = [];
    private readonly List<(TraitPattern Pattern, int Number)>[] ofTrait = [.. Enumerable.Range(0, traits).Select(_ => new List<(TraitPattern, int)>())];

    public int Count => numbers.Count;

    public int NumberOf(TraitCondition condition)
    {
        if (numbers.TryGetValue((condition.Trait, condition.Pattern), out int known)) return known;
        int number = numbers.Count;
        numbers[(condition.Trait, condition.Pattern)] = number;
        ofTrait[(int)condition.Trait].Add((condition.Pattern, number));
        return number;
    }

    /// <summary>Numbers of those that a value fulfils.</summary>
    public int[] HeldBy(Trait trait, string value)
    {
        List<int>? held = null;
        foreach ((TraitPattern pattern, int number) in ofTrait[(int)trait])
        {
            if (pattern.IsIn(value)) (held ??= []).Add(number);
        }
        return held is null ? [] : [.. held];
    }
}

/// <summary>Something said of an attribute of a device.</summary>
/// <param name="Field">The attribute.</param>
/// <param name="Value">The value it is said to have.</param>
/// <param name="Weight">What that adds to the logarithm of the odds; negative when it speaks against the value.</param>
/// <param name="Family">Which voices it counts among.</param>
/// <param name="Entry">Name of the entry that says so.</param>
internal sealed record Statement(IdentityField Field, string Value, double Weight, EvidenceFamily Family, string Entry);
