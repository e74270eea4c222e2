using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_anything_the_defaults_hold_and_the_data_lie_in_the_users_data_folder()
    {
        PlatformSettings settings = Load(environment: new() { ["HOME"] = folder.Path }, dataFlag: false);
        Assert.Equal(folder[".local/share/wardkeeper"], settings.Data);
        Assert.Equal(8443, settings.Web.Port);
        Assert.Equal(190, settings.Retention.Days);
        Assert.Equal(folder["xdg/wardkeeper"], Load(environment: new() { ["HOME"] = folder.Path, ["XDG_DATA_HOME"] = folder["xdg"] }, dataFlag: false).Data);
        Assert.Equal("/var/lib/wardkeeper", Load(environment: new() { ["HOME"] = folder.Path, ["STATE_DIRECTORY"] = "/var/lib/wardkeeper" }, dataFlag: false).Data);
    }

    [Fact]
    public void A_flag_stands_above_the_environment_and_that_above_the_file()
    {
        string file = folder.Write("some.yaml", "web:\n  port: 1001\nretention:\n  days: 200\nhospital:\n  name: From the file\n");
        Dictionary<string, string> environment = new() { ["WARDKEEPER_WEB_PORT"] = "1002", ["WARDKEEPER_RETENTION_DAYS"] = "300" };
        PlatformSettings settings = Load(file, environment, new() { ["web.port"] = ["1003"] });
        Assert.Equal(1003, settings.Web.Port);
        Assert.Equal(300, settings.Retention.Days);
        Assert.Equal("From the file", settings.Hospital.Name);
        Assert.Equal(1002, Load(file, environment).Web.Port);
        Assert.Equal(1001, Load(file).Web.Port);
    }

    [Fact]
    public void The_file_of_the_data_folder_is_found_by_itself()
    {
        folder.Write("data/wardkeeper.yaml", "web:\n  port: 1001\nsensor:\n  captures: [day.pcap]\n");
        PlatformSettings settings = Load(environment: new() { ["WARDKEEPER_DATA"] = folder["data"] }, dataFlag: false);
        Assert.Equal(1001, settings.Web.Port);
        Assert.Equal([folder["data/day.pcap"]], settings.Sensor.Captures);
    }

    [Fact]
    public void Every_mistake_is_reported_at_once_with_its_place_and_its_cure()
    {
        string file = folder.Write("bad.yaml", """
            web:
              port: 84430
              prot: 1
              bind: [nowhere, 127.0.0.1]
            hospital:
              language: fr
              timeZone: Mars/Olympus
            site:
              localNetworks:
                - 10.0.0.0/99
            retention:
              days: many
              size: 5 parsecs
            sessions:
              idle: 2 d
              longest: 1 h
            sensor: eth0
            colour: blue
            """);
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>> { ["log.level"] = ["loud"] }, new Dictionary<string, string> { ["WARDKEEPER_WEB_METRICS"] = "all", ["WARDKEEPER_WEB_PROT"] = "1" }, file);
        IReadOnlyList<string> mistakes = Assert.Throws<UserError>(() => loader.Load()).Lines;
        string[] expected =
        [
            $"{file}:2: web.port: '84430' is not a whole number from 1 to 65535",
            $"{file}:3: 'web.prot' is not known; did you mean 'web.port'?",
            $"{file}:4: web.bind: 'nowhere' is not an address of this machine; write 0.0.0.0, *, localhost or one of the addresses that 'ip address' lists",
            $"{file}:6: hospital.language: 'fr' is not a language of the console; choose zh-CN or en",
            $"{file}:7: hospital.timeZone: 'Mars/Olympus' is not a time zone; write one of the IANA names, for example Asia/Shanghai",
            $"{file}:9: site.localNetworks: '10.0.0.0/99' is not a network; write it as 10.3.0.0/16 or 2001:db8::/32",
            $"{file}:12: retention.days: 'many' is not a whole number from 1 to 3660",
            $"{file}:13: retention.size: '5 parsecs' is not a size; write a number and kB, MB, GB or TB, for example 200 GB",
            $"{file}:17: 'sensor' is a section; write its keys below it, indented: name, interfaces, captures, workers",
            $"{file}:18: 'colour' is not known; docs/configuration.md lists every key",
            "WARDKEEPER_WEB_METRICS: 'all' is not a choice; choose off, local, token",
            "WARDKEEPER_WEB_PROT: no key has this variable; docs/configuration.md lists them",
            "--log-level: 'loud' is not a level; choose debug, info, warning, error",
            "sessions.idle is longer than sessions.longest; a session would never end by idleness. Make idle the shorter one.",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), mistakes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_mistake_is_reported_also_where_another_source_overrides_it()
    {
        string file = folder.Write("bad.yaml", "web:\n  port: none\n");
        Assert.Contains($"{file}:2", Mistakes(file, flags: new() { ["web.port"] = ["1003"] }).Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web: &a\n  port: 1\n", "anchor")]
    [InlineData("web:\n  port: 1\nsite: *a\n", "alias")]
    [InlineData("web:\n  port: !!int 1\n", "tag")]
    [InlineData("web:\n  port: 1\n  port: 2\n", "second time")]
    [InlineData("web:\n  port: 1\n---\nweb:\n  port: 2\n", "second document")]
    [InlineData("web:\n  port: {a: 1}\n", "takes a value")]
    [InlineData("web:\n  bind: [[1]]\n", "nothing nested")]
    [InlineData("web:\n\tport: 1\n", "is not YAML")]
    [InlineData("- web\n", "list of sections")]
    [InlineData("web: [1, 2\n", "is not YAML")]
    [InlineData("data: /somewhere/else\n", "cannot stand in the data folder's own file", false)]
    public void What_YAML_can_and_a_configuration_cannot_is_refused_with_its_line(string text, string said, bool isNamed = true)
    {
        string file = folder.Write("wardkeeper.yaml", text);
        Assert.Contains(Mistakes(isNamed ? file : null, flags: new() { ["data"] = [folder.Path] }), mistake => mistake.StartsWith(file + ":", StringComparison.Ordinal) && mistake.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused_and_not_unfolded()
    {
        string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{(char)('b' + (i % 20))}{i}: &n{i} [{string.Join(',', Enumerable.Repeat(i == 0 ? "*a" : $"*n{i - 1}", 9))}]\n"));
        Assert.InRange(Mistakes(folder.Write("bomb.yaml", bomb)).Count, 1, 100);
    }

    [Fact]
    public void A_file_that_is_huge_is_refused_unread() =>
        Assert.Contains("at most", Mistakes(folder.Write("huge.yaml", new string('#', (1 << 20) + 1))).Single(), StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_and_one_of_comments_change_nothing()
    {
        Assert.Equal(8443, Load(folder.Write("empty.yaml", "")).Web.Port);
        Assert.Equal(8443, Load(folder.Write("comments.yaml", "# nothing\nweb:\n")).Web.Port);
    }

    [Fact]
    public void A_password_in_a_connection_string_is_never_repeated()
    {
        IReadOnlyList<string> mistakes = Mistakes(folder.Write("pg.yaml", "database:\n  postgres: Host=a;Password=hunter2;Nonsense=1\n"));
        Assert.Contains("is not a connection string", mistakes.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", mistakes.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_takes_what_can_change_and_says_what_waits_for_a_restart()
    {
        string file = folder.Write("live.yaml", "web:\n  port: 1001\nretention:\n  days: 200\n");
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string> { ["HOME"] = folder.Path }, file);
        LiveSettings live = new(loader, loader.Load());
        folder.Write("live.yaml", "web:\n  port: 1002\nretention:\n  days: 300\n");
        ReloadResult result = live.Reload();
        Assert.Equal(["retention.days"], result.Changed);
        Assert.Equal(["web.port"], result.NeedRestart);
        Assert.Equal((1001, 300), (live.Current.Web.Port, live.Current.Retention.Days));

        folder.Write("live.yaml", "web:\n  port: x\nretention:\n  days: 20\n");
        Assert.Single(live.Reload().Mistakes);
        Assert.Equal(300, live.Current.Retention.Days);
    }

    [Fact]
    public void A_mistake_in_the_sites_description_is_told_with_all_others()
    {
        folder.Write("site.yaml", "localNetworks: [10.0.0.0/8]\nscanners: [10.1.1.5]\nservers: [{address: nowhere}]\n");
        IReadOnlyList<string> mistakes = Mistakes(folder.Write("bad.yaml", "web:\n  port: 84430\nsite:\n  file: site.yaml\n"));
        Assert.Equal(3, mistakes.Count);
        Assert.Contains(mistakes, mistake => mistake.StartsWith($"{folder["site.yaml"]}, line 2: \"scanners\" is not known", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.StartsWith($"{folder["site.yaml"]}, line 3: ", StringComparison.Ordinal));
        Assert.Contains("none.yaml", Mistakes(folder.Write("none.conf", "site:\n  file: none.yaml\n")).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_takes_the_sites_description_but_for_its_networks_and_keeps_the_old_one_when_the_new_one_is_wrong()
    {
        folder.Write("site.yaml", "localNetworks: [10.0.0.0/8]\ndeclaredScanners: [10.1.1.5]\n");
        string file = folder.Write("live.yaml", "site:\n  file: site.yaml\n");
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string> { ["HOME"] = folder.Path }, file);
        LiveSettings live = new(loader, loader.Load());
        Assert.Equal("10.0.0.0/8", live.Current.Site.Local.ToString());
        Assert.Empty(live.Reload().Changed);

        folder.Write("site.yaml", "localNetworks: [10.0.0.0/16]\ndeclaredScanners: [10.1.1.5, 10.1.1.6]\n");
        ReloadResult result = live.Reload();
        Assert.Equal(["site.file"], result.Changed);
        Assert.Equal(["site.localNetworks"], result.NeedRestart);
        Assert.Equal((2, "10.0.0.0/8"), (live.Current.Site.Described.DeclaredScanners.Count, live.Current.Site.Local.ToString()));

        folder.Write("site.yaml", "nonsense: 1\n");
        Assert.Single(live.Reload().Mistakes);
        Assert.Equal(2, live.Current.Site.Described.DeclaredScanners.Count);
    }

    [Fact]
    public void The_samples_description_is_whole()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root);
        ConfigurationLoader loader = new(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string> { ["HOME"] = folder.Path }, null) { SiteOfSample = Path.Combine(root!, "samples/demo/site.yaml") };
        Assert.Equal((13, 8), (loader.Load().Site.Described.Networks.Count, loader.Load().Site.Described.Servers.Count));
    }

    [Fact]
    public void A_reload_changes_every_key_that_says_so_and_no_other()
    {
        // What a reload merges is written by hand; this holds it to what the keys promise.
        folder.Write("en", "declaredScanners: 10.1.1.5\n");
        string[] values = ["en", "UTC", "off", "local", "debug", "json", "2 h", "7", "9", "10.0.0.0/8", "Host=a;Database=b", "tls", "high", "none", "cef", "other", "router", "10.1.1.5", "on", "sm"];
        foreach (ConfigurationKey key in ConfigurationKeys.All.Where(key => key.Path != "data"))
        {
            ConfigurationLoader plain = new(new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, string>(), folder.Write("one.yaml", ""));
            LiveSettings live = new(plain, plain.Load());
            string? fitting = values.FirstOrDefault(value => key.Apply(new PlatformSettings(), [value], folder.Path).ToList().Count == 0 && Applied(key, value) != key.Show(live.Current));
            Assert.NotNull(fitting);
            string[] parts = key.Path.Split('.');
            folder.Write("one.yaml", $"{parts[0]}:\n  {parts[1]}: {(key.IsList ? $"[\"{fitting}\"]" : fitting)}\n" + (key.Path == "web.certificateKey" ? "  certificate: some.pem\n" : ""));
            ReloadResult result = live.Reload();
            Assert.Empty(result.Mistakes);
            Assert.Contains(key.Path, key.IsReloadable ? result.Changed : result.NeedRestart);
            Assert.Equal(key.IsReloadable, key.Show(live.Current) == Applied(key, fitting));
        }
    }

    private string Applied(ConfigurationKey key, string value)
    {
        PlatformSettings settings = new();
        _ = key.Apply(settings, [value], folder.Path).ToList();
        return key.Show(settings);
    }

    private PlatformSettings Load(string? file = null, Dictionary<string, string>? environment = null, Dictionary<string, IReadOnlyList<string>>? flags = null, bool dataFlag = true)
    {
        flags ??= [];
        if (dataFlag) flags.TryAdd("data", [folder.Path]);
        return new ConfigurationLoader(flags, environment ?? [], file).Load();
    }

    private IReadOnlyList<string> Mistakes(string? file, Dictionary<string, IReadOnlyList<string>>? flags = null)
    {
        new ConfigurationLoader(flags ?? new() { ["data"] = [folder.Path] }, new Dictionary<string, string>(), file).Load(out IReadOnlyList<string> mistakes);
        return mistakes;
    }
}
