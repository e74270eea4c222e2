using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>A capture in a browser: uploaded, read, looked at as a world of its own, left, deleted; beside it the sample hospital goes on.</summary>
public sealed class CaptureTests(Chromium chromium, RealPlatform platform) : IClassFixture<RealPlatform>
{
    private static readonly string Sample = Path.Combine(Checkout.Root, "samples/attacks/hospital.pcap");

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("en", "dark")]
    public async Task A_capture_is_dropped_looked_at_and_left(string language, string theme)
    {
        LongVersion.UnlessShort(language == "zh-CN");
        string person = "li-" + language.ToLowerInvariant();
        await platform.AddAsync(person, "李娜", Role.Analyst);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, person, language: language, theme: theme);
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/captures");
        if (language == "zh-CN") await Assertions.Expect(page.Locator(".wk-empty")).ToContainTextAsync("数据不出本机");
        Assert.Empty(await visit.BarriersAsync());
        // Nothing of this person's ever ran: there is no tray.
        ILocator tray = page.Locator("[popovertarget=wk-jobs]");
        await Assertions.Expect(tray).ToHaveCountAsync(0);
        await UploadAsync(page, new FilePayload { Name = "信.txt.pcap", MimeType = "text/plain", Buffer = "Dear colleague"u8.ToArray() });
        await Assertions.Expect(page.Locator(".wk-capture-refused")).ToContainTextAsync(language == "en" ? "This is no capture" : "这不是抓包文件");
        await UploadAsync(page, new FilePayload { Name = "<img src=x onerror=alert(1)>手术室.pcap", MimeType = "application/octet-stream", Buffer = await File.ReadAllBytesAsync(Sample) });
        await page.Locator("[data-wk-state=done]").First.WaitForAsync();
        await visit.SettledAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"captures-{language}");
        await tray.ClickAsync();
        ILocator job = page.Locator("#wk-jobs [data-wk-job=Done]").First;
        await Assertions.Expect(job).ToContainTextAsync("手术室.pcap");
        Assert.Empty(await visit.BarriersAsync());
        await job.Locator("a").ClickAsync();
        await page.AtAsync(new Regex(@"/captures\?at=\d+$"));
        await visit.SettledAsync();
        CaseLine line = (await platform.Get<ICases>().ListAsync(new Actor("x", new HashSet<Role>()), new CaseFilter(), new PageRequest(1))).Items[0];
        Assert.Equal("<img src=x onerror=alert(1)>手术室.pcap", line.Name);

        await page.Locator("a[data-wk-open]").First.ClickAsync();
        await page.AtAsync($"**/devices?capture={line.Number}");
        await visit.SettledAsync();
        await Assertions.Expect(page.Locator("[data-wk-case]")).ToContainTextAsync($"C-{line.Number}");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(line.Devices.ToString(CultureInfo.InvariantCulture));
        await Assertions.Expect(page.Locator("tbody input[type=checkbox]")).ToHaveCountAsync(0);
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"capture-devices-{language}");
        await page.Locator("#devices-filter").FillAsync("10.");
        await page.AtAsync($"**/devices?q=10.&capture={line.Number}");
        await visit.SettledAsync();
        await page.Locator("tbody a[data-wk-open]").First.ClickAsync();
        await page.AtAsync(new Regex($"/devices/\\d+\\?capture={line.Number}$"));
        await page.Locator("nav.wk-tabs a[href*='tab=traffic']").ClickAsync();
        await page.AtAsync(new Regex($"tab=traffic&capture={line.Number}"));
        await visit.SettledAsync();
        Assert.Equal(0, await page.Locator("[data-wk-edit]").CountAsync());
        Assert.Empty(await visit.BarriersAsync());
        foreach (string path in (string[])["/traffic", "/findings", "/map"])
        {
            await page.Locator($".wk-rail a[href^='{path}']").First.ClickAsync();
            await page.AtAsync($"**{path}?capture={line.Number}");
            await visit.SettledAsync();
            await Assertions.Expect(page.Locator("[data-wk-case]")).ToBeVisibleAsync();
            Assert.Equal(0, await page.Locator("main .wk-empty").CountAsync());
            Assert.Empty(await visit.BarriersAsync());
            await LookTests.PictureAsync(page, $"capture-{path[1..]}-{language}");
        }
        await page.Locator("[data-wk-leave]").ClickAsync();
        await page.AtAsync($"**/captures?at={line.Number}");
        await visit.SettledAsync();
        await LookTests.PictureAsync(page, $"capture-card-{language}");
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator("[data-wk-delete]").ClickAsync();
        await page.Locator("[data-draft=reason]").FillAsync("looked at");
        await LookTests.PictureAsync(page, $"capture-delete-{language}");
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-state]")).ToHaveCountAsync(0);
        await visit.GoAsync($"/devices?capture={line.Number}");
        await Assertions.Expect(page.Locator(".wk-empty")).ToContainTextAsync($"C-{line.Number}");
        Assert.DoesNotContain(visit.Wrong, one => !one.Contains("400", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_device_is_adopted_and_opened_in_the_live_network()
    {
        await platform.AddAsync("adopting", "李娜", Role.Analyst);
        await using FileStream file = File.OpenRead(Sample);
        CaseLine line = await platform.Get<ICases>().UploadAsync(new Actor("somebody", new HashSet<Role> { Role.Analyst }), "a.pcap", file);
        await using Visit visit = await platform.SignInAsync(chromium.Browser, "adopting", language: "en");
        IPage page = visit.Page;
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live !== undefined");
        await visit.GoAsync("/captures");
        await page.Locator("[data-wk-state=done]").First.WaitForAsync();
        IWorkspace world = (await platform.Get<IWorkspaces>().OpenAsync(line.Number))!;
        DeviceLine device = (await world.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 50))).Items.First(one => one is { Name: not null, Mac.IsNone: false });
        await visit.GoAsync($"/devices/{device.Id}?capture={line.Number}");
        await page.Locator("[data-wk-adopt]").ClickAsync();
        await page.Locator("[data-draft=reason]").FillAsync("seen in the laboratory");
        await LookTests.PictureAsync(page, "capture-adopt-en");
        Assert.Empty(await visit.BarriersAsync());
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await page.Locator("[data-wk-live]").ClickAsync();
        await page.AtAsync(new Regex("/devices/\\d+$"));
        await Assertions.Expect(page.Locator("[data-wk-case]")).ToHaveCountAsync(0);
        long adopted = long.Parse(page.Url.Split('/')[^1], CultureInfo.InvariantCulture);
        DeviceDetail live = (await platform.Get<IDeviceQueries>().GetAsync(adopted))!;
        Assert.Equal(device.Mac, live.Line.Mac);
        Assert.Contains(live.Fields.SelectMany(field => field.Claims), claim => claim.Source == $"capture C-{line.Number}");
        Assert.True(await platform.Get<ICases>().DeleteAsync(new Actor("somebody", new HashSet<Role> { Role.Analyst }), line.Number, "looked at"));
        Assert.Empty(visit.Wrong);
    }

    private static async Task UploadAsync(IPage page, FilePayload file)
    {
        // Files chosen before the page's script listens would be nobody's.
        await page.WaitForFunctionAsync("() => document.querySelector('.wk-drop input')?.dataset.wkReady !== undefined");
        await page.Locator(".wk-drop input[type=file]").SetInputFilesAsync(file);
    }
}
