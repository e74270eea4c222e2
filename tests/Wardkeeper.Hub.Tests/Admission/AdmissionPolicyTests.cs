using System.Net;
using Wardkeeper.Hub.Admission;
using static Wardkeeper.Hub.Tests.Admission.Asking;

namespace Wardkeeper.Hub.Tests.Admission;

public class AdmissionPolicyTests
{
    [Fact]
    public void The_narrowest_segment_that_means_a_place_has_it()
    {
        AdmissionSegment Of(string name, string[]? nas = null, string[]? ports = null, string[]? ssids = null) => Ward with { Name = name, Nas = nas ?? [], Ports = ports ?? [], Ssids = ssids ?? [] };
        AdmissionPolicy policy = new([Of("all"), Of("site", ["10.9.0.0/16"]), Of("switch", ["10.9.0.1"]), Of("named", ["sw1"]), Of("ports", ["10.9.0.0/16"], ["Gi1/*"]), Of("port", [], ["Gi1/0/7"]), Of("guests", [], [], ["guest*"])], [], [], TimeZoneInfo.Utc);
        string Name(AdmissionRequest request) => policy.SegmentOf(request).Name;
        Assert.Equal("port", Name(Request));
        Assert.Equal("ports", Name(Request with { Port = "gi1/0/8" }));
        Assert.Equal("named", Name(Request with { Port = "Te1/1" }));
        Assert.Equal("switch", Name(Request with { Port = null, NasIdentifier = null }));
        Assert.Equal("switch", Name(Request with { Port = null, NasIdentifier = null, NasAddress = IPAddress.Parse("::ffff:10.9.0.1") }));
        Assert.Equal("site", Name(Request with { Port = null, NasIdentifier = "x", NasAddress = IPAddress.Parse("10.9.3.3") }));
        Assert.Equal("all", Name(Request with { Port = null, NasIdentifier = null, NasAddress = IPAddress.Parse("192.0.2.1") }));
        Assert.Equal("guests", Name(Request with { Ssid = "Guest-2" }));
        Assert.Equal((AdmissionPolicy.Elsewhere, SegmentMode.Observe), (AdmissionPolicy.None.SegmentOf(Request), AdmissionPolicy.Elsewhere.Mode));
    }

    [Theory]
    [InlineData("Gi1/0/*", "Gi1/0/7", true)]
    [InlineData("gi*7", "GI1/0/17", true)]
    [InlineData("*", "", true)]
    [InlineData("Gi1/0/7", "Gi1/0/70", false)]
    [InlineData("*/7", "Gi1/0/70", false)]
    [InlineData("", "x", false)]
    public void Patterns_of_places(string pattern, string text, bool means) => Assert.Equal(means, PlacePattern.Means(pattern, text));

    [Fact]
    public void What_is_wrong_with_a_segment_is_told()
    {
        Assert.Null(AdmissionPolicy.Mistake(Ward));
        Assert.Equal("segment-name", AdmissionPolicy.Mistake(Ward with { Name = "default" }));
        Assert.Equal("segment-vlan", AdmissionPolicy.Mistake(Ward with { QuarantineVlan = "4095" }));
        Assert.Equal("segment-vlan", AdmissionPolicy.Mistake(Ward with { AdmitVlan = "a b" }));
        Assert.Equal("segment-quarantine-is-admit", AdmissionPolicy.Mistake(Ward with { QuarantineVlan = "20" }));
        Assert.Equal("segment-nas", AdmissionPolicy.Mistake(Ward with { Nas = [""] }));
        Assert.Equal("segment-port", AdmissionPolicy.Mistake(Ward with { Ports = [""] }));
        Assert.Equal("segment-timeout", AdmissionPolicy.Mistake(Ward with { SessionTimeout = TimeSpan.FromSeconds(1) }));
    }

    [Fact]
    public void Hours_of_a_rule_are_the_hospitals_and_pass_midnight()
    {
        AdmissionRule night = Rule() with { From = new TimeOnly(22, 0), Until = new TimeOnly(6, 0) };
        Assert.False(night.IsTime(Now, TimeZoneInfo.Utc));
        Assert.True(night.IsTime(Now, TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(13), "x", "x")));
        Assert.True(Rule().IsTime(Now, TimeZoneInfo.Utc));
    }
}
