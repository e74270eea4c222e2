using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Storage.Tests;

/// <summary>Nothing that had a receipt is ever lost, and nothing is counted twice.</summary>
public class DurabilityTests
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("WARDKEEPER_ALL") == "1" ? 40 : 4;

    [Fact]
    public async Task Killed_at_any_moment_every_count_is_exact()
    {
        using TestFolder folder = new();
        Random random = new(7);
        long acknowledged = 0;
        for (int round = 0; round < Rounds; round++) acknowledged = Math.Max(acknowledged, await KillAsync(Child.Start(folder.Path), random.Next(1, 60)));
        await VerifyAsync(folder, acknowledged);
    }

    [Fact]
    public async Task Killed_between_the_two_commits_every_count_is_exact()
    {
        using TestFolder folder = new();
        long acknowledged = 0;
        for (int round = 1; round <= Math.Min(Rounds, 12); round++) acknowledged = Math.Max(acknowledged, await KillAsync(Child.Start(folder.Path, killBetween: round), long.MaxValue));
        await VerifyAsync(folder, acknowledged);
    }

    [Fact]
    public async Task Spool_ledger_and_history_are_on_the_disk_before_the_receipt()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed.");
        using TestFolder folder = new();
        string trace = folder["trace"];
        await KillAsync(Child.Start(folder.Path, null, "strace", "-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync,write"), 3);
        string[] lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        int receipt = Array.FindIndex(lines, line => line.Contains("\"receipt 1", StringComparison.Ordinal));
        Assert.True(receipt > 0, "no receipt in the trace");
        int spool = Sync(lines, ".spool>"), ledger = Array.FindIndex(lines, spool, line => IsSync(line, "wardkeeper.db-wal>")), history = Array.FindIndex(lines, Math.Max(ledger, 0), line => IsSync(line, ".duckdb.wal>"));
        Assert.True(spool >= 0 && spool < ledger && ledger < history && history < receipt, $"spool {spool}, ledger {ledger}, history {history}, receipt {receipt}");
    }

    [Fact]
    public async Task A_full_disk_is_reported_capture_goes_on_and_writing_resumes_by_itself()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Mounting a small disk needs root.");
        using TestFolder folder = new();
        string[] before = ["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o size=24m none {folder.Path} && exec \"$0\" \"$@\""];
        using Process process = Process.Start(Child.Start(folder.Path, null, before).WithFiller())!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.True(output.Contains("\nfull ", StringComparison.Ordinal), output + await errors);
        string last = output.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("well True", last, StringComparison.Ordinal);
        Assert.Contains($"receipt {last.Split(' ')[^1]}\n", output, StringComparison.Ordinal);
    }

    private static int Sync(string[] lines, string file) => Array.FindIndex(lines, line => IsSync(line, file));

    private static bool IsSync(string line, string file) => line.Contains(file, StringComparison.Ordinal) && (line.Contains("fsync(", StringComparison.Ordinal) || line.Contains("fdatasync(", StringComparison.Ordinal));

    /// <summary>Starts a child and kills it after so many receipts, unless it kills itself before. Gives the highest receipt it said.</summary>
    private static async Task<long> KillAsync(ProcessStartInfo start, long receipts)
    {
        using Process process = Process.Start(start)!;
        long highest = 0, seen = 0;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken) is { } line)
        {
            if (!line.StartsWith("receipt ", StringComparison.Ordinal)) continue;
            highest = long.Parse(line["receipt ".Length..], CultureInfo.InvariantCulture);
            if (++seen == receipts) process.Kill(entireProcessTree: true);
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is 137 or -1 or 9, $"the child ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return highest;
    }

    /// <summary>Sends what is still in the spool, then counts everything.</summary>
    private static async Task VerifyAsync(TestFolder folder, long acknowledged)
    {
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(folder["wardkeeper.db"]), folder.Path);
        long last;
        await using (SensorLink link = await SensorLink.OpenAsync("north", folder["spool"], hub.Path, waits: true, cancel: TestContext.Current.CancellationToken))
        {
            last = link.Spool.Next - 1;
            using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
            while (await hub.AskAsync("SELECT coalesce(max(sequence), 0) FROM applied") < last || hub.History.AppliedOf("north") < last) await Task.Delay(20, limit.Token);
        }
        Assert.True(last >= acknowledged, $"{acknowledged} was acknowledged, {last} is there");
        Assert.Equal(last, await hub.AskAsync("SELECT batches FROM sensors"));
        Assert.Equal(0, await hub.AskAsync("SELECT missing_batches FROM sensors"));
        Assert.Equal(last * SampleBatches.ObservationsEach, await hub.AskAsync("SELECT observations FROM sensors"));
        HashSet<string> uids = [];
        for (int page = 1; ; page++)
        {
            Page<HistoryFlow> flows = await hub.Queries.FlowsAsync(new FlowFilter(), SortOrder.Parse("time"), new PageRequest(page, PageRequest.MaxSize), TestContext.Current.CancellationToken);
            Assert.Equal(last * SampleBatches.FlowsEach, flows.Total);
            foreach (HistoryFlow flow in flows.Items) Assert.True(uids.Add(flow.Uid), flow.Uid);
            if (flows.Items.Count < PageRequest.MaxSize) break;
        }
        Assert.Equal(last * SampleBatches.FlowsEach, uids.Count);
    }
}
