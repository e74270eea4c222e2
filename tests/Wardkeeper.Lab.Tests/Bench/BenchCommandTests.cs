using Wardkeeper.Bench;

namespace Wardkeeper.Lab.Tests.Bench;

/// <summary>The command lines of the benchmarks.</summary>
public class BenchCommandTests
{
    public static TheoryData<string> Words => [.. BenchCommand.All.Select(one => one.Word)];

    [Theory, MemberData(nameof(Words))]
    public void Every_benchmark_shows_its_help_and_every_option_in_it(string word)
    {
        foreach (string asked in (string[])["--help", "-h"])
        {
            (int? code, string text, string errors) = Answer([.. Named(word), asked]);
            Assert.Equal(0, code);
            Assert.Empty(errors);
            Assert.All(BenchCommand.All.Single(one => one.Word == word).Options, option => Assert.Contains(option.Name, text, StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Words))]
    public void An_option_that_none_takes_is_refused_and_named(string word)
    {
        (int? code, string text, string errors) = Answer([.. Named(word), "--helpp"]);
        Assert.Equal(2, code);
        Assert.Empty(text);
        Assert.Contains("--helpp", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rounds")]
    [InlineData("--rounds", "--only", "a")]
    [InlineData("2")]
    [InlineData("platforms")]
    [InlineData("trust", "--rounds", "2")]
    public void Mistakes_end_with_2(params string[] args) => Assert.Equal(2, Answer(args).Code);

    [Theory]
    [InlineData]
    [InlineData("--only", "abc", "--rounds", "2", "--no-tshark")]
    [InlineData("quality", "--cost")]
    [InlineData("quality", "--cost", "file.pcap", "--all")]
    [InlineData("platform", "--only", "start")]
    public void What_is_right_is_run(params string[] args) => Assert.Null(Answer(args).Code);

    private static string[] Named(string word) => word.Length == 0 ? [] : [word];

    private static (int? Code, string Text, string Errors) Answer(string[] args)
    {
        using StringWriter text = new(), errors = new();
        return (BenchCommand.Answer(args, text, errors), text.ToString(), errors.ToString());
    }
}
