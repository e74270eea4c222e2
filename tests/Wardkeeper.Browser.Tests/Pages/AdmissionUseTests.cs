using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>The page Admission in a browser: from nothing decided to why somebody would have been refused, and a segment that enforces.</summary>
public sealed class AdmissionUseTests(Chromium chromium)
{
    private const string Stranger = "02:00:00:00:00:0b";

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Who_would_have_been_refused_says_why_and_a_segment_enforces_after_its_proof(string language)
    {
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, language, roles: "administrator");
        IPage page = visit.Page;
        await visit.GoAsync("/admission");
        await Assertions.Expect(page.Locator(".wk-empty")).ToContainTextAsync(language == "en" ? "RADIUS not heard from since start" : "未收到 RADIUS");
        Assert.Empty(await visit.BarriersAsync());
        long device = await console.LifeSupportAsync();
        await StoreAsync(console, device);

        // A number opens what it was counted from; why stands beside.
        await visit.GoAsync("/admission?tab=segments");
        await page.Locator("[data-wk-segment=ward] a.wk-count").Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[data-wk-would=refuse]")).ToHaveTextAsync(language == "en" ? "would have: refuse" : "拟拒绝");
        await page.Locator("a[data-wk-open]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-reasons] [data-wk-reason]").First).ToContainTextAsync(language == "en" ? "was never seen and nobody registered it" : "从未出现, 也无人登记");
        await Assertions.Expect(page.Locator("[data-wk-traits] tbody tr")).ToHaveCountAsync(1);
        await visit.SettledAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"admission-card-{language}");

        await visit.GoAsync("/admission?tab=sessions");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Locator("tbody a[href*='number=']").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-reason=known]")).ToBeVisibleAsync();
        await visit.GoAsync(string.Create(CultureInfo.InvariantCulture, $"/devices/{device}?tab=admission"));
        await Assertions.Expect(page.Locator("section .wk-count")).ToHaveTextAsync(["1", "1"]);
        Assert.Empty(await visit.BarriersAsync());

        await visit.GoAsync("/admission?tab=segments");
        await page.Locator("[data-wk-segment=ward] [data-wk-proof]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-proved='1'] + div [data-wk-refused]")).ToHaveAttributeAsync("data-wk-refused", Stranger);
        await page.Locator("[data-wk-mode-change]").ClickAsync();
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator(".wk-preview [role=alert]")).ToBeVisibleAsync();
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"admission-enforce-{language}");
        await page.FillAsync(".wk-preview textarea", language == "en" ? "looked at for a week" : "已观察一周");
        await page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-wk-segment=ward]")).ToHaveAttributeAsync("data-wk-mode", "enforce");
        await page.Locator("[data-wk-changed]").WaitForAsync();
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Segments_rules_approvals_and_guests_are_laid_down_and_taken_back(string language)
    {
        bool isEnglish = language == "en";
        await using TestConsole console = await TestConsole.StartAsync();
        await using Visit visit = await console.VisitAsync(chromium.Browser, language, roles: "administrator");
        IPage page = visit.Page;
        IAdmissionPolicies policies = console.Get<IAdmissionPolicies>();
        await visit.GoAsync("/admission?tab=segments");
        await page.ClickAsync("[data-wk-segment-new]");
        await page.FillAsync("[name=name]", "icu");
        await page.FillAsync("[name=nas]", "10.9.0.0/16, sw-icu");
        await page.FillAsync("[name=quarantine]", "5000");
        await page.ClickAsync("[data-wk-save]");
        await Assertions.Expect(page.Locator("[data-wk-segment-form] [role=alert]")).ToContainTextAsync("4094");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"admission-segment-{language}");
        await page.FillAsync("[name=quarantine]", "666");
        await page.Locator("[data-wk-segment-form] input[type=radio]").Nth(1).CheckAsync();
        await page.ClickAsync("[data-wk-save]");
        await Assertions.Expect(page.Locator("[data-wk-segment=icu]")).ToHaveAttributeAsync("data-wk-mode", "observe");
        AdmissionSegment made = Assert.Single(await policies.SegmentsAsync()).Segment;
        Assert.Equal(("666", FailSafe.Open, "10.9.0.0/16,sw-icu"), (made.QuarantineVlan, made.FailSafe, string.Join(',', made.Nas)));

        await visit.GoAsync("/admission?tab=rules");
        await page.ClickAsync("[data-wk-rule-new]");
        await page.FillAsync("[name=types]", "toaster");
        await page.FillAsync("[name=segments]", "icu");
        await page.FillAsync("[name=note]", isEnglish ? "pumps stay there" : "输液泵固定使用");
        await page.ClickAsync("[data-wk-save]");
        await Assertions.Expect(page.Locator("[data-wk-rule-form] [role=alert]")).ToBeVisibleAsync();
        await page.FillAsync("[name=types]", "infusion-pump");
        await page.ClickAsync("[data-wk-save]");
        await Assertions.Expect(page.Locator("[data-wk-rule='1']")).ToContainTextAsync(isEnglish ? "nfusion pump" : "输液泵");
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"admission-rules-{language}");

        await visit.GoAsync("/admission?tab=words");
        long device = await console.LifeSupportAsync();
        await page.FillAsync("[data-wk-approval-form] [name=device]", $"D-{device}");
        await page.FillAsync("[data-wk-approval-form] [name=reason]", isEnglish ? "WO-2026-118" : "工单 2026-118");
        await page.ClickAsync("[data-wk-approval-form] [type=submit]");
        await Assertions.Expect(page.Locator($"[data-wk-approval='{device}']")).ToContainTextAsync("2026-118");
        foreach ((string mac, string reason) in ((string, string)[])[("nonsense", "x"), (Stranger, " ")])
        {
            await page.FillAsync("[data-wk-guest-form] [name=mac]", mac);
            await page.FillAsync("[data-wk-guest-form] [name=vlan]", "90");
            await page.FillAsync("[data-wk-guest-form] [name=reason]", reason);
            await page.ClickAsync("[data-wk-guest-form] [type=submit]");
            await Assertions.Expect(page.Locator("[data-wk-guest-form] [role=alert]")).ToBeVisibleAsync();
        }
        await page.FillAsync("[data-wk-guest-form] [name=mac]", "0200.0000.000b");
        await page.FillAsync("[data-wk-guest-form] [name=reason]", isEnglish ? "lecture, Dr Wu’s laptop" : "讲座, 吴医生笔记本");
        await page.ClickAsync("[data-wk-guest-form] [type=submit]");
        await Assertions.Expect(page.Locator("[data-wk-guest='1']")).ToContainTextAsync(Stranger);
        Assert.Empty(await visit.BarriersAsync());
        await LookTests.PictureAsync(page, $"admission-guests-{language}");
        await page.ClickAsync("[data-wk-dismiss]");
        await Assertions.Expect(page.Locator("[data-wk-guest='1']")).ToHaveAttributeAsync("data-wk-over", "");
        await page.ClickAsync("[data-wk-withdraw]");
        await Assertions.Expect(page.Locator("[data-wk-approvals]")).ToHaveAttributeAsync("data-wk-approvals", "0");

        await visit.GoAsync("/admission?tab=segments&edit=icu");
        await page.ClickAsync("[data-wk-remove]");
        await page.ClickAsync("[data-wk-remove-go]");
        await Assertions.Expect(page.Locator("[data-wk-segment=icu]")).ToHaveCountAsync(0);
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    private static async Task StoreAsync(TestConsole console, long device)
    {
        AdmissionSegment ward = new("ward", SegmentMode.Observe, FailSafe.KnownStay, ["10.9.0.0/16"], [], [], "20", "666", null, null, TimeSpan.FromHours(1));
        Assert.True((await console.Get<IAdmissionPolicies>().SaveAsync(new Actor("test", new HashSet<Role> { Role.Administrator }), ward, 0)).IsDone);
        string card = (await console.Devices.GetAsync(device))!.Interfaces[0].Mac.ToString();
        AdmissionStore store = console.Get<AdmissionStore>();
        await store.OpenAsync(CancellationToken.None);
        CaptureTime at = console.Get<TimeProvider>().Now().Plus(-TimeSpan.FromHours(1));
        store.Keep(Decision(1, at, card, device, AdmissionOutcome.Admit, new AdmissionReason("known", "D-" + device)));
        store.Keep(Decision(2, at, Stranger, null, AdmissionOutcome.Refuse, new AdmissionReason("never-seen", Stranger)));
        Assert.True(await store.StoreAsync(new AccountingRecord(at, AccountingKind.Start, "s-1", card, card, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", 1, "20", null, null, null, null, null), CancellationToken.None));
    }

    private static AdmissionDecision Decision(long number, CaptureTime at, string mac, long? device, AdmissionOutcome wanted, AdmissionReason reason) => new(
        number, new AdmissionRequest(at, AdmissionMethod.MacAuthentication, mac, mac, null, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", null, null), device, "ward", AdmissionOutcome.Admit, wanted, "20", null, null,
        IdentityGrade.MacOnly, new FingerprintMatch(10, [new TraitMatch("tcp-ttl", "64", "128", 30, false)]), [reason, new AdmissionReason("observing", "ward")], null);
}
