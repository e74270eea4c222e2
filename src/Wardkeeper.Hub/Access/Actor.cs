namespace Wardkeeper.Hub.Access;

/// <summary>Who acts: a signed-in person, a token, or the command line on the machine itself. Every change names one.</summary>
/// <param name="Name">User name, <c>token:NAME</c>, or <c>local:NAME</c>.</param>
/// <param name="Roles">Roles held.</param>
/// <param name="Departments">Departments a viewer is limited to; null when not limited.</param>
/// <param name="Address">Where from, for the audit log; null for the local command line.</param>
/// <param name="Owner">Who made the token that acts; null when a person acts herself. What a person may not do to herself, her tokens may not either.</param>
public sealed record Actor(string Name, IReadOnlySet<Role> Roles, IReadOnlySet<string>? Departments = null, string? Address = null, string? Owner = null)
{
    /// <summary>Whether one of these roles is held.</summary>
    public bool Is(params ReadOnlySpan<Role> roles)
    {
        foreach (Role role in roles)
        {
            if (Roles.Contains(role)) return true;
        }
        return false;
    }

    /// <summary>Whether a device of this department may be seen; a limited viewer sees his own departments and nothing else.</summary>
    public bool MaySee(string? department) => Departments is null || (department is not null && Departments.Contains(department));
}
