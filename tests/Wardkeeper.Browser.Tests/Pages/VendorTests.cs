using Microsoft.Playwright;
using Wardkeeper.Browser.Tests.Hospital;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>What a vendor has in the hospital, and what it reaches from the inside addresses that its VPN gives.</summary>
public sealed class VendorTests(Chromium chromium)
{
    [Fact]
    public async Task The_addresses_of_a_vendors_vpn_and_what_they_reach_are_told_as_an_answer()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        IReachQueries reach = console.Get<IReachQueries>();
        Assert.DoesNotContain(await reach.HeldAsync(30, cancel: TestContext.Current.CancellationToken), one => one.Vendor == "Maker Q");
        // The three that reach furthest are, the site file says, what the vendor's VPN gives.
        ReachLine[] three = [.. (await reach.FurthestAsync(30, 200, cancel: TestContext.Current.CancellationToken)).Where(line => line.Ip.IsV4).Take(3)];
        Site site = SiteFile.Read("networks: [" + string.Join(", ", three.Select(line => $"{{network: {line.Ip}/32, name: VPN {line.Device}, vendor: Maker Q}}")) + "]", "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        console.Get<DetectionPath>().Describe(site);
        VendorReach held = (await reach.HeldAsync(30, cancel: TestContext.Current.CancellationToken)).Single(one => one.Vendor == "Maker Q");
        Assert.Equal(three.Select(line => line.Device).Order(), held.Addresses.Select(one => one.Line.Device).Order());
        Assert.All(held.Addresses, one => Assert.Contains(HeldBy.Vpn, one.By));
        Assert.InRange(held.Reaches, three.Max(line => line.Reaches), three.Sum(line => line.Reaches));
        Assert.Empty(await reach.HeldAsync(30, new HashSet<string> { "nobody's" }, TestContext.Current.CancellationToken));
        foreach ((string language, string theme) in new[] { ("en", "light"), ("zh-CN", "dark") })
        {
            await using Visit visit = await console.VisitAsync(chromium.Browser, language, theme, roles: "analyst");
            await visit.GoAsync("/exposures/reach");
            ILocator panel = visit.Page.Locator("[data-wk-held='Maker Q']");
            await Assertions.Expect(panel.Locator("li")).ToHaveCountAsync(3);
            await Assertions.Expect(panel).ToContainTextAsync(held.Reaches.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Empty(await visit.BarriersAsync());
            await LookTests.PictureAsync(visit.Page, $"reach-{language}{(theme == "dark" ? "-dark" : "")}");
            await panel.Locator("h2 a").ClickAsync();
            await visit.AtAsync("**/exposures/vendors?vendor=Maker%20Q");
            await Assertions.Expect(visit.Page.Locator("[data-wk-vendor]")).ToBeVisibleAsync();
            Assert.Empty(await visit.BarriersAsync());
            await LookTests.PictureAsync(visit.Page, $"vendor-{language}{(theme == "dark" ? "-dark" : "")}");
            Assert.Empty(visit.Wrong);
        }
        console.ExpectNoErrors();
    }

    [Fact]
    public async Task A_vendors_page_counts_what_the_ledger_holds_and_prints_on_white()
    {
        await using TestConsole console = await TestConsole.StartAsync();
        ValueCount first = (await console.Get<IVendorSummaries>().VendorsAsync(cancel: TestContext.Current.CancellationToken))[0];
        VendorSummary summary = (await console.Get<IVendorSummaries>().OfAsync(first.Value!, new CaptureTime(0), cancel: TestContext.Current.CancellationToken))!;
        Assert.Equal((first.Count, first.Count), (summary.Devices, summary.NewDevices));
        Assert.Equal(summary.Exposures.Sum(one => one.Open), summary.Exposures.Sum(one => one.New));
        Assert.Null(await console.Get<IVendorSummaries>().OfAsync("nobody's", new CaptureTime(0), cancel: TestContext.Current.CancellationToken));
        await using Visit visit = await console.VisitAsync(chromium.Browser, "zh-CN", roles: "viewer");
        await visit.GoAsync("/exposures/vendors");
        await visit.Page.Locator("[data-wk-vendors] tbody tr a").First.ClickAsync();
        await visit.AtAsync("**/exposures/vendors?vendor=*");
        ILocator devices = visit.Page.Locator("[data-wk-vendor] a.wk-count").First;
        string counted = await devices.InnerTextAsync();
        Assert.Equal(first.Count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), counted);
        await visit.Page.EvaluateAsync("window.print = () => document.body.dataset.printed = 'yes'");
        await visit.Page.Locator("[data-wk-print]").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("body[data-printed]")).ToHaveCountAsync(1);
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(visit.Page.Locator(".wk-rail")).ToBeHiddenAsync();
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await devices.ClickAsync();
        await visit.SettledAsync();
        await Assertions.Expect(visit.Page.Locator(".wk-total strong")).ToHaveTextAsync(counted);
        Assert.Empty(visit.Wrong);
    }
}
