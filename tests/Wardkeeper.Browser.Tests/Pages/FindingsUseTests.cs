using System.Globalization;
using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What people do with findings, exposures and tasks, over what the real detectors found in the sample hospital.</summary>
public sealed class FindingsUseTests(Chromium chromium, RealConsole real) : IClassFixture<RealConsole>
{
    [Theory]
    [InlineData("en", "It is meant to be so")]
    [InlineData("zh-CN", "业务需要")]
    public async Task A_verdict_with_its_reason_is_given_by_the_keyboard_alone(string language, string reason)
    {
        LongVersion.UnlessShort(language == "zh-CN");
        TestConsole console = real.Console;
        long number = await console.GravestFindingAsync();
        await using Visit visit = await AnalystAsync(console, language);
        await visit.GoAsync($"/findings/{number}");
        await visit.Page.Keyboard.PressAsync("e");
        await Assertions.Expect(visit.Page.Locator("input[name=choice]").First).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Space");
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await visit.Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(visit.Page.Locator("input[value=benign]")).ToBeCheckedAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync(reason);
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.AtAsync($"**/findings/{number}");
        await Assertions.Expect(visit.Page.Locator(".wk-state").First).ToHaveTextAsync(language == "en" ? "Closed" : "已闭环");
        await Assertions.Expect(visit.Page.Locator(".wk-timeline").Last).ToContainTextAsync(reason);
        FindingDetail? after = await console.Get<IFindingQueries>().GetAsync(number);
        Assert.Equal((FindingState.Closed, Verdict.Benign, reason), (after!.State, after.Verdict!.Value, after.VerdictReason));
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_verdict_without_a_reason_is_refused_and_what_was_chosen_stays()
    {
        TestConsole console = real.Console;
        long number = await console.GravestFindingAsync();
        await using Visit visit = await AnalystAsync(console, "en");
        await visit.GoAsync($"/findings/{number}?do=judge");
        await visit.Page.Locator("input[value=true]").CheckAsync();
        await visit.Page.Locator(".wk-finding-do [type=submit]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-finding-do [role=alert]")).ToHaveTextAsync("give a reason");
        await Assertions.Expect(visit.Page.Locator("input[value=true]")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Who_judges_what_somebody_else_changed_meanwhile_is_told_and_keeps_the_text()
    {
        TestConsole console = real.Console;
        long number = await console.GravestFindingAsync();
        await using Visit visit = await AnalystAsync(console, "en");
        await visit.GoAsync($"/findings/{number}?do=judge");
        FindingDetail before = (await console.Get<IFindingQueries>().GetAsync(number))!;
        Outcome other = await console.Get<IFindingCommands>().AssignAsync(new("li", new HashSet<Hub.Access.Role> { Hub.Access.Role.Analyst }), number, before.Revision, "li");
        Assert.True(other.IsDone);
        await visit.Page.Locator("input[value=true]").CheckAsync();
        await visit.Page.Locator("textarea[data-draft=reason]").FillAsync("seen at the rack");
        await visit.Page.Locator(".wk-finding-do [type=submit]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-finding-do [role=alert]")).ToContainTextAsync("Somebody changed it meanwhile");
        Assert.Equal("seen at the rack", await visit.Page.InputValueAsync("textarea[data-draft=reason]"));
        await visit.Page.Locator(".wk-finding-do [type=submit]").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-state").First).ToHaveTextAsync("In progress");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task A_suppression_says_before_what_it_hides_and_the_list_hides_exactly_that(string language)
    {
        LongVersion.UnlessShort(language == "en");
        await using TestConsole console = await TestConsole.StartAsync();
        IFindingQueries findings = console.Get<IFindingQueries>();
        FindingDetail finding = (await findings.GetAsync(await console.GravestFindingAsync()))!;
        long ofType = await findings.CountAsync(new FindingFilter { IsOpen = true, Types = [finding.Type] }), all = await findings.CountAsync(new FindingFilter { IsOpen = true });
        await using Visit visit = await AnalystAsync(console, language);
        await visit.GoAsync($"/findings/{finding.Number}");
        await visit.Page.Locator("a[href$='do=suppress']").ClickAsync();
        await visit.Page.Locator("input[name=scope]").Nth(2).CheckAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-preview .wk-count").First).ToHaveTextAsync(ofType.ToString("N0", CultureInfo.InvariantCulture));
        await visit.Page.Locator("input[name=days]").First.CheckAsync();
        await visit.Page.Locator(".wk-preview textarea").FillAsync("lab segment, known");
        await visit.Page.Locator(".wk-preview .wk-primary").ClickAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-touch")).ToContainTextAsync("lab segment, known");
        Assert.Equal(all - ofType, await findings.CountAsync(new FindingFilter { IsOpen = true }));
        await visit.GoAsync("/findings?by=none&suppressed=only");
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync(ofType.ToString("N0", CultureInfo.InvariantCulture));
        await visit.GoAsync("/suppressions");
        await Assertions.Expect(visit.Page.Locator("main tbody tr")).ToHaveCountAsync(1);
        Assert.Empty(visit.Wrong);
        console.ExpectNoErrors();
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task A_task_goes_from_a_finding_to_the_department_and_its_answer_comes_back(string language)
    {
        LongVersion.UnlessShort(language == "zh-CN");
        TestConsole console = real.Console;
        FindingDetail finding = (await console.Get<IFindingQueries>().GetAsync(await console.GravestFindingAsync()))!;
        string? task;
        await using (Visit asking = await AnalystAsync(console, language))
        {
            await asking.GoAsync($"/findings/{finding.Number}");
            int before = await asking.Page.Locator("main a[href^='/tasks/']").CountAsync();
            await asking.Page.Locator("a[href$='do=ask']").ClickAsync();
            await asking.Page.Locator(".wk-finding-do [type=submit]").First.ClickAsync();
            // The newest stands first, where others were asked before.
            await Assertions.Expect(asking.Page.Locator("main a[href^='/tasks/']")).ToHaveCountAsync(before + 1);
            task = await asking.Page.Locator("main a[href^='/tasks/']").First.GetAttributeAsync("href");
            Assert.Empty(asking.Wrong);
        }
        await using Visit nurse = await console.VisitAsync(chromium.Browser, language, "light", "viewer", (finding.Subject.Department!));
        await nurse.GoAsync("/tasks");
        await nurse.Page.Locator($"tbody a[data-wk-open][href='{task}']").ClickAsync();
        await nurse.AtAsync("**" + task);
        await nurse.Page.Locator(".wk-answers button").First.ClickAsync();
        await Assertions.Expect(nurse.Page.Locator(".wk-answer strong")).ToHaveTextAsync(language == "en" ? "Yes, in order" : "是, 属正常");
        Assert.Empty(nurse.Wrong);
        console.ExpectNoErrors();
    }

    [Fact]
    public async Task Every_group_opens_exactly_its_members()
    {
        TestConsole console = real.Console;
        await using Visit visit = await AnalystAsync(console, "en");
        await visit.GoAsync("/findings?sort=-findings");
        List<(string Text, string Address)> numbers = [];
        foreach (IElementHandle link in (await visit.Page.QuerySelectorAllAsync("main tbody a.wk-count")).Take(6)) numbers.Add((await link.InnerTextAsync(), (await link.GetAttributeAsync("href"))!));
        Assert.NotEmpty(numbers);
        foreach ((string text, string address) in numbers)
        {
            await visit.OpensAsync(address, text);
        }
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_limited_viewer_sees_her_departments_findings_and_may_decide_nothing()
    {
        TestConsole console = real.Console;
        IFindingQueries findings = console.Get<IFindingQueries>();
        FindingDetail mine = (await findings.GetAsync(await console.GravestFindingAsync()))!;
        HashSet<string> visible = [mine.Subject.Department!];
        long seen = await findings.CountAsync(new FindingFilter { IsOpen = true, Visible = visible });
        FindingLine foreign = (await findings.FindAsync(new FindingFilter(), new SortOrder("number"), new PageRequest(1, 500))).Items.First(line => line.Subject.Department is not { } department || !visible.Contains(department));
        await using Visit visit = await console.VisitAsync(chromium.Browser, "en", "light", "viewer", (mine.Subject.Department!));
        await visit.GoAsync("/findings?by=none");
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync(seen.ToString(CultureInfo.InvariantCulture));
        await visit.GoAsync($"/findings/{foreign.Number}");
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync($"F-{foreign.Number} is not there");
        await visit.GoAsync($"/findings/{mine.Number}?do=judge");
        await Assertions.Expect(visit.Page.Locator(".wk-finding-do")).ToHaveCountAsync(0);
        Assert.Equal(403, (await visit.Page.GotoAsync(visit.Address + "/suppressions"))!.Status);
    }

    private Task<Visit> AnalystAsync(TestConsole console, string language) => console.VisitAsync(chromium.Browser, language, "light", "analyst");
}
