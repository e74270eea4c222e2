using System.Globalization;
using System.Text;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>
/// Which letters a task calls for at a moment: the question itself, a reminder the day before it is due, one when it is overdue; three days later its
/// department's head hears of it, a week later the information department. Of the later steps only the furthest is written, so that a platform that
/// was off does not send all at once. Pure: equal task and moment give equal letters.
/// </summary>
internal static class TaskLetters
{
    private static readonly TimeSpan Before = TimeSpan.FromDays(1), ToHead = TimeSpan.FromDays(3), ToInformation = TimeSpan.FromDays(7);

    /// <summary>The letters.</summary>
    /// <param name="task">The task.</param>
    /// <param name="about">The finding it was made of, or null.</param>
    /// <param name="department">Department of its device, or null.</param>
    /// <param name="site">Knows the addresses.</param>
    /// <param name="now">The moment.</param>
    /// <param name="look">How letters look.</param>
    public static IEnumerable<Letter> Of(StaffTask task, FindingDetail? about, string? department, Site site, CaptureTime now, LetterLook look)
    {
        if (task.State != TaskState.Open) yield break;
        string? to = MailOf(task.To, site), head = Head(task, department, site), information = Responsible.MailOf(site, "duty", Duty.InformationDepartment.Word());
        if (to is not null) yield return Write(task, about, "notice", to, look);
        string step = StepOf(task, now);
        // Without a head, or without an information department, the next one hears of it.
        string? mail = step switch { "escalated-information" => information ?? head ?? to, "escalated-head" => head ?? information ?? to, "overdue" => to ?? head, "reminder" => to, _ => null };
        if (mail is not null) yield return Write(task, about, step, mail, look);
    }

    /// <summary>How far a task has come: it calls for no other letters while this is the same.</summary>
    public static string StepOf(StaffTask task, CaptureTime now)
    {
        if (task.Due is not { } due) return "notice";
        TimeSpan late = now.Since(due);
        return late >= ToInformation ? "escalated-information" : late >= ToHead ? "escalated-head" : late > TimeSpan.Zero ? "overdue" : late > -Before ? "reminder" : "notice";
    }

    private static string? MailOf(Addressee to, Site site) => to switch
    {
        { Person: { } person } => Responsible.MailOf(site, "person", person),
        { Department: { } department } => Responsible.MailOf(site, "department", department),
        { Role: Access.Role.ClinicalEngineer } => Responsible.MailOf(site, "duty", Duty.ClinicalEngineering.Word()),
        { Role: Access.Role.Administrator or Access.Role.Analyst } => Responsible.MailOf(site, "duty", Duty.InformationDepartment.Word()),
        _ => null,
    };

    private static string? Head(StaffTask task, string? department, Site site) => (task.To.Department ?? department) is { } name ? Responsible.MailOf(site, "department", name) : null;

    private static Letter Write(StaffTask task, FindingDetail? about, string step, string to, LetterLook look)
    {
        string id = StaffTask.IdOf(task.Number);
        // A subject is one line, whatever the question holds.
        string subject = LetterTexts.Format($"letter.{step}.subject", look.IsChinese, id, string.Concat(task.Question.Select(one => char.IsControl(one) ? ' ' : one)));
        StringBuilder body = new();
        body.AppendLine(LetterTexts.Format($"letter.{step}", look.IsChinese, look.Hospital)).AppendLine().AppendLine(task.Question).AppendLine();
        body.AppendLine(LetterTexts.Format("letter.answers", look.IsChinese, string.Join(" / ", task.Answers)));
        if (task.Due is { } due) body.AppendLine(LetterTexts.Format("letter.due", look.IsChinese, look.Time(due)));
        if (look.Address is { } address) body.AppendLine(LetterTexts.Format("letter.where", look.IsChinese, $"{address.TrimEnd('/')}/tasks/{task.Number.ToString(CultureInfo.InvariantCulture)}"));
        if (about is not null)
        {
            body.AppendLine().AppendLine(LetterTexts.Format("letter.finding", look.IsChinese, Finding.IdOf(about.Number), about.Title.In(look.IsChinese)));
            body.AppendLine(FindingTexts.Format(about.Type + ".next", look.IsChinese, about.Title.Arguments));
            if (Awareness.Of(about.Type, look.IsChinese) is { } note) body.AppendLine().AppendLine(note);
        }
        body.AppendLine().AppendLine(LetterTexts.Format("letter.foot", look.IsChinese, id));
        return new Letter($"{id}/{step}", to, subject.Length <= 150 ? subject : subject[..149] + "…", body.ToString());
    }
}

/// <summary>How letters look.</summary>
/// <param name="IsChinese">Whether in Chinese, else English.</param>
/// <param name="Hospital">The hospital's name, may be empty.</param>
/// <param name="Zone">Time zone.</param>
/// <param name="Address">Address of the console, or null.</param>
internal sealed record LetterLook(bool IsChinese, string Hospital, TimeZoneInfo Zone, string? Address)
{
    /// <summary>A moment as people read it.</summary>
    public string Time(CaptureTime at) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at.Nanoseconds / 1_000_000), Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
