using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Each page in both languages and both themes: no barrier, no foreign request, no error, no bare number, no English in a Chinese page. Makes the pictures of the documentation.</summary>
public sealed class LookTests(Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<string, string, string, string> Looks
    {
        get
        {
            TheoryData<string, string, string, string> looks = [];
            foreach ((string name, string path) in ((string, string)[])[("overview", "/"), ("devices", "/devices"), ("device", "/devices/2"), ("device-claims", "/devices/2?tab=claims"), ("device-services", "/devices/2?tab=services"), ("device-timeline", "/devices/2?tab=timeline")])
            {
                foreach (string language in (string[])["zh-CN", "en"])
                {
                    foreach (string theme in (string[])["light", "dark"]) looks.Add(name, path, language, theme);
                }
            }
            return looks;
        }
    }

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task A_page_is_sound(string name, string path, string language, string theme)
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await Visit.OpenAsync(chromium.Browser, console.Address, language, theme);
        await visit.GoAsync(path);
        if (name == "overview") await visit.Page.WaitForSelectorAsync("figure svg text");
        await PictureAsync(visit.Page, $"{name}-{language}{(theme == "dark" ? "-dark" : "")}");

        Assert.Empty(await visit.BarriersAsync());
        Assert.Equal(language, await visit.Page.GetAttributeAsync("html", "lang"));
        Assert.Empty(await BareNumbersAsync(visit.Page));
        string text = await visit.Page.InnerTextAsync("main");
        Assert.DoesNotContain("unknown error", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("[object Object]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b(page|tab|field|filter|column|nothing|why|lifecycle|department|event|source)\.[a-z][\w-]+\b", text);
        Assert.Empty(visit.Wrong);
        Assert.Empty(console.Errors);
    }

    /// <summary>Numbers that stand alone and open nothing: not a link, not marked as a measure, not a time.</summary>
    private static async Task<string[]> BareNumbersAsync(IPage page) => await page.EvaluateAsync<string[]>(
        """
        () => {
            const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
            for (let node; (node = walker.nextNode());) {
                const text = node.textContent.trim();
                if (!/^[\d][\d,.\s万]*$/.test(text)) continue;
                const parent = node.parentElement;
                if (parent.closest('a.wk-count,.wk-count,[data-measure],time,svg,a[href^="tel:"],button,dd:not(.wk-counts dd)')) continue;
                found.push(parent.outerHTML.slice(0, 200));
            }
            return found;
        }
        """);

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") != "1") return;
        string folder = Path.Combine(Checkout.Root, "docs/images");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }
}
