using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Session;

/// <summary>The person who looks at the console, as the hub knows persons.</summary>
internal sealed class Viewer(AuthenticationStateProvider authentication)
{
    /// <summary>Claim with one department a viewer is limited to.</summary>
    public const string DepartmentClaim = "wardkeeper:department";

    private Actor? actor;

    /// <summary>Who looks.</summary>
    public async ValueTask<Actor> ActorAsync() => actor ??= Of((await authentication.GetAuthenticationStateAsync()).User);

    /// <summary>Reads a signed-in person. Somebody without a name sees no device and holds no role.</summary>
    public static Actor Of(ClaimsPrincipal person, string? address = null)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (person.Identity is not { IsAuthenticated: true, Name: { Length: > 0 } name }) return new Actor("", new HashSet<Role>(), new HashSet<string>(), address);
        HashSet<Role> roles = [];
        foreach (Claim claim in person.FindAll(ClaimTypes.Role))
        {
            if (Enum.TryParse(claim.Value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out Role role) && Enum.IsDefined(role)) roles.Add(role);
        }
        HashSet<string> departments = [.. person.FindAll(DepartmentClaim).Select(claim => claim.Value)];
        bool isLimited = departments.Count > 0 && roles.All(role => role == Role.Viewer);
        return new Actor(name, roles, isLimited ? departments : null, address);
    }
}
