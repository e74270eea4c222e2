using System.Globalization;
using Wardkeeper.Hub.Health;

namespace Wardkeeper.Storage.History;

/// <summary>
/// Keeps history for its time and within its size. A day is old when both the day and the last writing to it are; few days are
/// deleted at once, so that a clock that jumps ahead does not empty history before somebody sees it. Before anything is deleted
/// for want of space there has been a warning.
/// </summary>
internal sealed class HistoryRetention(HistoryStore store, StoreHealth health, TimeProvider clock, Func<long>? freeBytes = null)
{
    /// <summary>Days that are deleted at once, at most.</summary>
    public const int AtOnce = 2;

    private const int RateDays = 7;
    private const long TicksPerDay = TimeSpan.TicksPerDay;
    private bool wasWarned;

    /// <summary>Looks once; call it every ten minutes or so.</summary>
    public async Task RunAsync()
    {
        int today = (int)((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TicksPerDay);
        foreach (HistoryDay day in store.Days.Where(day => day.Number < today && new FileInfo(day.Path + ".wal") is { Exists: true, Length: > 0 })) await store.CheckpointAsync(day);
        foreach (HistoryDay old in store.Days.Where(day => IsOld(day, today)).Take(AtOnce).ToArray()) await store.DeleteAsync(old);
        IReadOnlyList<HistoryDay> days = store.Days;
        long used = days.Sum(day => day.Bytes), limit = Limit(used);
        if (used > limit && wasWarned && days.Count > 1)
        {
            HistoryDay oldest = days[0];
            await store.DeleteAsync(oldest);
            health.Report("history", StoreTroubleKind.DeletedEarly, $"History of {Name(oldest)} was deleted before its time: there is no room for {store.Options.KeepDays} days. Give history more space, or fewer days.");
        }
        Warn(days, used, limit);
    }

    private bool IsOld(HistoryDay day, int today)
    {
        DateTimeOffset edge = clock.GetUtcNow().AddDays(-store.Options.KeepDays);
        return day.Number < today - store.Options.KeepDays && File.GetLastWriteTimeUtc(day.Path) < edge.UtcDateTime;
    }

    private long Limit(long used)
    {
        long free = freeBytes?.Invoke() ?? new DriveInfo(store.Folder).AvailableFreeSpace;
        return Math.Min(store.Options.MaxBytes ?? long.MaxValue, Math.Max(0, used + free - store.Options.LeaveFreeBytes));
    }

    private void Warn(IReadOnlyList<HistoryDay> days, long used, long limit)
    {
        long[] latest = [.. days.Reverse().Skip(days.Count > 1 ? 1 : 0).Take(RateDays).Select(day => day.Bytes)];
        double rate = latest.Length == 0 ? 0 : latest.Average();
        bool isAtRisk = used > limit || rate * store.Options.KeepDays > limit;
        wasWarned = isAtRisk;
        if (!isAtRisk)
        {
            health.Clear("history", StoreTroubleKind.RetentionAtRisk, StoreTroubleKind.DeletedEarly);
            return;
        }
        string holds = ((long)(limit / Math.Max(rate, 1))).ToString(CultureInfo.InvariantCulture), megabytes = ((long)(rate * store.Options.KeepDays / 1e6)).ToString(CultureInfo.InvariantCulture);
        health.Report("history", StoreTroubleKind.RetentionAtRisk, $"At the present rate there is room for about {holds} days of history, not {store.Options.KeepDays}: that would take {megabytes} MB. Give history more space, or fewer days; otherwise the oldest days will be deleted early.");
    }

    private static string Name(HistoryDay day) => new DateTimeOffset(day.Number * TicksPerDay, TimeSpan.Zero).AddTicks(DateTimeOffset.UnixEpoch.Ticks).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
