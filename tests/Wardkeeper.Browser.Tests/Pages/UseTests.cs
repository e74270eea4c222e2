using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What people do with the first pages.</summary>
public sealed class UseTests(Chromium chromium, SharedConsole shared)
{
    [Fact]
    public async Task Every_number_of_the_overview_opens_exactly_what_it_counted()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/");
        IReadOnlyList<IElementHandle> links = await visit.Page.QuerySelectorAllAsync("main a.wk-count");
        List<(string Text, string Address)> numbers = [];
        foreach (IElementHandle link in links) numbers.Add((await link.InnerTextAsync(), (await link.GetAttributeAsync("href"))!));
        Assert.InRange(numbers.Count, 12, 60);
        foreach ((string text, string address) in numbers.DistinctBy(number => number.Address))
        {
            await visit.OpensAsync(address, text);
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Filter_open_and_back_shows_the_same_rows()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/devices?dept=icu&sort=-last-seen");
        string[] rows = await RowsAsync(visit.Page);
        Assert.NotEmpty(rows);
        await visit.Page.Locator("a[data-wk-open]").First.ClickAsync();
        await visit.AtAsync("**/devices/*");
        await visit.SettledAsync();
        await visit.Page.GoBackAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Devices");
        await visit.SettledAsync();
        Assert.Equal(rows, await RowsAsync(visit.Page));
        await visit.Page.Locator(".wk-chip a").ClickAsync();
        await visit.AtAsync("**/devices?sort=-last-seen");
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync((await shared.Console.Devices.CountAsync(new DeviceFilter(), TestContext.Current.CancellationToken)).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Nothing_found_says_which_filter_to_drop()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/devices?dept=icu&q=no-such-thing&colour=red");
        await Assertions.Expect(visit.Page.Locator(".wk-empty-what")).ToHaveTextAsync("No device matches 2 filters");
        await Assertions.Expect(visit.Page.Locator(".wk-chip-bad")).ToContainTextAsync("colour");
        await visit.Page.Locator(".wk-empty-next a").ClickAsync();
        await visit.AtAsync("**/devices?dept=icu");
    }

    [Fact]
    public async Task An_address_leads_to_the_person_in_charge_from_anywhere()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit.Page.Locator("#wk-search-box").FillAsync("10.77.10.1");
        ILocator hit = visit.Page.Locator("[data-wk-hit]").First;
        await Assertions.Expect(hit).ToContainTextAsync("刘勇 ☎ 6079");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.AtAsync("**/devices/*");
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("ar6121-82");
    }

    [Fact]
    public async Task The_keyboard_alone_goes_to_the_list_along_its_rows_and_into_a_device()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/");
        await visit.Page.Keyboard.PressAsync("g");
        await visit.Page.Keyboard.PressAsync("d");
        // The page puts the focus on its heading once it stands; keys pressed before that belong to the page before.
        await Assertions.Expect(visit.Page.Locator("h1", new() { HasText = "Devices" })).ToBeFocusedAsync();
        await visit.SettledAsync();
        await visit.Page.Keyboard.PressAsync("/");
        await Assertions.Expect(visit.Page.Locator("#devices-filter")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("jk");
        Assert.Equal("jk", await visit.Page.InputValueAsync("#devices-filter"));
        await visit.Page.Locator("#devices-filter").FillAsync("");
        await visit.AtAsync("**/devices");
        await visit.SettledAsync();
        await visit.Page.EvaluateAsync("document.activeElement.blur()");
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(visit.Page.Locator("tbody tr").Nth(1)).ToBeFocusedAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.AtAsync("**/devices/*");
        await visit.SettledAsync();
        Assert.Empty(visit.Wrong);
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task Single_keys_can_be_switched_off()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en", "light", keys: false);
        await visit.GoAsync("/devices");
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("?");
        Assert.False(await visit.Page.Locator("#wk-keys").IsVisibleAsync());
        Assert.Equal(0, await visit.Page.Locator("tr:focus").CountAsync());
    }

