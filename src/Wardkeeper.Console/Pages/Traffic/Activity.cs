using Wardkeeper.Console.Parts;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>Traffic over time as the chart shows it: the six protocols with most bytes, the rest as one, in spans that suit the range.</summary>
internal static class Activity
{
    private const int MostAreas = 6, MostSpans = 120;
    private static readonly int[] Widths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 604_800];

    /// <summary>The span for a range, so that there are at most 120.</summary>
    public static TimeSpan Width(CaptureTime from, CaptureTime to)
    {
        double seconds = Math.Max(1, to.Since(from).TotalSeconds);
        int width = Array.Find(Widths, one => seconds / one <= MostSpans);
        return TimeSpan.FromSeconds(width == 0 ? Math.Ceiling(seconds / MostSpans / Widths[^1]) * Widths[^1] : width);
    }

    /// <summary>Makes areas of what the hub answered.</summary>
    /// <param name="buckets">Spans with traffic.</param>
    /// <param name="from">Begin of the range.</param>
    /// <param name="to">End of the range.</param>
    /// <param name="width">Width of a span.</param>
    /// <param name="name">Name of a protocol; null is the rest.</param>
    /// <param name="href">Address of a span.</param>
    public static (IReadOnlyList<AreaSeries> Series, IReadOnlyList<AreaPoint> Points) Areas(
        IReadOnlyList<ActivityBucket> buckets, CaptureTime from, CaptureTime to, TimeSpan width, Func<string?, string> name, Func<CaptureTime, CaptureTime, string> href)
    {
        if (buckets.Count == 0) return ([], []);
        string[] byBytes = [.. buckets.GroupBy(one => one.Protocol).OrderByDescending(same => same.Sum(one => one.Bytes)).ThenBy(same => same.Key, StringComparer.Ordinal).Select(same => same.Key)];
        string[] shown = [.. byBytes.Take(MostAreas)];
        bool hasRest = byBytes.Length > shown.Length;
        long step = width.Ticks * 100, first = from.Nanoseconds - (from.Nanoseconds % step), last = Math.Max(first, to.Nanoseconds - 1);
        // A range of years must not become a million spans: what lies outside the chart's range is not drawn.
        int count = (int)Math.Min(((last - first) / step) + 1, MostSpans * 2);
        long[][] values = [.. Enumerable.Range(0, count).Select(_ => new long[shown.Length + (hasRest ? 1 : 0)])];
        foreach (ActivityBucket bucket in buckets)
        {
            long at = (bucket.At.Nanoseconds - first) / step;
            if (at < 0 || at >= count) continue;
            int area = Array.IndexOf(shown, bucket.Protocol);
            values[at][area < 0 ? shown.Length : area] += bucket.Bytes;
        }
        List<AreaSeries> series = [.. shown.Select(protocol => new AreaSeries(name(protocol)))];
        if (hasRest) series.Add(new AreaSeries(name(null), true));
        return (series, [.. values.Select((row, i) => new AreaPoint(new CaptureTime(first + (i * step)), row, href(new CaptureTime(first + (i * step)), new CaptureTime(first + ((i + 1) * step)))))]);
    }
}
