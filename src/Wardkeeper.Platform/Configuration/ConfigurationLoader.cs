using System.Collections;

namespace Wardkeeper.Platform.Configuration;

/// <summary>
/// Puts the configuration together: flags stand above the environment, that above the file, that above what administrators set in
/// the console, that above the defaults. A mistake in any of them is reported, also in a value that another overrides, and all of them at once.
/// </summary>
/// <param name="flags">Values of the command line by key path.</param>
/// <param name="environment">Environment variables.</param>
/// <param name="file">The file named by <c>--config</c>; null looks for <c>wardkeeper.yaml</c> in the data folder.</param>
internal sealed class ConfigurationLoader(IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment, string? file)
{
    /// <summary>Name of the configuration file in the data folder.</summary>
    public const string FileName = "wardkeeper.yaml";

    /// <summary>Name of the file in the data folder that holds what administrators set in the console.</summary>
    public const string ConsoleFileName = "console.yaml";

    private readonly Dictionary<string, string> origins = new(StringComparer.Ordinal);

    /// <summary>Folder below the data folder that is meant instead, for example the demo's; null for the data folder itself.</summary>
    public string? Below { get; set; }

    /// <summary>The description of the sample hospital, used when no other is named; null for a real one.</summary>
    public string? SiteOfSample { get; set; }

    /// <summary>Where each key was set that holds no default, as of the last reading: <c>wardkeeper.yaml:12</c>, <c>--port</c> …</summary>
    public IReadOnlyDictionary<string, string> Origins => origins;

    /// <summary>The process's environment.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);

