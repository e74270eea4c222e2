using System.Security.Claims;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Browser.Tests.Session;

public class OpenPagesTests
{
    [Fact]
    public void A_person_has_ten_pages_and_gets_one_back_when_one_closes()
    {
        OpenPages pages = new();
        List<IDisposable?> open = [.. Enumerable.Range(0, OpenPages.PerPerson).Select(_ => pages.TryOpen("周敏"))];
        Assert.DoesNotContain(null, open);
        Assert.Null(pages.TryOpen("周敏"));
        Assert.NotNull(pages.TryOpen("王芳"));
        open[0]!.Dispose();
        open[0]!.Dispose();
        Assert.NotNull(pages.TryOpen("周敏"));
        Assert.Null(pages.TryOpen("周敏"));
    }

    [Fact]
    public void All_persons_together_have_five_hundred()
    {
        OpenPages pages = new();
        for (int i = 0; i < OpenPages.InAll; i++) Assert.NotNull(pages.TryOpen($"person {i / OpenPages.PerPerson}"));
        Assert.Null(pages.TryOpen("one more"));
    }

    [Fact]
    public void Somebody_who_is_not_signed_in_is_nobody_and_sees_nothing()
    {
        Actor nobody = Viewer.Of(new ClaimsPrincipal(new ClaimsIdentity()));
        Assert.Empty(nobody.Roles);
        Assert.False(nobody.MaySee("icu"));
        Assert.All(Console.Layout.PageRegistry.All, page => Assert.False(page.IsOpenTo(nobody)));
    }

    [Fact]
    public void A_viewer_is_limited_to_her_departments()
    {
        Actor nurse = Viewer.Of(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "li"), new(ClaimTypes.Role, "viewer"), new(Viewer.DepartmentClaim, "icu")], "test")));
        Assert.True(nurse.MaySee("icu"));
        Assert.False(nurse.MaySee("nicu"));
        Assert.False(nurse.MaySee(null));
    }
}
