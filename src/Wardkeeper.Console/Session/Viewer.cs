using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Session;

/// <summary>The person who looks at the console, as the hub knows persons.</summary>
internal sealed class Viewer(AuthenticationStateProvider authentication)
{
    /// <summary>Claim with one department a viewer is limited to.</summary>
    public const string DepartmentClaim = "wardkeeper:department";

    private ClaimsPrincipal? person;

    /// <summary>Who looks.</summary>
    public async ValueTask<Actor> ActorAsync() => Of(await PersonAsync());

    /// <summary>Reads a signed-in person. Somebody without a name sees no device and holds no role.</summary>
    public static Actor Of(ClaimsPrincipal person) => person.ToActor() ?? new Actor("", new HashSet<Role>(), new HashSet<string>());

    /// <summary>Number of the person, and the session by which she looks.</summary>
    public async ValueTask<(long User, string? Session)> SignInAsync()
    {
        ClaimsPrincipal looks = await PersonAsync();
        return (looks.UserId(), looks.SessionHash());
    }

    private async ValueTask<ClaimsPrincipal> PersonAsync() => person ??= (await authentication.GetAuthenticationStateAsync()).User;
}
