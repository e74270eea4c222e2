using System.Collections.Immutable;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// States a probable type from what a device does and is called, each with its reason. A first, readable step: the best supported
/// type is stated as one claim of the source <c>habit</c>, and it says nothing when two types are equally likely.
/// </summary>
internal static class TypeHabits
{
    private static readonly ImmutableArray<Habit> Habits = Load();

    /// <summary>Least weight that is worth stating a type for.</summary>
    private const int Enough = 3;

    /// <summary>Reasons that are named with a type.</summary>
    private const int ReasonsNamed = 3;

    public static IEnumerable<ClaimTally> Of(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, bool isRouter)
    {
        List<(string Type, int Weight, string Reason)> votes = [];
        ulong kinds = 0;
        for (int i = 0; i < claims.Count; i++) kinds |= Bit(claims[i].Kind);
        foreach (Habit habit in Habits)
        {
            if (Shown(habit, kinds, claims, offers, isRouter) is { } reason) votes.Add((habit.Type, habit.Weight, reason));
        }
        if (votes.Count == 0) yield break;
        (string Type, int Weight, string Reasons)[] order = [.. votes
            .GroupBy(vote => vote.Type)
            .Select(same => (Type: same.Key, Weight: same.Sum(vote => vote.Weight), Reasons(same)))
            .OrderByDescending(type => type.Weight)];
        if (order.Length == 0 || order[0].Weight < Enough || (order.Length > 1 && order[1].Weight == order[0].Weight)) yield break;
        yield return new ClaimTally { Kind = ClaimKind.Type, Value = order[0].Type, Source = "habit", Origin = order[0].Reasons, Count = 1 };
    }

    private static string Reasons(IEnumerable<(string Type, int Weight, string Reason)> votes) =>
        string.Join(", ", votes.OrderByDescending(vote => vote.Weight).Select(vote => vote.Reason).Distinct(StringComparer.Ordinal).Take(ReasonsNamed));

    private static string? Shown(Habit habit, ulong kinds, IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, bool isRouter)
    {
        if (habit.Reading is not { } reading)
        {
            if (habit.What == "offers") return Offers(offers, habit.Value) ? $"offers {habit.Value}" : null;
            return Says(offers, habit.Value) is { } said ? $"says \"{said.Banner}\" at port {said.Port}" : null;
        }
        if (isRouter && habit is { What: "role", Value: "router" }) return "passes on other machines' packets";
        return Claimed(reading.Kind, in habit) ?? (reading.OrElse is { } other ? Claimed(other, in habit) : null);

        string? Claimed(ClaimKind kind, in Habit habit)
        {
            if ((kinds & Bit(kind)) == 0) return null;
            for (int i = 0; i < claims.Count; i++)
            {
                if (claims[i].Kind != kind) continue;
                string value = claims[i].Value;
                if (reading.IsWhole && value.Equals(habit.Value, StringComparison.OrdinalIgnoreCase)) return $"{reading.Words} {habit.Value}";
                if (!reading.IsWhole && value.Contains(habit.Value, StringComparison.OrdinalIgnoreCase)) return $"{reading.Words} \"{value}\"";
            }
            return null;
        }
    }

    private static ulong Bit(ClaimKind kind) => 1UL << (int)kind;

    private static bool Offers(IReadOnlyList<ServiceTally> offers, string protocol)
    {
        for (int i = 0; i < offers.Count; i++)
        {
            if (offers[i].Protocol is not { } names) continue;
            foreach (Range name in names.AsSpan().Split(','))
            {
                if (names.AsSpan(name).SequenceEqual(protocol)) return true;
            }
        }
        return false;
    }

    private static ServiceTally? Says(IReadOnlyList<ServiceTally> offers, string words)
    {
        for (int i = 0; i < offers.Count; i++)
        {
            if (offers[i].Banner?.Contains(words, StringComparison.OrdinalIgnoreCase) == true) return offers[i];
        }
        return null;
    }

    /// <summary>How a row of the table is read: which claims it looks at, whether the whole value must be equal, and the words of its reason.</summary>
    private static Reading? ReadingOf(string what) => what switch
    {
        "role" => new(ClaimKind.Role, true, "role"),
        "modality" => new(ClaimKind.Modality, true, "modality"),
        "message" => new(ClaimKind.HlMessageType, true, "HL7"),
        "announces" => new(ClaimKind.AnnouncedService, false, "announces"),
        "described" => new(ClaimKind.Description, false, "describes itself as"),
        "application" => new(ClaimKind.HlApplication, false, "HL7 application"),
        "vendor" => new(ClaimKind.Vendor, false, "made by"),
        "vendor-class" => new(ClaimKind.DhcpVendorClass, false, "DHCP vendor class"),
        "browses" => new(ClaimKind.UserAgent, false, "browses as"),
        "os" => new(ClaimKind.OperatingSystem, false, "operating system"),
        "named" => new(ClaimKind.HostName, false, "is called", ClaimKind.FriendlyName),
        "offers" or "banner" => null,
        _ => throw new InvalidDataException($"type-habits.tsv: nobody reads rows of the kind {what}"),
    };

    private static ImmutableArray<Habit> Load()
    {
        using StreamReader reader = new(typeof(TypeHabits).Assembly.GetManifestResourceStream("type-habits.tsv")!);
        ImmutableArray<Habit>.Builder habits = ImmutableArray.CreateBuilder<Habit>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            habits.Add(new Habit(cells[0], ReadingOf(cells[0]), cells[1], cells[2], int.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture)));
        }
        return habits.ToImmutable();
    }

    private sealed record Reading(ClaimKind Kind, bool IsWhole, string Words, ClaimKind? OrElse = null);

    private sealed record Habit(string What, Reading? Reading, string Value, string Type, int Weight);
}
