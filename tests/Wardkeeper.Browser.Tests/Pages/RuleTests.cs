using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Rules that hold on every page.</summary>
public sealed class RuleTests(Chromium chromium, SharedConsole shared)
{
    [Theory]
    [InlineData("/exposures")]
    [InlineData("/health")]
    [InlineData("/findings")]
    public async Task Every_number_opens_exactly_what_it_counted(string page)
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer+analyst+administrator");
        await visit.GoAsync(page);
        List<(string Text, string Address)> numbers = [];
        foreach (IElementHandle link in await visit.Page.QuerySelectorAllAsync("main a.wk-count")) numbers.Add((await link.InnerTextAsync(), (await link.GetAttributeAsync("href"))!));
        foreach ((string text, string address) in numbers.DistinctBy(number => number.Address).Take(8))
        {
            await visit.OpensAsync(address, text);
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_pages_of_a_ward_fit_a_telephone()
    {
        long device = (await shared.Console.Devices.FindAsync(new DeviceFilter { Departments = ["icu"] }, new SortOrder("id"), new PageRequest(1, 1))).Items[0].Id;
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "viewer", departments: "icu");
        foreach (string path in (string[])["/my", $"/devices/{device}", "/tasks", "/tasks/1"])
        {
            await visit.GoAsync(path);
            foreach (int width in (int[])[390, 320])
            {
                await visit.Page.SetViewportSizeAsync(width, 800);
                string[] wide = await visit.Page.EvaluateAsync<string[]>(
                    """
                    () => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
                        .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.wk-table-scroll, [popover], dialog, .wk-hidden'))
                        .slice(0, 5).map(one => one.outerHTML.slice(0, 120)).concat(`page is ${document.documentElement.scrollWidth} wide`)
                    """);
                Assert.True(wide.Length == 0, $"{path} at {width}: {string.Join('\n', wide)}");
                string[] small = await visit.Page.EvaluateAsync<string[]>(
                    """
                    () => [...document.querySelectorAll('main button')].filter(one => one.offsetParent && !one.closest('td, p, li'))
                        .filter(one => { const box = one.getBoundingClientRect(); return box.height < 24 || box.width < 24; }).map(one => one.outerHTML.slice(0, 120))
                    """);
                Assert.True(small.Length == 0, $"{path} at {width}: {string.Join('\n', small)}");
            }
            await LookTests.PictureAsync(visit.Page, $"narrow{path.Replace('/', '-')}");
            await visit.Page.SetViewportSizeAsync(1280, 800);
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Severities_can_be_told_apart_without_colour()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/");
        await visit.Page.EvaluateAsync("document.documentElement.style.filter = 'grayscale(1)'");
        ILocator marks = visit.Page.Locator("section[aria-labelledby=tile-findings] dt");
        await Assertions.Expect(marks).ToHaveCountAsync(5);
        HashSet<string> shapes = [], words = [];
        for (int i = 0; i < 5; i++)
        {
            words.Add(await marks.Nth(i).InnerTextAsync());
            shapes.Add(Convert.ToBase64String(await marks.Nth(i).Locator("[aria-hidden=true]").First.ScreenshotAsync()));
        }
        Assert.Equal((5, 5), (shapes.Count, words.Count));
    }
}
