using Wardkeeper.Hub.Health;

namespace Wardkeeper.Hub.Tests;

public class HealthTextTests
{
    [Fact]
    public void Every_problem_says_what_is_lost_and_how_to_mend_it_in_both_languages()
    {
        Assert.True(HealthText.Keys.Count() > 40);
        Assert.All(HealthText.Keys, key => Assert.True(HealthText.Raw(key) is { English.Length: > 5, Chinese.Length: > 2 }, key));
        string[] problems = [.. HealthText.Keys.Where(key => key.EndsWith(".what", StringComparison.Ordinal)).Select(key => key[..^5])];
        Assert.All(problems, problem => Assert.Contains(problem + ".lost", HealthText.Keys));
        Assert.All(problems, problem => Assert.Contains(problem + ".mend", HealthText.Keys));
    }
}
