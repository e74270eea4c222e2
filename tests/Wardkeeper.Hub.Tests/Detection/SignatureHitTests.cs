using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What rules matched becomes findings of the site's machines.</summary>
public class SignatureHitTests
{
    [Theory]
    [InlineData(1, Severity.High)]
    [InlineData(2, Severity.Medium)]
    [InlineData(3, Severity.Low)]
    public void Severity_follows_the_priority(int priority, Severity severity)
    {
        Finding finding = Assert.Single(Hits(Alert(new Scene(), "203.0.113.9", "10.0.9.9", priority)));
        Assert.Equal(severity, finding.Severity);
        Assert.Equal("10.0.9.9", finding.Subject.Address);
    }

    [Fact]
    public void The_machine_of_the_site_is_the_subject_whoever_sends() =>
        Assert.Equal("10.0.1.5", Assert.Single(Hits(Alert(new Scene(), "10.0.1.5", "203.0.113.9", 2))).Subject.Address);

    [Fact]
    public void A_declared_scanner_is_passed_by() => Assert.Empty(Hits(Alert(new Scene("declaredScanners: 10.0.1.5"), "10.0.1.5", "10.0.9.9", 1)));

    [Fact]
    public void The_same_rule_again_is_counted_up() => Assert.Single(Hits(Alert(Alert(new Scene(), "203.0.113.9", "10.0.9.9", 2), "203.0.113.9", "10.0.9.9", 2)));

    private static Finding[] Hits(Scene scene) => [.. scene.Findings.Where(finding => finding.Type == "signature-alert")];

    private static Scene Alert(Scene scene, string client, string server, int priority) =>
        scene.Says("alerts", client, server, 80, $$"""{"signature_id":7,"msg":"a known attack","priority":{{priority}},"direction":"to_server","packet":7}""");
}
