using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Tasks;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>How a department meets its duties, in a span of time.</summary>
/// <param name="Department">The department; null stands for questions to nobody's department.</param>
/// <param name="Asked">Questions that were asked, those withdrawn not counted.</param>
/// <param name="InTime">Answered by the day they were due, or without one.</param>
/// <param name="Late">Answered later.</param>
/// <param name="Open">Open, their day not over.</param>
/// <param name="Overdue">Open, their day over.</param>
public sealed record DutyLine(string? Department, int Asked, int InTime, int Late, int Open, int Overdue)
{
    /// <summary>Share answered in time of those that were due, 0 to 1; null when none was.</summary>
    public double? Share => InTime + Late + Overdue == 0 ? null : InTime / (double)(InTime + Late + Overdue);
}

/// <summary>Answers how duties are met.</summary>
public interface IDutyQueries
{
    /// <summary>By department, the one with most overdue first.</summary>
    /// <param name="since">Questions asked from then on; wall-clock time.</param>
    /// <param name="until">And before then.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<DutyLine>> FiguresAsync(CaptureTime since, CaptureTime until, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>Who is responsible for a finding.</summary>
    Responsible ResponsibleFor(FindingLine finding);
}

/// <summary>Counts tasks by the department that was asked, else by that of the device they are about.</summary>
internal sealed class DutyFigures(ITaskQueries tasks, IDeviceQueries devices, DetectionPath detection, TimeProvider time) : IDutyQueries
{
    /// <inheritdoc/>
    public Responsible ResponsibleFor(FindingLine finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Responsible.For(finding.Subject.Person, finding.Subject.Department, finding.Duty, detection.Known.Site);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DutyLine>> FiguresAsync(CaptureTime since, CaptureTime until, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        List<StaffTask> asked = [];
        for (int page = 1; ; page++)
        {
            Page<StaffTask> found = await tasks.FindAsync(new TaskFilter(), new SortOrder("asked", true), new PageRequest(page, PageRequest.MaxSize), cancel);
            asked.AddRange(found.Items.Where(task => task.Asked >= since && task.Asked < until && task.State != TaskState.Withdrawn));
            if (found.Items.Count < PageRequest.MaxSize || found.Items[^1].Asked < since) break;
        }
        Dictionary<long, string?> departments = [];
        foreach (long[] some in asked.Where(task => task.To.Department is null).Select(task => task.Device).OfType<long>().Distinct().Chunk(PageRequest.MaxSize))
        {
            foreach (DeviceLine line in (await devices.FindAsync(new DeviceFilter { Ids = some }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items) departments[line.Id] = line.Department;
        }
        CaptureTime now = Access.WallClock.Now(time);
        return [.. asked.GroupBy(task => task.To.Department ?? (task.Device is { } device ? departments.GetValueOrDefault(device) : null))
            .Where(same => visible is null || (same.Key is not null && visible.Contains(same.Key)))
            .Select(same => Line(same.Key, [.. same], now))
            .OrderByDescending(line => line.Overdue).ThenByDescending(line => line.Asked).ThenBy(line => line.Department, StringComparer.Ordinal)];
    }

    private static DutyLine Line(string? department, StaffTask[] asked, CaptureTime now) => new(
        department,
        asked.Length,
        asked.Count(task => task.State == TaskState.Answered && !IsLate(task)),
        asked.Count(task => task.State == TaskState.Answered && IsLate(task)),
        asked.Count(task => task.State == TaskState.Open && !task.IsOverdue(now)),
        asked.Count(task => task.IsOverdue(now)));

    private static bool IsLate(StaffTask task) => task.Due is { } due && task.Ended is { } ended && ended > due;
}
