using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Tests.Findings;

public class FactTextsTests
{
    [Theory]
    [InlineData("source-proof", "handshake", "完整握手")]
    [InlineData("traits-different", "3 of 7", "7 项中的 3 项")]
    [InlineData("host-name", "server", "server")]
    [InlineData("known-by", "http, 10.0.0.1", "http, 10.0.0.1")]
    public void What_was_observed_is_translated_where_it_is_our_own_wording(string fact, string value, string chinese)
    {
        Assert.Equal(chinese, FactTexts.Observed(new Fact(fact, value), chinese: true));
        Assert.Equal(value, FactTexts.Observed(new Fact(fact, value), chinese: false));
    }

    [Theory]
    [InlineData("twelve characters or more, used nowhere else", "十二位以上, 且别处不用")]
    [InlineData("reachable inside VLAN 30 · ICU", "仅在 VLAN 30 · ICU 内可到达")]
    [InlineData("3 or more", "3 个以上")]
    [InlineData("CT01 or more", "CT01 or more")]
    [InlineData(null, null)]
    public void What_was_expected_is_always_our_own_wording(string? value, string? chinese)
    {
        Fact fact = new("port", "10.0.0.9:3306", value);
        Assert.Equal((chinese, value), (FactTexts.Expected(fact, chinese: true), FactTexts.Expected(fact, chinese: false)));
    }
}
