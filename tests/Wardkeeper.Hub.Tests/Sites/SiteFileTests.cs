using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Sites;

public class SiteFileTests
{
    private const string Whole = """
        localNetworks: [10.0.0.0/8, 192.0.2.0/24]
        networks:
          - {network: 10.3.0.0/16, name: Clinic}
          - {network: 10.3.2.0/24, name: ICU, zone: life-support}
        declaredScanners:
          - 10.1.1.5
          - address: 10.1.2.0/28
            name: vulnerability scanner
        servers:
          - {address: 10.1.1.20, name: LIS, roles: [database, hl7]}
          - 10.1.1.21
        maintenanceWindows:
          - name: CT service
            devices: 10.3.2.41
            peers: [203.0.113.0/24]
            from: 2026-11-23T14:00:00+08:00
            until: 2026-11-23T16:00:00+08:00
        """;

    [Fact]
    public void Everything_a_site_says_is_understood()
    {
        Site site = Read(Whole);
        Assert.True(site.Local!.Contains(Ip("192.0.2.7")) && !site.Local.Contains(Ip("192.168.1.1")));
        Assert.Equal(["ICU", "Clinic", "10.4.0.0/24", "outside"], new[] { "10.3.2.9", "10.3.3.9", "10.4.0.9", "8.8.8.8" }.Select(ip => site.NetworkOf(Ip(ip), site.Local)));
        Assert.True(site.IsScanner(Ip("10.1.1.5")) && site.IsScanner(Ip("10.1.2.3")) && !site.IsScanner(Ip("10.1.1.6")));
        Assert.True(site.IsServer(Ip("10.1.1.20"), "database") && !site.IsServer(Ip("10.1.1.20"), "web") && site.IsServer(Ip("10.1.1.21"), "web"));
        CaptureTime inside = new(new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * CaptureTime.PerSecond);
        Assert.Equal("CT service", site.WindowOf(Ip("10.3.2.41"), inside)?.Name);
        Assert.Null(site.WindowOf(Ip("10.3.2.41"), new CaptureTime(inside.Nanoseconds + (3600 * CaptureTime.PerSecond))));
        Assert.Null(site.WindowOf(Ip("10.3.2.42"), inside));
    }

    [Fact]
    public void Zones_test_systems_and_radio_cells_are_understood()
    {
        Site site = Read("""
            networks: [{network: 10.3.2.0/24, name: ICU, zone: life-support, holds: [infusion, ventilator]}, {network: 10.3.3.0/24, name: Office}]
            testSystems: [10.1.1.31, {address: 10.1.1.30, name: new registration, until: 2026-12-31T00:00:00+08:00}]
            accessPoints: [00:1b:21:3a:4f:10, 001b-213a-4f11]
            wirelessNames: Hospital
            """);
        Assert.Equal(["life-support", "Office", null], new[] { "10.3.2.9", "10.3.3.9", "10.4.0.9" }.Select(ip => site.ZoneOf(Ip(ip))));
        Assert.Equal(["infusion", "ventilator"], site.Within(Ip("10.3.2.9"))!.Holds);
        Assert.Equal([null, "new registration"], site.TestSystems.Select(one => one.Name));
        Assert.Equal((2, true), (site.AccessPoints.Count, site.WirelessNames.Contains("Hospital")));
        SiteFile.Read("networks: [{network: 10.3.2.0/24, name: ICU, holds: [pumps]}]\naccessPoints: [ten]\ntestSystems: [{name: x}]", "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Equal(3, mistakes.Count);
        Assert.Contains("infusion", mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_their_lines()
    {
        SiteFile.Read(
            """
            localNetworks: [10.0.0.0/33]
            declaredScanner: [10.1.1.5]
            servers:
              - {address: 10.1.1.20, roles: [databse]}
              - {name: nowhere}
            maintenanceWindows:
              - {devices: [10.3.2.41], from: 2026-11-23 14:00, until: 2026-11-23T16:00:00+08:00}
              - {devices: [10.3.2.41], from: 2026-11-23T16:00:00+08:00, until: 2026-11-23T14:00:00+08:00}
            """,
            "site.yaml",
            out IReadOnlyList<string> mistakes);
        Assert.Equal([1, 2, 4, 5, 7, 8], mistakes.Select(one => int.Parse(one.Split("line ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(mistakes, one => Assert.StartsWith("site.yaml, line ", one, StringComparison.Ordinal));
        Assert.Contains("declaredScanners", mistakes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("servers: [")]
    [InlineData("a: b: c")]
    [InlineData("- 10.0.0.1")]
    [InlineData("localNetworks: &a [10.0.0.0/8]\ndeclaredScanners: *a")]
    [InlineData("servers: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]")]
    [InlineData("servers: 1\nservers: 2")]
    [InlineData("localNetworks: {a: b}")]
    public void What_is_no_description_is_a_sentence_and_no_exception(string text)
    {
        SiteFile.Read(text, "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.NotEmpty(mistakes);
        Assert.All(mistakes, one => Assert.Matches(@"^site\.yaml, line \d+: .*\.$", one));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet")]
    [InlineData("servers:")]
    public void An_empty_description_is_a_site_that_says_nothing(string text) => Assert.Empty(Read(text).Servers);

    private static Site Read(string text)
    {
        Site site = SiteFile.Read(text, "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        return site;
    }

    private static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);
}
