using System.CommandLine;

namespace Wardkeeper.Platform.Configuration;

/// <summary>The flags of a command that set configuration keys, and the loader that they lead to.</summary>
internal sealed class ConfigurationFlags
{
    private readonly Option<string?> config = new("--config") { Description = "Configuration file; without it, wardkeeper.yaml in the data folder", HelpName = "FILE" };
    private readonly List<(ConfigurationKey Key, Option<string[]> Option)> flags = [];

    private ConfigurationFlags(Command command, Func<ConfigurationKey, bool> which)
    {
        command.Add(config);
        foreach (ConfigurationKey key in ConfigurationKeys.All.Where(key => key.Flag is not null && which(key)))
        {
            Option<string[]> option = new(key.Flag!)
            {
                Description = key.Meaning.TrimEnd('.') + (key.IsList ? " (repeatable)" : ""),
                HelpName = key.ValueName,
                Arity = ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = key.IsList,
            };
            flags.Add((key, option));
            command.Add(option);
        }
    }

    /// <summary>Adds every flag: for <c>up</c>.</summary>
    public static ConfigurationFlags AddAll(Command command) => new(command, _ => true);

    /// <summary>Adds the flags that say which data folder is meant: for every other command.</summary>
    public static ConfigurationFlags AddFolder(Command command) => new(command, key => key.Path == "data");

    /// <summary>The loader for what was given.</summary>
    public ConfigurationLoader Loader(ParseResult parsed)
    {
        Dictionary<string, IReadOnlyList<string>> given = new(StringComparer.Ordinal);
        foreach ((ConfigurationKey key, Option<string[]> option) in flags)
        {
            if (parsed.GetResult(option) is { Implicit: false }) given[key.Path] = parsed.GetValue(option) ?? [];
        }
        return new ConfigurationLoader(given, ConfigurationLoader.ProcessEnvironment(), parsed.GetValue(config));
    }
}
