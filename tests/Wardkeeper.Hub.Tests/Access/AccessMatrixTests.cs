using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Tests.Access;

public class AccessMatrixTests
{
    [Fact]
    public void No_line_stands_twice() => Assert.Equal(AccessMatrix.All.Count, AccessMatrix.All.Select(rule => rule.Method + rule.Route).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void An_auditor_changes_nothing_but_what_is_his_own() =>
        // His own are the views he keeps and the exports he began.
        Assert.DoesNotContain(AccessMatrix.All, rule => rule.Kind == AccessKind.Roles && rule.Method is not ("GET" or "*") && rule.Roles.Contains(Role.Auditor)
            && !rule.Route.StartsWith("/api/v1/views", StringComparison.Ordinal) && rule.Route != "/api/v1/jobs/{id}/stop");

    [Fact]
    public void A_route_without_a_line_is_nobodys()
    {
        Assert.Null(AccessMatrix.Find("GET", "/api/v1/unheard-of"));
        Assert.Null(AccessMatrix.Find("PATCH", "/api/v1/users"));
        Assert.NotNull(AccessMatrix.Find("HEAD", "api/v1/users/"));
    }

    [Fact]
    public void Whoever_must_choose_a_password_does_nothing_else()
    {
        Actor administrator = new("a", new HashSet<Role> { Role.Administrator });
        AccessRule[] open = [.. AccessMatrix.All.Where(rule => rule.Kind != AccessKind.Open && rule.Decide(administrator, true, false) == AccessVerdict.Allowed)];
        Assert.All(open, rule => Assert.Equal(AccessKind.SignedInFirst, rule.Kind));
    }
}
