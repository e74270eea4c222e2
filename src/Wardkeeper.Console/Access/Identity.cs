using System.Globalization;
using System.Security.Claims;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>From a person or token to the claims that travel with a request or a circuit, and back to an <see cref="Actor"/>.</summary>
internal static class Identity
{
    /// <summary>Name of the one authentication scheme: the session's cookie, or a bearer token.</summary>
    public const string Scheme = "Wardkeeper";

    private const string Department = "wardkeeper:department", SessionHashType = "wardkeeper:session", Address = "wardkeeper:address", MustChange = "wardkeeper:must-change", TokenOwner = "wardkeeper:token-owner", DisplayName = "wardkeeper:display-name";

    /// <summary>The claims of a signed-in person.</summary>
    public static ClaimsPrincipal Of(User user, Hub.Access.Session session, string? address)
    {
        List<Claim> claims = [new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, user.Name), new(DisplayName, user.DisplayName), new(SessionHashType, session.Hash)];
        if (user.MustChangePassword) claims.Add(new(MustChange, "yes"));
        return Of(claims, user.Roles, user.Departments, address);
    }

    /// <summary>The claims of a token.</summary>
    public static ClaimsPrincipal Of(ApiToken token, string? address) =>
        Of([new(ClaimTypes.NameIdentifier, "token:" + token.Id.ToString(CultureInfo.InvariantCulture)), new(ClaimTypes.Name, "token:" + token.Name), new(DisplayName, token.Name), new(TokenOwner, token.CreatedBy)], token.Roles, token.Departments, address);

    /// <summary>Who acts; null when nobody is signed in.</summary>
    public static Actor? ToActor(this ClaimsPrincipal principal)
    {
        if (principal.Identity is not { IsAuthenticated: true, Name: { } name }) return null;
        HashSet<string> departments = [.. principal.FindAll(Department).Select(claim => claim.Value)];
        HashSet<Role> roles = [];
        foreach (Claim claim in principal.FindAll(ClaimTypes.Role))
        {
            if (RoleNames.TryParse(claim.Value, out Role role)) roles.Add(role);
        }
        return new Actor(name, roles, departments.Count == 0 ? null : departments, principal.FindFirstValue(Address), principal.FindFirstValue(TokenOwner));
    }

    /// <summary>Number of the signed-in person.</summary>
    /// <exception cref="InvalidOperationException">A token acts; the access table keeps tokens from whatever needs a person.</exception>
    public static long UserId(this ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out long id) ? id : throw new InvalidOperationException("No person is signed in.");

    /// <summary>Hash of the session, or null for a token.</summary>
    public static string? SessionHash(this ClaimsPrincipal principal) => principal.FindFirstValue(SessionHashType);

    /// <summary>The person's own name.</summary>
    public static string ShownName(this ClaimsPrincipal principal) => principal.FindFirstValue(DisplayName) ?? principal.Identity?.Name ?? "";

    /// <summary>Whether a password must be chosen first.</summary>
    public static bool MustChangePassword(this ClaimsPrincipal principal) => principal.HasClaim(MustChange, "yes");

    private static ClaimsPrincipal Of(List<Claim> claims, IReadOnlySet<Role> roles, IReadOnlySet<string> departments, string? address)
    {
        claims.AddRange(roles.Select(role => new Claim(ClaimTypes.Role, RoleNames.Of(role))));
        claims.AddRange(departments.Select(department => new Claim(Department, department)));
        if (address is not null) claims.Add(new(Address, address));
        return new(new ClaimsIdentity(claims, Scheme));
    }
}
