using System.Globalization;
using System.Text;
using System.Text.Json;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Notices;

/// <summary>What is told to other systems of a finding or an incident; the same for all ways. Holds nothing of patients: titles and addresses alone.</summary>
/// <param name="Id"><c>F-12</c> or <c>I-3</c>.</param>
/// <param name="Kind">Type of the finding; <c>incident</c>.</param>
/// <param name="Severity">How bad.</param>
/// <param name="At">First sign, capture time.</param>
/// <param name="Title">Title, in the hospital's language.</param>
/// <param name="Actor">Whom it is about, or who acted; null when nobody in particular.</param>
/// <param name="Target">With whom; null when nobody.</param>
/// <param name="Technique">ATT&amp;CK technique, or null.</param>
/// <param name="Link">Address of its page; null when the console's address is not configured.</param>
internal sealed record Notice(string Id, string Kind, Severity Severity, CaptureTime At, string Title, string? Actor, string? Target, string? Technique, string? Link)
{
    private static readonly int[] SyslogSeverities = [6, 5, 4, 3, 2], CefSeverities = [1, 3, 5, 8, 10];

    /// <summary>Of a finding.</summary>
    public static Notice Of(Finding finding, bool chinese, string? console) => new(
        finding.Id, finding.Type, finding.Severity, finding.First, finding.Title.In(chinese), NullIfEmpty(finding.Subject.Address), NullIfEmpty(finding.Peer?.Address), finding.Technique, Page(console, "findings", finding.Number));

    /// <summary>Of an incident.</summary>
    public static Notice Of(Incident incident, Finding? lead, bool chinese, string? console) => new(
        incident.Id, "incident", incident.Severity, incident.First, lead?.Title.In(chinese) ?? incident.Id, incident.Actors.Order(StringComparer.Ordinal).FirstOrDefault(), incident.Targets.Order(StringComparer.Ordinal).FirstOrDefault(), lead?.Technique, Page(console, "incidents", incident.Number));

    /// <summary>As a webhook gets it.</summary>
    public byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
    {
        ["id"] = Id,
        ["kind"] = Kind,
        ["severity"] = Severity.Word(),
        ["at"] = Time(At),
        ["title"] = Title,
        ["actor"] = Actor,
        ["target"] = Target,
        ["technique"] = Technique,
        ["link"] = Link,
        // What messengers of Chinese offices show of a robot's message.
        ["msgtype"] = "text",
        ["text"] = new Dictionary<string, string> { ["content"] = $"{Id} {Title}{(Link is null ? "" : "\n" + Link)}" },
    });

    /// <summary>As a syslog message (RFC 5424); facility 4, security.</summary>
    /// <param name="host">Name of this machine.</param>
    /// <param name="isCef">Whether the text is CEF instead of the title.</param>
    public string Syslog(string host, bool isCef)
    {
        string data = $"[wardkeeper@32473 id=\"{Quoted(Id)}\" kind=\"{Quoted(Kind)}\" severity=\"{Severity.Word()}\"{Param("actor", Actor)}{Param("target", Target)}{Param("technique", Technique)}]";
        // The mark in front says that the text is UTF-8 (section 6.4).
        return string.Create(CultureInfo.InvariantCulture, $"<{(4 * 8) + SyslogSeverities[(int)Severity]}>1 {Time(At)} {(host.Length == 0 ? "-" : host)} wardkeeper - {Id} {data} \uFEFF{(isCef ? Cef() : OneLine(Title))}");
    }

    /// <summary>As CEF, version 0.</summary>
    public string Cef()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"CEF:0|Wardkeeper|Wardkeeper|{Head(Program)}|{Head(Kind)}|{Head(OneLine(Title))}|{CefSeverities[(int)Severity]}|externalId={Value(Id)} rt={At.Nanoseconds / 1_000_000}");
        foreach ((string key, string? value) in (ReadOnlySpan<(string, string?)>)[("src", IsIp(Actor) ? Actor : null), ("suser", IsIp(Actor) ? null : Actor), ("dst", IsIp(Target) ? Target : null), ("duser", IsIp(Target) ? null : Target), ("cs1", Technique), ("cs1Label", Technique is null ? null : "technique"), ("request", Link)])
        {
            if (value is not null) text.Append(CultureInfo.InvariantCulture, $" {key}={Value(value)}");
        }
        return text.ToString();
    }

    private static string Program => typeof(Notice).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static bool IsIp(string? text) => text is not null && Address.TryParse(text, out _);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? Page(string? console, string page, long number) => console is null ? null : string.Create(CultureInfo.InvariantCulture, $"{console.TrimEnd('/')}/{page}/{number}");

    /// <summary>RFC 3339 to the microsecond, as RFC 5424 bounds it.</summary>
    private static string Time(CaptureTime at) => DateTimeOffset.UnixEpoch.AddTicks(at.Nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Param(string name, string? value) => value is null ? "" : $" {name}=\"{Quoted(value)}\"";

    private static string Quoted(string text) => OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    private static string Head(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Value(string text) => OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);

    /// <summary>Titles hold values from the wire: nothing in them may begin a message of its own.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
