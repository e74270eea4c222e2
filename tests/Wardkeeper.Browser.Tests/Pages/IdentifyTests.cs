using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The identification review, over the devices that were really identified in the sample hospital.</summary>
public sealed class IdentifyTests(Chromium chromium, RealConsole real) : IClassFixture<RealConsole>
{
    [Fact]
    public async Task An_unknown_device_shows_its_evidence_and_is_named_by_a_person()
    {
        TestConsole console = real.Console;
        IDeviceQueries devices = console.Get<IDeviceQueries>();
        // A name that fits several kinds of kiosk leaves open which it is.
        await console.AddDeviceLaterAsync("KIOSK-HALL-7");
        Page<DeviceLine> unknown = await devices.FindAsync(new DeviceFilter { Types = ["unknown"] }, new SortOrder("last-seen", true), new PageRequest(1, 50));
        Assert.NotEmpty(unknown.Items);
        DeviceLine line = unknown.Items.First(one => one.TypeGuess is not null);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer+analyst");
        await visit.GoAsync($"/identify?at=D-{line.Id}");
        await Assertions.Expect(visit.Page.Locator(".wk-card [data-wk-evidence] tbody tr").First).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-card [data-wk-settles]").First).ToBeVisibleAsync();
        await visit.Page.Locator(".wk-card [data-wk-confirm]").First.ClickAsync();
        // What is named leaves the queue, and the number of rows, which is read out, says so.
        await Assertions.Expect(visit.Page.Locator("main tbody").First).Not.ToContainTextAsync(line.Name!);
        DeviceDetail after = (await devices.GetAsync(line.Id))!;
        Assert.Equal(line.TypeGuess, after.Line.Type);
        Assert.NotNull(after.Line.TypeConfirmedBy);
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    [Theory]
    [InlineData("en", "light")]
    [InlineData("zh-CN", "dark")]
    public async Task Queues_card_and_knowledge_find_room_at_1280_pixels(string language, string theme)
    {
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, language, theme, roles: "clinical-engineer+analyst");
        DeviceLine line = (await real.Console.Devices.FindAsync(new DeviceFilter { Types = ["unknown"] }, new SortOrder("last-seen", true), new PageRequest(1, 1))).Items[0];
        foreach ((string name, string address) in new[] { ("identify", $"/identify?at=D-{line.Id}"), ("identify-conflict", "/identify?tab=conflict"), ("identify-alike", "/identify?tab=alike"), ("identify-knowledge", "/identify?tab=knowledge") })
        {
            await visit.GoAsync(address);
            await visit.SettledAsync();
            await LookTests.PictureAsync(visit.Page, $"{name}-{language}{(theme == "dark" ? "-dark" : "")}");
            Assert.False(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), address);
            Assert.Empty(await visit.BarriersAsync(coloursOnly: theme == "dark"));
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task What_was_said_of_a_device_leads_to_the_connection_in_which_it_was_said()
    {
        DeviceLine line = (await real.Console.Devices.FindAsync(new DeviceFilter { Types = ["pacs-server"] }, new SortOrder("id"), new PageRequest(1, 1))).Items[0];
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "viewer");
        await visit.GoAsync($"/devices/{line.Id}?tab=claims");
        ILocator said = visit.Page.Locator("[data-wk-flow]").First;
        Assert.Matches(@"^/traffic\?.*uid=C\w+", await said.GetAttributeAsync("href") ?? "");
        await said.ClickAsync();
        await visit.AtAsync("**/traffic?*uid=*");
        await Assertions.Expect(visit.Page.Locator("main tbody tr a[data-wk-open]").First).ToBeVisibleAsync();
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task The_knowledge_base_tells_where_an_entry_comes_from()
    {
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "viewer");
        KnowledgeEntry entry = KnowledgeBase.Shipped.Entries.First(one => one.Id == "names.somatom");
        await visit.GoAsync($"/identify?tab=knowledge&entry={entry.Id}");
        await Assertions.Expect(visit.Page.Locator("[data-wk-knowledge] tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(visit.Page.Locator("[data-wk-knowledge]")).ToContainTextAsync(entry.Source);
        Assert.Empty(visit.Wrong);
    }
}
