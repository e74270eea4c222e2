using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Reach;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>How far devices reach: counted from flows that were taken, told as an answer.</summary>
public sealed class ReachTests(Chromium chromium, SharedConsole shared)
{
    private static readonly string[] Taken = ["SF", "S1", "S2", "S3", "RSTO", "RSTR"];

    [Fact]
    public async Task Reach_is_what_the_flows_say_and_who_reaches_furthest_stands_first()
    {
        IReachQueries reach = shared.Console.Get<IReachQueries>();
        IReadOnlyList<ReachLine> furthest = await reach.FurthestAsync(30, 200, cancel: TestContext.Current.CancellationToken);
        Assert.NotEmpty(furthest);
        Assert.Equal(furthest.OrderByDescending(line => line.Zones.Count).ThenByDescending(line => line.Reaches).ThenBy(line => line.Device), furthest);
        IHistoryQueries history = shared.Console.Get<IHistoryQueries>();
        foreach (ReachLine line in furthest.Take(3))
        {
            HashSet<long> to = [], from = [];
            for (int page = 1; ; page++)
            {
                Page<HistoryFlow> flows = await history.FlowsAsync(new FlowFilter { Device = line.Device, States = Taken }, new SortOrder("time"), new PageRequest(page, PageRequest.MaxSize), TestContext.Current.CancellationToken);
                foreach (HistoryFlow flow in flows.Items)
                {
                    if (flow.Originator.Device == line.Device && flow.Responder.Device is { } reached && reached != line.Device) to.Add(reached);
                    if (flow.Responder.Device == line.Device && flow.Originator.Device is { } reaching && reaching != line.Device) from.Add(reaching);
                }
                if (flows.Items.Count < PageRequest.MaxSize) break;
            }
            DeviceReach device = (await reach.OfAsync(line.Device, 30, cancel: TestContext.Current.CancellationToken))!;
            Assert.Equal((to.Count, from.Count), (line.Reaches, line.ReachedBy));
            Assert.Equal((to.Count, from.Count), (device.Out.Devices, device.In.Devices));
            Assert.Equal(device.Out.Devices, device.Out.Zones.Sum(zone => zone.Devices));
            Assert.All(device.Out.Zones.Concat(device.In.Zones), zone => Assert.InRange(zone.Devices, 1, zone.Of));
        }
        Assert.Null(await reach.OfAsync(furthest[0].Device, 30, new HashSet<string> { "nobody's" }, TestContext.Current.CancellationToken));
        Assert.Empty(await reach.FurthestAsync(30, 50, new HashSet<string> { "nobody's" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_list_of_exposures_leads_to_who_reaches_furthest_and_on_to_the_answer()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "en", roles: "analyst");
        await visit.GoAsync("/exposures");
        await visit.Page.Locator("a[href='/exposures/reach']").ClickAsync();
        await visit.Page.Locator("table[data-wk-reach] tbody tr a").First.ClickAsync();
        ILocator answer = visit.Page.Locator("section[data-wk-reach]");
        await Assertions.Expect(answer).ToContainTextAsync("It reaches");
        await Assertions.Expect(answer).ToContainTextAsync("zones");
        await Assertions.Expect(answer).ToContainTextAsync("no table of the border was imported");
        Assert.Empty(visit.Wrong);
    }

    [Fact]
    public async Task A_finding_names_who_is_responsible_and_says_in_plain_words_what_it_means()
    {
        await using Visit visit = await shared.Console.VisitAsync(chromium.Browser, "zh-CN", roles: "analyst");
        await visit.GoAsync("/exposures");
        await visit.Page.Locator("td a[href^='/findings/']").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("main")).ToContainTextAsync("责任人");
        await Assertions.Expect(visit.Page.Locator("[data-wk-awareness]")).Not.ToBeEmptyAsync();
        await visit.GoAsync("/tasks/duties");
        await Assertions.Expect(visit.Page.Locator("h1")).ToContainTextAsync("职责履行情况");
        Assert.Empty(visit.Wrong);
    }
}
