using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>"May it be touched?": answered for every device from what is known of it, the worse where something is not.</summary>
public sealed class CareTests(Chromium chromium, SharedConsole shared)
{
    [Fact]
    public async Task Every_device_has_an_answer_that_follows_from_what_is_known_of_it()
    {
        CareReader reader = shared.Console.Get<CareReader>();
        Page<DeviceLine> devices = await shared.Console.Get<IDeviceQueries>().FindAsync(new DeviceFilter(), new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), TestContext.Current.CancellationToken);
        CareBoard board = shared.Console.Get<CareBoard>();
        await board.ReadAsync(TestContext.Current.CancellationToken);
        int medical = 0, alarming = 0;
        foreach (DeviceLine line in devices.Items)
        {
            DeviceCare care = Assert.IsType<DeviceCare>(await reader.OfAsync(line.Id, null, TestContext.Current.CancellationToken));
            Assert.Equal(SafetyTable.Of(care.Situation), care.Rule);
            // The board knows of all devices together what is asked of one.
            DeviceCare known = board.Of(line.Id);
            Assert.Equivalent(care.Situation, known.Situation, strict: true);
            Assert.Equal(care.AlarmPeers.Order(), known.AlarmPeers);
            Assert.Equal(care.Standby?.Order(), known.Standby?.Order());
            if (care.AlarmPeers.Count > 0)
            {
                alarming++;
                Assert.True(care.Situation.CarriesAlarms);
            }
            if (!DeviceFacts.IsMedicalCategory(line.Category)) continue;
            medical++;
            if (line.Consequence is null) Assert.Equal((FailureConsequence.DeathOrSeriousInjury, true), (care.Situation.Consequence, care.Situation.Assumed.Contains(Assumption.ConsequenceUnknown)));
            if (care.LastWork is null) Assert.True(care.Situation.IsInUse && care.Situation.Assumed.Contains(Assumption.UseUnknown));
            Assert.True(care.Situation.Consequence != FailureConsequence.DeathOrSeriousInjury || care.Rule.Alone <= LadderStep.RefuseMessage);
        }
        Assert.True(medical > 5 && alarming > 0, $"{medical} medical devices, {alarming} with alarm paths");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task The_device_page_says_what_one_and_two_people_may_do_and_why(string language)
    {
        Page<DeviceLine> monitors = await shared.Console.Get<IDeviceQueries>().FindAsync(new DeviceFilter { Categories = ["monitoring"] }, new SortOrder("id"), new PageRequest(1, 1), TestContext.Current.CancellationToken);
        DeviceCare care = (await shared.Console.Get<CareReader>().OfAsync(monitors.Items[0].Id, null, TestContext.Current.CancellationToken))!;
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, language, roles: "analyst");
        await visit.GoAsync($"/devices/{monitors.Items[0].Id}");
        ILocator answer = visit.Page.Locator("[data-wk-care]");
        await Assertions.Expect(answer).ToContainTextAsync(care.Rule.Reason(language != "en"));
        await answer.Locator("summary").ClickAsync();
        await Assertions.Expect(answer.Locator("li")).ToHaveCountAsync(4);
        Assert.Empty(visit.Wrong);
    }
}
