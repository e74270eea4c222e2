using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>How rules are read, and what their checks mean, one keyword at a time.</summary>
public class SignatureRuleTests
{
    [Theory]
    [InlineData("alert tcp any any -> any any (msg:\"a\"; nosuch:1; sid:7;)", "nosuch")]
    [InlineData("alert tcp any any -> any any (content:\"|4|\"; sid:7;)", "content")]
    [InlineData("alert tcp any any -> any 70000 (sid:7;)", "header")]
    [InlineData("alert tcp $NOBODY any -> any any (sid:7;)", "header")]
    [InlineData("alert tcp any any -> any any (pcre:\"/(/\"; sid:7;)", "pcre")]
    [InlineData("alert tcp any any -> any any (depth:3; sid:7;)", "depth")]
    [InlineData("alert tcp any any -> any any (msg:\"a\";)", "sid")]
    [InlineData("alert nosuch any any -> any any (sid:7;)", "header")]
    public void What_is_not_understood_is_refused_with_line_and_keyword(string rule, string keyword)
    {
        RuleReader reader = new(new RuleVariables());
        reader.ReadText("# a comment\n\n" + rule + "\nalert tcp any any -> any any (sid:8;)\n", "some.rules");
        RuleSet set = reader.Finish();
        RuleRefusal refusal = Assert.Single(set.Refusals);
        Assert.Equal(("some.rules", 3, keyword), (refusal.File, refusal.Line, refusal.Keyword));
        Assert.Equal(1, set.Count);
    }

    [Theory]
    [InlineData("content:\"bc\";", true)]
    [InlineData("content:\"BC\";", false)]
    [InlineData("content:\"BC\"; nocase;", true)]
    [InlineData("content:\"bc\"; offset:2;", false)]
    [InlineData("content:\"bc\"; depth:2;", false)]
    [InlineData("content:\"bc\"; offset:1; depth:2;", true)]
    [InlineData("content:!\"zz\";", true)]
    [InlineData("content:\"a\"; content:\"d\"; distance:2;", true)]
    [InlineData("content:\"a\"; content:\"d\"; distance:3;", false)]
    [InlineData("content:\"a\"; content:\"d\"; within:2;", false)]
    [InlineData("content:\"a\"; content:\"d\"; within:3;", true)]
    [InlineData("content:\"abc\"; startswith;", true)]
    [InlineData("content:\"gh\"; endswith;", true)]
    [InlineData("content:\"fg\"; endswith;", false)]
    [InlineData("content:\"h\"; isdataat:!1,relative;", true)]
    [InlineData("content:\"g\"; isdataat:!1,relative;", false)]
    [InlineData("byte_test:1,=,97,0;", true)]
    [InlineData("content:\"a\"; byte_test:1,>,98,1,relative;", true)]
    [InlineData("byte_test:2,=,0x6261,0,little;", true)]
    [InlineData("byte_jump:1,0,multiplier 0,post_offset 3; content:\"e\"; distance:0; within:1;", true)]
    [InlineData("byte_math:bytes 1, offset 0, oper -, rvalue 93, result n; content:\"e\"; offset:n; depth:1;", true)]
    [InlineData("pcre:\"/^a.c/\";", true)]
    [InlineData("content:\"ab\"; pcre:\"/^c/R\";", true)]
    [InlineData("content:\"ab\"; pcre:\"/^d/R\";", false)]
    [InlineData("pcre:!\"/x/\";", true)]
    [InlineData("bsize:8;", true)]
    [InlineData("bsize:>8;", false)]
    public void Checks_mean_what_the_language_says(string options, bool holds)
    {
        RuleSet set = SignatureRun.Rules($"alert udp any any -> any any ({options} sid:1;)");
        Assert.Empty(set.Refusals);
        Section section = set.Rules[0].PayloadSection!;
        Inspection inspection = new("abcdefgh"u8, section.Made, new InspectionScratch());
        Assert.Equal(holds, inspection.Run());
    }

    [Fact]
    public void A_content_is_tried_at_its_next_place_when_what_follows_it_does_not_hold()
    {
        RuleSet set = SignatureRun.Rules("alert udp any any -> any any (content:\"a\"; content:\"x\"; distance:0; within:1; sid:1;)");
        Assert.True(new Inspection("a-ab-ax"u8, set.Rules[0].PayloadSection!.Made, new InspectionScratch()).Run());
    }

    [Fact]
    public void A_hostile_rule_is_cut_off()
    {
        string contents = string.Concat(Enumerable.Repeat("content:\"a\"; distance:0; ", 12));
        RuleSet set = SignatureRun.Rules($"alert udp any any -> any any ({contents}content:\"b\"; distance:0; sid:1;)");
        InspectionScratch scratch = new();
        Assert.False(new Inspection(Enumerable.Repeat((byte)'a', 4000).ToArray(), set.Rules[0].PayloadSection!.Made, scratch).Run());
        Assert.Equal(1, scratch.CutOff);
    }

    [Fact]
    public void A_number_that_occurs_again_keeps_its_highest_revision()
    {
        RuleSet set = SignatureRun.Rules("alert udp any any -> any any (msg:\"new\"; sid:1; rev:2;)", "alert udp any any -> any any (msg:\"old\"; sid:1; rev:1;)");
        Assert.Equal("new", Assert.Single(set.Rules).Message);
        Assert.Equal("sid", Assert.Single(set.Refusals).Keyword);
    }
}
