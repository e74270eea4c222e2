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
