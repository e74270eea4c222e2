using System.Runtime.CompilerServices;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the disk holds what shall be kept: free space now, and what the history would grow to until its oldest day may go.</summary>
internal sealed class DiskCheck : IDoctorCheck
{
    private const double Gigabyte = 1e9;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        string? existing = context.Settings.Data;
        while (existing is not null && !Directory.Exists(existing)) existing = Path.GetDirectoryName(existing);
        if (existing is null) yield break;
        long free = DataFolder.FreeBytes(existing);
        if (free < 10 * DataFolder.LeastFree)
        {
            yield return new("disk", Condition.Problem, "doctor-disk-low", Math.Round(free / Gigabyte, 2), existing);
            yield break;
        }
        (long bytes, int days) = History(Path.Combine(context.Settings.Data, "history"));
        double wanted = days == 0 ? 0 : (double)bytes / days * context.Settings.Retention.Days;
        if (context.Settings.Retention.Size > 0) wanted = Math.Min(wanted, context.Settings.Retention.Size);
        // A few hours of history say nothing about half a year.
        if (days >= 2 && wanted - bytes > free) yield return new("disk", Condition.Problem, "doctor-disk-retention", Math.Round(wanted / Gigabyte, 1), context.Settings.Retention.Days, Math.Round((free + bytes) / Gigabyte, 1), (int)((free + bytes) / ((double)bytes / days)));
        else yield return new("disk", Condition.Well, "doctor-disk", Math.Round(free / Gigabyte, 1), context.Settings.Retention.Days);
    }

    private static (long Bytes, int Days) History(string folder)
    {
        try
        {
            if (!Directory.Exists(folder)) return (0, 0);
            FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles("*.duckdb", SearchOption.AllDirectories)];
            return (files.Sum(file => file.Length), files.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, 0);
        }
    }
}
