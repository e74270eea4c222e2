using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What somebody was seen to do and since when, so that what is done today can be held against it. Bounded; times are capture times.</summary>
internal sealed class Habit
{
    /// <summary>How long somebody must have been watched before what is new means something: a week, so that nights, weekends and the weekly work were seen.</summary>
    public static readonly TimeSpan Learned = TimeSpan.FromDays(7);

    private const int FewestDays = 4, MostTraits = 256;
    private const long Day = 86_400 * CaptureTime.PerSecond;

    /// <summary>Seen first; null before.</summary>
    public CaptureTime? First { get; set; }

    /// <summary>Seen last.</summary>
    public CaptureTime Last { get; set; }

    /// <summary>Days on which it was seen.</summary>
    public int Days { get; set; }

    /// <summary>How often it was seen.</summary>
    public long Times { get; set; }

    /// <summary>What it was seen to do, each with the time of the first sight.</summary>
    public Dictionary<string, CaptureTime> Traits { get; set; } = [];

    /// <summary>The day that a time lies on, counted from 1970.</summary>
    public static long DayOf(CaptureTime at) => at.Nanoseconds / Day;

    /// <summary>Whether it was watched long enough, and on enough days, by a time.</summary>
    public bool IsSettled(CaptureTime at) => First is { } first && Days >= FewestDays && at.Since(first) >= Learned;

    /// <summary>It was seen.</summary>
    public void Note(CaptureTime at)
    {
        if (First is null || DayOf(at) > DayOf(Last)) Days++;
        First ??= at;
        if (at > Last) Last = at;
        Times++;
    }

    /// <summary>Whether it did this before; from now on it did. When too many things are kept, everything counts as known.</summary>
    public bool Knows(string trait, CaptureTime at) => Traits.Count >= MostTraits || !Traits.TryAdd(trait, at);
}
