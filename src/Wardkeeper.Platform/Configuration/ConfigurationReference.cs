using System.Text;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Writes the reference <c>docs/configuration.md</c> from the keys, so that it can be neither incomplete nor wrong.</summary>
internal static class ConfigurationReference
{
    /// <summary>The table of all keys, in Markdown.</summary>
    public static string Table()
    {
        PlatformSettings defaults = new();
        StringBuilder text = new("| key | value | default | environment | flag | SIGHUP | meaning |\n|---|---|---|---|---|---|---|\n");
        foreach (ConfigurationKey key in ConfigurationKeys.All)
        {
            text.Append("| `").Append(key.Path).Append("` | ").Append(key.ValueName).Append(key.IsList ? ", several" : "").Append(" | ").Append(Default(key, defaults)).Append(" | `").Append(key.EnvironmentName).Append("` | ")
                .Append(key.Flag is null ? "" : $"`{key.Flag}`").Append(" | ").Append(key.IsReloadable ? "at once" : "restart").Append(" | ").Append(key.Meaning).Append(" |\n");
        }
        return text.ToString();
    }

    private static string Default(ConfigurationKey key, PlatformSettings defaults) => key.Path switch
    {
        "data" => "`~/.local/share/wardkeeper`",
        "hospital.timeZone" => "the machine's; `Asia/Shanghai` where that is UTC",
        _ => key.Show(defaults) is { Length: > 0 } shown ? $"`{shown}`" : "",
    };
}
