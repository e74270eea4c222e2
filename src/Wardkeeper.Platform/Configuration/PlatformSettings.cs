using System.Net;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Configuration;

/// <summary>
/// Everything that can be configured, one class per section of the file. The values here are the defaults;
/// <see cref="ConfigurationKeys"/> names each one, and <see cref="ConfigurationLoader"/> fills them in.
/// </summary>
internal sealed class PlatformSettings
{
    /// <summary>The data folder, an absolute path.</summary>
    public string Data { get; set; } = "";

    /// <summary>Section <c>hospital</c>.</summary>
    public HospitalSettings Hospital { get; } = new();

    /// <summary>Section <c>web</c>.</summary>
    public WebSettings Web { get; } = new();

    /// <summary>Section <c>sensor</c>.</summary>
    public SensorSettings Sensor { get; } = new();

    /// <summary>Section <c>site</c>.</summary>
    public SiteSettings Site { get; } = new();

    /// <summary>Section <c>retention</c>.</summary>
    public RetentionSettings Retention { get; } = new();

    /// <summary>Section <c>slices</c>.</summary>
    public SliceSettings Slices { get; } = new();

    /// <summary>Section <c>uploads</c>.</summary>
    public UploadSettings Uploads { get; } = new();

    /// <summary>Section <c>database</c>.</summary>
    public DatabaseSettings Database { get; } = new();

    /// <summary>Section <c>sessions</c>.</summary>
    public SessionSettings Sessions { get; } = new();

    /// <summary>Section <c>mail</c>.</summary>
    public MailSettings Mail { get; } = new();

    /// <summary>Section <c>notices</c>.</summary>
    public NoticeSettings Notices { get; set; } = new();

    /// <summary>Section <c>trust</c>.</summary>
    public TrustSettings Trust { get; } = new();

    /// <summary>Section <c>response</c>.</summary>
    public ResponseSettings Response { get; set; } = new();

    /// <summary>Section <c>admission</c>.</summary>
    public AdmissionSettings Admission { get; } = new();

    /// <summary>Section <c>devices</c>.</summary>
    public Trust.Devices.DeviceTrustSettings TrustDevices { get; } = new();

    /// <summary>Section <c>log</c>.</summary>
    public LogSettings Log { get; } = new();
}

/// <summary>How the hospital wants to be addressed.</summary>
internal sealed class HospitalSettings
{
    /// <summary>Name shown in the top bar and on printed pages; empty shows none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Language of people who have not chosen one: <c>zh-CN</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary>Time zone of people who have not chosen one: the machine's, unless that is UTC. Servers often keep UTC, and a ward reads its clock.</summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Local.Id is "UTC" or "Etc/UTC" or "Etc/UCT" ? TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai") : TimeZoneInfo.Local;
}

/// <summary>Where console and API are reached.</summary>
internal sealed class WebSettings
{
    /// <summary>Port, 1 to 65535.</summary>
    public int Port { get; set; } = 8443;

    /// <summary>Addresses listened on; the default is this machine alone.</summary>
    public IReadOnlyList<IPAddress> Bind { get; set; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Names and addresses that the self-signed certificate holds beside this machine's own.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Own certificate: a PEM file with the chain, or a PFX file; null for the self-signed one.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file with the key of <see cref="Certificate"/>; null when it stands in the same file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Who may read <c>/metrics</c>.</summary>
    public MetricsExposure Metrics { get; set; } = MetricsExposure.Token;
}

/// <summary>Who may read the figures for Prometheus.</summary>
internal enum MetricsExposure
{
    /// <summary>Nobody: the address does not exist.</summary>
    Off,

    /// <summary>Programs on this machine, without a token.</summary>
    Local,

    /// <summary>Whoever shows an API token.</summary>
    Token,
}

/// <summary>What is listened to.</summary>
internal sealed class SensorSettings
{
    /// <summary>The sensor's name; batches carry it for ever.</summary>
    public string Name { get; set; } = "local";

    /// <summary>Interfaces that get a copy of the network's traffic.</summary>
    public IReadOnlyList<string> Interfaces { get; set; } = [];

