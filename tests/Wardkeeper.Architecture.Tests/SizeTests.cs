using System.Text.RegularExpressions;

namespace Wardkeeper.Architecture.Tests;

/// <summary>No file and no method swallows the house; exceptions stand in <c>size-exceptions.txt</c> with their reason.</summary>
public partial class SizeTests
{
    private const int FileLines = 400, MethodLines = 60;

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        IReadOnlyDictionary<string, string> exceptions = Checkout.Exceptions("size-exceptions.txt");
        Assert.DoesNotContain(Checkout.Sources("src", "bench", "fuzz", "lab", "tests").Where(path => !exceptions.ContainsKey(path)).Select(path => (path, Checkout.Lines(path).Length)), file => file.Length > FileLines);
    }

    [Fact]
    public void No_method_is_longer_than_60_lines()
    {
        IReadOnlyDictionary<string, string> exceptions = Checkout.Exceptions("size-exceptions.txt");
        Assert.DoesNotContain(Checkout.Sources("src", "bench", "fuzz", "lab").SelectMany(Long), method => !exceptions.ContainsKey(method.Name));
    }

    [Fact]
    public void Every_exception_is_still_needed()
    {
        HashSet<string> needed = [.. Checkout.Sources("src", "bench", "fuzz", "lab", "tests").Where(path => Checkout.Lines(path).Length > FileLines)];
        needed.UnionWith(Checkout.Sources("src", "bench", "fuzz", "lab").SelectMany(Long).Select(method => method.Name));
        Assert.DoesNotContain(Checkout.Exceptions("size-exceptions.txt").Keys, name => !needed.Contains(name));
    }

    /// <summary>Members whose body, from the line of its opening brace to that of its closing one, is too long. The house's formatting puts each on a line of its own.</summary>
    private static IEnumerable<(string Name, int Lines)> Long(string path)
    {
        string[] lines = Checkout.Lines(path);
        for (int i = 1; i < lines.Length; i++)
        {
            Match signature = Signature().Match(lines[i - 1]);
            if (!signature.Success || lines[i].TrimEnd() != signature.Groups["indent"].Value + "{") continue;
            int end = Array.FindIndex(lines, i, line => line.TrimEnd() == signature.Groups["indent"].Value + "}");
            if (end - i - 1 > MethodLines) yield return ($"{path}:{signature.Groups["name"].Value}", end - i - 1);
        }
    }

    [GeneratedRegex(@"^(?<indent>    (    )?)(?!namespace|.*= new\b|.*\b(class|struct|record|enum|interface)\b)[\w\[].*?(?<name>\w+)(<\w+>)?\(.*\)\s*$")]
    private static partial Regex Signature();
}
