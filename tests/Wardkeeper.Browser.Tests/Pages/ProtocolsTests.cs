using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What people do with the protocol views: every number opens as many rows as it says.</summary>
public sealed class ProtocolsTests(Chromium chromium, SharedConsole shared)
{
    [Fact]
    public async Task Which_images_a_scanner_sent_and_how_many_failed_is_two_clicks_away()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, roles: "clinical-engineer+analyst");
        Counted task = await Counted.FromOverviewAsync(visit, "Which images were sent where, and what exactly");
        await task.ClickAsync(visit.Page.Locator(".wk-rail a[href='/protocols']"));
        ILocator count = visit.Page.Locator("tbody tr[data-row] td .wk-kind a.wk-count").First;
        string said = await count.InnerTextAsync();
        await task.ClickAsync(count);
        await visit.AtAsync("**/traffic?view=transactions*");
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync(said);
        task.Done(2);
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task Every_number_of_every_view_opens_as_many_rows()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, roles: "clinical-engineer+analyst");
        foreach (string tab in (string[])["dicom", "hl7", "laboratory", "remote"])
        {
            await visit.GoAsync($"/protocols?tab={tab}");
            // The first of each column, and of the card; which rows come first is the newest, so that each tab has some.
            List<(string Href, string Text)> numbers = [];
            foreach (string place in (string[])["td.wk-num", "td:not(.wk-num)"])
            {
                foreach (ILocator link in (await visit.Page.Locator($"tbody tr[data-row] {place} a.wk-count[href*='/traffic']").AllAsync()).Take(2)) numbers.Add((await link.GetAttributeAsync("href") ?? "", await link.InnerTextAsync()));
            }
            Assert.NotEmpty(numbers);
            foreach ((string href, string text) in numbers) await visit.OpensAsync(href, text);
        }
        Assert.Empty(visit.Wrong);
        shared.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_tab_without_data_says_so_and_filters_live_in_the_address()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, roles: "clinical-engineer+analyst");
        await visit.GoAsync("/protocols?tab=remote&kind=tool");
        await Assertions.Expect(visit.Page.Locator(".wk-empty-what")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-chip")).ToContainTextAsync("Remote-control tool");
        await visit.Page.Locator(".wk-tabs a[href*='tab=hl7']").ClickAsync();
        await visit.AtAsync("**/protocols?tab=hl7");
        await visit.SettledAsync();
        await visit.Page.Locator("tbody a[data-wk-open]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card table a.wk-count").First).ToBeVisibleAsync();
        await visit.GoAsync("/protocols?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z&colour=red");
        await Assertions.Expect(visit.Page.Locator(".wk-chip-bad")).ToContainTextAsync("colour");
        await visit.Page.Locator(".wk-empty-next a").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("tbody tr[data-row]").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Transactions_of_one_log_have_its_columns_and_values_narrow_them()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, roles: "clinical-engineer+analyst");
        await visit.GoAsync("/traffic?view=transactions&protocol=hl7");
        await Assertions.Expect(visit.Page.Locator("thead")).ToContainTextAsync("Message type");
        ILocator type = visit.Page.Locator("tbody tr[data-row] td:nth-child(4) a").First;
        string text = await type.InnerTextAsync();
        await type.ClickAsync();
        await visit.AtAsync("**field=message_type*");
        await visit.SettledAsync();
        Assert.All(await visit.Page.Locator("tbody tr[data-row] td:nth-child(4)").AllInnerTextsAsync(), one => Assert.Equal(text, one.Trim()));
        await visit.Page.Locator("tbody a[data-wk-open]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card .wk-fields")).ToContainTextAsync("MSH-9.1");
        await visit.GoAsync("/traffic?view=transactions&protocol=hl7&cols=row.control_id");
        await Assertions.Expect(visit.Page.Locator("thead")).ToContainTextAsync("Control ID");
        Assert.Empty(visit.Wrong);
    }
}
