using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Duties;

/// <summary>What the month's letter tells a vendor, and what the site file says of vendors and departments of networks.</summary>
public class VendorLettersTests
{
    [Theory]
    [InlineData(false, "Devices: 14, of them 2 new since last month", "- 10.99.0.1 reaches 40 devices in 5 zones", "5 of 9 zones", "3 open, 1 overdue; 4 answered")]
    [InlineData(true, "设备: 14 台, 其中较上月新增 2 台", "- 10.99.0.1 到达 40 台设备, 5 个安全域", "9 个安全域中的 5 个", "未答复 3 项, 逾期 1 项; 较上月已答复 4 项")]
    public void A_vendor_reads_devices_exposures_ways_in_three_addresses_and_duties(bool chinese, params string[] parts)
    {
        HeldAddress[] held = [.. Enumerable.Range(1, 4).Select(i => new HeldAddress(new ReachLine(i, null, null, null, null, Ip($"10.99.0.{i}"), 41 - i, ["a", "b", "c", "d", "e"], 0, [], false), [HeldBy.Vpn]))];
        VendorSummary vendor = new()
        {
            Vendor = "Maker A",
            Devices = 14,
            NewDevices = 2,
            Exposures = [new ExposureCount("database-reachable", 3, 1)],
            Ways = [new VendorWay(Ip("203.0.113.9"), 7, "CT <b>", "rdp", 12, CaptureTime.FromSeconds(1_700_000_000))],
            Reach = new VendorReach("Maker A", held, 60, 200, ["a", "b", "c", "d", "e"], 9),
            Open = 3,
            Overdue = 1,
            Answered = 4,
        };
        Letter letter = VendorLetters.Summary(new SiteContact("vendor", "Maker A", "service@maker.example", null), "2026-10", vendor, new LetterLook(chinese, "City Hospital", TimeZoneInfo.Utc, null));
        Assert.Equal(("summary/2026-10/vendor/Maker A", "service@maker.example"), (letter.Key, letter.To));
        Assert.All(parts, part => Assert.Contains(part, letter.Body, StringComparison.Ordinal));
        Assert.Contains("203.0.113.9", letter.Body, StringComparison.Ordinal);
        // Three addresses, not all.
        Assert.DoesNotContain("10.99.0.4", letter.Body, StringComparison.Ordinal);
        // No line was left without a text, and none with an open place.
        Assert.DoesNotContain('{', letter.Body);
    }

    [Fact]
    public void A_network_names_the_department_that_answers_for_it_and_the_vendor_whose_vpn_it_is()
    {
        Site site = SiteFile.Read("networks: [{network: 10.3.2.0/24, name: ICU, department: icu}, {network: 10.99.0.0/28, name: VPN, vendor: Maker A}]", "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(("icu", null), (site.Within(Ip("10.3.2.9"))!.Department, site.Within(Ip("10.3.2.9"))!.Vendor));
        Assert.Equal((null, "Maker A"), (site.Within(Ip("10.99.0.3"))!.Department, site.Within(Ip("10.99.0.3"))!.Vendor));
        SiteFile.Read("networks: [{network: 10.3.2.0/24, name: ICU, department: [a, b]}]", "site.yaml", out mistakes);
        Assert.Single(mistakes);
    }

    private static Address Ip(string text) => Address.TryParse(text, out Address ip) ? ip : throw new FormatException(text);
}
