using System.Text.RegularExpressions;

namespace Wardkeeper.Architecture.Tests;

/// <summary>Words that the product's sources must not hold, each with its reason; exceptions stand in <c>banned-exceptions.txt</c>.</summary>
public class BannedTests
{
    private static readonly (string Pattern, string Reason)[] Banned =
    [
        (@"\bDateTime(Offset)?\.(Utc)?Now\b", "analysis takes time from the capture"),
        (@"\bStopwatch\b|\bEnvironment\.TickCount", "analysis takes time from the capture"),
        (@"\bnew Random\(\)|\bRandom\.Shared\b|\bGuid\.NewGuid\b", "the same input gives the same output"),
        (@"\bThread\.Sleep\b", "waiting is an event, not a guess"),
        (@"\.Result\b(?!\s*[=,)}]?\s*=)|\.GetAwaiter\(\)\.GetResult\(\)", "blocking on a task"),
        (@"\bGC\.Collect\b", "memory is designed, not swept"),
        (@"\bBinaryFormatter\b", "deserialises anything"),
        (@"#pragma warning disable(?!.*//)", "a suppressed warning gives its reason on the same line"),
        (@"\bTODO\b|\bFIXME\b|\bHACK\b", "unfinished work does not land"),
    ];

    [Fact]
    public void No_source_of_the_product_uses_a_banned_word()
    {
        IReadOnlyDictionary<string, string> exceptions = Checkout.Exceptions("banned-exceptions.txt");
        List<string> found = [];
        foreach (string path in Checkout.Sources("src"))
        {
            string[] lines = Checkout.Lines(path);
            for (int i = 0; i < lines.Length; i++)
            {
                foreach ((string pattern, string reason) in Banned)
                {
                    if (Regex.IsMatch(lines[i], pattern) && !exceptions.ContainsKey(path) && !lines[i].TrimStart().StartsWith("///", StringComparison.Ordinal)) found.Add($"{path}:{i + 1}: {lines[i].Trim()} ({reason})");
                }
            }
        }
        Assert.Empty(found);
    }

    [Fact]
    public void Rooms_hold_no_folder_for_leftovers() =>
        Assert.DoesNotContain(Checkout.Sources("src"), path => path.Split('/').Any(part => part is "Common" or "Utils" or "Helpers" or "Managers"));
}
