using System.Globalization;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>Looks through open tasks and, once a month, through departments and vendors, and queues the letters that are called for. What was queued before is not queued again.</summary>
internal sealed class DutyRound(ITaskQueries tasks, IFindingQueries findings, IDeviceQueries devices, IDutyQueries duties, IVendorSummaries vendors, ILetterBox queue, TimeProvider time)
{
    // What was looked at already, so that a round costs little while nothing changes; the queue itself knows each letter.
    private readonly Dictionary<long, string> steps = [];
    private Site? known;
    private string? month;

    /// <summary>One round.</summary>
    /// <param name="site">Knows the addresses.</param>
    /// <param name="look">How letters look.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Letters that are new in the queue.</returns>
    public async Task<int> RunAsync(Site site, LetterLook look, CancellationToken cancel = default)
    {
        if (site.Contacts.Count == 0) return 0;
        CaptureTime now = time.Now();
        if (site != known)
        {
            steps.Clear();
            (known, month) = (site, null);
        }
        List<Letter> letters = [];
        Dictionary<long, string> open = [];
        string before = Month(now, look).AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        if (month != before) letters.AddRange(await SummariesAsync(site, look, now, cancel));
        for (int page = 1; ; page++)
        {
            Page<StaffTask> found = await tasks.FindAsync(new TaskFilter { States = [TaskState.Open] }, new SortOrder("number"), new PageRequest(page, PageRequest.MaxSize), cancel);
            foreach (StaffTask task in found.Items)
            {
                open[task.Number] = TaskLetters.StepOf(task, now);
                if (steps.GetValueOrDefault(task.Number) == open[task.Number]) continue;
                FindingDetail? about = task.Finding is { } number ? await findings.GetAsync(number, cancel: cancel) : null;
                string? department = about?.Subject.Department ?? (task.Device is { } device ? (await devices.GetAsync(device, cancel: cancel))?.Line.Department : null);
                letters.AddRange(TaskLetters.Of(task, about, department, site, now, look));
            }
            if (found.Items.Count < PageRequest.MaxSize) break;
        }
        int put = letters.Count == 0 ? 0 : await queue.PutAsync(letters, cancel);
        steps.Clear();
        foreach ((long number, string step) in open) steps[number] = step;
        month = before;
        return put;
    }

    /// <summary>The month before this one, for each department and vendor that somebody is written to about.</summary>
    private async Task<IEnumerable<Letter>> SummariesAsync(Site site, LetterLook look, CaptureTime now, CancellationToken cancel)
    {
        DateTime first = Month(now, look);
        CaptureTime until = At(first, look.Zone), since = At(first.AddMonths(-1), look.Zone);
        string named = first.AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        List<Letter> letters = [];
        IReadOnlyList<DutyLine>? figures = null;
        foreach (SiteContact contact in site.Contacts.Where(contact => contact.Kind is "department" or "vendor"))
        {
            figures ??= await duties.FiguresAsync(since, until, cancel: cancel);
            if (contact.Kind == "vendor")
            {
                if (await vendors.OfAsync(contact.Of, since, cancel: cancel) is { } vendor) letters.Add(VendorLetters.Summary(contact, named, vendor, look));
                continue;
            }
            long count = await devices.CountAsync(new DeviceFilter { Departments = [contact.Of] }, cancel);
            (string, long)[] kinds = [.. (await findings.CountByAsync("type", new FindingFilter { IsOpen = true, Types = DetectorRegistry.Exposures, Departments = [contact.Of] }, cancel)).Where(kind => kind.Value is not null).Select(kind => (kind.Value!, kind.Count))];
            letters.Add(Summary(contact, named, count, kinds, figures.FirstOrDefault(line => line.Department == contact.Of), look));
        }
        return letters;
    }

    private static Letter Summary(SiteContact contact, string month, long count, (string Type, long Count)[] kinds, DutyLine? figures, LetterLook look)
    {
        string name = contact.Of;
        StringBuilder body = new();
        body.AppendLine(LetterTexts.Format("summary.head", look.IsChinese, name, month)).AppendLine();
        body.AppendLine(LetterTexts.Format("summary.devices", look.IsChinese, count));
        body.AppendLine(kinds.Length == 0 ? LetterTexts.Format("summary.none", look.IsChinese) : LetterTexts.Format("summary.open", look.IsChinese, kinds.Sum(kind => kind.Count)));
        foreach ((string type, long open) in kinds)
        {
            body.AppendLine(LetterTexts.Format("summary.kind", look.IsChinese, FindingTexts.NameOfType(type, look.IsChinese), open));
            if (Awareness.Of(type, look.IsChinese) is { } note) body.Append("    ").AppendLine(note);
        }
        if (figures is not null) body.AppendLine().AppendLine(LetterTexts.Format("summary.tasks", look.IsChinese, figures.Asked, figures.InTime, figures.Late, figures.Overdue));
        return new Letter($"summary/{month}/{contact.Kind}/{contact.Of}", contact.Mail, LetterTexts.Format("summary.subject", look.IsChinese, look.Hospital, name, month), body.ToString());
    }

    /// <summary>Beginning of the month, by the clock of the hospital.</summary>
    private static DateTime Month(CaptureTime now, LetterLook look)
    {
        DateTimeOffset here = TimeZoneInfo.ConvertTime(now.ToDate(), look.Zone);
        return new DateTime(here.Year, here.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
    }

    private static CaptureTime At(DateTime local, TimeZoneInfo zone) => CaptureTime.FromDate(new DateTimeOffset(local, zone.GetUtcOffset(local)));
}
