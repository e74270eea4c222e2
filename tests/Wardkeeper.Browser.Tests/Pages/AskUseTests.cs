using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>"What is this, and whose is it?": asked by one click, answered by whoever is nearest, kept as a claim.</summary>
public sealed class AskUseTests(Chromium chromium)
{
    private static readonly Actor Engineer = new("周敏", new HashSet<Role> { Role.ClinicalEngineer });

    [Fact]
    public async Task One_click_asks_and_the_answer_becomes_a_claim_with_its_source()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        // Its neighbours are the ICU's; a name that is markup, turned writing and far too long.
        string hostile = "<img src=x onerror=alert(1)>\u202Egnp" + new string('x', 10_000);
        await console.AddDeviceLaterAsync(hostile);
        DeviceLine line = (await console.Devices.FindAsync(new DeviceFilter { Subnets = ["10.77.28.251/32"] }, new SortOrder("id"), new PageRequest(1, 5))).Items.Single();
        DeviceLine[] beside = [.. (await console.Devices.FindAsync(new DeviceFilter { Subnets = ["10.77.28.0/24"] }, new SortOrder("id"), new PageRequest(1, 50))).Items.Where(one => one.Id != line.Id)];
        foreach (DeviceLine one in beside) await console.Ledger.ApplyAsync(Engineer, [new EditDevice(one.Id, new Dictionary<string, string?> { ["department"] = "icu" })]);
        Asked whom = await console.Get<IDeviceAsking>().WhomAsync(line, TestContext.Current.CancellationToken);
        if (beside.Length >= 3) Assert.Equal(("icu", AskedAs.Neighbours), (whom.To.Department, whom.As));
        else Assert.Equal((Role.ClinicalEngineer, AskedAs.Team), (whom.To.Role, whom.As));

        await using Visit asks = await console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer+analyst");
        Counted clicks = await Counted.FromOverviewAsync(asks, "ask whoever is nearest what a device is, and whose");
        await clicks.SearchAsync($"D-{line.Id}");
        await LookTests.PictureAsync(asks.Page, "device-ask-en");
        await clicks.ClickAsync(asks.Page.Locator("[data-wk-ask]"));
        await Assertions.Expect(asks.Page.Locator("[data-wk-asked]")).ToBeVisibleAsync();
        clicks.Done(2);
        StaffTask task = (await console.Get<IDeviceAsking>().OpenAsync(line.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal((DeviceQuestion.Kind, whom.To, 3), (task.Kind, task.To, task.Answers.Count));
        Assert.InRange(task.Question.Length, 20, 500);
        Assert.DoesNotContain('\u202E', task.Question);
        await Assertions.Expect(asks.Page.Locator("main img")).ToHaveCountAsync(0);
        // The queue says that it was asked, and asks no second time.
        await asks.GoAsync($"/identify?at=D-{line.Id}");
        Assert.Equal((OutcomeNumber(await console.Get<IDeviceAsking>().AskAsync(Engineer, line.Id, false, TestContext.Current.CancellationToken))), task.Number);

        await using Visit ward = whom.To.Department is null ? await console.VisitAsync(chromium.Browser, "zh-CN", roles: "clinical-engineer") : await console.VisitAsync(chromium.Browser, "zh-CN", roles: "viewer", departments: "icu");
        await ward.GoAsync($"/tasks/{task.Number}");
        Assert.Empty(await ward.BarriersAsync());
        await LookTests.PictureAsync(ward.Page, "task-identity-zh-CN");
        await ward.Page.Locator("[data-draft=name]").FillAsync("输液泵 12 床");
        await ward.Page.Locator("form select, .wk-form select").First.SelectOptionAsync("infusion-pump");
        await ward.Page.Locator(".wk-answers button").Nth(2).ClickAsync();
        await Assertions.Expect(ward.Page.Locator(".wk-answer")).ToContainTextAsync("in use");
        DeviceDetail after = (await console.Devices.GetAsync(line.Id, null, TestContext.Current.CancellationToken))!;
        Assert.Equal(("输液泵 12 床", "infusion-pump", whom.To.Department), (after.Line.Name, after.Line.Type, after.Line.Department));
        Assert.Equal(StaffTask.IdOf(task.Number), after.Events.First(one => one.Action == "answered").Reason);
        Assert.Equal((await console.Get<ITaskQueries>().GetAsync(Engineer, task.Number, TestContext.Current.CancellationToken))!.By, after.Line.TypeConfirmedBy);
        await asks.GoAsync($"/devices/{line.Id}?tab=timeline");
        await Assertions.Expect(asks.Page.Locator(".wk-timeline")).ToContainTextAsync(StaffTask.IdOf(task.Number));
        Assert.Empty(asks.Wrong);
        Assert.Empty(ward.Wrong);
        console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_device_that_claims_a_thousand_identities_stays_one_readable_device_in_conflict()
    {
        await using TestConsole console = await TestConsole.StartAsync(isEmpty: true);
        CaptureTime at = RecordedDay.Shared.End;
        Subject who = new(new MacAddress(0x001B21007799), Sensor.Observations.Address.TryParse("10.77.28.250", out Sensor.Observations.Address ip) ? ip : default, 28);
        List<Observation> said = [new Claim(who, ClaimKind.AddressBinding, ip.ToString(), "arp", at, null, 1, "reply")];
        for (int i = 0; i < 1000; i++) said.Add(new Claim(who, i % 2 == 0 ? ClaimKind.HostName : ClaimKind.AeTitle, (i % 3 == 0 ? "CT" : i % 3 == 1 ? "IPCAM-" : "<b>\u202EPUMP") + i, i % 2 == 0 ? "dhcp" : "dicom", at, null, i + 2, "option 12"));
        said.Add(new Claim(who, ClaimKind.FriendlyName, "<script>alert(1)</script>\u202E" + new string('W', 10_000), "mdns", at, null, 2000, "name"));
        await console.DeliverAsync(said, [], []);
        Page<DeviceLine> found = await console.Devices.FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, 50));
        DeviceLine line = Assert.Single(found.Items);
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", roles: "clinical-engineer+analyst");
        foreach (string address in new[] { $"/devices/{line.Id}", $"/devices/{line.Id}?tab=claims", $"/identify?at=D-{line.Id}", "/devices" })
        {
            await visit.GoAsync(address);
            await visit.SettledAsync();
            Assert.InRange(await visit.Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 50, 3000);
            Assert.False(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), address + " is wider than the window");
            await Assertions.Expect(visit.Page.Locator("main b:has-text('PUMP')")).ToHaveCountAsync(0);
        }
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    private static long OutcomeNumber((Hub.Findings.Outcome Outcome, long Number) asked) => asked.Number;
}
