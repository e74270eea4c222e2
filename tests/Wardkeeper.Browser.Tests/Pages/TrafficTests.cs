using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What people do with traffic and map.</summary>
public sealed class TrafficTests(Chromium chromium, SharedConsole shared)
{
    [Fact]
    public async Task Clicking_a_value_narrows_the_rows_and_less_leaves_it_out()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/traffic?sort=-bytes");
        long all = await TotalAsync(visit);
        Assert.True(all > 100, $"only {all} rows");
        await visit.Page.Locator("tbody a.wk-protocol", new() { HasText = "dicom" }).First.ClickAsync();
        await visit.AtAsync("**/traffic?protocol=dicom&sort=-bytes");
        await visit.SettledAsync();
        long dicom = await TotalAsync(visit);
        Assert.InRange(dicom, 1, all - 1);
        Assert.All(await visit.Page.Locator("tbody td:nth-child(4)").AllInnerTextsAsync(), text => Assert.Contains("dicom", text, StringComparison.Ordinal));
        await visit.Page.Locator("tbody a[data-wk-open]").First.ClickAsync();
        await visit.Page.Locator(".wk-card a[aria-label='Without dicom']").ClickAsync();
        await visit.AtAsync("**/traffic?not-protocol=dicom&sort=-bytes");
        await visit.SettledAsync();
        Assert.Equal(all - dicom, await TotalAsync(visit));
        await visit.Page.GoBackAsync();
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card")).ToBeVisibleAsync();
        Assert.Empty(visit.Wrong);
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task The_card_of_a_transaction_shows_its_fields_and_leads_to_its_flow()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/traffic?view=transactions&protocol=hl7");
        await FirstRowAsync(visit);
        await Assertions.Expect(visit.Page.Locator(".wk-card .wk-fields")).ToContainTextAsync("message_type");
        string uid = await visit.Page.Locator(".wk-card dd a.wk-mono").InnerTextAsync();
        await visit.Page.Locator(".wk-card dd a.wk-mono").ClickAsync();
        await visit.AtAsync("**uid=*");
        await visit.SettledAsync();
        Assert.InRange(await TotalAsync(visit), 1, 5);
        await visit.Page.Locator("tbody a[data-wk-open]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card")).ToContainTextAsync(uid);
        await Assertions.Expect(visit.Page.Locator(".wk-card")).ToContainTextAsync("1:");
    }

    [Fact]
    public async Task Nothing_in_a_time_says_when_there_was_something()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/traffic?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z&protocol=dicom&colour=red");
        await Assertions.Expect(visit.Page.Locator(".wk-chip-bad")).ToContainTextAsync("colour");
        await Assertions.Expect(visit.Page.Locator(".wk-empty-what")).ToHaveTextAsync("Nothing in this time");
        await visit.Page.Locator(".wk-empty-next a").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("tbody tr[data-row]").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Each_link_of_the_map_opens_the_traffic_it_stands_for()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/map?view=list&range=30d");
        ILocator row = visit.Page.Locator("tbody tr", new() { Has = visit.Page.Locator("td.wk-num a") }).First;
        long flows = long.Parse((await row.Locator("td").Last.InnerTextAsync()).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        await row.Locator("td.wk-num a").ClickAsync();
        await visit.AtAsync("**/traffic?*peer-group=*");
        await visit.SettledAsync();
        // A flow that lasts has a row for each report: never fewer rows than flows.
        Assert.InRange(await TotalAsync(visit), flows, flows * 3);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_group_opens_in_place_and_its_devices_stand_one_by_one()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/map?view=list&by=department");
        Assert.Equal(0, await visit.Page.Locator("tbody a[href^='/devices/']").CountAsync());
        await visit.Page.Locator("a.wk-open").First.ClickAsync();
        await visit.AtAsync("**open=*");
        await Assertions.Expect(visit.Page.Locator("tbody a[href^='/devices/']").First).ToBeVisibleAsync();
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task The_graph_can_be_walked_by_keyboard()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/map?view=graph&by=category");
        await visit.Page.Locator("svg.wk-graph a.wk-edge").First.FocusAsync();
        string href = (await visit.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"))!;
        Assert.StartsWith("/traffic?", href, StringComparison.Ordinal);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.AtAsync("**/traffic?*");
    }

    [Fact]
    public async Task An_address_leads_to_its_traffic_from_anywhere()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit.Page.Locator("#wk-search-box").FillAsync("10.77.10.1");
        await visit.Page.Locator("[data-wk-hit]", new() { HasText = "Traffic of 10.77.10.1" }).ClickAsync();
        await visit.AtAsync("**/traffic?*ip=10.77.10.1*");
        await visit.SettledAsync();
        Assert.True(await TotalAsync(visit) > 0);
    }

    [Fact]
    public async Task A_limited_viewer_sees_the_traffic_of_her_department_and_no_name_of_another()
    {
        await using Visit all = await VisitAsync();
        await all.GoAsync("/traffic");
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en", "light", "viewer", "icu");
        await visit.GoAsync("/traffic");
        Assert.InRange(await TotalAsync(visit), 1, await TotalAsync(all) - 1);
        await visit.GoAsync("/map?view=list&by=department");
        IReadOnlyList<string> texts = await visit.Page.Locator("tbody td:nth-child(-n+2)").AllInnerTextsAsync();
        Assert.All(texts, text => Assert.Matches("ICU|Not in the ledger|inside the group", text));
    }

    [Fact]
    public async Task New_flows_are_announced_and_shown_when_asked_for()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/traffic");
        long before = await TotalAsync(visit);
        await console.AddFlowLaterAsync();
        await visit.Page.Locator(".wk-newer").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync((before + 1).ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Before_anything_was_heard_the_pages_say_so()
    {
        await using TestConsole console = await TestConsole.StartAsync(isEmpty: true);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "zh-CN");
        await visit.GoAsync("/traffic");
        await Assertions.Expect(visit.Page.Locator(".wk-empty-what")).ToHaveTextAsync("尚无流量");
        await visit.GoAsync("/map");
        await Assertions.Expect(visit.Page.Locator(".wk-empty-what")).ToContainTextAsync("没有流量");
        console.ExpectNoErrors();
    }

    private static async Task FirstRowAsync(Visit visit)
    {
        // The page puts the focus on its heading once it stands; keys pressed before that belong to the page before.
        await visit.Page.Locator("h1").FocusAsync();
        await visit.Page.Keyboard.PressAsync("j");
    }

    private static async Task<long> TotalAsync(Visit visit)
    {
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToBeVisibleAsync();
        return long.Parse((await visit.Page.Locator(".wk-total strong").InnerTextAsync()).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<Visit> VisitAsync() => shared.Console.VisitAsync(chromium.Browser, "en");
}
