using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Storage.Findings;

/// <summary>Filters and orders as questions to the store.</summary>
internal static class FindingFilters
{
    /// <summary>Rows that match.</summary>
    /// <param name="context">The store.</param>
    /// <param name="filter">Which.</param>
    /// <param name="now">By the clock on the wall: whether suppressions hold.</param>
    public static IQueryable<FindingRow> Findings(this StoreContext context, FindingFilter filter, long now)
    {
        IQueryable<FindingRow> rows = context.Set<FindingRow>().AsNoTracking().Seen(context, filter.Visible, filter.Suppressed, filter.Departments, now);
        if (filter.Severities.Count > 0) rows = rows.Where(row => Numbers(filter.Severities).Contains(row.Severity));
        if (filter.States.Count > 0) rows = rows.Where(row => Numbers(filter.States).Contains(row.State));
        if (filter.IsOpen is { } open) rows = rows.Where(row => (row.State != (int)FindingState.Closed) == open);
        if (filter.Verdicts.Count > 0)
        {
            int?[] verdicts = [.. filter.Verdicts.Select(verdict => (int?)verdict)];
            rows = rows.Where(row => verdicts.Contains(row.Verdict));
        }
        if (filter.Types.Count > 0) rows = rows.Where(row => filter.Types.Contains(row.Type));
        if (filter.Techniques.Count > 0) rows = rows.Where(row => row.Technique != null && filter.Techniques.Contains(row.Technique));
        if (filter.Assignees.Count > 0)
        {
            bool none = filter.Assignees.Contains("");
            rows = rows.Where(row => row.Assignee == null ? none : filter.Assignees.Contains(row.Assignee));
        }
        if (filter.Device is { } device) rows = rows.Where(row => row.Device == device || row.PeerDevice == device);
        if (filter.Subject is { } subject) rows = rows.Where(row => subject == 0 ? row.Device == null : row.Device == subject);
        if (filter.Address is { } address) rows = At(rows, address);
        if (filter.Since is { Nanoseconds: var since }) rows = rows.Where(row => row.LastSeen >= since);
        if (filter.Until is { Nanoseconds: var until }) rows = rows.Where(row => row.FirstSeen < until);
        return filter.Text is { Length: > 0 } text ? Text(rows, text.Trim()) : rows;
    }

    /// <summary>Exposures that match: open findings of types that are exposures.</summary>
    public static IQueryable<FindingRow> Exposures(this StoreContext context, ExposureFilter filter, long now)
    {
        IQueryable<FindingRow> rows = context.Set<FindingRow>().AsNoTracking().Seen(context, filter.Visible, filter.Suppressed, filter.Departments, now)
            .Where(row => row.IsExposure && row.State != (int)FindingState.Closed);
        if (filter.Kinds.Count > 0) rows = rows.Where(row => filter.Kinds.Contains(row.Type));
        if (filter.Device is { } device) rows = rows.Where(row => row.Device == device);
        if (filter.OlderThan is { Nanoseconds: var before }) rows = rows.Where(row => row.FirstSeen < before);
        if (filter.HasTask is { } hasTask) rows = rows.Where(row => context.Set<Tasks.TaskRow>().Any(task => task.Finding == row.Number) == hasTask);
        return rows;
    }

    /// <summary>Rows in an order; ties by number, latest first.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static IOrderedQueryable<FindingRow> Sorted(this IQueryable<FindingRow> rows, SortOrder sort) => (sort.Column switch
    {
        "number" => By(rows, row => row.Number, sort),
        "severity" => By(rows, row => row.Severity, sort),
        "type" => By(rows, row => row.Type, sort),
        "device" => By(rows, row => row.DeviceName ?? row.Ip, sort),
        "department" => By(rows, row => row.Department, sort),
        "first" => By(rows, row => row.FirstSeen, sort),
        "last" => By(rows, row => row.LastSeen, sort),
        "count" => By(rows, row => row.Count, sort),
        "confidence" => By(rows, row => row.Confidence, sort),
        "state" => By(rows, row => row.State, sort),
        "assignee" => By(rows, row => row.Assignee, sort),
        _ => throw new ArgumentException($"Findings have no column {sort.Column}; sort by number, severity, type, device, department, first, last, count, confidence, state or assignee.", nameof(sort)),
    }).ThenByDescending(row => row.Number);

    private static IOrderedQueryable<FindingRow> By<T>(IQueryable<FindingRow> rows, System.Linq.Expressions.Expression<Func<FindingRow, T>> column, SortOrder sort) =>
        sort.Descending ? rows.OrderByDescending(column) : rows.OrderBy(column);

    private static IQueryable<FindingRow> Seen(this IQueryable<FindingRow> rows, StoreContext context, IReadOnlySet<string>? visible, SuppressedView suppressed, IReadOnlyList<string> departments, long now)
    {
        if (visible is not null)
        {
            string[] mine = [.. visible];
            rows = rows.Where(row => row.Department != null && mine.Contains(row.Department));
        }
        if (departments.Count > 0)
        {
            bool none = departments.Contains("");
            rows = rows.Where(row => row.Department == null ? none : departments.Contains(row.Department));
        }
        return suppressed switch
        {
            SuppressedView.Hide => rows.Where(row => !context.Set<SuppressionRow>().Any(one => one.Number == row.SuppressedBy && one.Withdrawn == null && one.Expires > now)),
            SuppressedView.Only => rows.Where(row => context.Set<SuppressionRow>().Any(one => one.Number == row.SuppressedBy && one.Withdrawn == null && one.Expires > now)),
            _ => rows,
        };
    }

    private static IQueryable<FindingRow> At(IQueryable<FindingRow> rows, string address)
    {
        if (address.Length == 0) return rows.Where(row => row.Ip == "" && row.Mac == 0);
        // Six pairs are a hardware address; no IP address is written so.
        if (address.Length != 17 || !long.TryParse(address.Replace(":", "", StringComparison.Ordinal), System.Globalization.NumberStyles.AllowHexSpecifier, null, out long number)) return rows.Where(row => row.Ip == address);
        return rows.Where(row => row.Ip == "" && row.Mac == number);
    }

    private static IQueryable<FindingRow> Text(IQueryable<FindingRow> rows, string text)
    {
        string digits = text.StartsWith("F-", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (long.TryParse(digits, System.Globalization.NumberStyles.None, null, out long number) && digits.Length < text.Length) return rows.Where(row => row.Number == number);
        string lower = text.ToLowerInvariant();
        return rows.Where(row => row.SearchText.Contains(lower) || row.Assignee == text);
    }

    private static int[] Numbers<T>(IReadOnlyList<T> values)
        where T : struct, Enum => [.. values.Select(value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture))];
}
