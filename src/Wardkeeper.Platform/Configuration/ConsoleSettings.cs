using System.Collections.Frozen;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Settings;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Configuration;

/// <summary>
/// The settings as console and API show and change them. What is changed there is written to <c>console.yaml</c> in the data
/// folder, below the configuration file in rank, so that whoever keeps the file keeps the last word.
/// </summary>
/// <param name="live">The settings as they hold.</param>
/// <param name="folder">The data folder.</param>
/// <param name="audit">Where each change is told.</param>
/// <param name="feed">Tells pages that something changed.</param>
/// <param name="choice">Says whether interfaces can be listened to, now; null when that is not asked.</param>
internal sealed class ConsoleSettings(LiveSettings live, DataFolder folder, IAuditLog audit, IChangeFeed feed, InterfaceChoice? choice = null) : ISettings, IDisposable
{
    /// <summary>The topic of the change feed.</summary>
    private const string Topic = "settings";

    private const string LocalNetworksKey = "site.localNetworks";
    private const int LongestValue = 200, LongestList = 2000;

    private static readonly FrozenSet<string> Changeable = FrozenSet.Create(StringComparer.Ordinal, "hospital.name", "hospital.language", "hospital.timeZone", "sessions.idle", "sessions.longest", "retention.days", "retention.size", LocalNetworksKey, InterfaceChoice.Key);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string path = folder.Inside(ConfigurationLoader.ConsoleFileName);

    /// <inheritdoc/>
    public IReadOnlyList<Setting> All
    {
        get
        {
            PlatformSettings defaults = new() { Data = "" };
            return [.. ConfigurationKeys.All.Select(key => Line(key, defaults))];
        }
    }

