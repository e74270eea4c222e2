using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Tests.Configuration;

public class ConfigurationReferenceTests
{
    private const string Begin = "<!-- keys: written by a test, see CONTRIBUTING -->\n", End = "<!-- end of keys -->\n";

    [Fact]
    public void The_reference_names_every_key_as_the_program_has_it()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root);
        string path = Path.Combine(root!, "docs/configuration.md"), text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = text.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1")
        {
            File.WriteAllText(path, text[..begin] + ConfigurationReference.Table() + text[end..]);
            return;
        }
        Assert.Equal(ConfigurationReference.Table(), text[begin..end]);
    }
}
