using System.Globalization;
using System.Net;
using Npgsql;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Reads and writes one kind of value. <see cref="Reader"/> returns what is wrong and how to mend it, or null.</summary>
/// <param name="Read">Text and folder to value.</param>
/// <param name="Write">Value to text.</param>
internal sealed record ConfigurationValue<T>(ConfigurationValue<T>.Reader Read, Func<T, string> Write)
{
    /// <summary>Reads a value; null when it is right, otherwise the mistake with its cure.</summary>
    internal delegate string? Reader(string text, string folder, out T value);
}

/// <summary>The kinds of values.</summary>
internal static class ConfigurationValues
{
    private const int LongestText = 4096;

    /// <summary>Any line of text.</summary>
    public static ConfigurationValue<string> Line { get; } = new(ReadLine, text => text);

    /// <summary>A short name: letters, digits, point, hyphen, underscore.</summary>
    public static ConfigurationValue<string> Name { get; } = new(ReadName, text => text);

    /// <summary>Where the packet filter stands.</summary>
    public static ConfigurationValue<Hub.Response.Points.Nftables.NftablesHook> FilterHook { get; } = Word("choice", ("off", Hub.Response.Points.Nftables.NftablesHook.Off), ("router", Hub.Response.Points.Nftables.NftablesHook.Router), ("bridge", Hub.Response.Points.Nftables.NftablesHook.Bridge));

    /// <summary>A suite of algorithms of the device protocol.</summary>
    public static ConfigurationValue<string> Suite { get; } = Word("suite", ("p256", "p256"), ("sm", "sm"));

    /// <summary>Name of a table of the packet filter.</summary>
    public static ConfigurationValue<string> FilterTable { get; } = new((string text, string _, out string value) =>
        (value = text).Length is > 0 and <= 32 && char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? null : $"'{Shown(text)}' cannot name a table; use 1 to 32 letters, digits or underscores, a letter first", text => text);

    /// <summary>A network namespace as <c>ip netns</c> names it; empty for none.</summary>
    public static ConfigurationValue<string> NetworkNamespace { get; } = new((string text, string folder, out string value) => (value = text).Length == 0 ? null : text[0] is '-' or '.' ? $"'{Shown(text)}' cannot name a network namespace" : ReadName(text, folder, out value), text => text);

    /// <summary>A network interface as the kernel names it.</summary>
    public static ConfigurationValue<string> Interface { get; } = new(ReadInterface, text => text);

    /// <summary>A file or folder; becomes absolute.</summary>
    public static ConfigurationValue<string?> OptionalFile { get; } = new(ReadPath, text => text ?? "");

    /// <summary>A file or folder, never null.</summary>
    public static ConfigurationValue<string> Folder { get; } = new((string text, string folder, out string value) =>
    {
        string? mistake = ReadPath(text, folder, out string? path);
        value = path ?? "";
        return mistake;
    }, text => text);

    /// <summary>A network in CIDR notation.</summary>
    public static ConfigurationValue<string> Network { get; } = new(ReadNetwork, text => text);

    /// <summary>An IP address, or <c>localhost</c>, or <c>*</c> for all.</summary>
    public static ConfigurationValue<IPAddress> Address { get; } = new(ReadAddress, address => address.ToString());

    /// <summary>A time span with its unit.</summary>
    public static ConfigurationValue<TimeSpan> Duration { get; } = new(ReadDuration, WriteDuration);

    /// <summary>Bytes, with or without unit.</summary>
    public static ConfigurationValue<long> Size { get; } = new(ReadSize, WriteSize);

    /// <summary>A time zone of the IANA database.</summary>
    public static ConfigurationValue<TimeZoneInfo> Zone { get; } = new(ReadTimeZone, zone => zone.Id);

    /// <summary>One of the console's languages.</summary>
    public static ConfigurationValue<string> Language { get; } = new(ReadLanguage, text => text);

