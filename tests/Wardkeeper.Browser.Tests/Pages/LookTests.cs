using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Each page in both languages and both themes: no barrier, no foreign request, no error, no bare number, no English in a Chinese page. Makes the pictures of the documentation.</summary>
public sealed partial class LookTests(Chromium chromium, SharedConsole shared)
{
    /// <summary>More makes a page slow on the machines of a ward.</summary>
    private const int MostNodes = 3000;

    /// <summary>Pixels in which everything but tables and maps must find room (WCAG 2.2, 1.4.10).</summary>
    private const int Narrow = 320;

    private static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/"), ("devices", "/devices"), ("devices-card", "/devices?dept=icu"), ("device", "/devices/{id}"),
        ("device-claims", "/devices/{id}?tab=claims"), ("device-services", "/devices/{id}?tab=services"), ("device-timeline", "/devices/{id}?tab=timeline"),
        ("device-peers", "/devices/{id}?tab=peers"), ("device-reach", "/devices/{id}?tab=reach"), ("reach", "/exposures/reach"), ("vendors", "/exposures/vendors"), ("device-traffic", "/devices/{id}?tab=traffic"),
        ("traffic", "/traffic"), ("traffic-card", "/traffic?protocol=hl7"), ("traffic-transactions", "/traffic?view=transactions&protocol=dicom"),
        ("protocols", "/protocols"), ("protocols-card", "/protocols?tab=hl7"), ("protocols-laboratory", "/protocols?tab=laboratory"), ("protocols-remote", "/protocols?tab=remote"), ("protocols-empty", "/protocols?tab=remote&kind=vpn"),
        ("map", "/map?by=department"), ("map-matrix", "/map"), ("map-list", "/map?view=list"),
        ("device-findings", "/devices/{id}?tab=findings"), ("findings", "/findings"), ("findings-single", "/findings?by=none"), ("finding", "/findings/{finding}"), ("finding-judge", "/findings/{finding}?do=judge"),
        ("finding-suppress", "/findings/{finding}?do=suppress"), ("finding-ask", "/findings/{finding}?do=ask"), ("detectors", "/findings/detectors"), ("finding-quality", "/findings/quality"), ("incidents", "/incidents"), ("hunting", "/hunting"), ("hunting-found", "/hunting?q=CT"), ("techniques", "/techniques"), ("techniques-ics", "/techniques?matrix=ics&tactic=discovery"), ("technique", "/techniques/T1557.002"), ("exposures", "/exposures"), ("identify", "/identify"), ("identify-conflict", "/identify?tab=conflict"), ("identify-alike", "/identify?tab=alike"), ("identify-knowledge", "/identify?tab=knowledge"), ("tasks", "/tasks"), ("duties", "/tasks/duties"), ("suppressions", "/suppressions"), ("admission", "/admission"), ("admission-sessions", "/admission?tab=sessions"), ("admission-segments", "/admission?tab=segments"), ("device-admission", "/devices/{id}?tab=admission"), ("response", "/response"), ("response-propose", "/response?device={id}"),
        ("import-empty", "/import"), ("intelligence-empty", "/intelligence"), ("rules-empty", "/rules"), ("trust-empty", "/trust"), ("intelligence-ask", "/intelligence?value=203.0.113.9"),
    ];

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("zh-CN", "dark")]
    [InlineData("en", "light")]
    [InlineData("en", "dark")]
    public async Task Every_page_is_sound(string language, string theme)
    {
        LongVersion.UnlessOnce(language, theme);
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, language, theme, "clinical-engineer+analyst");
        long finding = await shared.Console.GravestFindingAsync(), lifeSupport = await shared.Console.LifeSupportAsync();
        List<string> found = [];
        for (int i = 0; i < Pages.Length; i++)
        {
            (string name, string path) = Pages[i];
            // The short version looks at each page once, at every other in the other language and theme.
            if (!LongVersion.IsAsked && (i % 2 == 0) != (theme == "light")) continue;
            await visit.GoAsync(path.Replace("{id}", lifeSupport.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{finding}", finding.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            if (name == "overview") await visit.Page.WaitForSelectorAsync("figure svg text");
            if (name == "traffic") await visit.Page.WaitForSelectorAsync("figure svg text");
            if (name is "devices-card" or "traffic-card" or "traffic-transactions" or "protocols-card")
            {
                // The page puts the focus on its heading once it stands; keys pressed before that belong to the page before.
                await visit.Page.Locator("h1").FocusAsync();
                await visit.Page.Keyboard.PressAsync("j");
                await visit.Page.WaitForSelectorAsync(".wk-card");
            }
            if (theme == "light" || name is "overview" or "device") await PictureAsync(visit.Page, $"{name}-{language}{(theme == "dark" ? "-dark" : "")}");
            // Barriers do not depend on the language; each theme is examined once.
            if ((language == "en") == (theme == "dark")) found.AddRange((await visit.BarriersAsync(coloursOnly: theme == "dark")).Select(one => $"{name}: {one}"));
            found.AddRange((await BareNumbersAsync(visit.Page)).Select(one => $"{name}: bare number {one}"));
            if (theme == "light") found.AddRange((await TooWideAsync(visit.Page)).Select(one => $"{name} at {Narrow}: {one}"));
            int nodes = await visit.Page.EvaluateAsync<int>("document.querySelectorAll('*').length");
            if (nodes > MostNodes) found.Add($"{name}: {nodes} nodes");
            string text = await visit.Page.InnerTextAsync("main");
            foreach (Match bad in Unwanted().Matches(text)) found.Add($"{name}: {bad.Value}");
            Assert.Equal(language, await visit.Page.GetAttributeAsync("html", "lang"));
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.Empty(visit.Wrong);
        shared.Console.ExpectNoErrors();
    }

    /// <summary>What does not find room on a narrow screen, tables, maps and charts apart.</summary>
    private static async Task<string[]> TooWideAsync(IPage page)
    {
        await page.SetViewportSizeAsync(Narrow, 800);
        string[] wide = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('main *')]
                .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('table, .wk-table-scroll, .wk-map, figure, svg, [popover], dialog, .wk-hidden'))
                .slice(0, 3).map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}: ${one.textContent.trim().slice(0, 40)}`)
            """);
        await page.SetViewportSizeAsync(1280, 800);
        return wide;
    }

    /// <summary>Numbers that stand alone and open nothing: not a link, not marked as a measure, not a time.</summary>
    private static async Task<string[]> BareNumbersAsync(IPage page) => await page.EvaluateAsync<string[]>(
        """
        () => {
            const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), found = [];
            for (let node; (node = walker.nextNode());) {
                const text = node.textContent.trim();
                if (!/^\d[\d,\s万]*(\.\d+)?( 万)?$/.test(text)) continue;
                const parent = node.parentElement;
                if (parent.closest('a.wk-count,.wk-count,[data-measure],time,svg,a[href^="tel:"],button,dd:not(.wk-counts dd)')) continue;
                found.push(parent.outerHTML.slice(0, 200));
            }
            return found;
        }
        """);

    /// <summary>What tells a person nothing: errors without a reason, traces of the stack, keys whose text is missing.</summary>
    [GeneratedRegex(@"unknown error|\[object Object\]|\n\s+at \w+\.|\b(page|tab|field|filter|column|nothing|why|lifecycle|findingstate|verdict|severity|duty|do|note|suppress|ask|department|event|habit|table)\.[a-z][\w-]+\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();

    internal static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") != "1") return;
        string folder = Path.Combine(Checkout.Root, "docs/images");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }
}
