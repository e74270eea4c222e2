using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Platform.Configuration;

/// <summary>What the text of a syslog message is.</summary>
internal enum SyslogFormat
{
    /// <summary>The title.</summary>
    Title,

    /// <summary>Common Event Format.</summary>
    Cef,
}

/// <summary>Other systems that are told of findings and incidents; none without an address.</summary>
internal sealed class NoticeSettings
{
    /// <summary>Least severity that is told.</summary>
    public Severity Severity { get; set; } = Severity.Medium;

    /// <summary>Address of a webhook; empty tells none.</summary>
    public string Webhook { get; set; } = "";

    /// <summary>Secret that the webhook's messages are signed with; null does not sign.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Name or address of a syslog server; empty tells none.</summary>
    public string SyslogHost { get; set; } = "";

    /// <summary>Its port.</summary>
    public int SyslogPort { get; set; } = 6514;

    /// <summary>Whether the connection is encrypted.</summary>
    public bool SyslogIsTls { get; set; } = true;

    /// <summary>What the text of a message is.</summary>
    public SyslogFormat SyslogFormat { get; set; }

    /// <summary>PEM file with the authority of webhook and syslog server, beside the system's own.</summary>
    public string? Authority { get; set; }

    /// <summary>Addresses, separated by commas, that get a digest once a day; empty sends none.</summary>
    public string Mail { get; set; } = "";

    /// <summary>Hour of the day, in the hospital's time zone, from which on the digest goes out.</summary>
    public int DigestHour { get; set; } = 7;
}