    /// <summary>Log levels by their usual words.</summary>
    public static ConfigurationValue<LogLevel> Level { get; } = Word("level", ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    /// <summary>Who may read metrics.</summary>
    public static ConfigurationValue<MetricsExposure> Metrics { get; } = Word("choice", ("off", MetricsExposure.Off), ("local", MetricsExposure.Local), ("token", MetricsExposure.Token));

    /// <summary>Text or JSON.</summary>
    public static ConfigurationValue<bool> Format { get; } = Word("format", ("text", false), ("json", true));

    /// <summary>A connection string of PostgreSQL.</summary>
    public static ConfigurationValue<string?> Postgres { get; } = new(ReadPostgres, text => text is null ? "" : "(set)");

    /// <summary>How the connection to the mail server is protected.</summary>
    public static ConfigurationValue<Hub.Findings.Severity> LeastSeverity { get; } = Word("severity", ("info", Hub.Findings.Severity.Info), ("low", Hub.Findings.Severity.Low), ("medium", Hub.Findings.Severity.Medium), ("high", Hub.Findings.Severity.High), ("critical", Hub.Findings.Severity.Critical));

    /// <summary>On or off.</summary>
    public static ConfigurationValue<bool> OnOff { get; } = Word("choice", ("on", true), ("off", false));

    /// <summary>Whether a connection is encrypted.</summary>
    public static ConfigurationValue<bool> Tls { get; } = Word("choice", ("tls", true), ("none", false));

    /// <summary>Text of syslog messages.</summary>
    public static ConfigurationValue<SyslogFormat> SyslogText { get; } = Word("format", ("title", SyslogFormat.Title), ("cef", SyslogFormat.Cef));

    /// <summary>How the connection to the mail server is protected.</summary>
    public static ConfigurationValue<MailSecurity> MailProtection { get; } = Word("choice", ("starttls", MailSecurity.StartTls), ("tls", MailSecurity.Tls), ("none", MailSecurity.None));

    /// <summary>Something that is never shown again.</summary>
    public static ConfigurationValue<string?> Secret { get; } = new((string text, string _, out string? value) => (value = text).Length > LongestText ? "it is too long" : null, text => text is null ? "" : "(set)");

    /// <summary>A whole number within bounds.</summary>
    public static ConfigurationValue<int> Number(int least, int most) => new((string text, string _, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= least && value <= most ? null : $"'{Shown(text)}' is not a whole number from {least} to {most}",
        value => value.ToString(CultureInfo.InvariantCulture));

    private static ConfigurationValue<T> Word<T>(string what, params (string Word, T Value)[] words) => new((string text, string _, out T value) =>
    {
        foreach ((string word, T meant) in words)
        {
            value = meant;
            if (text == word) return null;
        }
        value = default!;
        return $"'{Shown(text)}' is not a {what}; choose {string.Join(", ", words.Select(word => word.Word))}";
    }, value => words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Word);

    private static string? ReadLine(string text, string folder, out string value)
    {
        value = text.Trim();
        if (value.Length > 200) return $"it has {value.Length} characters; at most 200 are shown";
        return value.Any(char.IsControl) ? "it holds a control character; write plain text" : null;
    }

    private static string? ReadName(string text, string folder, out string value)
    {
        value = text;
        return text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') ? null
            : $"'{Shown(text)}' is not a name; use 1 to 64 letters, digits, points, hyphens or underscores";
    }

    private static string? ReadInterface(string text, string folder, out string value)
    {
        value = text;
        return text.Length is > 0 and <= 15 && text.All(letter => letter is > ' ' and < (char)127 and not '/' and not ':') && text is not ("." or "..") ? null
            : $"'{Shown(text)}' cannot be an interface; 'ip link' lists this machine's";
    }

    private static string? ReadPath(string text, string folder, out string? value)
    {
        value = null;
        if (text.Length == 0 || text.Length > LongestText || text.Contains('\0', StringComparison.Ordinal)) return "it is not a path";
        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal)) text = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + text[1..];
        value = Path.GetFullPath(text, folder);
        return null;
    }