    [Fact]
    public async Task Changing_the_language_keeps_the_page()
    {
        await using Visit visit = await VisitAsync();
        await visit.GoAsync("/devices?dept=icu");
        await visit.Page.Locator("[popovertarget=wk-person]").ClickAsync();
        await visit.Page.Locator("#wk-person a[lang=zh-CN]").ClickAsync();
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.lang === 'zh-CN' && document.documentElement.dataset.live !== undefined");
        Assert.EndsWith("/devices?dept=icu", visit.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("设备");
    }

    [Fact]
    public async Task A_limited_viewer_sees_her_department_and_nothing_else()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en", "light", "viewer", "icu");
        await visit.GoAsync("/devices");
        Assert.All(await visit.Page.Locator("tbody tr td:nth-child(3)").AllInnerTextsAsync(), text => Assert.StartsWith("ICU", text, StringComparison.Ordinal));
        long foreign = (await shared.Console.Devices.FindAsync(new DeviceFilter { Departments = ["information"] }, new SortOrder("id"), new PageRequest(1, 1))).Items[0].Id;
        await visit.GoAsync($"/devices/{foreign}");
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync($"D-{foreign} is not there");
    }

    [Theory]
    [InlineData("zh-CN", "我们没有要求停用任何设备。")]
    [InlineData("en", "We do not ask you to stop using anything.")]
    public async Task A_ward_starts_at_its_own_page_with_a_plain_answer(string language, string answer)
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, language, "light", "viewer", "icu");
        await visit.GoAsync("/");
        await visit.AtAsync("**/my");
        await Assertions.Expect(visit.Page.Locator(".wk-answer-words")).ToHaveTextAsync(answer);
        await Assertions.Expect(visit.Page.Locator("tbody tr[data-row]")).ToHaveCountAsync(6);
        await LookTests.PictureAsync(visit.Page, $"my-department-{language}");
        Assert.Empty(await visit.BarriersAsync());
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task New_devices_are_announced_and_shown_when_asked_for()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/devices");
        string[] before = await RowsAsync(visit.Page);
        await console.AddDeviceLaterAsync("AAA-0001");
        await Assertions.Expect(visit.Page.Locator(".wk-newer")).ToHaveTextAsync(new Regex(@"^1 new since \d\d:\d\d:\d\d — show$"));
        Assert.Equal(before, await RowsAsync(visit.Page));
        await visit.Page.Locator(".wk-newer").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("tbody tr a[data-wk-open]").First).ToHaveTextAsync("AAA-0001");
        // Paused, the page is left in peace however often it would have looked; what came meanwhile is there at once afterwards.
        ILocator pause = visit.Page.Locator("[data-wk-pause]");
        await pause.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator(".wk-paused")).ToHaveTextAsync(new Regex(@"^Paused since \d\d:\d\d:\d\d; capturing goes on$"));
        await console.AddDeviceLaterAsync("AAA-0000", 2);
        await visit.Page.WaitForTimeoutAsync(600);
        Assert.Equal(0, await visit.Page.Locator(".wk-newer").CountAsync());
        await pause.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator(".wk-newer")).ToContainTextAsync("1 new since");
        await Assertions.Expect(visit.Page.Locator(".wk-paused")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_failure_of_ours_is_told_with_a_code_and_without_its_text()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        console.Broken = new InvalidOperationException("secret of the machine");
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/devices");
        string told = await visit.Page.Locator(".wk-problem").InnerTextAsync();
        Assert.Matches(@"C-\d{4}", told);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
        Assert.Contains(console.Errors, error => error.Contains("secret of the machine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_hub_restarts_the_page_stays_readable_and_comes_back_at_the_same_address()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-browser-").FullName;
        HospitalImage.CopyTo(folder);
        TestConsole first = await TestConsole.StartInAsync(folder, keep: true);
        int port = new Uri(first.Address).Port;
        await using Visit visit = await first.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/devices?dept=icu");
        string[] rows = await RowsAsync(visit.Page);
        await first.DisposeAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-away")).ToContainTextAsync("Connection lost");
        Assert.Equal(rows, await RowsAsync(visit.Page));
        await using TestConsole second = await TestConsole.StartInAsync(folder, port);
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined && document.documentElement.dataset.lost === undefined && !document.querySelector('.wk-away')");
        await visit.SettledAsync();
        Assert.EndsWith("/devices?dept=icu", visit.Page.Url, StringComparison.Ordinal);
        Assert.Equal(rows, await RowsAsync(visit.Page));
    }

    private static async Task<string[]> RowsAsync(IPage page) => await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('tbody tr[data-row]')].map(row => row.dataset.row)");

    private Task<Visit> VisitAsync() => shared.Console.VisitAsync(chromium.Browser, "en");
}
