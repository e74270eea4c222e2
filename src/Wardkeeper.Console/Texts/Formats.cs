using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Texts;

/// <summary>Writes numbers, amounts and times for the person who looks: in the language of the page and the zone of the person.</summary>
public sealed class Formats
{
    private const long TenThousand = 10_000;
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];
    private TimeZoneInfo zone = TimeZoneInfo.Utc;

    /// <summary>Whether the page is Chinese.</summary>
    public bool IsChinese { get; } = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    /// <summary>Time zone, IANA name.</summary>
    public string Zone { get; private set; } = "UTC";

    /// <summary>Sets the person's time zone; an unknown one is taken as UTC, and says so.</summary>
    public void Use(string name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? found)) (zone, Zone) = (found, name);
        else (zone, Zone) = (TimeZoneInfo.Utc, "UTC");
    }

    /// <summary>The zone's distance from UTC at a time: <c>UTC+08:00</c>.</summary>
    public string Offset(CaptureTime at)
    {
        TimeSpan offset = zone.GetUtcOffset(Utc(at));
        return string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():hh\\:mm}");
    }

    /// <summary><c>2026-11-23 09:14:03</c> in the person's zone; with milliseconds as evidence.</summary>
    public string Time(CaptureTime at, bool milliseconds = false) =>
        TimeZoneInfo.ConvertTimeFromUtc(Utc(at), zone).ToString(milliseconds ? "yyyy-MM-dd HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same to the minute.</summary>
    public string Minute(CaptureTime at) => Time(at)[..16];

    /// <summary>The time of the day in the person's zone: <c>09:14:03</c>.</summary>
    public string Clock(CaptureTime at) => Time(at)[11..];

    /// <summary>ISO 8601 in UTC, for machines.</summary>
    public static string Iso(CaptureTime at) => Utc(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long ago, in one unit: <c>3 s</c>, <c>3 秒前</c>. Stands only beside or over an absolute time.</summary>
    public string Ago(CaptureTime at, CaptureTime now)
    {
        long seconds = Math.Max(0, (long)now.Since(at).TotalSeconds);
        (long count, string english, string chinese) = seconds switch
        {
            < 60 => (seconds, "s", "秒"),
            < 3_600 => (seconds / 60, "min", "分钟"),
            < 86_400 => (seconds / 3_600, "h", "小时"),
            _ => (seconds / 86_400, "d", "天"),
        };
        return IsChinese ? $"{count} {chinese}前" : $"{count} {english} ago";
    }

    /// <summary>A count, exact: <c>1,204</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count in a headline: from 100,000 in Chinese as <c>12.3 万</c>.</summary>
    public string Headline(long count) =>
        IsChinese && Math.Abs(count) >= 10 * TenThousand ? (count / (double)TenThousand).ToString("N1", CultureInfo.InvariantCulture) + " 万" : Count(count);

    /// <summary>Bytes in decimal units: <c>812 kB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 999.5 && unit < ByteUnits.Length - 1)
        {
            value /= 1_000;
            unit++;
        }
        return value.ToString(unit == 0 || Math.Abs(value) >= 99.95 ? "N0" : "0.#", CultureInfo.InvariantCulture) + " " + ByteUnits[unit];
    }

    /// <summary>A rate in bits per second.</summary>
    public static string Rate(double bitsPerSecond) => Bytes((long)bitsPerSecond).Replace("B", "bit/s", StringComparison.Ordinal);

    /// <summary>A share with one decimal: <c>2.6 %</c>; null when there is nothing to share.</summary>
    public static string? Share(long part, long whole) => whole == 0 ? null : (100.0 * part / whole).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>A confidence of 0 to 1 in whole percent, never rounded up to certainty.</summary>
    public static string Percent(double confidence) => Math.Floor(Math.Clamp(confidence, 0, 1) * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Name of a device type or category.</summary>
    public string Type(string type)
    {
        string name = Taxonomy.NameOf(type, IsChinese);
        return IsChinese || name.Length == 0 ? name : char.ToUpper(name[0], CultureInfo.InvariantCulture) + name[1..];
    }

    /// <summary>A device's short name.</summary>
    public static string DeviceNumber(long id) => "D-" + id.ToString(CultureInfo.InvariantCulture);

    private static DateTime Utc(CaptureTime at) => new(DateTime.UnixEpoch.Ticks + (at.Nanoseconds / 100), DateTimeKind.Utc);
}
