using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What people do with incidents, and what the matrix tells.</summary>
public sealed class IncidentUseTests(Chromium chromium, RealConsole real) : IClassFixture<RealConsole>
{
    private static readonly SemaphoreSlim Once = new(1, 1);

    [Fact]
    public async Task From_the_first_sign_to_the_affected_beds_it_is_two_clicks()
    {
        await RaiseAsync();
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        Counted counted = await Counted.FromOverviewAsync(visit, "incident from first sign to affected beds");
        await counted.ClickAsync(visit.Page.Locator("main a[href^='/incidents/']").First);
        await Assertions.Expect(visit.Page.Locator("[data-wk-beds]")).ToContainTextAsync("Beds affected");
        await Assertions.Expect(visit.Page.Locator("[data-wk-patients]")).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-story] li")).ToHaveCountAsync(3);
        counted.Done(2);
        real.Console.ExpectNoErrors();
    }

    [Theory]
    [InlineData("en", "one pump's cable")]
    [InlineData("zh-CN", "一台泵的网线")]
    public async Task A_finding_is_split_off_and_the_undoing_gives_it_back(string language, string reason)
    {
        LongVersion.UnlessShort(language == "zh-CN");
        long number = await RaiseAsync();
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, language, roles: "analyst");
        await visit.GoAsync($"/incidents/{number}?do=split");
        await visit.Page.Locator(".wk-finding-do input[type=checkbox]").Last.CheckAsync();
        await visit.Page.Locator(".wk-finding-do textarea").FillAsync(reason);
        await visit.Page.Locator(".wk-finding-do [type=submit]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("[data-wk-story] li")).ToHaveCountAsync(1);
        await visit.Page.Locator("[data-wk-undo]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-touch a")).ToHaveTextAsync(Incident.IdOf(number));
        Assert.Equal(3, (await real.Console.Get<IIncidentQueries>().GetAsync(number))!.Steps.Count);
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task An_incident_is_closed_only_with_what_was_learned()
    {
        long number = await RaiseAsync();
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        await visit.GoAsync($"/incidents/{number}?do=close");
        await visit.Page.Locator(".wk-finding-do [type=submit]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-finding-do [role=alert]")).ToHaveTextAsync("give a reason");
        await visit.Page.Locator(".wk-finding-do textarea").FillAsync("port security was off");
        await visit.Page.Locator(".wk-finding-do [type=submit]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-state").First).ToHaveTextAsync("Closed");
        await Assertions.Expect(visit.Page.Locator(".wk-device-head")).ToContainTextAsync("port security was off");
        IncidentDetail after = (await real.Console.Get<IIncidentQueries>().GetAsync(number))!;
        Assert.True((await real.Console.Get<IIncidentCommands>().MoveAsync(new("wang", new HashSet<Hub.Access.Role> { Hub.Access.Role.Analyst }), number, after.Revision, IncidentState.Triage)).IsDone);
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_technique_leads_to_its_detectors_and_its_findings()
    {
        await RaiseAsync();
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "analyst");
        await visit.GoAsync("/techniques");
        await visit.Page.Locator("a[href='/techniques/T1110.001']").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("h1")).ToContainTextAsync("密码猜测");
        await Assertions.Expect(visit.Page.Locator("main")).ToContainTextAsync("password-guessing");
        await Assertions.Expect(visit.Page.Locator("main ul a[href^='/findings/']")).Not.ToHaveCountAsync(0);
        Assert.Empty(visit.Wrong);
        real.Console.ExpectNoErrors();
    }

    [Fact]
    public async Task The_list_of_detectors_says_which_cannot_fire_and_why()
    {
        int blind = (await real.Console.Get<IDetectorReadiness>().LookAsync(TestContext.Current.CancellationToken)).Count(state => !state.CanFire);
        await using Visit visit = await real.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        await visit.GoAsync("/findings/detectors?can=no");
        await Assertions.Expect(visit.Page.Locator("main tbody tr")).ToHaveCountAsync(blind);
        Assert.NotEqual(0, blind);
        Assert.Empty(visit.Wrong);
    }

    /// <summary>Three devices of the sample day take each other's addresses, once for all tests; answers with the incident's number.</summary>
    private async Task<long> RaiseAsync()
    {
        await Once.WaitAsync();
        try
        {
            IIncidentQueries incidents = real.Console.Get<IIncidentQueries>();
            SortOrder latest = new("number", true);
            if ((await incidents.FindAsync(new IncidentFilter(), latest, new PageRequest())).Items.FirstOrDefault(one => one.LeadType == "brute-force" && one.Findings == 3) is { } there) return there.Number;
            DeviceLine[] devices = [.. (await real.Console.Devices.FindAsync(new DeviceFilter { Departments = ["icu"] }, new SortOrder("id"), new PageRequest(1, 4))).Items];
            FindingBook book = real.Console.Get<FindingBook>();
            IDeviceDirectory directory = real.Console.Get<IDeviceDirectory>();
            for (int i = 0; i < 3; i++)
            {
                Subject one = Subject.Of(devices[i].Mac, devices[i].Ip), other = Subject.Of(devices[i + 1].Mac, devices[i + 1].Ip);
                book.Raise(new Sighting
                {
                    Type = DetectorRegistry.Types["brute-force"],
                    Subject = new Party(one, 0, directory.Of(one)),
                    Peer = new Party(other, 0, directory.Of(other)),
                    Confidence = 0.9,
                    Arguments = [devices[i].Ip.ToString(), "A", "B"],
                    Facts = [new Fact("port", "tcp/1")],
                    Evidence = new Evidence(RecordedDay.Shared.End.Plus(TimeSpan.FromMinutes(i)), null, 1),
                });
            }
            await real.Console.AddFlowLaterAsync();
            return (await incidents.FindAsync(new IncidentFilter(), latest, new PageRequest())).Items.First(one => one.LeadType == "brute-force" && one.Findings == 3).Number;
        }
        finally
        {
            Once.Release();
        }
    }
}
