using Microsoft.Playwright;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>Decisions about fields, labels and interfaces.</summary>
public sealed class DecisionTests(Chromium chromium, RealConsole own) : IClassFixture<RealConsole>
{
    [Fact]
    public async Task A_value_is_confirmed_in_a_persons_name()
    {
        DeviceLine line = await OneAsync(one => one is { Type: not null, TypeConfirmedBy: null });
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync($"/devices/{line.Id}?why=type");
        await visit.Page.Locator("[data-wk-confirm]").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        DeviceLine now = (await own.Console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!.Line;
        Assert.Equal((line.Type, "周敏"), (now.Type, now.TypeConfirmedBy));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_value_is_corrected_where_its_reasons_stand()
    {
        DeviceLine line = await OneAsync(one => one is { Type: not null, Mac.IsNone: false });
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "zh-CN");
        await visit.GoAsync($"/devices/{line.Id}?why=type");
        await visit.Page.Locator("main a[href$='do=edit&field=type']").ClickAsync();
        await visit.Page.GetByLabel("类型", new() { Exact = true }).SelectOptionAsync("camera");
        await visit.Page.Locator("[data-wk-save]").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        Assert.Equal("camera", (await own.Console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!.Line.Type);
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-undo]")).ToHaveCountAsync(0);
        Assert.Equal(line.Type, (await own.Console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!.Line.Type);
    }

    [Fact]
    public async Task Labels_are_put_on_many_devices_at_once()
    {
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync("/devices");
        for (int i = 0; i < 2; i++) await visit.Page.Locator("tbody input[type=checkbox]").Nth(i).CheckAsync();
        string[] keys = [.. (await visit.Page.Locator("tbody tr[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.row)")).Take(2)];
        await visit.Page.Locator("[data-wk-labels]").ClickAsync();
        await visit.Page.Locator(".wk-edit input").First.FillAsync("audit 2026, loan");
        await visit.Page.Locator("[data-wk-save]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-saved")).ToContainTextAsync("2 devices were changed");
        foreach (string key in keys)
        {
            DeviceDetail device = (await own.Console.Devices.GetAsync(long.Parse(key, System.Globalization.CultureInfo.InvariantCulture), null, TestContext.Current.CancellationToken))!;
            Assert.Equal("audit 2026, loan", device.Fields.Single(field => field.Field == "labels").Value);
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task An_interface_is_split_off_with_a_reason_and_given_back()
    {
        DeviceLine[] all = [.. (await own.Console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items];
        DeviceDetail? two = null;
        foreach (DeviceLine line in all)
        {
            if ((await own.Console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken)) is { Interfaces.Count: > 1 } found) two = found;
        }
        if (two is null)
        {
            // The day has none: two devices are joined first.
            DeviceLine[] pair = [.. all.Where(line => !line.Mac.IsNone).TakeLast(2)];
            await own.Console.Ledger.ApplyAsync(new("王芳", new HashSet<Hub.Access.Role> { Hub.Access.Role.ClinicalEngineer }), [new Hub.Ledger.Commands.MergeDevices(pair[0].Id, pair[1].Id)], "two cards of one machine", TestContext.Current.CancellationToken);
            two = (await own.Console.Devices.GetAsync(pair[0].Id, null, TestContext.Current.CancellationToken))!;
        }
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en");
        await visit.GoAsync($"/devices/{two.Line.Id}?do=split");
        await visit.Page.Locator(".wk-choices input").Last.CheckAsync();
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-preview [role=alert]")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-draft=reason]").FillAsync("another machine's card");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        Assert.Equal(two.Interfaces.Count - 1, (await own.Console.Devices.GetAsync(two.Line.Id, null, TestContext.Current.CancellationToken))!.Interfaces.Count);
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-undo]")).ToHaveCountAsync(0);
        Assert.Equal(two.Interfaces.Count, (await own.Console.Devices.GetAsync(two.Line.Id, null, TestContext.Current.CancellationToken))!.Interfaces.Count);
        Assert.Empty(visit.Wrong);
    }

    private async Task<DeviceLine> OneAsync(Func<DeviceLine, bool> which) =>
        (await own.Console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items.Last(which);
}
