using System.Globalization;
using System.Text.Json;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Platform.Configuration;

namespace Wardkeeper.Platform.Notices;

/// <summary>
/// Tells other systems what is new since the last look, in order; how far each way has come lies in a file, so that nothing is told twice for long
/// and nothing is lost over a restart. What was there before a way was configured is not told by it.
/// </summary>
/// <param name="book">Findings and incidents.</param>
/// <param name="letters">Where the digest is queued.</param>
/// <param name="marks">The file.</param>
/// <param name="log">Log.</param>
internal sealed partial class NoticeRound(FindingBook book, ILetterBox letters, string marks, ILogger<NoticeRound> log)
{
    private const int AtOnce = 200, DigestLines = 30;

    /// <summary>Does it; nothing until a way is configured.</summary>
    /// <param name="settings">Ways, least severity, language.</param>
    /// <param name="host">Name of this machine.</param>
    /// <param name="now">By the clock on the wall.</param>
    /// <param name="cancel">Stops; what was not taken is told at the next look.</param>
    /// <returns>Notices that were taken.</returns>
    public async Task<int> RunAsync(PlatformSettings settings, string host, DateTimeOffset now, CancellationToken cancel = default)
    {
        NoticeSettings notices = settings.Notices;
        int told = 0;
        if (notices.Webhook.Length > 0) told += await TellAsync(new WebhookSender(notices), settings, cancel);
        if (notices.SyslogHost.Length > 0) told += await TellAsync(new SyslogSender(notices, host), settings, cancel);
        if (notices.Mail.Length > 0) await DigestAsync(settings, now, cancel);
        return told;
    }

    private async Task<int> TellAsync(INoticeSender sender, PlatformSettings settings, CancellationToken cancel)
    {
        await using INoticeSender way = sender;
        Dictionary<string, Mark> all = Read();
        if (!all.TryGetValue(way.Name, out Mark? mark))
        {
            // A way begins with what comes; a year of findings at once helps nobody.
            all[way.Name] = new Mark(book.LastNumber, book.Incidents.All.Select(one => one.Number).DefaultIfEmpty().Max());
            Write(all);
            return 0;
        }
        int told = 0;
        try
        {
            foreach ((Notice? notice, Mark next) in Due(mark, settings).Take(AtOnce))
            {
                if (notice is not null)
                {
                    await way.SendAsync(notice, cancel);
                    told++;
                }
                mark = next;
            }
        }
        catch (IOException e)
        {
            LogFailed(log, way.Name, e.Message);
        }
        if (mark != all[way.Name])
        {
            all[way.Name] = mark;
            Write(all);
        }
        return told;
    }

    /// <summary>What comes behind a mark, each with the mark behind it; without a notice where it is not severe enough or hidden.</summary>
    private IEnumerable<(Notice? Notice, Mark Next)> Due(Mark mark, PlatformSettings settings)
    {
        (bool chinese, string? console) = (settings.Hospital.Language == "zh-CN", settings.Mail.Address.Length == 0 ? null : settings.Mail.Address);
        for (long number = mark.Finding + 1; number <= book.LastNumber; number++)
        {
            mark = mark with { Finding = number };
            Finding? finding = book.Find(number);
            yield return (finding is { SuppressedBy: null } && finding.Severity >= settings.Notices.Severity ? Notice.Of(finding, chinese, console) : null, mark);
        }
        foreach (Incident incident in book.Incidents.All.Where(one => one.Number > mark.Incident))
        {
            mark = mark with { Incident = incident.Number };
            yield return (incident.MergedInto is null && incident.Severity >= settings.Notices.Severity ? Notice.Of(incident, book.Find(incident.Lead), chinese, console) : null, mark);
        }
    }

    /// <summary>Once a day, at the hour that is configured: what is open and was seen in the day before. A day without anything has no letter.</summary>
    private async Task DigestAsync(PlatformSettings settings, DateTimeOffset now, CancellationToken cancel)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(now, settings.Hospital.TimeZone);
        if (local.Hour < settings.Notices.DigestHour) return;
        bool chinese = settings.Hospital.Language == "zh-CN";
        Finding[] open = [.. book.Findings.Where(one => one is { SuppressedBy: null, State: not FindingState.Closed } && one.Severity >= settings.Notices.Severity).OrderByDescending(one => one.Severity).ThenByDescending(one => one.Number)];
        Incident[] incidents = [.. book.Incidents.All.Where(one => one.IsOpen)];
        if (open.Length + incidents.Length == 0) return;
        string day = local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string[] lines =
        [
            Texts.Format("digest-sum", chinese, settings.Hospital.Name, open.Length, incidents.Length),
            "",
            .. incidents.Take(DigestLines).Select(one => $"{one.Id} [{Texts.Get("digest-" + one.Severity.Word(), chinese)}] {book.Find(one.Lead)?.Title.In(chinese)}"),
            .. open.Take(DigestLines).Select(one => $"{one.Id} [{Texts.Get("digest-" + one.Severity.Word(), chinese)}] {one.Title.In(chinese)}"),
            .. open.Length > DigestLines ? (string[])[Texts.Format("digest-more", chinese, open.Length - DigestLines)] : [],
            .. settings.Mail.Address.Length > 0 ? (string[])["", settings.Mail.Address.TrimEnd('/') + "/findings"] : [],
        ];
        await letters.PutAsync([.. settings.Notices.Mail.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(to => new Letter($"digest {day} {to}", to, Texts.Format("digest-subject", chinese, day, open.Length), string.Join('\n', lines)))], cancel);
    }

    private Dictionary<string, Mark> Read()
    {
        try
        {
            return File.Exists(marks) ? JsonSerializer.Deserialize<Dictionary<string, Mark>>(File.ReadAllBytes(marks)) ?? [] : [];
        }
        catch (JsonException)
        {
            // A torn file: begin with what comes, as at the first start.
            return [];
        }
    }

    private void Write(Dictionary<string, Mark> all)
    {
        File.WriteAllBytes(marks + ".draft", JsonSerializer.SerializeToUtf8Bytes(all));
        File.Move(marks + ".draft", marks, overwrite: true);
    }

    [LoggerMessage(EventId = 195, Level = LogLevel.Warning, Message = "{Way} was not told; it is tried again: {What}")]
    private static partial void LogFailed(ILogger log, string way, string what);

    /// <summary>How far a way has come.</summary>
    private sealed record Mark(long Finding, long Incident);
}