    private static string? ReadNetwork(string text, string folder, out string value)
    {
        value = text;
        return LocalNetworks.IsNetwork(text) ? null : $"'{Shown(text)}' is not a network; write it as 10.3.0.0/16 or 2001:db8::/32";
    }

    private static string? ReadAddress(string text, string folder, out IPAddress value)
    {
        value = IPAddress.Loopback;
        if (text is "localhost") return null;
        if (text is "*")
        {
            value = IPAddress.IPv6Any;
            return null;
        }
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            value = address;
            return null;
        }
        return $"'{Shown(text)}' is not an address of this machine; write 0.0.0.0, *, localhost or one of the addresses that 'ip address' lists";
    }

    private static string? ReadDuration(string text, string folder, out TimeSpan value)
    {
        value = default;
        string cure = $"'{Shown(text)}' is not a time span; write a number and s, min, h or d, for example 30 min";
        string trimmed = text.Trim();
        int digits = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 0 or > 6) return cure;
        long number = long.Parse(trimmed[..digits], CultureInfo.InvariantCulture);
        long? seconds = trimmed[digits..].Trim() switch { "s" => 1, "min" => 60, "h" => 3600, "d" => 86400, _ => null };
        if (seconds is null) return cure;
        value = TimeSpan.FromSeconds(number * seconds.Value);
        return value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(365) ? null : $"{text} is out of bounds; between 1 min and 365 d is possible";
    }

    private static string WriteDuration(TimeSpan value) =>
        value.TotalHours >= 1 && value.TotalHours % 1 == 0 ? $"{value.TotalHours.ToString(CultureInfo.InvariantCulture)} h"
        : value.TotalMinutes % 1 == 0 ? $"{value.TotalMinutes.ToString(CultureInfo.InvariantCulture)} min" : $"{value.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";

    private static string? ReadSize(string text, string folder, out long value)
    {
        value = 0;
        string trimmed = text.Trim();
        int digits = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        int power = trimmed[digits..].Trim() switch { "" => 0, "kB" => 1, "MB" => 2, "GB" => 3, "TB" => 4, _ => -1 };
        if (digits is 0 or > 15 || power < 0) return $"'{Shown(text)}' is not a size; write a number and kB, MB, GB or TB, for example 200 GB";
        decimal bytes = decimal.Parse(trimmed[..digits], CultureInfo.InvariantCulture) * (decimal)Math.Pow(1000, power);
        if (bytes > long.MaxValue) return $"{text} is more than can be counted";
        value = (long)bytes;
        return null;
    }

    private static string WriteSize(long value) =>
        value > 0 && value % 1_000_000_000 == 0 ? $"{value / 1_000_000_000} GB" : value > 0 && value % 1_000_000 == 0 ? $"{value / 1_000_000} MB" : value.ToString(CultureInfo.InvariantCulture);

    private static string? ReadTimeZone(string text, string folder, out TimeZoneInfo value)
    {
        bool found = TimeZoneInfo.TryFindSystemTimeZoneById(text, out TimeZoneInfo? zone);
        value = zone ?? TimeZoneInfo.Utc;
        return found ? null : $"'{Shown(text)}' is not a time zone; write one of the IANA names, for example Asia/Shanghai";
    }

    private static string? ReadLanguage(string text, string folder, out string value)
    {
        value = text == "zh" ? "zh-CN" : text;
        return value is "zh-CN" or "en" ? null : $"'{Shown(text)}' is not a language of the console; choose zh-CN or en";
    }

    private static string? ReadPostgres(string text, string folder, out string? value)
    {
        value = text;
        try
        {
            NpgsqlConnectionStringBuilder connection = new(text);
            return string.IsNullOrEmpty(connection.Host) || string.IsNullOrEmpty(connection.Database) ? "host and database are missing; write Host=…;Database=…;Username=…" : null;
        }
        catch (ArgumentException)
        {
            // The exception repeats the text, which holds a password.
            return "it is not a connection string; write Host=…;Database=…;Username=…;Password=…";
        }
    }

    private static string Shown(string text) => new([.. text.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
