using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Duties;

/// <summary>Who is responsible, and which letters a question calls for at which moment.</summary>
public class DutyTests
{
    private static readonly Site Known = SiteFile.Read("contacts: [{person: Li Na, mail: li@h.example}, {department: icu, mail: icu@h.example}, {duty: information-department, mail: it@h.example}, {duty: clinical-engineering, mail: ce@h.example}]", "site.yaml", out _);
    private static readonly LetterLook English = new(false, "City Hospital", TimeZoneInfo.Utc, null);

    [Fact]
    public void The_owner_is_responsible_else_the_head_of_the_department_else_the_duty()
    {
        Assert.Equal(new Responsible(ResponsibleAs.Owner, "Li Na", "li@h.example"), Responsible.For("Li Na", "icu", Duty.InformationDepartment, Known));
        Assert.Equal(new Responsible(ResponsibleAs.Owner, "Wang", "icu@h.example"), Responsible.For("Wang", "icu", Duty.InformationDepartment, Known));
        Assert.Equal(new Responsible(ResponsibleAs.DepartmentHead, "icu", "icu@h.example"), Responsible.For(null, "icu", Duty.InformationDepartment, Known));
        Assert.Equal(new Responsible(ResponsibleAs.DepartmentHead, "nicu", null), Responsible.For(" ", "nicu", Duty.InformationDepartment, Known));
        Assert.Equal(new Responsible(ResponsibleAs.Duty, "information-department", "it@h.example"), Responsible.For(null, null, Duty.InformationDepartment, Known));
    }

    [Theory]
    [InlineData(-100, "notice")]
    [InlineData(-20, "notice reminder")]
    [InlineData(1, "notice overdue")]
    [InlineData(80, "notice escalated-head")]
    [InlineData(200, "notice escalated-information")]
    public void Only_the_furthest_step_is_written_beside_the_question(int hoursAfterDue, string steps)
    {
        CaptureTime due = CaptureTime.FromSeconds(1_000_000_000);
        Letter[] letters = [.. TaskLetters.Of(Ask(due), null, "icu", Known, new CaptureTime(due.Nanoseconds + (hoursAfterDue * 3600L * CaptureTime.PerSecond)), English)];
        Assert.Equal(steps.Split(' ').Select(step => "T-7/" + step), letters.Select(letter => letter.Key));
        Assert.Equal(letters, TaskLetters.Of(Ask(due), null, "icu", Known, new CaptureTime(due.Nanoseconds + (hoursAfterDue * 3600L * CaptureTime.PerSecond)), English));
    }

    [Fact]
    public void Nobody_is_written_to_when_the_question_is_answered_or_nobody_knows_where()
    {
        CaptureTime due = CaptureTime.FromSeconds(1_000_000_000);
        Assert.Empty(TaskLetters.Of(Ask(due) with { State = TaskState.Answered }, null, "icu", Known, due, English));
        Assert.Empty(TaskLetters.Of(Ask(due), null, "icu", Site.Unknown, new CaptureTime(due.Nanoseconds + (200 * 3600L * CaptureTime.PerSecond)), English));
        // Without a day there is nothing to remind of.
        Assert.Equal(["T-7/notice"], TaskLetters.Of(Ask(null), null, "icu", Known, due, English).Select(letter => letter.Key));
    }

    [Fact]
    public void A_hostile_question_stays_one_line_of_a_subject_and_text()
    {
        Letter letter = TaskLetters.Of(Ask(null) with { Question = "Is {0} yours?\r\nBcc: all@h.example " + new string('x', 400) }, null, null, Known, default, English).Single();
        Assert.InRange(letter.Subject.Length, 10, 150);
        Assert.DoesNotContain('\n', letter.Subject);
    }

    [Fact]
    public void Every_exposure_has_a_note_in_plain_words_in_both_languages()
    {
        Assert.All(DetectorRegistry.Exposures, type =>
        {
            Assert.InRange(Awareness.Of(type, chinese: false)!.Length, 40, 220);
            Assert.Matches(@"[\u4e00-\u9fff]", Awareness.Of(type, chinese: true)!);
        });
        Assert.Null(Awareness.Of("sensor-drops-packets", chinese: false));
    }

    private static StaffTask Ask(CaptureTime? due) =>
        new() { Number = 7, Kind = "question", Question = "Is this pump yours?", Answers = ["yes", "no"], To = new Addressee(Person: "Li Na"), From = "wang", Asked = default, Due = due, State = TaskState.Open };
}
