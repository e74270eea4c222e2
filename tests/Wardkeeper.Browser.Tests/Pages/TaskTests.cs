using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The tasks of the console's persons, each with the clicks it may take.</summary>
public sealed class TaskTests(Chromium chromium, RealConsole own) : IClassFixture<RealConsole>
{
    private static readonly Actor Engineer = new("周敏", new HashSet<Role> { Role.ClinicalEngineer });

    [Theory]
    [InlineData("asset tag")]
    [InlineData("serial number")]
    [InlineData("bed")]
    [InlineData("pinyin initials")]
    public async Task A_device_is_found_by_whatever_is_written_on_it(string by)
    {
        DeviceLine line = await OneAsync(line => line is { AssetTag: not null, Person: not null, Department: not null });
        string bed = $"B{by.Length}-7";
        await own.Console.Ledger.ApplyAsync(Engineer, [new EditDevice(line.Id, new Dictionary<string, string?> { ["bed"] = bed, ["serialNumber"] = "SN-4711-X", ["name"] = "重症输液泵" })]);
        string text = by switch { "asset tag" => line.AssetTag!, "serial number" => "SN-4711-X", "bed" => bed, _ => "zzsyb" };
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "zh-CN");
        Counted task = await Counted.FromOverviewAsync(visit, $"{by} → device, place, responsible person");
        await task.SearchAsync(text);
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("重症输液泵");
        await Assertions.Expect(visit.Page.Locator(".wk-device-line")).ToContainTextAsync(line.Person!);
        task.Done(1);
    }

    [Fact]
    public async Task An_address_gives_person_telephone_and_switch_port_in_the_search_result()
    {
        DeviceLine line = await OneAsync(line => line is { Person: not null, Contact: not null, Ip.IsV4: true, Mac.IsNone: false });
        DeviceLine other = await OneAsync(line => line is { Person: null, SwitchPort: null, Ip.IsV4: true });
        await own.Console.Ledger.ApplyAsync(Engineer, [new EditDevice(line.Id, new Dictionary<string, string?> { ["switchPort"] = "ICU-A G1/0/7" })]);
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en", roles: "administrator");
        Counted task = await Counted.FromOverviewAsync(visit, "IP → responsible person, telephone and switch port, in the search result");
        await task.TypeSearchAsync(line.Ip.ToString());
        ILocator hit = visit.Page.Locator("[data-wk-hit]", new() { HasText = $"D-{line.Id} " });
        await Assertions.Expect(hit).ToContainTextAsync($"{line.Person} ☎ {line.Contact} · Switch port ICU-A G1/0/7");
        // A hardware address as a switch spells it finds the same.
        string digits = line.Mac.ToString().Replace(":", "", StringComparison.Ordinal);
        await visit.Page.Locator("#wk-search-box").FillAsync($"{digits[..4]}.{digits[4..8]}.{digits[8..]}".ToUpperInvariant());
        await Assertions.Expect(hit).ToContainTextAsync($"{line.Person} ☎ {line.Contact} · Switch port ICU-A G1/0/7");
        await visit.Page.Locator("#wk-search-box").FillAsync(other.Ip.ToString());
        await Assertions.Expect(visit.Page.Locator("[data-wk-hit]", new() { HasText = $"D-{other.Id} " })).ToContainTextAsync("No responsible person entered · Switch port unknown");
        task.Done(0);
    }

    [Fact]
    public async Task The_register_is_compared_with_the_network()
    {
        DeviceLine line = await OneAsync(line => !line.Mac.IsNone);
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "zh-CN");
        Counted task = await Counted.FromOverviewAsync(visit, "month-end reconciliation of 1,000 rows");
        await task.ClickAsync(visit.Page.Locator("a[href='/import']").First);
        await visit.AtAsync("**/import");
        StringBuilder rows = new("资产编号,设备名称,科室,MAC地址\r\n");
        for (int i = 0; i < 1000; i++) rows.Append(CultureInfo.InvariantCulture, $"R-{i:0000},输液泵,icu,{(i == 0 ? line.Mac.ToString() : "")}\r\n");
        IFileChooser chooser = await visit.Page.RunAndWaitForFileChooserAsync(() => task.ClickAsync(visit.Page.Locator("input[type=file]")));
        await chooser.SetFilesAsync(new FilePayload { Name = "台账.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(rows.ToString()) });
        await Assertions.Expect(visit.Page.Locator(".wk-sum strong").Nth(1)).ToHaveTextAsync("999");
        task.Done(4);
        // Wherever she goes, the tray of the top bar leads back to it.
        await visit.Page.Locator("[popovertarget=wk-jobs]").ClickAsync();
        ILocator job = visit.Page.Locator("#wk-jobs [data-wk-job=Done]", new() { HasText = "台账.csv" });
        await Assertions.Expect(job.Locator("a")).ToHaveAttributeAsync("href", new Regex(@"^/import\?n=\d+$"));
    }

    [Fact]
    public async Task A_wrong_type_is_corrected_for_all_that_are_alike_and_taken_back()
    {
        DeviceLine line = await OneAsync(line => line is { Vendor: not null, Model: not null, Name: not null });
        // A second piece of the same model.
        DeviceLine twin = await OneAsync(one => one.Id != line.Id && !one.Mac.IsNone && one.Person is null);
        await own.Console.Ledger.ApplyAsync(Engineer, [new EditDevice(twin.Id, new Dictionary<string, string?> { ["vendor"] = line.Vendor, ["model"] = line.Model })]);
        DeviceFilter alike = new() { Vendors = [line.Vendor!], Models = [line.Model!] };
        long count = await own.Console.Devices.CountAsync(alike, TestContext.Current.CancellationToken);
        Assert.True(count > 1);
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en");
        Counted task = await Counted.FromOverviewAsync(visit, "wrong type corrected for all alike");
        await task.SearchAsync($"D-{line.Id}");
        await task.ClickAsync(visit.Page.Locator("a[href$='why=type']"));
        await task.ClickAsync(visit.Page.Locator("[data-wk-alike][href$='field=type']"));
        await visit.Page.Locator(".wk-edit select").SelectOptionAsync("syringe-pump");
        await visit.Page.Locator("[data-draft=reason]").FillAsync("labels looked at");
        await Assertions.Expect(visit.Page.Locator(".wk-preview a.wk-count").First).ToHaveTextAsync(count.ToString(CultureInfo.InvariantCulture));
        await task.ClickAsync(visit.Page.Locator(".wk-preview .wk-primary"));
        await visit.Page.Locator("[data-wk-undo]").WaitForAsync();
        Assert.Equal(count, await own.Console.Devices.CountAsync(alike with { Types = ["syringe-pump"] }, TestContext.Current.CancellationToken));
        task.Done(4);
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-undo]")).ToHaveCountAsync(0);
        Assert.Equal(line.Type, (await own.Console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!.Line.Type);
    }

    [Fact]
    public async Task What_is_retired_but_alive_stands_on_the_overview()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        DeviceLine line = (await console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items.First(line => !line.Mac.IsNone && line.Ip.IsV4);
        await console.Ledger.ApplyAsync(Engineer, [new ChangeLifeCycle(line.Id, "retired")], "replaced");
        Subject who = new(line.Mac, line.Ip, (ushort)line.Vlan);
        await console.DeliverAsync([new Claim(who, ClaimKind.AddressBinding, line.Ip.ToString(), "arp", console.Get<TimeProvider>().Now().Plus(TimeSpan.FromMinutes(1)), null, 1, "reply")], [], []);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en");
        Counted task = await Counted.FromOverviewAsync(visit, "retired but alive");
        await task.ClickAsync(visit.Page.Locator("main a.wk-count[href='/devices?alive=yes']").First);
        await visit.AtAsync("**/devices?alive=yes");
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator($"tr[data-row='{line.Id}']")).ToBeVisibleAsync();
        task.Done(1);
    }

    [Fact]
    public async Task Unknown_devices_since_yesterday_are_one_click_away()
    {
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en", roles: "administrator");
        Counted task = await Counted.FromOverviewAsync(visit, "unknown devices since yesterday");
        ILocator link = visit.Page.Locator("main a.wk-count[href*='type=unknown'][href*='new-since=']").First;
        string counted = await link.InnerTextAsync();
        await task.ClickAsync(link);
        await visit.AtAsync("**/devices?type=unknown&new-since=*");
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync(counted);
        task.Done(1);
    }

    [Fact]
    public async Task Whether_a_sensor_is_blind_is_on_every_page_and_why_is_one_click_away()
    {
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en", roles: "administrator");
        Counted task = await Counted.FromOverviewAsync(visit, "is a sensor blind, and why");
        await Assertions.Expect(visit.Page.Locator(".wk-sensors")).ToBeVisibleAsync();
        Assert.Equal(0, task.Clicks);
        await task.ClickAsync(visit.Page.Locator(".wk-sensors"));
        await visit.AtAsync("**/health");
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator("main")).ToContainTextAsync("sensor", new() { IgnoreCase = true });
        task.Done(1);
    }

    [Fact]
    public async Task Who_changed_what_about_a_device_is_told_before_and_after()
    {
        DeviceLine line = await OneAsync(line => line is { Person: not null, AssetTag: not null });
        await own.Console.Ledger.ApplyAsync(new Actor("钱建国", new HashSet<Role> { Role.ClinicalEngineer }), [new EditDevice(line.Id, new Dictionary<string, string?> { ["bed"] = "外12" })]);
        await own.Console.Ledger.ApplyAsync(new Actor("孙志远", new HashSet<Role> { Role.ClinicalEngineer }), [new EditDevice(line.Id, new Dictionary<string, string?> { ["bed"] = "外14" })]);
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en", roles: "auditor");
        Counted task = await Counted.FromOverviewAsync(visit, "who changed what on a device, before and after");
        await task.SearchAsync($"D-{line.Id}");
        await task.ClickAsync(visit.Page.Locator("a[href$='tab=timeline']"));
        ILocator entry = visit.Page.Locator(".wk-timeline li", new() { HasText = "孙志远" }).First;
        await Assertions.Expect(entry.Locator("del")).ToHaveTextAsync("外12");
        await Assertions.Expect(entry).ToContainTextAsync("→ 外14");
        task.Done(3);
    }

    [Fact]
    public async Task The_audit_chain_is_verified_by_one_click()
    {
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "auditor");
        Counted task = await Counted.FromOverviewAsync(visit, "verify the audit chain");
        await task.ClickAsync(visit.Page.Locator(".wk-chain button"));
        await Assertions.Expect(visit.Page.Locator(".wk-chain-whole strong")).ToBeVisibleAsync();
        task.Done(1);
    }

    [Fact]
    public async Task A_verdict_takes_four_clicks_and_a_suppression_five()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        Counted verdict = await Counted.FromOverviewAsync(visit, "verdict with reason");
        await verdict.ClickAsync(visit.Page.Locator(".wk-needs a[href^='/findings/']").First);
        await visit.AtAsync("**/findings/*");
        await verdict.ClickAsync(visit.Page.Locator("a[href$='do=judge']"));
        await verdict.ClickAsync(visit.Page.Locator("input[value=benign]"));
        await visit.Page.Locator("textarea[data-draft=reason]").FillAsync("It is meant to be so");
        await verdict.ClickAsync(visit.Page.Locator(".wk-finding-do [type=submit]").First);
        await Assertions.Expect(visit.Page.Locator(".wk-state").First).ToHaveTextAsync("Closed");
        verdict.Done(4);
        FindingFilter open = new() { IsOpen = true };
        long before = await console.Get<IFindingQueries>().CountAsync(open, TestContext.Current.CancellationToken);
        Counted suppress = await Counted.FromOverviewAsync(visit, "suppress with scope, expiry and preview");
        await suppress.ClickAsync(visit.Page.Locator(".wk-needs a[href^='/findings']").First);
        await visit.AtAsync("**/findings**");
        if (!visit.Page.Url.Contains("/findings/", StringComparison.Ordinal)) await suppress.ClickAsync(visit.Page.Locator("tbody a[data-wk-open]").First);
        await suppress.ClickAsync(visit.Page.Locator("a[href$='do=suppress']"));
        await suppress.ClickAsync(visit.Page.Locator("input[name=scope]").Nth(2));
        await suppress.ClickAsync(visit.Page.Locator("input[name=days]").First);
        await visit.Page.Locator(".wk-preview textarea").FillAsync("known and accepted");
        await suppress.ClickAsync(visit.Page.Locator(".wk-preview .wk-primary"));
        await Assertions.Expect(visit.Page.Locator(".wk-touch")).ToContainTextAsync("known and accepted");
        Assert.True(await console.Get<IFindingQueries>().CountAsync(open, TestContext.Current.CancellationToken) < before);
        suppress.Done(5);
    }

    [Fact]
    public async Task A_value_leads_to_all_its_traffic_by_one_click()
    {
        await using Visit visit = await own.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        Counted task = await Counted.FromOverviewAsync(visit, "any value → all its traffic");
        await task.TypeSearchAsync("10.77.10.1");
        await task.ClickAsync(visit.Page.Locator("[data-wk-hit]", new() { HasText = "Traffic of 10.77.10.1" }));
        await visit.AtAsync("**/traffic?*ip=10.77.10.1*");
        task.Done(1);
    }

    [Fact]
    public async Task A_ward_reads_whether_it_may_go_on_and_says_what_is_its_own()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        DeviceLine[] lines = [.. (await console.Devices.FindAsync(new DeviceFilter { Departments = ["icu"] }, new SortOrder("bed"), new PageRequest(1, 50))).Items];
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", roles: "viewer", departments: "icu");
        Counted task = await Counted.FromOverviewAsync(visit, "may I go on using it, and are these ours");
        await Assertions.Expect(visit.Page.Locator(".wk-answer-words")).ToBeVisibleAsync();
        Assert.Equal(0, task.Clicks);
        await task.ClickAsync(visit.Page.Locator($"tr[data-row='{lines[0].Id}'] [data-wk-ours=yes]"));
        await Assertions.Expect(visit.Page.Locator($"tr[data-row='{lines[0].Id}'] .wk-ours-row [role=status]")).ToBeVisibleAsync();
        await task.ClickAsync(visit.Page.Locator($"tr[data-row='{lines[1].Id}'] [data-wk-ours=no]"));
        await Assertions.Expect(visit.Page.Locator("tbody tr[data-row]")).ToHaveCountAsync(lines.Length - 1);
        // One click for each device.
        task.Done(2);
        DeviceDetail ours = (await console.Devices.GetAsync(lines[0].Id, null, TestContext.Current.CancellationToken))!;
        Assert.Equal("viewer icu", ours.Fields.Single(field => field.Field == "department").ConfirmedBy);
        Assert.Null((await console.Devices.GetAsync(lines[1].Id, null, TestContext.Current.CancellationToken))!.Line.Department);
        await visit.GoAsync($"/devices/{lines[2].Id}");
        await visit.Page.Locator("[data-wk-ours=yes]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-ours")).ToContainTextAsync("Confirmed by viewer icu");
        Assert.Empty(await visit.BarriersAsync());
        Assert.Empty(visit.Wrong);
    }

    private async Task<DeviceLine> OneAsync(Func<DeviceLine, bool> which) =>
        (await own.Console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 200))).Items.First(which);
}
