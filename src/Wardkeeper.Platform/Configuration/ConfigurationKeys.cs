using static Wardkeeper.Platform.Configuration.ConfigurationValues;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Every key there is, in the order of the reference.</summary>
internal static class ConfigurationKeys
{
    /// <summary>All keys.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new ScalarKey<string>(Folder, s => s.Data, (s, value) => s.Data = value) { Path = "data", ValueName = "DIR", Flag = "--data", Meaning = "The data folder: everything Wardkeeper stores. In a file, only in one named by --config." },
        .. Hospital(), .. Web(), .. Sensor(), .. Storage(), .. Mail(), .. Notices(), .. Trust(), .. Response(), .. TrustDevices(), .. Rest(),
    ];

    /// <summary>The key with this path, or null.</summary>
    public static ConfigurationKey? Find(string path) => All.FirstOrDefault(key => key.Path == path);

    private static IEnumerable<ConfigurationKey> Hospital() =>
    [
        new ScalarKey<string>(Line, s => s.Hospital.Name, (s, value) => s.Hospital.Name = value) { Path = "hospital.name", ValueName = "TEXT", IsReloadable = true, Meaning = "The hospital's name, shown in the console and on printed pages." },
        new ScalarKey<string>(Language, s => s.Hospital.Language, (s, value) => s.Hospital.Language = value) { Path = "hospital.language", ValueName = "LANGUAGE", Flag = "--language", IsReloadable = true, Meaning = "Language of people who have not chosen one: zh-CN or en." },
        new ScalarKey<TimeZoneInfo>(Zone, s => s.Hospital.TimeZone, (s, value) => s.Hospital.TimeZone = value) { Path = "hospital.timeZone", ValueName = "ZONE", IsReloadable = true, Meaning = "Time zone of people who have not chosen one, by its IANA name." },
    ];

    private static IEnumerable<ConfigurationKey> Web() =>
    [
        new ScalarKey<int>(Number(1, 65535), s => s.Web.Port, (s, value) => s.Web.Port = value) { Path = "web.port", ValueName = "PORT", Flag = "--port", Meaning = "Port of console and API." },
        new ListKey<System.Net.IPAddress>(Address, s => s.Web.Bind, (s, value) => s.Web.Bind = value) { Path = "web.bind", ValueName = "ADDRESS", Flag = "--bind", Meaning = "Addresses listened on; * for all of them. The default is this machine alone." },
        new ListKey<string>(Line, s => s.Web.Hosts, (s, value) => s.Web.Hosts = value) { Path = "web.hosts", ValueName = "NAME", Meaning = "Names and addresses that the self-signed certificate holds beside localhost and the machine's own name." },
        new ScalarKey<string?>(OptionalFile, s => s.Web.Certificate, (s, value) => s.Web.Certificate = value) { Path = "web.certificate", ValueName = "FILE", IsReloadable = true, Meaning = "Own certificate with its chain (PEM). Without it, a self-signed one is made and kept in the data folder." },
        new ScalarKey<string?>(OptionalFile, s => s.Web.CertificateKey, (s, value) => s.Web.CertificateKey = value) { Path = "web.certificateKey", ValueName = "FILE", IsReloadable = true, Meaning = "Key of the own certificate (PEM), when it does not stand in the same file." },
        new ScalarKey<MetricsExposure>(Metrics, s => s.Web.Metrics, (s, value) => s.Web.Metrics = value) { Path = "web.metrics", ValueName = "WHO", IsReloadable = true, Meaning = "Who may read /metrics: off (nobody), local (this machine), token (whoever shows an API token)." },
    ];

    private static IEnumerable<ConfigurationKey> Sensor() =>
    [
        new ScalarKey<string>(Name, s => s.Sensor.Name, (s, value) => s.Sensor.Name = value) { Path = "sensor.name", ValueName = "NAME", Meaning = "The sensor's name. What it saw carries this name; change it only for a new sensor." },
        new ListKey<string>(Interface, s => s.Sensor.Interfaces, (s, value) => s.Sensor.Interfaces = value) { Path = "sensor.interfaces", ValueName = "INTERFACE", Flag = "--interface", IsReloadable = true, Meaning = "Interfaces that get a copy of the network's traffic (mirror port, tap)." },
        new ListKey<string>(Folder, s => s.Sensor.Captures, (s, value) => s.Sensor.Captures = value) { Path = "sensor.captures", ValueName = "FILE", Flag = "--capture", Meaning = "Captures that are read into the ledger at start." },
        new ScalarKey<int>(Number(0, 64), s => s.Sensor.Workers, (s, value) => s.Sensor.Workers = value) { Path = "sensor.workers", ValueName = "N", Meaning = "Threads that analyse; 0 chooses by the machine. The result does not depend on it." },
        new ListKey<string>(Network, s => s.Site.LocalNetworks, (s, value) => s.Site.LocalNetworks = value) { Path = "site.localNetworks", ValueName = "CIDR", Flag = "--local-net", Meaning = "The site's own networks; without any, those of the site's description, else the private, unique-local and link-local ranges." },
        new ScalarKey<string?>(OptionalFile, s => s.Site.File, (s, value) => s.Site.File = value) { Path = "site.file", ValueName = "FILE", Flag = "--site", IsReloadable = true, Meaning = "What the site knows of itself (docs/site.md): networks with their names, declared scanners, servers, announced work." },
    ];

    private static IEnumerable<ConfigurationKey> Storage() =>
    [
        new ScalarKey<int>(Number(1, 3660), s => s.Retention.Days, (s, value) => s.Retention.Days = value) { Path = "retention.days", ValueName = "DAYS", IsReloadable = true, Meaning = "Days that flows and transactions are kept. The law asks for six months." },
        new ScalarKey<long>(Size, s => s.Retention.Size, (s, value) => s.Retention.Size = value) { Path = "retention.size", ValueName = "SIZE", IsReloadable = true, Meaning = "Most that the history may take on disk; 0 sets no bound but the disk." },
        new ScalarKey<long>(Size, s => s.Slices.Memory, (s, value) => s.Slices.Memory = value) { Path = "slices.memory", ValueName = "SIZE", Meaning = "Most memory for the latest packets of a sensor, from which the packets around a finding are cut; 0 keeps none." },
        new ScalarKey<int>(Number(1, 365), s => s.Slices.Days, (s, value) => s.Slices.Days = value) { Path = "slices.days", ValueName = "DAYS", IsReloadable = true, Meaning = "Days that the packets of a finding are kept, sealed." },
        new ScalarKey<long>(Size, s => s.Slices.Size, (s, value) => s.Slices.Size = value) { Path = "slices.size", ValueName = "SIZE", IsReloadable = true, Meaning = "Most that the packets of all findings may take on disk; beyond it the oldest go." },
        new ScalarKey<long>(Size, s => s.Uploads.MaxSize, (s, value) => s.Uploads.MaxSize = value) { Path = "uploads.maxSize", ValueName = "SIZE", IsReloadable = true, Meaning = "Largest capture that people may upload on the page Captures." },
        new ScalarKey<string?>(Postgres, s => s.Database.Postgres, (s, value) => s.Database.Postgres = value) { Path = "database.postgres", ValueName = "CONNECTION", IsSecret = true, Meaning = "Connection to PostgreSQL for ledger, findings, persons and audit. Without it they are stored in the data folder. Prefer the environment: it holds a password." },
    ];

    private static IEnumerable<ConfigurationKey> Mail() =>
    [
        new ScalarKey<string>(Line, s => s.Mail.Host, (s, value) => s.Mail.Host = value) { Path = "mail.host", ValueName = "HOST", IsReloadable = true, Meaning = "Mail server by which tasks, reminders and summaries are sent; without it and a sender nothing is." },
        new ScalarKey<int>(Number(1, 65535), s => s.Mail.Port, (s, value) => s.Mail.Port = value) { Path = "mail.port", ValueName = "PORT", IsReloadable = true, Meaning = "Its port: 587 with starttls, 465 with tls, 25 with none." },
        new ScalarKey<MailSecurity>(MailProtection, s => s.Mail.Security, (s, value) => s.Mail.Security = value) { Path = "mail.security", ValueName = "HOW", IsReloadable = true, Meaning = "How the connection is protected: starttls, tls or none. With none no password is sent." },
        new ScalarKey<string?>(Secret, s => s.Mail.User, (s, value) => s.Mail.User = value) { Path = "mail.user", ValueName = "NAME", IsReloadable = true, IsSecret = true, Meaning = "Name to log in to the mail server with; without it nobody logs in." },
        new ScalarKey<string?>(Secret, s => s.Mail.Password, (s, value) => s.Mail.Password = value) { Path = "mail.password", ValueName = "PASSWORD", IsReloadable = true, IsSecret = true, Meaning = "Password to log in with. Prefer the environment to the file." },
        new ScalarKey<string>(Line, s => s.Mail.From, (s, value) => s.Mail.From = value) { Path = "mail.from", ValueName = "ADDRESS", IsReloadable = true, Meaning = "Sender of the letters." },
        new ScalarKey<string>(Line, s => s.Mail.Address, (s, value) => s.Mail.Address = value) { Path = "mail.address", ValueName = "URL", IsReloadable = true, Meaning = "Address of the console as readers of letters reach it, for example https://wardkeeper.hospital.example:8443; letters link to it." },
        new ScalarKey<string?>(OptionalFile, s => s.Mail.Authority, (s, value) => s.Mail.Authority = value) { Path = "mail.authority", ValueName = "FILE", IsReloadable = true, Meaning = "Authority (PEM) that the mail server's certificate comes from, when the system does not know it." },
    ];

    private static IEnumerable<ConfigurationKey> Notices() =>
    [
        new ScalarKey<Hub.Findings.Severity>(LeastSeverity, s => s.Notices.Severity, (s, value) => s.Notices.Severity = value) { Path = "notices.severity", ValueName = "SEVERITY", IsReloadable = true, Meaning = "Least severity that other systems are told of: info, low, medium, high or critical." },
        new ScalarKey<string>(Line, s => s.Notices.Webhook, (s, value) => s.Notices.Webhook = value) { Path = "notices.webhook", ValueName = "URL", IsReloadable = true, Meaning = "Webhook that gets a POST of JSON for each new finding and incident; without an address none is told." },
        new ScalarKey<string?>(Secret, s => s.Notices.WebhookSecret, (s, value) => s.Notices.WebhookSecret = value) { Path = "notices.webhookSecret", ValueName = "SECRET", IsReloadable = true, IsSecret = true, Meaning = "Secret by which the webhook's messages are signed (X-Wardkeeper-Signature, HMAC-SHA-256). Prefer the environment to the file." },
        new ScalarKey<string>(Line, s => s.Notices.SyslogHost, (s, value) => s.Notices.SyslogHost = value) { Path = "notices.syslogHost", ValueName = "HOST", IsReloadable = true, Meaning = "Syslog server that is told of each new finding and incident (RFC 5424); without it none is." },
        new ScalarKey<int>(Number(1, 65535), s => s.Notices.SyslogPort, (s, value) => s.Notices.SyslogPort = value) { Path = "notices.syslogPort", ValueName = "PORT", IsReloadable = true, Meaning = "Its port: 6514 with tls." },
        new ScalarKey<bool>(Tls, s => s.Notices.SyslogIsTls, (s, value) => s.Notices.SyslogIsTls = value) { Path = "notices.syslogSecurity", ValueName = "HOW", IsReloadable = true, Meaning = "How the connection to it is protected: tls (RFC 5425) or none (TCP)." },
        new ScalarKey<SyslogFormat>(SyslogText, s => s.Notices.SyslogFormat, (s, value) => s.Notices.SyslogFormat = value) { Path = "notices.syslogFormat", ValueName = "FORMAT", IsReloadable = true, Meaning = "Text of its messages: title, or cef (Common Event Format)." },
        new ScalarKey<string?>(OptionalFile, s => s.Notices.Authority, (s, value) => s.Notices.Authority = value) { Path = "notices.authority", ValueName = "FILE", IsReloadable = true, Meaning = "Authority (PEM) that the certificates of webhook and syslog server come from, when the system does not know it." },
        new ScalarKey<string>(Line, s => s.Notices.Mail, (s, value) => s.Notices.Mail = value) { Path = "notices.mail", ValueName = "ADDRESSES", IsReloadable = true, Meaning = "Addresses, separated by commas, that get a digest of what is open once a day, by the mail server of mail.host." },
        new ScalarKey<int>(Number(0, 23), s => s.Notices.DigestHour, (s, value) => s.Notices.DigestHour = value) { Path = "notices.digestHour", ValueName = "HOUR", IsReloadable = true, Meaning = "Hour of the day, in the hospital's time zone, from which on the digest goes out." },
    ];

    private static IEnumerable<ConfigurationKey> Trust() =>
    [
        new ScalarKey<int>(Number(0, 65535), s => s.Trust.Port, (s, value) => s.Trust.Port = value) { Path = "trust.port", ValueName = "PORT", Meaning = "Port at which devices enrol (EST, HTTPS), once there is an authority; 0 does not listen." },
        new ScalarKey<int>(Number(0, 65535), s => s.Trust.HttpPort, (s, value) => s.Trust.HttpPort = value) { Path = "trust.httpPort", ValueName = "PORT", Meaning = "Port of lists of revoked certificates and OCSP (plain HTTP, as their standards want it), once there is an authority; 0 does not listen." },
        new ListKey<System.Net.IPAddress>(Address, s => s.Trust.Bind, (s, value) => s.Trust.Bind = value) { Path = "trust.bind", ValueName = "ADDRESS", Meaning = "Addresses that both listen on; * for all of them. The default is this machine alone." },
        new ListKey<string>(Line, s => s.Trust.Hosts, (s, value) => s.Trust.Hosts = value) { Path = "trust.hosts", ValueName = "NAME", Meaning = "Names and addresses that the certificate of EST holds beside localhost and the machine's own name." },
        new ScalarKey<string>(Line, s => s.Trust.Address, (s, value) => s.Trust.Address = value) { Path = "trust.address", ValueName = "URL", IsReloadable = true, Meaning = "Begin of the address of lists and OCSP as others reach it, for example http://pki.hospital.example:8081; certificates name it. Without it they name none." },
        new ScalarKey<bool>(OnOff, s => s.Trust.MakesKeys, (s, value) => s.Trust.MakesKeys = value) { Path = "trust.serverKeys", ValueName = "CHOICE", IsReloadable = true, Meaning = "Whether the hub makes keys for devices that cannot (EST serverkeygen): on or off. The key is sent unencrypted inside TLS and is not kept." },
        new ScalarKey<int>(Number(1, 100000), s => s.Trust.PerMinute, (s, value) => s.Trust.PerMinute = value) { Path = "trust.perMinute", ValueName = "N", Meaning = "Most requests of one address in a minute at EST, lists and OCSP." },
        new ScalarKey<string?>(OptionalFile, s => s.Trust.TokenModule, (s, value) => s.Trust.TokenModule = value) { Path = "trust.tokenModule", ValueName = "FILE", IsReloadable = true, Meaning = "Shared library of tokens (PKCS #11) that hold authorities' keys." },
        new ScalarKey<string?>(OptionalFile, s => s.Trust.PinFile, (s, value) => s.Trust.PinFile = value) { Path = "trust.pinFile", ValueName = "FILE", IsReloadable = true, Meaning = "File with the token's PIN, readable by its owner alone." },
    ];

    private static IEnumerable<ConfigurationKey> Response() =>
    [
        new ScalarKey<Hub.Response.Points.Nftables.NftablesHook>(FilterHook, s => s.Response.NftablesHook, (s, value) => s.Response.NftablesHook = value) { Path = "response.nftablesHook", ValueName = "WHERE", IsReloadable = true, Meaning = "Where this machine's packet filter stands between devices and the rest: router (devices by IP address), bridge (by MAC address), or off (it carries nothing out)." },
        new ScalarKey<string>(NetworkNamespace, s => s.Response.NftablesNamespace, (s, value) => s.Response.NftablesNamespace = value) { Path = "response.nftablesNamespace", ValueName = "NAME", IsReloadable = true, Meaning = "Network namespace that the packet filter works in; without one, the machine's own network." },
        new ScalarKey<string>(FilterTable, s => s.Response.NftablesTable, (s, value) => s.Response.NftablesTable = value) { Path = "response.nftablesTable", ValueName = "NAME", IsReloadable = true, Meaning = "Name of Wardkeeper's own table in the packet filter; no other table is touched." },
        new ScalarKey<int>(Number(1, 1_000_000), s => s.Response.SlowedTo, (s, value) => s.Response.SlowedTo = value) { Path = "response.slowedTo", ValueName = "KBYTES", IsReloadable = true, Meaning = "Kilobytes a second that a device may send, and get, while its traffic is slowed." },
    ];

    private static IEnumerable<ConfigurationKey> TrustDevices() =>
    [
        new ScalarKey<int>(Number(0, 65535), s => s.TrustDevices.Port, (s, value) => s.TrustDevices.Port = value) { Path = "devices.port", ValueName = "PORT", Meaning = "Port on which devices with a trusted certificate are listened for; 0 listens for none." },
        new ListKey<System.Net.IPAddress>(Address, s => s.TrustDevices.Bind, (s, value) => s.TrustDevices.Bind = value) { Path = "devices.bind", ValueName = "ADDRESS", Meaning = "Addresses on which devices are listened for." },
        new ScalarKey<string?>(OptionalFile, s => s.TrustDevices.Certificate, (s, value) => s.TrustDevices.Certificate = value) { Path = "devices.certificate", ValueName = "FILE", Meaning = "The hub's own certificate that devices see, with its chain (PEM, P-256), issued by one of its authorities." },
        new ScalarKey<string?>(OptionalFile, s => s.TrustDevices.CertificateKey, (s, value) => s.TrustDevices.CertificateKey = value) { Path = "devices.certificateKey", ValueName = "FILE", Meaning = "Key of that certificate (PEM), when it does not stand in the same file." },
        new ScalarKey<string?>(OptionalFile, s => s.TrustDevices.ChipRoots, (s, value) => s.TrustDevices.ChipRoots = value) { Path = "devices.chipRoots", ValueName = "FILE", Meaning = "Roots (PEM) of the makers of security chips; without them no chip counts as proved." },
        new ListKey<string>(Line, s => s.TrustDevices.Readers, (s, value) => s.TrustDevices.Readers = value) { Path = "devices.readers", ValueName = "DEVICE", IsReloadable = true, Meaning = "Devices of the ledger (D-12), servers and machines with apps, that may read the telemetry of all devices." },
        new ListKey<string>(Suite, s => s.TrustDevices.Suites, (s, value) => s.TrustDevices.Suites = value) { Path = "devices.suites", ValueName = "SUITE", IsReloadable = true, Meaning = "Algorithms that devices may choose for signed messages, session keys and telemetry: p256 (ECDH P-256, AES-GCM), sm (ECDH on SM2's curve, SM3, SM4-GCM)." },
    ];

    private static IEnumerable<ConfigurationKey> Rest() =>
    [
        new ScalarKey<System.Net.IPAddress>(Address, s => s.Admission.Bind, (s, value) => s.Admission.Bind = value) { Path = "admission.bind", ValueName = "ADDRESS", Meaning = "Address on which FreeRADIUS reaches the hub: HTTP on this machine, HTTPS with the console's certificate elsewhere." },
        new ScalarKey<int>(Number(1, 65535), s => s.Admission.Port, (s, value) => s.Admission.Port = value) { Path = "admission.port", ValueName = "PORT", Meaning = "Port on which FreeRADIUS reaches the hub; listened on once 'wardkeeper admission install' was run." },
        new ScalarKey<TimeSpan>(Duration, s => s.Sessions.Idle, (s, value) => s.Sessions.Idle = value) { Path = "sessions.idle", ValueName = "SPAN", IsReloadable = true, Meaning = "Ends a session that nobody used for so long." },
        new ScalarKey<TimeSpan>(Duration, s => s.Sessions.Longest, (s, value) => s.Sessions.Longest = value) { Path = "sessions.longest", ValueName = "SPAN", IsReloadable = true, Meaning = "Ends every session after so long." },
        new ScalarKey<Microsoft.Extensions.Logging.LogLevel>(Level, s => s.Log.Level, (s, value) => s.Log.Level = value) { Path = "log.level", ValueName = "LEVEL", Flag = "--log-level", IsReloadable = true, Meaning = "Least severe level that is written: debug, info, warning or error." },
        new ScalarKey<bool>(Format, s => s.Log.Json, (s, value) => s.Log.Json = value) { Path = "log.format", ValueName = "FORMAT", Meaning = "text, or json for one object per line." },
    ];
}
