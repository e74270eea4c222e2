using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Utilisation;

/// <summary>By what a device was seen at work.</summary>
public enum UseBasis
{
    /// <summary>Procedure steps that it performed (MPPS).</summary>
    ProcedureSteps,

    /// <summary>Studies of which it sent images.</summary>
    Studies,

    /// <summary>Tests that it measured.</summary>
    Tests,

    /// <summary>Values that it sent of a patient.</summary>
    Values,
}

/// <summary>What traffic shows of a device's work in a span.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Basis">By what.</param>
/// <param name="Exams">Procedure steps, studies or tests; null where the basis knows none.</param>
/// <param name="Hours">Hours of the clock in which it worked.</param>
/// <param name="Days">Days on which it worked.</param>
/// <param name="Last">When it was last seen at work.</param>
/// <param name="Since">Beginning of an examination of which no end was told, the latest one; null when each was ended or the basis knows none.</param>
public sealed record DeviceUse(long Device, UseBasis Basis, long? Exams, int Hours, int Days, CaptureTime Last, CaptureTime? Since = null)
{
    /// <summary>An examination is not believed to last longer: its end was missed.</summary>
    private static readonly TimeSpan LongestExamination = TimeSpan.FromHours(12);

    /// <summary>Whether it is at work: it was seen at work within a span before, or an examination that it began is still under way.</summary>
    /// <param name="now">Capture time of the newest data.</param>
    /// <param name="recent">The span.</param>
    public bool IsAtWork(CaptureTime now, TimeSpan recent) => Last >= now.Plus(-recent) || Since >= now.Plus(-LongestExamination);
}

/// <summary>Answers what traffic shows of devices' work.</summary>
public interface IUtilisationQueries
{
    /// <summary>By device, those that were seen at work; of the others nothing is known.</summary>
    /// <param name="from">From then on.</param>
    /// <param name="to">And before then.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<DeviceUse>> OfDevicesAsync(CaptureTime from, CaptureTime to, CancellationToken cancel = default);
}

/// <summary>What is known of the work of a department's devices. Who was not seen at work is unknown, not idle.</summary>
/// <param name="Department">The department; empty for devices of none.</param>
/// <param name="Devices">Medical devices.</param>
/// <param name="Known">Of them, those whose work shows in traffic.</param>
/// <param name="InUse">Of those, at work within the last hour, or with an examination under way.</param>
/// <param name="Hours">Hours in which they worked, all together.</param>
/// <param name="ExamsPerDay">Procedure steps, studies and tests a day of the span; null when no basis counts any.</param>
/// <param name="Bases">By what.</param>
/// <param name="Last">When one was last seen at work; null when none was.</param>
public sealed record DepartmentUse(string Department, int Devices, int Known, int InUse, long Hours, double? ExamsPerDay, IReadOnlyList<UseBasis> Bases, CaptureTime? Last)
{
    // What hands on others' objects does not examine anybody.
    private static readonly HashSet<string> HandsOn = ["pacs-server", "imaging-workstation", "central-monitor", "film-printer"];

    /// <summary>Sums devices up by department, the one with most devices first.</summary>
    /// <param name="lines">Devices.</param>
    /// <param name="uses">What traffic shows.</param>
    /// <param name="from">Beginning of the span.</param>
    /// <param name="now">Its end, the newest data.</param>
    public static IReadOnlyList<DepartmentUse> Of(IEnumerable<DeviceLine> lines, IEnumerable<DeviceUse> uses, CaptureTime from, CaptureTime now)
    {
        Dictionary<long, DeviceUse> byDevice = uses.ToDictionary(use => use.Device);
        double days = Math.Max(now.Since(from).TotalDays, 1.0 / 24);
        return [.. lines.Where(line => Findings.DeviceFacts.IsMedicalCategory(line.Category) && (line.Type is null || !HandsOn.Contains(line.Type))).GroupBy(line => line.Department ?? "", StringComparer.Ordinal)
            .Select(same =>
            {
                DeviceUse[] known = [.. same.Select(line => byDevice.GetValueOrDefault(line.Id)).OfType<DeviceUse>()];
                long? exams = known.Any(use => use.Exams is not null) ? known.Sum(use => use.Exams ?? 0) : null;
                return new DepartmentUse(same.Key, same.Count(), known.Length, known.Count(use => use.IsAtWork(now, TimeSpan.FromHours(1))), known.Sum(use => (long)use.Hours), exams / days, [.. known.Select(use => use.Basis).Distinct().Order()], known.Length == 0 ? null : known.Max(use => use.Last));
            })
            .OrderByDescending(line => line.Devices).ThenBy(line => line.Department, StringComparer.Ordinal)];
    }
}
