using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Settings;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Tests.Configuration;

public sealed class ConsoleSettingsTests : IDisposable
{
    private static readonly Actor Chen = new("chen", new HashSet<Role> { Role.Administrator });

    private readonly string path = Directory.CreateTempSubdirectory("wardkeeper-settings-").FullName;
    private readonly KeptAudit audit = new();
    private DataFolder? folder;

    public void Dispose()
    {
        folder?.Dispose();
        Directory.Delete(path, true);
    }

    [Fact]
    public async Task A_change_holds_at_once_and_after_the_next_start()
    {
        using ConsoleSettings settings = Open(out LiveSettings live);
        List<string> changed = [];
        live.Changed += keys => changed.AddRange(keys);
        await settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["hospital.name"] = "市一医院 'East': #1", ["sessions.idle"] = "15 min" }, "asked for by the assessor", TestContext.Current.CancellationToken);
        Assert.Equal("市一医院 'East': #1", live.Current.Hospital.Name);
        Assert.Equal(TimeSpan.FromMinutes(15), live.Current.Sessions.Idle);
        Assert.Equal(["hospital.name", "sessions.idle"], changed.Order());
        Assert.Equal(["setting:hospital.name", "setting:sessions.idle"], audit.Entries.Order());
        Assert.Equal(SettingOrigin.Console, Of(settings, "hospital.name").Origin);
        Assert.Equal("市一医院 'East': #1", Loader().Load().Hospital.Name);
        await settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["hospital.name"] = null }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(("", SettingOrigin.Default), (live.Current.Hospital.Name, Of(settings, "hospital.name").Origin));
        Assert.Equal(TimeSpan.FromMinutes(15), live.Current.Sessions.Idle);
    }

    [Fact]
    public async Task What_holds_only_after_the_next_start_is_kept_told_and_shown_beside_what_holds_now()
    {
        using ConsoleSettings settings = Open(out LiveSettings live);
        string local = live.Current.Site.Local.ToString();
        await settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["site.localNetworks"] = "10.77.0.0/16, 192.168.8.0/24" }, cancel: TestContext.Current.CancellationToken);
        Setting networks = Of(settings, "site.localNetworks");
        Assert.Equal(("", "10.77.0.0/16, 192.168.8.0/24", SettingEffect.Restart, true), (networks.Value, networks.Next, networks.TakesEffect, networks.CanChange));
        Assert.Equal(local, live.Current.Site.Local.ToString());
        Assert.Equal(["10.77.0.0/16", "192.168.8.0/24"], Loader().Load().Site.LocalNetworks);
        Assert.Equal(["setting:site.localNetworks"], audit.Entries);
        await settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["site.localNetworks"] = null }, cancel: TestContext.Current.CancellationToken);
        Assert.Null(Of(settings, "site.localNetworks").Next);
        await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["site.localNetworks"] = "10.77.0.0/33" }));
    }

    [Fact]
    public async Task What_the_file_sets_is_shown_with_its_line_and_not_changed_here()
    {
        await File.WriteAllTextAsync(Path.Combine(path, "wardkeeper.yaml"), "retention:\n  days: 365\n", TestContext.Current.CancellationToken);
        using ConsoleSettings settings = Open(out LiveSettings live);
        Setting days = Of(settings, "retention.days");
        Assert.Equal(("365", "190", SettingOrigin.File, false), (days.Value, days.Default, days.Origin, days.CanChange));
        Assert.EndsWith("wardkeeper.yaml:2", days.Where, StringComparison.Ordinal);
        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["retention.days"] = "30" }));
        Assert.Equal("setting-fixed", refused.Mistakes[0].Code);
        Assert.Equal(365, live.Current.Retention.Days);
    }

    [Theory]
    [InlineData("retention.days", "0")]
    [InlineData("retention.days", "many")]
    [InlineData("sessions.idle", "13 h")] // Longer than the longest session.
    [InlineData("hospital.name", "two\nlines")]
    [InlineData("web.port", "9000")]
    [InlineData("no.such.key", "1")]
    public async Task A_value_that_cannot_be_taken_changes_nothing(string key, string value)
    {
        using ConsoleSettings settings = Open(out LiveSettings live);
        await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["hospital.language"] = "en", [key] = value }));
        Assert.Equal("zh-CN", live.Current.Hospital.Language);
        Assert.Empty(audit.Entries);
        Assert.False(File.Exists(Path.Combine(path, "console.yaml")));
    }

    [Fact]
    public async Task A_change_that_cannot_be_told_in_the_audit_log_is_none()
    {
        using ConsoleSettings settings = Open(out LiveSettings live);
        audit.Broken = true;
        await Assert.ThrowsAsync<IOException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["retention.days"] = "30" }));
        Assert.Equal(190, live.Current.Retention.Days);
        Assert.Equal(190, Loader().Load().Retention.Days);
    }

    [Fact]
    public async Task A_refused_value_is_told_in_the_language_of_the_page()
    {
        using ConsoleSettings settings = Open(out LiveSettings live);
        System.Resources.ResourceManager texts = new("Wardkeeper.Console.Parts.Refusals", typeof(Wardkeeper.Console.Parts.Refusals).Assembly);
        string[] keys = [.. settings.All.Where(setting => setting.CanChange).Select(setting => setting.Key)];
        Assert.Equal(9, keys.Length);
        foreach (string key in keys)
        {
            RefusedException refused = await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { [key] = key switch { "hospital.name" => "two\nlines", "sensor.interfaces" => "no interface/at all", _ => "nonsense" } }));
            Assert.Equal(("setting-wrong", key), (refused.Mistakes[0].Code, refused.Mistakes[0].Field));
            Assert.NotNull(texts.GetString($"setting-wrong.{key}", System.Globalization.CultureInfo.GetCultureInfo("en")));
            Assert.Matches(@"[\u4e00-\u9fff]", texts.GetString($"setting-wrong.{key}", System.Globalization.CultureInfo.GetCultureInfo("zh-CN"))!);
        }
        RefusedException idle = await Assert.ThrowsAsync<RefusedException>(() => settings.ChangeAsync(Chen, new Dictionary<string, string?> { ["sessions.idle"] = "30 d" }));
        Assert.Equal("setting-idle-longer", idle.Mistakes.Single().Code);
    }

    private static Setting Of(ConsoleSettings settings, string key) => settings.All.Single(one => one.Key == key);

    private ConfigurationLoader Loader() => new(new Dictionary<string, IReadOnlyList<string>> { ["data"] = [path] }, new Dictionary<string, string>(), null);

    private ConsoleSettings Open(out LiveSettings live)
    {
        ConfigurationLoader loader = Loader();
        live = new LiveSettings(loader, loader.Load());
        folder = DataFolder.Take(path, "a test", TimeProvider.System.GetUtcNow());
        return new ConsoleSettings(live, folder, audit, new ChangeFeed());
    }

    /// <summary>Keeps what was told.</summary>
    private sealed class KeptAudit : IAuditLog
    {
        public List<string> Entries { get; } = [];

        public bool Broken { get; set; }

        public Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default)
        {
            if (Broken) throw new IOException("no room");
            Entries.Add(subject);
            return Task.CompletedTask;
        }
    }
}
