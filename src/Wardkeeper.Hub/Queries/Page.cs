namespace Wardkeeper.Hub.Queries;

/// <summary>One page of an answer, and how many rows there are in all.</summary>
/// <typeparam name="T">A row.</typeparam>
/// <param name="Items">The rows of this page.</param>
/// <param name="Total">Rows in all pages.</param>
/// <param name="AsOf">Capture time up to which the answer holds; null when nothing was seen yet.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, Sensor.Observations.CaptureTime? AsOf = null);

/// <summary>Which page is asked for.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">Rows on a page, 1 to 500.</param>
public readonly record struct PageRequest(int Number = 1, int Size = 50)
{
    /// <summary>Largest page.</summary>
    public const int MaxSize = 500;

    /// <summary>Rows before this page.</summary>
    public int Skip => (Math.Max(1, Number) - 1) * Take;

    /// <summary>Rows on this page, within bounds.</summary>
    public int Take => Math.Clamp(Size, 1, MaxSize);
}

/// <summary>Answers that are asked for page by page.</summary>
public static class EveryPage
{
    /// <summary>Every row, asked for in the largest pages until one is not full.</summary>
    /// <param name="read">Asks for a page.</param>
    public static async IAsyncEnumerable<T> OfAsync<T>(Func<PageRequest, Task<Page<T>>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        for (int number = 1; ; number++)
        {
            Page<T> page = await read(new PageRequest(number, PageRequest.MaxSize));
            foreach (T item in page.Items) yield return item;
            if (page.Items.Count < PageRequest.MaxSize) yield break;
        }
    }
}

/// <summary>In which order rows come.</summary>
/// <param name="Column">API name of a column.</param>
/// <param name="Descending">Largest first.</param>
public readonly record struct SortOrder(string Column, bool Descending = false)
{
    /// <summary>Reads <c>name</c> or <c>-name</c>.</summary>
    public static SortOrder Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith('-') ? new(text[1..], true) : new(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Descending ? "-" + Column : Column;
}
