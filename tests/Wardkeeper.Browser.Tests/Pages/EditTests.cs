using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>A console in which devices are edited.</summary>
public sealed class RealConsole : IAsyncLifetime
{
    internal TestConsole Console { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Console = await TestConsole.StartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Console.DisposeAsync();
}

/// <summary>What people change: a device, many at once, and the register against the network.</summary>
public sealed class EditTests(Chromium chromium, RealConsole real) : IClassFixture<RealConsole>
{
    private static readonly Actor Colleague = new("王芳", new HashSet<Role> { Role.ClinicalEngineer });

    [Fact]
    public async Task A_device_is_edited_and_the_edit_is_undone()
    {
        DeviceLine line = await LineAsync(0);
        await using Visit visit = await VisitAsync("en");
        await visit.GoAsync($"/devices/{line.Id}");
        await visit.Page.Keyboard.PressAsync("e");
        await visit.Page.GetByLabel("Responsible person", new() { Exact = true }).FillAsync("周敏");
        await visit.Page.GetByLabel("Responsible department", new() { Exact = true }).FillAsync("Pathology");
        await PictureAsync(visit.Page, "device-edit-en");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.Locator("[data-wk-save]").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        DeviceDetail detail = (await real.Console.Devices.GetAsync(line.Id))!;
        Assert.Equal(("周敏", "pathology"), (detail.Line.Person, detail.Line.Department));
        await Assertions.Expect(visit.Page.Locator(".wk-device-line")).ToContainTextAsync("Pathology");
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-device-line")).Not.ToContainTextAsync("Pathology");
        Assert.Equal(line.Person, (await real.Console.Devices.GetAsync(line.Id))!.Line.Person);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_view_is_kept_marked_when_it_changed_shared_renamed_and_deleted()
    {
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer+administrator");
        await visit.GoAsync("/devices?dept=icu&sort=-last-seen");
        ILocator menu = visit.Page.Locator("[data-wk-views]"), status = visit.Page.Locator("#views-devices [role=status]");
        // By the keyboard alone.
        await menu.PressAsync("Enter");
        await visit.Page.Locator("[data-wk-keep]").PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#views-devices input[maxlength]")).ToBeFocusedAsync();
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.Keyboard.TypeAsync("ICU");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.AtAsync(new Regex(@"/devices\?dept=icu&sort=-last-seen&saved=\d+$"));
        await Assertions.Expect(menu).ToHaveTextAsync("Views: ICU");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.Locator(".wk-chip a").ClickAsync();
        await Assertions.Expect(menu).ToHaveTextAsync("Views: ICU*");
        await visit.Page.GoBackAsync();
        await Assertions.Expect(menu).ToHaveTextAsync("Views: ICU");
        await visit.Page.Locator("th a").First.ClickAsync();
        await Assertions.Expect(menu).ToHaveTextAsync("Views: ICU*");
        await menu.ClickAsync();
        await visit.Page.Locator("[data-wk-update]").ClickAsync();
        await Assertions.Expect(menu).ToHaveTextAsync("Views: ICU");
        await visit.Page.Locator("[data-wk-share]").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("“ICU” is saved.");
        await visit.Page.Locator("[data-wk-rename]").ClickAsync();
        await visit.Page.Locator("#views-devices input[maxlength]").FillAsync("重症");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(menu).ToHaveTextAsync("Views: 重症");
        // It becomes what her own table and viewers' tables open with.
        await visit.Page.Locator("[data-wk-first]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#views-devices a .wk-note", new() { HasText = "opens first for me" })).ToHaveCountAsync(1);
        await visit.Page.Locator("[data-wk-roles]").ClickAsync();
        await visit.Page.Locator(".wk-views-form label", new() { HasText = "Viewer" }).ClickAsync();
        await visit.Page.Locator(".wk-views-form [type=submit]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#views-devices a .wk-note", new() { HasText = "opens first: Viewer" })).ToHaveCountAsync(1);
        await visit.GoAsync("/devices");
        await visit.AtAsync(new Regex(@"/devices\?dept=icu&sort=name&saved=\d+$"));
        await menu.ClickAsync();
        await visit.Page.Locator("#views-devices a").First.ClickAsync();
        await visit.AtAsync("**/devices?saved=0");
        await Assertions.Expect(menu).ToHaveTextAsync("Views");
        await visit.Page.GoBackAsync();
        await Assertions.Expect(menu).ToHaveTextAsync("Views: 重症");
        // Somebody else opens it, changes what she looks at, and keeps it as her own; the shared one is not hers to change.
        await using (Visit other = await real.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "viewer"))
        {
            ILocator hers = other.Page.Locator("[data-wk-views]");
            await other.GoAsync("/devices?type=infusion-pump");
            await Assertions.Expect(hers).ToHaveTextAsync("视图");
            await other.GoAsync("/devices");
            await other.AtAsync(new Regex(@"/devices\?dept=icu&sort=name&saved=\d+$"));
            await Assertions.Expect(hers).ToHaveTextAsync("视图: 重症");
            await other.Page.Locator(".wk-chip a").ClickAsync();
            await Assertions.Expect(hers).ToHaveTextAsync("视图: 重症*");
            await hers.ClickAsync();
            Assert.Equal(0, await other.Page.Locator("[data-wk-update], [data-wk-rename], [data-wk-delete]").CountAsync());
            await other.GoAsync("/traffic?view=transactions&protocol=dicom");
            await other.Page.Locator("[data-wk-views]").ClickAsync();
            await other.Page.Locator("[data-wk-keep]").ClickAsync();
            Assert.Equal(0, await other.Page.Locator("#views-traffic input[type=checkbox]").CountAsync());
            await other.Page.Locator("#views-traffic input[maxlength]").FillAsync("影像");
            await other.Page.Keyboard.PressAsync("Enter");
            await other.AtAsync(new Regex(@"/traffic\?view=transactions&protocol=dicom&saved=\d+$"));
            Assert.Empty(other.Wrong);
        }
        await menu.ClickAsync();
        await visit.Page.Locator("[data-wk-delete]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-views-form")).ToContainTextAsync("everyone loses it");
        await visit.Page.Locator(".wk-views-form [type=submit]").ClickAsync();
        await visit.AtAsync("**/devices?dept=icu&sort=name");
        await Assertions.Expect(menu).ToHaveTextAsync("Views");
        await visit.GoAsync("/findings?by=none");
        await visit.Page.Locator("[data-wk-views]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#views-findings a")).ToHaveCountAsync(1);
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task When_somebody_else_saved_first_both_values_are_shown_and_the_person_chooses()
    {
        DeviceLine line = await LineAsync(1);
        await using Visit visit = await VisitAsync("zh-CN");
        await visit.GoAsync($"/devices/{line.Id}?do=edit");
        await visit.Page.GetByLabel("责任人", new() { Exact = true }).FillAsync("周敏");
        await real.Console.Ledger.ApplyAsync(Colleague, [new EditDevice(line.Id, new Dictionary<string, string?> { ["person"] = "王芳", ["bed"] = "12" })]);
        await visit.Page.Locator("[data-wk-save]").ClickAsync();
        ILocator conflict = visit.Page.Locator(".wk-problem");
        await Assertions.Expect(conflict).ToContainTextAsync("周敏");
        await Assertions.Expect(conflict).ToContainTextAsync("王芳");
        await PictureAsync(visit.Page, "device-conflict-zh-CN");
        await visit.Page.Locator("[data-wk-mine]").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        DeviceLine now = (await real.Console.Devices.GetAsync(line.Id))!.Line;
        Assert.Equal(("周敏", "12"), (now.Person, now.Bed));
    }

    [Fact]
    public async Task Selected_devices_are_assigned_at_once_and_taken_back_at_once()
    {
        await using Visit visit = await VisitAsync("en");
        await visit.GoAsync("/devices");
        // No row moves under the pointer when the first is chosen.
        ILocator boxes = visit.Page.Locator("tbody input[type=checkbox]");
        float? before = (await boxes.Nth(1).BoundingBoxAsync())?.Y;
        for (int i = 0; i < 3; i++)
        {
            await boxes.Nth(i).CheckAsync();
            await Assertions.Expect(visit.Page.Locator(".wk-selected")).ToContainTextAsync($"{i + 1} selected");
            Assert.Equal(before, (await boxes.Nth(1).BoundingBoxAsync())?.Y);
        }
        await visit.Page.Locator("[data-wk-assign]").ClickAsync();
        await visit.Page.GetByLabel("Responsible department", new() { Exact = true }).FillAsync("Emergency");
        await visit.Page.Locator("[data-wk-save]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-saved")).ToContainTextAsync("3 devices were changed");
        Assert.Equal(3, await real.Console.Devices.CountAsync(new DeviceFilter { Departments = ["emergency"] }, TestContext.Current.CancellationToken));
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-saved")).ToHaveCountAsync(0);
        Assert.Equal(0, await real.Console.Devices.CountAsync(new DeviceFilter { Departments = ["emergency"] }, TestContext.Current.CancellationToken));
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task Life_cycle_and_merge_say_what_they_do_and_want_a_reason()
    {
        DeviceLine line = await LineAsync(4), other = await LineAsync(5);
        await using Visit visit = await VisitAsync("en");
        await visit.GoAsync($"/devices/{line.Id}?do=life-cycle");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-preview [role=alert]")).ToBeVisibleAsync();
        await visit.Page.Locator("[data-draft=reason]").FillAsync("replaced by a new one");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        Assert.Equal("retired", (await real.Console.Devices.GetAsync(line.Id))!.Line.LifeCycle);
        await visit.GoAsync($"/devices/{line.Id}?do=merge");
        await visit.Page.Locator("#merge-find").FillAsync(other.Mac.IsNone ? other.Ip.ToString() : other.Mac.ToString());
        await visit.Page.Locator(".wk-choices input").First.CheckAsync();
        await visit.Page.Locator("[data-draft=reason]").FillAsync("two cards of one machine");
        await PictureAsync(visit.Page, "device-merge-en");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        Assert.Equal(line.Id, (await real.Console.Devices.GetAsync(other.Id))!.Line.Id);
        Assert.Empty(visit.Wrong);
    }

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("en", "dark")]
    public async Task The_register_is_compared_with_the_network_in_four_clicks(string language, string theme)
    {
        DeviceLine first = await LineAsync(8), second = await LineAsync(9);
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, language, theme);
        await visit.GoAsync("/");
        await visit.Page.Locator("a[href='/import']").First.ClickAsync();
        await visit.AtAsync("**/import");
        await visit.SettledAsync();
        await visit.ChooseAsync(new FilePayload { Name = "台账.csv", MimeType = "text/csv", Buffer = Register(first, second) });
        await visit.AtAsync("**/import?n=*");
        await visit.SettledAsync();
        await visit.Page.Locator(".wk-sum").First.WaitForAsync();
        await visit.SettledAsync();
        string[] sums = [.. await visit.Page.Locator(".wk-sum strong").AllInnerTextsAsync()];
        Assert.Equal(["1", "1", "1", "1"], [sums[0], sums[1], sums[3], sums[4]]);
        string shown = await visit.Page.InnerTextAsync("main");
        Assert.Contains("2024-13-45", shown, StringComparison.Ordinal);
        Assert.Contains(language == "en" ? "not a day such as" : "不是日期", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("problem.", shown, StringComparison.Ordinal);
        await PictureAsync(visit.Page, $"import-{language}{(theme == "dark" ? "-dark" : "")}");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.Locator("[data-wk-same]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-sum strong").First).ToHaveTextAsync("2");
        await visit.Page.Locator("[data-wk-apply]").ClickAsync();
        await visit.Page.Locator(".wk-state-applied").WaitForAsync();
        Assert.Equal($"T-{language}-1", (await real.Console.Devices.GetAsync(first.Id))!.Line.AssetTag);
        await visit.Page.Locator("[popovertarget=import-undo]").ClickAsync();
        await visit.Page.Locator("#import-undo [data-draft=reason]").FillAsync("wrong file");
        await visit.Page.Locator("#import-undo .wk-primary").ClickAsync();
        await visit.Page.Locator(".wk-state-undone").WaitForAsync();
        Assert.Equal(first.AssetTag, (await real.Console.Devices.GetAsync(first.Id))!.Line.AssetTag);
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();

        byte[] Register(DeviceLine sure, DeviceLine doubtful)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            string text = $"资产编号,设备名称,科室,责任人,MAC地址,IP地址,购置日期\r\nT-{language}-1,输液泵,icu,刘勇,{sure.Mac},,2024/5/1\r\nT-{language}-2,监护仪,icu,王芳,,{doubtful.Ip},\r\nT-{language}-3,库房备用泵,icu,,,,2023-01-02\r\nT-{language}-4,坏日期,icu,,,,2024-13-45\r\n";
            return Encoding.GetEncoding("GB18030").GetBytes(text);
        }
    }

    [Fact]
    public async Task The_borders_table_goes_in_and_shows_on_the_device()
    {
        DeviceLine line = await LineAsync(8);
        await using Visit visit = await VisitAsync("zh-CN");
        await visit.GoAsync("/import");
        await visit.Page.Locator(".wk-tabs a[href='/import?kind=publishing']").ClickAsync();
        await visit.AtAsync("**/import?kind=publishing");
        await visit.SettledAsync();
        Assert.Empty(await visit.BarriersAsync());
        string text = $"规则名称,公网IP,公网端口,内网IP,内网端口,协议\n门户,203.0.113.5,443,{line.Ip},8443,tcp\n坏端口,203.0.113.5,0,{line.Ip},,tcp\n";
        await visit.ChooseAsync(new FilePayload { Name = "边界.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await visit.AtAsync("**/import?kind=publishing&n=*");
        await visit.SettledAsync();
        await visit.Page.Locator("[data-wk-apply]").WaitForAsync();
        await visit.SettledAsync();
        string shown = await visit.Page.InnerTextAsync("main");
        Assert.Contains("第 3 行", shown, StringComparison.Ordinal);
        Assert.Contains("203.0.113.5:443", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("problem.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("pub.", shown, StringComparison.Ordinal);
        await PictureAsync(visit.Page, "import-publishing-zh-CN");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.Locator("[data-wk-apply]").ClickAsync();
        await visit.Page.Locator(".wk-state-applied").WaitForAsync();
        await visit.GoAsync($"/devices/{line.Id}?tab=services");
        await Assertions.Expect(visit.Page.Locator("#published + ul")).ToContainTextAsync($"对外发布为 203.0.113.5:443 (tcp), 映射到 {line.Ip}:8443");
        await visit.GoAsync("/devices?published=yes");
        await Assertions.Expect(visit.Page.Locator(".wk-badge-published")).ToHaveCountAsync(1);
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_file_that_is_no_table_is_refused_in_plain_words()
    {
        await using Visit visit = await VisitAsync("zh-CN");
        await visit.GoAsync("/import");
        await visit.ChooseAsync(new FilePayload { Name = "x.xlsx", MimeType = "application/octet-stream", Buffer = [0x50, 0x4B, 3, 4, 9, 9, 9] });
        await Assertions.Expect(visit.Page.Locator(".wk-import-problem")).ToContainTextAsync("文件已损坏");
        Assert.Empty(await visit.BarriersAsync());
    }

    [Fact]
    public async Task The_list_is_exported_as_it_is_filtered()
    {
        await using Visit visit = await VisitAsync("en");
        DeviceLine line = await LineAsync(3);
        await visit.GoAsync("/devices?q=" + (line.Mac.IsNone ? line.Ip.ToString() : line.Mac.ToString()));
        string? href = await visit.Page.Locator("#export-devices a", new() { HasText = "CSV" }).GetAttributeAsync("href");
        IAPIResponse answer = await visit.Context.APIRequest.GetAsync(visit.Address + href);
        byte[] file = await answer.BodyAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        string[] lines = Encoding.UTF8.GetString(file).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("D-" + line.Id.ToString(CultureInfo.InvariantCulture) + ",", lines[1], StringComparison.Ordinal);
    }

    private Task<Visit> VisitAsync(string language) => real.Console.VisitAsync(chromium.Browser, language);

    /// <summary>One of the devices with a hardware address, always the same; each test has its own.</summary>
    private async Task<DeviceLine> LineAsync(int at) =>
        (await real.Console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items.Where(line => !line.Mac.IsNone && !line.Ip.IsNone && line.Ip.IsV4).ElementAt(at * 2);

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") != "1") return;
        string folder = Path.Combine(Checkout.Root, "docs/images");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }
}
