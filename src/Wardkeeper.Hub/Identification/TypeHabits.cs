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

    public static IEnumerable<ClaimTally> Of(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, bool isRouter)
    {
        Dictionary<string, (int Weight, string Reason)> votes = new(StringComparer.Ordinal);
        foreach (Habit habit in Habits)
        {
            if (Shown(habit, claims, offers, isRouter) is not { } reason) continue;
            (int weight, string first) = votes.GetValueOrDefault(habit.Type, (0, reason));
            votes[habit.Type] = (weight + habit.Weight, first);
        }
        if (votes.Count == 0) yield break;
        List<KeyValuePair<string, (int Weight, string Reason)>> order = [.. votes.OrderByDescending(vote => vote.Value.Weight).ThenBy(vote => vote.Key, StringComparer.Ordinal)];
        if (order[0].Value.Weight < 3 || (order.Count > 1 && order[1].Value.Weight == order[0].Value.Weight)) yield break;
        yield return new ClaimTally { Kind = ClaimKind.Type, Value = order[0].Key, Source = "habit", Origin = order[0].Value.Reason, Count = 1 };
    }

    private static string? Shown(Habit habit, IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, bool isRouter) => habit.What switch
    {
        "role" when habit.Value == "router" && isRouter => "passes on other machines' packets",
        "role" => Equal(claims, ClaimKind.Role, habit.Value, "role"),
        "modality" => Equal(claims, ClaimKind.Modality, habit.Value, "modality"),
        "announces" => Holds(claims, ClaimKind.AnnouncedService, habit.Value, "announces"),
        "described" => Holds(claims, ClaimKind.Description, habit.Value, "describes itself as"),
        "os" => Holds(claims, ClaimKind.OperatingSystem, habit.Value, "operating system"),
        "named" => Holds(claims, ClaimKind.HostName, habit.Value, "is called") ?? Holds(claims, ClaimKind.FriendlyName, habit.Value, "is called"),
        "offers" => offers.Any(offer => offer.Protocol?.Split(',').Contains(habit.Value) == true) ? $"offers {habit.Value}" : null,
        "banner" => offers.FirstOrDefault(offer => offer.Banner?.Contains(habit.Value, StringComparison.OrdinalIgnoreCase) == true) is { } offer
            ? $"says \"{offer.Banner}\" at port {offer.Port}" : null,
        _ => null,
    };

    private static string? Equal(IReadOnlyList<ClaimTally> claims, ClaimKind kind, string value, string what) =>
        claims.Any(claim => claim.Kind == kind && claim.Value.Equals(value, StringComparison.OrdinalIgnoreCase)) ? $"{what} {value}" : null;

    private static string? Holds(IReadOnlyList<ClaimTally> claims, ClaimKind kind, string value, string what) =>
        claims.FirstOrDefault(claim => claim.Kind == kind && claim.Value.Contains(value, StringComparison.OrdinalIgnoreCase)) is { } found ? $"{what} \"{found.Value}\"" : null;

    private static ImmutableArray<Habit> Load()
    {
        using StreamReader reader = new(typeof(TypeHabits).Assembly.GetManifestResourceStream("type-habits.tsv")!);
        ImmutableArray<Habit>.Builder habits = ImmutableArray.CreateBuilder<Habit>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            habits.Add(new Habit(cells[0], cells[1], cells[2], int.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture)));
        }
        return habits.ToImmutable();
    }

    private sealed record Habit(string What, string Value, string Type, int Weight);
}
