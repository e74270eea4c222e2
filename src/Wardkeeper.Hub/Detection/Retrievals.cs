using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What one machine asked of one archive and fetched from it, day by day, bounded.</summary>
internal sealed class Retrievals
{
    /// <summary>Days that are kept: four weeks before the running one.</summary>
    public const int DaysKept = 35;

    private const int StudiesKept = 4096, MomentsKept = 64, Week = 7;

    /// <summary>Since when, and how often it asked or fetched.</summary>
    public Habit Habit { get; set; } = new();

    /// <summary>Past days on which something was fetched, the oldest first; the running day is the last.</summary>
    public List<RetrievalDay> Days { get; set; } = [];

    /// <summary>Studies of the running day.</summary>
    public HashSet<string> Studies { get; set; } = [];

    /// <summary>Latest times of queries that ask for everybody.</summary>
    public List<CaptureTime> Sweeps { get; set; } = [];

    /// <summary>Latest times of fetching another study.</summary>
    public List<CaptureTime> Fetches { get; set; } = [];

    /// <summary>When it asked first for everybody; null when it never did.</summary>
    public CaptureTime? FirstSweep { get; set; }

    /// <summary>Most answers that such a query of the running day got.</summary>
    public long Found { get; set; }

    /// <summary>Answers to all such queries of the running day.</summary>
    public long FoundInAll { get; set; }

    /// <summary>The running day.</summary>
    public RetrievalDay Today() => Days[^1];

    /// <summary>Most studies of one day before the running one.</summary>
    public long MostOfADay() => Days.SkipLast(1).Select(day => day.Studies).DefaultIfEmpty(0).Max();

    /// <summary>Studies of the seven days that end with the running one.</summary>
    public long ThisWeek() => Within(Today().Day - Week, Today().Day);

    /// <summary>Most studies of any seven days in a row before those.</summary>
    public long MostOfAWeek()
    {
        long most = 0;
        for (long end = Today().Day - Week; end > Today().Day - DaysKept; end--) most = Math.Max(most, Within(end - Week, end));
        return most;
    }

    /// <summary>Begins the day that a time lies on, when it is a new one.</summary>
    public void Turn(CaptureTime at)
    {
        long day = Habit.DayOf(at);
        if (Days.Count > 0 && Days[^1].Day >= day) return;
        Days.Add(new RetrievalDay { Day = day });
        Days.RemoveAll(one => one.Day <= day - DaysKept);
        Studies.Clear();
        (Found, FoundInAll) = (0, 0);
    }

    /// <summary>A query for everybody was answered.</summary>
    public void Sweep(long found, CaptureTime at)
    {
        FirstSweep ??= at;
        Keep(Sweeps, at);
        Found = Math.Max(Found, found);
        FoundInAll += found;
        Today().Sweeps++;
    }

    /// <summary>A study was fetched. Beyond what is kept of a day each counts.</summary>
    public void Fetch(string study, CaptureTime at)
    {
        if (Studies.Count < StudiesKept && !Studies.Add(study)) return;
        Today().Studies++;
        Keep(Fetches, at);
    }

    /// <summary>Queries for everybody within a span that ends now.</summary>
    public int SweepsWithin(TimeSpan span, CaptureTime now) => Sweeps.Count(at => now.Since(at) <= span);

    /// <summary>Studies fetched within a span that ends now, at most as many as moments are kept.</summary>
    public int FetchedWithin(TimeSpan span, CaptureTime now) => Fetches.Count(at => now.Since(at) <= span);

    private static void Keep(List<CaptureTime> moments, CaptureTime at)
    {
        if (moments.Count >= MomentsKept) moments.RemoveAt(0);
        moments.Add(at);
    }

    private long Within(long after, long until) => Days.Where(day => day.Day > after && day.Day <= until).Sum(day => day.Studies);
}

/// <summary>One day of fetching.</summary>
internal sealed class RetrievalDay
{
    /// <summary>Days since 1970.</summary>
    public long Day { get; set; }

    /// <summary>Different studies that were fetched.</summary>
    public long Studies { get; set; }

    /// <summary>Queries for everybody.</summary>
    public long Sweeps { get; set; }
}
