namespace Wardkeeper.Hub.Access;

/// <summary>Roles as the API, the command line and the store write them: <c>viewer</c>, <c>clinical-engineer</c>, <c>analyst</c>, <c>administrator</c>, <c>auditor</c>.</summary>
public static class RoleNames
{
    private static readonly (Role Role, string Name)[] Names =
    [
        (Role.Viewer, "viewer"), (Role.ClinicalEngineer, "clinical-engineer"), (Role.Analyst, "analyst"), (Role.Administrator, "administrator"), (Role.Auditor, "auditor"),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Select(pair => pair.Name)];

    /// <summary>The name of a role.</summary>
    public static string Of(Role role) => Array.Find(Names, pair => pair.Role == role).Name;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? text, out Role role)
    {
        int index = Array.FindIndex(Names, pair => pair.Name == text);
        role = index < 0 ? default : Names[index].Role;
        return index >= 0;
    }

    /// <summary>Names joined by commas, in the order of <see cref="Role"/>.</summary>
    public static string Join(IEnumerable<Role> roles) => string.Join(',', roles.Order().Select(Of));

    /// <summary>Reads what <see cref="Join"/> wrote; a word that is no role is left out, so that a damaged row never gives more.</summary>
    public static IReadOnlySet<Role> Split(string joined)
    {
        ArgumentNullException.ThrowIfNull(joined);
        HashSet<Role> roles = [];
        foreach (string name in joined.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TryParse(name, out Role role)) roles.Add(role);
        }
        return roles;
    }
}
