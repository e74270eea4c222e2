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
        foreach (Habit habit in Habits)
        {
            if (Shown(habit, claims, offers, isRouter) is { } reason) votes.Add((habit.Type, habit.Weight, reason));
        }
        (string Type, int Weight, string Reasons)[] order = [.. votes
            .GroupBy(vote => vote.Type)
            .Select(same => (Type: same.Key, Weight: same.Sum(vote => vote.Weight), Reasons(same)))
            .OrderByDescending(type => type.Weight)];
        if (order.Length == 0 || order[0].Weight < Enough || (order.Length > 1 && order[1].Weight == order[0].Weight)) yield break;
        yield return new ClaimTally { Kind = ClaimKind.Type, Value = order[0].Type, Source = "habit", Origin = order[0].Reasons, Count = 1 };
    }

    private static string Reasons(IEnumerable<(string Type, int Weight, string Reason)> votes) =>
        string.Join(", ", votes.OrderByDescending(vote => vote.Weight).Select(vote => vote.Reason).Distinct(StringComparer.Ordinal).Take(ReasonsNamed));

    private static string? Shown(Habit habit, IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, bool isRouter) => habit.What switch
    {
        "role" when habit.Value == "router" && isRouter => "passes on other machines' packets",
        "role" => Equal(claims, ClaimKind.Role, habit.Value, "role"),
        "modality" => Equal(claims, ClaimKind.Modality, habit.Value, "modality"),
        "announces" => Holds(claims, ClaimKind.AnnouncedService, habit.Value, "announces"),
        "described" => Holds(claims, ClaimKind.Description, habit.Value, "describes itself as"),
        "message" => Equal(claims, ClaimKind.HlMessageType, habit.Value, "HL7"),
        "application" => Holds(claims, ClaimKind.HlApplication, habit.Value, "HL7 application"),
        "vendor" => Holds(claims, ClaimKind.Vendor, habit.Value, "made by"),
        "vendor-class" => Holds(claims, ClaimKind.DhcpVendorClass, habit.Value, "DHCP vendor class"),
        "browses" => Holds(claims, ClaimKind.UserAgent, habit.Value, "browses as"),
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
