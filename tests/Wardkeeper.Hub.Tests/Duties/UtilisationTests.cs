using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Duties;

/// <summary>What is known of a department's devices at work, and what stays unknown.</summary>
public class UtilisationTests
{
    private static readonly CaptureTime From = CaptureTime.FromSeconds(0), Now = CaptureTime.FromSeconds(4 * 86_400);

    [Fact]
    public void Who_was_not_seen_at_work_is_unknown_and_not_idle()
    {
        IReadOnlyList<DepartmentUse> rows = DepartmentUse.Of(
            [Line(1, "ct-scanner", "imaging", "radiology"), Line(2, "mr-scanner", "imaging", "radiology"), Line(3, "pacs-server", "imaging", "radiology"), Line(4, "infusion-pump", "infusion", "icu"), Line(5, "office-pc", "it", "icu")],
            [new DeviceUse(1, UseBasis.ProcedureSteps, 40, 9, 4, Now), new DeviceUse(3, UseBasis.Studies, 900, 96, 4, Now), new DeviceUse(5, UseBasis.Values, null, 1, 1, Now)],
            From, Now);
        Assert.Equal(["radiology", "icu"], rows.Select(row => row.Department));
        DepartmentUse radiology = rows[0], icu = rows[1];
        Assert.Equal((2, 1, 1, 9L, 10.0), (radiology.Devices, radiology.Known, radiology.InUse, radiology.Hours, radiology.ExamsPerDay));
        Assert.Equal([UseBasis.ProcedureSteps], radiology.Bases);
        Assert.Equal((1, 0, null, null), (icu.Devices, icu.Known, icu.ExamsPerDay, icu.Last));
    }

    [Fact]
    public void Values_alone_count_no_exams_and_an_hour_later_nobody_says_in_use()
    {
        DepartmentUse row = Assert.Single(DepartmentUse.Of([Line(4, "patient-monitor", "monitoring", null)], [new DeviceUse(4, UseBasis.Values, null, 3, 1, new CaptureTime(Now.Nanoseconds - (3_601 * CaptureTime.PerSecond)))], From, Now));
        Assert.Equal(("", 0, null), (row.Department, row.InUse, row.ExamsPerDay));
    }

    [Theory]
    [InlineData(2, 3, true)]
    [InlineData(2, null, false)]
    [InlineData(20, 13, false)]
    public void An_examination_that_began_and_was_not_ended_is_under_way_until_its_end_must_have_been_missed(int lastHours, int? sinceHours, bool isAtWork)
    {
        CaptureTime Before(int hours) => Now.Plus(-TimeSpan.FromHours(hours));
        DeviceUse use = new(1, UseBasis.ProcedureSteps, 1, 1, 1, Before(lastHours), sinceHours is { } hours ? Before(hours) : null);
        Assert.Equal(isAtWork, use.IsAtWork(Now, TimeSpan.FromHours(1)));
        Assert.Equal(isAtWork ? 1 : 0, Assert.Single(DepartmentUse.Of([Line(1, "mr-scanner", "imaging", null)], [use], From, Now)).InUse);
    }

    private static DeviceLine Line(long id, string type, string category, string? department) =>
        new() { Id = id, Type = type, Category = category, Department = department, LifeCycle = "deployed", FirstSeen = From, LastSeen = Now };
}
