using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Where indicators are looked for, and how much a hit weighs.</summary>
public class IndicatorSeenTests
{
    private const string Client = "10.0.1.5", Outside = "203.0.113.9", Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Theory]
    [InlineData("Domain", "evil.example", "dns", """{"query":"www.Evil.example","qtype_name":"A"}""")]
    [InlineData("Address", "203.0.113.0/24", "dns", """{"query":"ok.example","qtype_name":"A","answers":["203.0.113.77"]}""")]
    [InlineData("Domain", "evil.example", "ssl", """{"version":"TLSv13","established":true,"server_name":"evil.example"}""")]
    [InlineData("Certificate", Hash, "ssl", """{"version":"TLSv12","established":true,"server_name":"a.example","cert_chain_fps":["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]}""")]
    [InlineData("Ja3", "d41d8cd98f00b204e9800998ecf8427e", "ssl", """{"version":"TLSv12","established":true,"server_name":"a.example","ja3":"d41d8cd98f00b204e9800998ecf8427e"}""")]
    [InlineData("Ja4", "t13d1516h2_8daaf6152771_b186095e22b6", "ssl", """{"version":"TLSv12","established":true,"server_name":"a.example","ja4":"t13d1516h2_8daaf6152771_b186095e22b6"}""")]
    [InlineData("Url", "http://shop.example/gate.php", "http", """{"method":"GET","host":"shop.example","uri":"/gate.php?id=7"}""")]
    [InlineData("Domain", "evil.example", "http", """{"method":"GET","host":"evil.example:8080","uri":"/"}""")]
    [InlineData("FileHash", Hash, "files", """{"source":"smb","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""")]
    public void An_indicator_is_found_where_it_is_said(string kind, string value, string log, string row)
    {
        IndicatorSet set = IndicatorSet.Of([new Indicator(Enum.Parse<IndicatorKind>(kind), value) { Source = "Sector CERT", Says = "C2 of X", Confidence = 90 }]);
        Finding finding = new Scene(indicators: set).Says(log, Client, "10.0.1.53", 443, row).Fires("indicator-hit");
        Assert.Equal(kind.StartsWith("Ja", StringComparison.Ordinal) ? Severity.Low : Severity.High, finding.Severity);
        Assert.Contains(finding.Facts, fact => fact is { Name: "indicator-source", Observed: "Sector CERT" });
        new Scene().Says(log, Client, "10.0.1.53", 443, row).IsSilent();
    }

    [Theory]
    [InlineData("FileMd5", "d41d8cd98f00b204e9800998ecf8427e", "md5")]
    [InlineData("FileSha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1")]
    public void A_file_is_found_by_its_older_sums(string kind, string value, string field)
    {
        IndicatorSet set = IndicatorSet.Of([new Indicator(Enum.Parse<IndicatorKind>(kind), value) { Source = "CERT" }]);
        string row = $$"""{"source":"smb","{{field}}":"{{value}}"}""";
        new Scene(indicators: set).Says("files", Client, "10.0.1.53", 445, row).Fires("indicator-hit");
        new Scene(indicators: set).Says("files", Client, "10.0.1.53", 445, row.Replace(value, new string('0', value.Length), StringComparison.Ordinal)).IsSilent();
    }

    [Fact]
    public void What_was_stored_before_the_indicator_came_is_a_finding_of_its_own_with_first_and_last_sight()
    {
        Indicator address = new(IndicatorKind.Address, Outside) { Source = "CERT", Confidence = 80, From = CaptureTime.FromSeconds(12 * 86_400) };
        Finding finding = new Scene().Past(IndicatorSet.Of([address]), Client, Outside).Fires("indicator-past");
        Assert.Equal((Severity.High, 3L, 2), (finding.Severity, finding.Count, finding.Evidence.Count));
        Assert.Equal(("C1", "Clast", "flows"), (finding.Evidence[0].Uid, finding.Evidence[1].Uid, finding.Evidence[0].Log));
        Assert.Equal(3600, finding.Last.Since(finding.First).TotalSeconds);
        Assert.Contains(finding.Facts, fact => fact is { Name: "indicator-age", Observed: "-11 d" or "-12 d" });
        Assert.Contains(finding.Facts, fact => fact is { Name: "seen-times", Observed: "3" });

        new Scene().Past(IndicatorSet.Of([address with { Until = CaptureTime.FromSeconds(1) }]), Client, Outside).IsSilent();
        new Scene().Past(IndicatorSet.Of([address]), "198.51.100.7", Outside).IsSilent();
        new Scene().Past(IndicatorSet.Of([new Indicator(IndicatorKind.Domain, "evil.example") { Source = "CERT" }]), Client, "10.0.1.53", "dns", "{\"query\":\"a.evil.example\"}", times: 1).Fires("indicator-past");
    }

    [Fact]
    public void What_expired_before_the_capture_is_silent_and_what_is_old_weighs_half()
    {
        Scene Of(Indicator indicator) => new Scene(indicators: IndicatorSet.Of([indicator])).Later(TimeSpan.FromDays(800)).Conversation(Client, Outside, 443, service: "ssl");
        Indicator address = new(IndicatorKind.Address, Outside) { Source = "list", Confidence = 90 };
        Of(address with { Until = CaptureTime.FromSeconds(86_400) }).IsSilent();
        Assert.Equal(Severity.High, Of(address with { From = CaptureTime.FromSeconds(700L * 86_400) }).Fires("indicator-hit").Severity);
        Finding old = Fired(Of(address with { From = CaptureTime.FromSeconds(86_400) }));
        Assert.Equal((Severity.Medium, 0.45), (old.Severity, old.Confidence));
        Assert.Contains(old.Facts, fact => fact is { Name: "indicator-age", Observed: "799 d" });
    }

    [Fact]
    public void An_address_that_only_knocked_weighs_little_and_one_machine_cannot_fill_the_list()
    {
        IndicatorSet set = IndicatorSet.Of([new Indicator(IndicatorKind.Address, "203.0.113.0/24") { Source = "list", Confidence = 95 }]);
        Assert.Equal(Severity.Low, new Scene(indicators: set).Conversation(Outside, Client, 22, history: "Sr", state: "REJ", sent: 0, answered: 0, packets: 1, answers: 1).Fires("indicator-hit").Severity);
        Scene many = new(indicators: set);
        for (int i = 0; i < 200; i++) many.Conversation(Client, $"203.0.113.{i}", 443, service: "ssl");
        Assert.Equal(51, many.Findings.Count);
        Assert.Equal(150, many.Findings[^1].Count);
    }

    private static Finding Fired(Scene scene) => Assert.Single(scene.Findings);
}
