using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace Wardkeeper.Browser.Tests.Pages;

/// <summary>A task that begins at the overview, with its clicks counted: a search with Enter counts as one, typing as none.</summary>
internal sealed class Counted
{
    private static readonly ConcurrentDictionary<string, string> Lines = new(StringComparer.Ordinal);
    private static readonly Lock Writing = new();
    private readonly Visit visit;
    private readonly string task;
    private readonly long began = Stopwatch.GetTimestamp();

    private Counted(Visit visit, string task) => (this.visit, this.task) = (visit, task);

    /// <summary>Clicks so far.</summary>
    public int Clicks { get; private set; }

    private IPage Page => visit.Page;

    /// <summary>Opens the overview, or the page that stands in its place, and begins to count.</summary>
    public static async Task<Counted> FromOverviewAsync(Visit visit, string task)
    {
        await visit.GoAsync("/");
        return new Counted(visit, task);
    }

    /// <summary>Clicks, and waits for what comes.</summary>
    public async Task ClickAsync(ILocator target)
    {
        Clicks++;
        await target.ClickAsync();
        await visit.SettledAsync();
    }

    /// <summary>Searches and opens the first hit.</summary>
    public async Task SearchAsync(string text)
    {
        Clicks++;
        await TypeSearchAsync(text);
        await Page.Locator("[data-wk-hit]").First.WaitForAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.AtAsync("**/devices/*");
        await visit.SettledAsync();
    }

    /// <summary>Types into the search without opening anything.</summary>
    public async Task TypeSearchAsync(string text)
    {
        await Page.Keyboard.PressAsync("Control+k");
        await Page.Locator("#wk-search-box").FillAsync(text);
    }

    /// <summary>The task is done: its clicks are as promised. The seconds are written down with the documentation, never asserted.</summary>
    public void Done(int most)
    {
        Assert.InRange(Clicks, 0, most);
        Assert.Empty(visit.Wrong);
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") != "1") return;
        Lines[task] = $"| {task} | {Clicks} | {most} | {Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} |";
        lock (Writing) Write();
    }

    private static void Write()
    {
        const string Head = "## Tasks\n";
        string path = Path.Combine(Checkout.Root, "docs/benchmarks.md"), text = File.ReadAllText(path);
        int at = text.IndexOf(Head, StringComparison.Ordinal);
        string before = at < 0 ? text.TrimEnd() + "\n\n" : text[..at];
        int next = at < 0 ? -1 : text.IndexOf("\n## ", at + Head.Length, StringComparison.Ordinal);
        string after = next < 0 ? "" : text[next..];
        string table = "Clicks from the overview and seconds of the browser test that does the task (a machine types and aims quicker than a person; what is compared is one release with another).\n\n| task | clicks | at most | seconds |\n| --- | --- | --- | --- |\n";
        File.WriteAllText(path, before + Head + table + string.Join('\n', Lines.OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => line.Value)) + "\n" + after);
    }
}