    /// <summary>The file that was read last; null when there was none.</summary>
    public string? File { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="UserError">Something is wrong somewhere; holds every mistake.</exception>
    public PlatformSettings Load()
    {
        PlatformSettings settings = Load(out IReadOnlyList<string> mistakes);
        return mistakes.Count == 0 ? settings : throw new UserError(mistakes);
    }

    /// <summary>Reads everything, and tells what is wrong instead of throwing.</summary>
    public PlatformSettings Load(out IReadOnlyList<string> mistakes)
    {
        List<string> found = [];
        origins.Clear();
        PlatformSettings settings = new() { Data = DefaultData() };
        IReadOnlyDictionary<string, ConfigurationEntry> variables = Variables(found);
        string here = Directory.GetCurrentDirectory();

        // Where the file lies may depend on the data folder, so that one is found first.
        File = file is null ? Path.Combine(DataBeforeFile(variables, here) ?? settings.Data, FileName) : Path.GetFullPath(file, here);
        if (file is null && !System.IO.File.Exists(File)) File = null;
        IReadOnlyDictionary<string, ConfigurationEntry> entries = File is null ? new Dictionary<string, ConfigurationEntry>() : ConfigurationFile.Read(File, found);
        ApplyConsole(settings, entries, DataBeforeFile(variables, here), found);
        if (File is not null)
        {
            if (file is null && entries.TryGetValue("data", out ConfigurationEntry? misplaced))
                found.Add($"{misplaced.Where}: 'data' cannot stand in the data folder's own file; remove it, or name the file by --config");
            else Apply(settings, entries, Path.GetDirectoryName(File)!, found);
        }
        Apply(settings, variables, here, found);
        Apply(settings, flags.ToDictionary(flag => flag.Key, flag => new ConfigurationEntry(flag.Value, ConfigurationKeys.Find(flag.Key)!.Flag!)), here, found);
        settings.Site.File ??= SiteOfSample;
        if (settings.Site.File is { } described) SiteDescription.Read(described, settings.Site, found);
        Check(settings, found);
        if (Below is not null) settings.Data = Path.Combine(settings.Data, Below);
        mistakes = found;
        return settings;
    }

    /// <summary>What was set in the console lies in the data folder, whichever that turns out to be.</summary>
    private void ApplyConsole(PlatformSettings settings, IReadOnlyDictionary<string, ConfigurationEntry> entries, string? data, List<string> mistakes)
    {
        PlatformSettings probe = new() { Data = settings.Data };
        if (data is null && File is not null && entries.TryGetValue("data", out ConfigurationEntry? named)) _ = ConfigurationKeys.Find("data")!.Apply(probe, named.Values, Path.GetDirectoryName(File)!).ToList();
        string path = Path.Combine(data ?? probe.Data, Below ?? "", ConsoleFileName);
        if (System.IO.File.Exists(path)) Apply(settings, ConfigurationFile.Read(path, mistakes), Path.GetDirectoryName(path)!, mistakes);
    }

    /// <summary>The data folder of a user who names none: <c>$XDG_DATA_HOME/wardkeeper</c>.</summary>
    private string DefaultData()
    {
        // systemd's StateDirectory= says where a service keeps its state.
        if (environment.TryGetValue("STATE_DIRECTORY", out string? state) && Path.IsPathRooted(state)) return state.Split(':')[0];
        string home = environment.TryGetValue("XDG_DATA_HOME", out string? xdg) && Path.IsPathRooted(xdg) ? xdg
            : Path.Combine(environment.GetValueOrDefault("HOME") is { Length: > 0 } user ? user : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(home, "wardkeeper");
    }

    private string? DataBeforeFile(IReadOnlyDictionary<string, ConfigurationEntry> variables, string here)
    {
        PlatformSettings probe = new();
        ConfigurationKey data = ConfigurationKeys.Find("data")!;
        if (variables.TryGetValue("data", out ConfigurationEntry? variable)) _ = data.Apply(probe, variable.Values, here).ToList();
        if (flags.TryGetValue("data", out IReadOnlyList<string>? flag)) _ = data.Apply(probe, flag, here).ToList();
        return probe.Data.Length > 0 ? probe.Data : null;
    }

    private Dictionary<string, ConfigurationEntry> Variables(List<string> mistakes)
    {
        Dictionary<string, ConfigurationEntry> entries = new(StringComparer.Ordinal);
        foreach ((string name, string value) in environment.Where(pair => pair.Key.StartsWith("WARDKEEPER_", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            ConfigurationKey? key = ConfigurationKeys.All.FirstOrDefault(one => one.EnvironmentName == name);
            if (key is null)
            {
                // Switches of the launcher and of this project's test script.
                if (name is not ("WARDKEEPER_CHECKOUT" or "WARDKEEPER_ALL" or "WARDKEEPER_ACCEPT")) mistakes.Add($"{name}: no key has this variable; docs/configuration.md lists them");
            }
            else if (value.Length > 0) entries[key.Path] = new ConfigurationEntry(key.IsList ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value], name);
        }
        return entries;
    }

    private void Apply(PlatformSettings settings, IReadOnlyDictionary<string, ConfigurationEntry> entries, string folder, List<string> mistakes)
    {
        foreach (ConfigurationKey key in ConfigurationKeys.All)
        {
            if (!entries.TryGetValue(key.Path, out ConfigurationEntry? entry)) continue;
            origins[key.Path] = entry.Where;
            foreach (string mistake in key.Apply(settings, entry.Values, folder)) mistakes.Add(entry.Where.StartsWith('-') || entry.Where.StartsWith("WARDKEEPER_", StringComparison.Ordinal) ? $"{entry.Where}: {mistake}" : $"{entry.Where}: {key.Path}: {mistake}");
        }
    }

    /// <summary>What no single value shows.</summary>
    private static void Check(PlatformSettings settings, List<string> mistakes)
    {
        if (settings.Sessions.Idle > settings.Sessions.Longest)
            mistakes.Add("sessions.idle is longer than sessions.longest; a session would never end by idleness. Make idle the shorter one.");
        if (settings.Web is { CertificateKey: not null, Certificate: null })
            mistakes.Add("web.certificateKey is given without web.certificate; name the certificate too, or neither.");
        if (settings.Sensor.Interfaces.Distinct(StringComparer.Ordinal).Count() != settings.Sensor.Interfaces.Count)
            mistakes.Add("sensor.interfaces names an interface twice; its traffic would be counted twice. Name it once.");
    }
}
