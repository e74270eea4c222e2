namespace Wardkeeper.Platform.Configuration;

/// <summary>The settings of the running program. At SIGHUP they are read again; what can change while running does.</summary>
/// <param name="loader">Reads them.</param>
/// <param name="settings">As they were at start.</param>
internal sealed class LiveSettings(ConfigurationLoader loader, PlatformSettings settings)
{
    private const string LocalNetworks = "site.localNetworks";

    /// <summary>Where each key was set that holds no default.</summary>
    public IReadOnlyDictionary<string, string> Origins => loader.Origins;

    /// <summary>What holds now.</summary>
    public PlatformSettings Current { get; private set; } = settings;

    /// <summary>What is set, though a part of it holds only after the next start.</summary>
    public PlatformSettings Next { get; private set; } = settings;

    /// <summary>Raised after a reload with the paths of the keys that changed and took effect.</summary>
    public event Action<IReadOnlyList<string>>? Changed;

    /// <summary>Reads everything again. Mistakes leave all as it was.</summary>
    /// <returns>What changed, what changed but needs a restart, and what is wrong.</returns>
    public ReloadResult Reload()
    {
        PlatformSettings fresh = loader.Load(out IReadOnlyList<string> mistakes);
        if (mistakes.Count > 0) return new ReloadResult([], [], mistakes);
        ConfigurationKey[] different = [.. ConfigurationKeys.All.Where(key => Fingerprint(key, Current) != Fingerprint(key, fresh))];
        string[] changed = [.. different.Where(key => key.IsReloadable).Select(key => key.Path)];
        string[] waiting = [.. different.Where(key => !key.IsReloadable).Select(key => key.Path)];
        if (Current.Site.Local.ToString() != fresh.Site.Local.ToString() && !waiting.Contains(LocalNetworks)) waiting = [.. waiting, LocalNetworks];
        // What needs a restart keeps its old value, so that no two parts of the program hold different ones.
        (Current, Next) = (Merge(Current, fresh), fresh);
        // Also without a change: a certificate file keeps its name when it is renewed.
        Changed?.Invoke(changed);
        return new ReloadResult(changed, waiting, []);
    }

    private static string Fingerprint(ConfigurationKey key, PlatformSettings settings) =>
        key.Path switch { "database.postgres" => settings.Database.Postgres ?? "", "mail.user" => settings.Mail.User ?? "", "mail.password" => settings.Mail.Password ?? "", "notices.webhookSecret" => settings.Notices.WebhookSecret ?? "", "site.file" => $"{settings.Site.File}|{settings.Site.Digest}", _ => key.Show(settings) };

    private static PlatformSettings Merge(PlatformSettings old, PlatformSettings fresh)
    {
        PlatformSettings merged = new() { Data = old.Data };
        (merged.Hospital.Name, merged.Hospital.Language, merged.Hospital.TimeZone) = (fresh.Hospital.Name, fresh.Hospital.Language, fresh.Hospital.TimeZone);
        (merged.Web.Port, merged.Web.Bind, merged.Web.Hosts) = (old.Web.Port, old.Web.Bind, old.Web.Hosts);
        (merged.Web.Certificate, merged.Web.CertificateKey, merged.Web.Metrics) = (fresh.Web.Certificate, fresh.Web.CertificateKey, fresh.Web.Metrics);
        (merged.Sensor.Name, merged.Sensor.Interfaces, merged.Sensor.Captures, merged.Sensor.Workers) = (old.Sensor.Name, fresh.Sensor.Interfaces, old.Sensor.Captures, old.Sensor.Workers);
        // Sensors and ledger were made for the networks of the start.
        (merged.Site.LocalNetworks, merged.Site.File, merged.Site.Digest) = (old.Site.LocalNetworks, fresh.Site.File, fresh.Site.Digest);
        merged.Site.Described = fresh.Site.Described with { Local = old.Site.Described.Local };
        (merged.Retention.Days, merged.Retention.Size) = (fresh.Retention.Days, fresh.Retention.Size);
        (merged.Slices.Memory, merged.Slices.Days, merged.Slices.Size) = (old.Slices.Memory, fresh.Slices.Days, fresh.Slices.Size);
        merged.Notices = fresh.Notices;
        merged.Response = fresh.Response;
        (merged.Trust.Port, merged.Trust.HttpPort, merged.Trust.Bind, merged.Trust.Hosts, merged.Trust.PerMinute) = (old.Trust.Port, old.Trust.HttpPort, old.Trust.Bind, old.Trust.Hosts, old.Trust.PerMinute);
        (merged.Trust.Address, merged.Trust.MakesKeys, merged.Trust.TokenModule, merged.Trust.PinFile) = (fresh.Trust.Address, fresh.Trust.MakesKeys, fresh.Trust.TokenModule, fresh.Trust.PinFile);
        (merged.TrustDevices.Port, merged.TrustDevices.Bind, merged.TrustDevices.Certificate, merged.TrustDevices.CertificateKey, merged.TrustDevices.ChipRoots) = (old.TrustDevices.Port, old.TrustDevices.Bind, old.TrustDevices.Certificate, old.TrustDevices.CertificateKey, old.TrustDevices.ChipRoots);
        (merged.TrustDevices.Readers, merged.TrustDevices.Suites) = (fresh.TrustDevices.Readers, fresh.TrustDevices.Suites);
        (merged.Admission.Bind, merged.Admission.Port) = (old.Admission.Bind, old.Admission.Port);
        merged.Uploads.MaxSize = fresh.Uploads.MaxSize;
        merged.Database.Postgres = old.Database.Postgres;
        (merged.Mail.Host, merged.Mail.Port, merged.Mail.Security, merged.Mail.User, merged.Mail.Password) = (fresh.Mail.Host, fresh.Mail.Port, fresh.Mail.Security, fresh.Mail.User, fresh.Mail.Password);
        (merged.Mail.From, merged.Mail.Address, merged.Mail.Authority) = (fresh.Mail.From, fresh.Mail.Address, fresh.Mail.Authority);
        (merged.Sessions.Idle, merged.Sessions.Longest) = (fresh.Sessions.Idle, fresh.Sessions.Longest);
        (merged.Log.Level, merged.Log.Json) = (fresh.Log.Level, old.Log.Json);
        return merged;
    }
}

/// <summary>What a reload did.</summary>
/// <param name="Changed">Keys whose new value holds now.</param>
/// <param name="NeedRestart">Keys whose new value holds after the next start.</param>
/// <param name="Mistakes">What is wrong; then nothing changed.</param>
internal sealed record ReloadResult(IReadOnlyList<string> Changed, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Mistakes);