    /// <summary>Captures that are read into the ledger at start.</summary>
    public IReadOnlyList<string> Captures { get; set; } = [];

    /// <summary>Threads that analyse; 0 takes as many as suit the machine.</summary>
    public int Workers { get; set; }
}

/// <summary>What the site knows of itself.</summary>
internal sealed class SiteSettings
{
    /// <summary>The site's own networks; empty means those of the description, else the private ranges.</summary>
    public IReadOnlyList<string> LocalNetworks { get; set; } = [];

    /// <summary>The file that describes the site; null when there is none.</summary>
    public string? File { get; set; }

    /// <summary>What stands in <see cref="File"/>.</summary>
    public Site Described { get; set; } = Site.Unknown;

    /// <summary>Tells one content of <see cref="File"/> from another; empty without a file.</summary>
    public string Digest { get; set; } = "";

    /// <summary>Which addresses are the site's.</summary>
    public LocalNetworks Local => LocalNetworks.Count > 0 ? Sensor.Observations.LocalNetworks.Of(LocalNetworks) : Described.Local ?? Sensor.Observations.LocalNetworks.Default;
}

/// <summary>How long history is kept.</summary>
internal sealed class RetentionSettings
{
    /// <summary>Days that flows and transactions are kept; the law asks for six months.</summary>
    public int Days { get; set; } = 190;

    /// <summary>Most bytes that the history may take on disk; 0 sets no bound beside the disk itself.</summary>
    public long Size { get; set; }
}

/// <summary>Packets that findings' evidence is cut from.</summary>
internal sealed class SliceSettings
{
    /// <summary>Most bytes of the latest packets that a sensor keeps in memory; 0 keeps none, then no slices are cut.</summary>
    public long Memory { get; set; } = 64_000_000;

    /// <summary>Days that a finding's packets are kept.</summary>
    public int Days { get; set; } = 30;

    /// <summary>Most bytes that all findings' packets may take on disk; beyond it the oldest go.</summary>
    public long Size { get; set; } = 2_000_000_000;
}

/// <summary>Captures that people upload.</summary>
internal sealed class UploadSettings
{
    /// <summary>Largest capture that is taken, in bytes.</summary>
    public long MaxSize { get; set; } = 2_000_000_000;
}

/// <summary>Where ledger, findings, persons and audit are stored.</summary>
internal sealed class DatabaseSettings
{
    /// <summary>Npgsql connection string; null stores them in the data folder.</summary>
    public string? Postgres { get; set; }
}

/// <summary>How long a sign-in holds.</summary>
internal sealed class SessionSettings
{
    /// <summary>Ends a session that nobody used for so long.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Ends every session after so long.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(12);
}

/// <summary>How the connection to the mail server is protected.</summary>
internal enum MailSecurity
{
    /// <summary>STARTTLS, without which nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Not at all; then no password is sent either.</summary>
    None,
}

/// <summary>The mail server by which letters are sent; off without host and sender.</summary>
internal sealed class MailSettings
{
    /// <summary>Name or address of the server; empty sends nothing.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public MailSecurity Security { get; set; }

    /// <summary>Name to log in with; null does not log in.</summary>
    public string? User { get; set; }

    /// <summary>Password to log in with.</summary>
    public string? Password { get; set; }

    /// <summary>Sender of the letters; empty sends nothing.</summary>
    public string From { get; set; } = "";

    /// <summary>Address of the console as readers reach it, for links.</summary>
    public string Address { get; set; } = "";

    /// <summary>PEM file with the authority that the server's certificate comes from, beside the system's own.</summary>
    public string? Authority { get; set; }
}

/// <summary>What is logged and how.</summary>
internal sealed class LogSettings
{
    /// <summary>Least severe level that is written.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>Whether each entry is one line of JSON.</summary>
    public bool Json { get; set; }
}

/// <summary>Where FreeRADIUS reaches the hub.</summary>
internal sealed class AdmissionSettings
{
    /// <summary>Address that FreeRADIUS is listened for on: HTTP on this machine, HTTPS elsewhere.</summary>
    public IPAddress Bind { get; set; } = IPAddress.Loopback;

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 18700;
}