    /// <inheritdoc/>
    public async Task ChangeAsync(Actor who, IReadOnlyDictionary<string, string?> values, string? reason = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(values);
        await turn.WaitAsync(cancel);
        try
        {
            string? before = File.Exists(path) ? await File.ReadAllTextAsync(path, cancel) : null;
            Dictionary<string, string> shown = All.ToDictionary(setting => setting.Key, Set, StringComparer.Ordinal);
            SortedDictionary<string, string> own = Own();
            foreach ((string key, string? value) in values)
            {
                if (value is null) own.Remove(key);
                else own[key] = value;
            }
            try
            {
                Write(Text(own));
                Take();
                foreach (Setting after in All.Where(setting => values.ContainsKey(setting.Key) && shown[setting.Key] != Set(setting)))
                    await audit.AppendAsync(who, "setting-changed", "setting:" + after.Key, shown[after.Key], Set(after), reason, cancel);
            }
            catch
            {
                // A change that is refused, or cannot be told in the audit log, is none.
                Write(before);
                live.Reload();
                throw;
            }
        }
        finally
        {
            turn.Release();
        }
        feed.Publish(Topic);
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private void Check(IReadOnlyDictionary<string, string?> values)
    {
        Mistakes mistakes = new();
        PlatformSettings wanted = new();
        (wanted.Sessions.Idle, wanted.Sessions.Longest) = (live.Current.Sessions.Idle, live.Current.Sessions.Longest);
        foreach ((string path, string? value) in values)
        {
            if (ConfigurationKeys.Find(path) is not { } key)
            {
                mistakes.Add(path, "setting-unknown", $"There is no key {path}.");
                continue;
            }
            mistakes.Require(Line(key, live.Current).CanChange, path, "setting-fixed", live.Origins.TryGetValue(path, out string? where) && Changeable.Contains(path) ? $"{path} is set by {where}; change it there." : $"{path} is set in the configuration file and takes effect at the next start.");
            if (value is null) continue;
            int longest = key.IsList ? LongestList : LongestValue;
            mistakes.Require(value.Length <= longest && !value.Any(char.IsControl), path, "setting-wrong", $"{path} takes at most {longest} characters on one line.");
            string[] mistaken = [.. key.Apply(wanted, Values(key, value), folder.Path)];
            foreach (string mistake in mistaken) mistakes.Add(path, "setting-wrong", mistake);
            if (path == InterfaceChoice.Key && mistaken.Length == 0) choice?.Check(Values(key, value), mistakes);
        }
        mistakes.Require(wanted.Sessions.Idle <= wanted.Sessions.Longest, "sessions.idle", "setting-idle-longer", "sessions.idle is longer than sessions.longest; a session would never end by idleness. Make idle the shorter one.");
        mistakes.ThrowIfAny();
    }

    /// <summary>What a person set, whether or not it holds already.</summary>
    private static string Set(Setting setting) => setting.Next ?? setting.Value;

    private void Take()
    {
        ReloadResult result = live.Reload();
        if (result.Mistakes.Count > 0) throw new RefusedException(Refusal.Invalid, [.. result.Mistakes.Select(mistake => new Mistake("", "setting-elsewhere", mistake))]);
    }

    private Setting Line(ConfigurationKey key, PlatformSettings defaults)
    {
        string? where = live.Origins.GetValueOrDefault(key.Path);
        SettingOrigin origin = where switch
        {
            null => SettingOrigin.Default,
            _ when where.StartsWith('-') => SettingOrigin.CommandLine,
            _ when where.StartsWith("WARDKEEPER_", StringComparison.Ordinal) => SettingOrigin.Environment,
            _ when where.StartsWith(path + ":", StringComparison.Ordinal) => SettingOrigin.Console,
            _ => SettingOrigin.File,
        };
        string Shown(PlatformSettings settings) => key.IsSecret && key.Show(settings).Length > 0 ? "***" : key.Show(settings);
        bool canChange = Changeable.Contains(key.Path) && origin is SettingOrigin.Default or SettingOrigin.Console;
        SettingEffect effect = !key.IsReloadable ? SettingEffect.Restart : Changeable.Contains(key.Path) ? SettingEffect.AtOnce : SettingEffect.Reload;
        string now = Shown(live.Current), next = Shown(live.Next);
        return new Setting(key.Path, key.Meaning, Shown(defaults), now, origin, where, canChange, effect) { Next = next == now ? null : next };
    }

    /// <summary>What was set here so far.</summary>
    private SortedDictionary<string, string> Own()
    {
        SortedDictionary<string, string> own = new(StringComparer.Ordinal);
        if (!File.Exists(path)) return own;
        foreach ((string key, ConfigurationEntry entry) in ConfigurationFile.Read(path, [])) own[key] = string.Join(", ", entry.Values);
        return own;
    }

    private static string Text(SortedDictionary<string, string> values)
    {
        StringBuilder text = new("# Set in the console; changed there. The configuration file outranks it.\n");
        foreach (IGrouping<string, KeyValuePair<string, string>> section in values.GroupBy(pair => pair.Key[..pair.Key.IndexOf('.', StringComparison.Ordinal)]))
        {
            text.Append(section.Key).Append(":\n");
            foreach ((string key, string value) in section)
                text.Append("  ").Append(key.AsSpan(section.Key.Length + 1)).Append(": ").Append(Written(key, value)).Append('\n');
        }
        return text.ToString();
    }

    private static string[] Values(ConfigurationKey key, string value) => key.IsList ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];

    /// <summary>A value as YAML holds it.</summary>
    private static string Written(string path, string value)
    {
        static string Quoted(string one) => $"'{one.Replace("'", "''", StringComparison.Ordinal)}'";
        return ConfigurationKeys.Find(path) is { IsList: true } list ? $"[{string.Join(", ", Values(list, value).Select(Quoted))}]" : Quoted(value);
    }

    private void Write(string? text)
    {
        if (text is null)
        {
            File.Delete(path);
            return;
        }
        string fresh = path + ".new";
        File.Delete(fresh);
        PrivateFile.Create(fresh, Encoding.UTF8.GetBytes(text));
        File.Move(fresh, path, true);
    }
}
