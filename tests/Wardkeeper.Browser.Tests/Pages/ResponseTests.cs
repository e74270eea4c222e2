using System.Globalization;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The page Response: an action is proposed from a device, its consequences are seen before anybody agrees, and what cannot be done says why.</summary>
public sealed class ResponseTests(Chromium chromium, SharedConsole shared)
{
    [Theory]
    [InlineData("zh-CN", "试运行标记", "标记")]
    [InlineData("en", "looks odd", "tag")]
    public async Task A_mark_is_proposed_from_the_device_carried_out_and_undone(string language, string reason, string step)
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, language, roles: "analyst");
        IPage page = visit.Page;
        await visit.GoAsync($"/devices/{await shared.Console.LifeSupportAsync()}");
        await page.Locator("[data-wk-care] [data-wk-propose]").ClickAsync();
        await page.Locator("form[data-wk-propose] label").Filter(new() { HasText = step }).First.ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-verdict=cleared]")).ToBeVisibleAsync();
        await page.Locator("form[data-wk-propose] [type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("form[data-wk-propose] [role=alert]")).ToHaveTextAsync(language == "en" ? "give a reason" : "请填写理由");
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator("form[data-wk-propose] textarea").FillAsync(reason);
        await page.Locator("form[data-wk-propose] [type=submit]").ClickAsync();
        await page.Locator("[data-wk-approve]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-state]")).ToHaveAttributeAsync("data-wk-state", "in-force");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"response-action-{language}");
        await visit.GoAsync("/response");
        await Assertions.Expect(page.Locator("[data-wk-actions=in-force]")).ToContainTextAsync(reason);
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator("[data-wk-actions=in-force] tr").Filter(new() { HasText = reason }).Locator("a[data-wk-open]").ClickAsync();
        await page.Locator("textarea").FillAsync(reason);
        await page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-state]")).ToHaveAttributeAsync("data-wk-state", "ended");
        await Assertions.Expect(page.Locator("[data-wk-trail] li")).ToHaveCountAsync(6);
        Assert.Empty(visit.Wrong);
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task Two_people_see_the_same_preview_and_what_they_cannot_do_says_why()
    {
        long device = await shared.Console.LifeSupportAsync();
        await using Visit proposer = await shared.Console.VisitAsync(chromium.Browser, "en", roles: "analyst"), other = await shared.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "clinical-engineer");
        await proposer.GoAsync(string.Create(CultureInfo.InvariantCulture, $"/response?device={device}"));
        ILocator steps = proposer.Page.Locator("form[data-wk-propose] label");
        await steps.Filter(new() { HasText = "isolate the port" }).ClickAsync();
        await Assertions.Expect(proposer.Page.Locator("[data-wk-verdict=refused]")).ToBeVisibleAsync();
        await Assertions.Expect(proposer.Page.Locator("form[data-wk-propose] [type=submit]")).ToBeDisabledAsync();
        await Assertions.Expect(proposer.Page.Locator("#propose-why")).Not.ToBeEmptyAsync();
        await steps.Filter(new() { HasText = "refuse message" }).ClickAsync();
        await Assertions.Expect(proposer.Page.Locator("[data-wk-verdict=needs-two-people]")).ToBeVisibleAsync();
        await proposer.Page.Locator("form[data-wk-propose] textarea").FillAsync("another machine answers as it");
        await proposer.Page.Locator("form[data-wk-propose] [type=submit]").ClickAsync();
        await Assertions.Expect(proposer.Page.Locator("[data-wk-approve]")).ToBeDisabledAsync();
        await Assertions.Expect(proposer.Page.Locator("#approve-why")).ToContainTextAsync("two others must");

        await other.GoAsync(new Uri(proposer.Page.Url).AbsolutePath);
        string? seen = await other.Page.Locator("[data-wk-response-preview]").GetAttributeAsync("data-wk-response-preview");
        Assert.Equal(await proposer.Page.Locator("[data-wk-response-preview]").GetAttributeAsync("data-wk-response-preview"), seen);
        // No enforcement point is set up in the test's hospital: nobody can agree to what nothing can carry out.
        await Assertions.Expect(other.Page.Locator("#approve-why")).ToContainTextAsync("没有可执行该操作的处置点");
        Assert.Empty(await other.BarriersAsync());
        await LookTests.PictureAsync(other.Page, "response-waiting-zh-CN");
        await other.Page.Locator("textarea").FillAsync("现场核实");
        await other.Page.Locator("[data-wk-decline]").ClickAsync();
        await Assertions.Expect(other.Page.Locator("[data-wk-state]")).ToHaveAttributeAsync("data-wk-state", KebabWord.Of(ActionState.Ended));
        Assert.Empty(proposer.Wrong);
        Assert.Empty(other.Wrong);
        shared.Console.ExpectNoErrors();
    }
}
