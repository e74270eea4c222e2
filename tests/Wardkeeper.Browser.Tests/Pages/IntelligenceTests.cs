using System.Text;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>A source of intelligence in a browser: given, asked, hit by what the hospital's devices do, and removed.</summary>
public sealed class IntelligenceTests(Chromium chromium)
{
    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task A_list_is_dropped_a_name_of_it_is_hit_and_the_finding_is_listed(string language)
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, language, roles: "analyst");
        IPage page = visit.Page;
        TransactionRow asked = RecordedDay.Shared.Transactions.First(row => row is { Log: "dns", Flow: not null } && row.Text("query"u8)?.EndsWith(".hospital.test", StringComparison.Ordinal) == true);
        string name = asked.Text("query"u8)!;
        await visit.GoAsync("/intelligence");
        await Assertions.Expect(page.Locator(".wk-empty")).ToContainTextAsync(language == "en" ? "No source of intelligence yet" : "还没有情报源");
        Assert.Empty(await visit.BarriersAsync());

        // What cannot be used says where and what.
        await GiveAsync(page, "broken.json", "{\"type\":\"bundle\",\n\"objects\":[\n");
        await Assertions.Expect(page.Locator(".wk-problem")).ToContainTextAsync("broken.json:3");
        await GiveAsync(page, "<img src=x onerror=alert(1)>.json", $$"""
            {"type":"bundle","id":"bundle--1","objects":[
             {"type":"identity","id":"identity--1","name":"行业 CERT"},
             {"type":"indicator","id":"indicator--1","created_by_ref":"identity--1","name":"C2 of X","pattern_type":"stix","confidence":90,"pattern":"[ipv4-addr:value = '203.0.113.9' OR domain-name:value = '{{name}}']","valid_from":"2012-01-01T00:00:00Z"},
             {"type":"indicator","id":"indicator--2","pattern_type":"stix","pattern":"[email-addr:value = 'a@b.example']"}]}
            """);
        await page.Locator("[data-wk-added]").WaitForAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Locator("tbody a[data-wk-open]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-skipped=other]")).ToContainTextAsync("1");
        await visit.SettledAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"intelligence-{language}");

        await page.Locator("#intelligence-value").FillAsync(name);
        await Assertions.Expect(page.Locator("[data-wk-known=yes]")).ToContainTextAsync("行业 CERT");
        await page.Locator("#intelligence-value").FillAsync("198.51.100.200");
        await page.Locator("[data-wk-known=no]").WaitForAsync();

        // A device asks for that name again: now it is known.
        await console.DeliverAsync([], [], [asked]);
        await visit.GoAsync("/intelligence");
        await page.Locator(".wk-intelligence-hits a").WaitForAsync();
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator(".wk-intelligence-hits a").ClickAsync();
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync(name);
        await visit.GoAsync("/intelligence");
        await page.Locator("tbody a[data-wk-open]").ClickAsync();
        await page.Locator("[data-wk-delete]").ClickAsync();
        await page.FillAsync(".wk-preview textarea", "old");
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await page.Locator(".wk-empty").WaitForAsync();
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    private static Task GiveAsync(IPage page, string name, string content) =>
        page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(content) });
}
