using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Hub.Health;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Storage.Tests;

/// <summary>
/// The other side of the durability tests: this same program, started with a folder in its environment, is a sensor and a hub over
/// that folder until it is killed. It says each receipt on its output. Otherwise it runs the tests, as the entry point that it replaces.
/// </summary>
internal static class Child
{
    private const string Folder = "WARDKEEPER_CHILD_FOLDER", KillAt = "WARDKEEPER_CHILD_KILL_BETWEEN", Filler = "WARDKEEPER_CHILD_FILLER";

    /// <summary>How to start a child.</summary>
    public static ProcessStartInfo Start(string folder, int? killBetween = null, params string[] before)
    {
        string self = Path.ChangeExtension(typeof(Child).Assembly.Location, null);
        string[] command = [.. before, self];
        ProcessStartInfo start = new(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string one in command.Skip(1)) start.ArgumentList.Add(one);
        start.Environment[Folder] = folder;
        if (killBetween is { } commit) start.Environment[KillAt] = commit.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    /// <summary>The child fills its disk first, and empties it when it was told that it is full.</summary>
    public static ProcessStartInfo WithFiller(this ProcessStartInfo start)
    {
        start.Environment[Filler] = "1";
        return start;
    }

    private static async Task<int> Main(string[] args)
    {
        if (Environment.GetEnvironmentVariable(Folder) is { Length: > 0 } folder)
        {
            await RunAsync(folder, Environment.GetEnvironmentVariable(Filler) is not null);
            return 0;
        }
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }

    private static async Task RunAsync(string folder, bool hasFiller)
    {
        int killAt = int.Parse(Environment.GetEnvironmentVariable(KillAt) ?? "0", CultureInfo.InvariantCulture), commits = 0;
        void Between()
        {
            if (++commits == killAt) Process.GetCurrentProcess().Kill();
        }
        await using TestHub hub = await TestHub.StartAsync(StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db")), folder, betweenCommits: Between);
        await using SensorLink link = await SensorLink.OpenAsync("north", Path.Combine(folder, "spool"), new Announced(hub.Path), waits: !hasFiller);
        Console.WriteLine("ready");
        string filler = Path.Combine(folder, "filler");
        bool wasFull = false, isFull = false;
        for (long sequence = link.Spool.Next; !wasFull || sequence % 50 != 0; sequence++)
        {
            if (hasFiller && sequence == 20) Fill(filler);
            foreach (Observation one in SampleBatches.Of(sequence).Observations) link.Publisher.Take(one);
            foreach (FlowRecord flow in SampleBatches.Of(sequence).Flows) link.Publisher.Take(flow);
            link.Publisher.Advance(SampleBatches.Of(sequence).End);
            link.Publisher.Tick();
            if (!hasFiller) continue;
            await Task.Delay(5);
            isFull = hub.Health.Troubles.Any(trouble => trouble.Kind == StoreTroubleKind.DiskFull) || link.Outbox.Trouble is not null;
            if (!isFull || wasFull) continue;
            Console.WriteLine($"full {string.Join(' ', hub.Health.Troubles.Select(trouble => trouble.Message))} {link.Outbox.Trouble}");
            File.Delete(filler);
            wasFull = true;
        }
        // Everything that was taken gets through once there is room.
        while (link.Outbox.Waiting > 0 || link.Spool.Pending > 0) await Task.Delay(20);
        Console.WriteLine($"well {hub.Health.IsWell} {link.Spool.Next - 1}");
    }

    private static void Fill(string path)
    {
        try
        {
            using FileStream stream = File.Create(path);
            byte[] block = new byte[4096];
            while (true)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Says each receipt aloud before the spool hears of it.</summary>
    private sealed class Announced(HubPath hub) : IBatchReceiver
    {
        public Task<long> AppliedAsync(string sensor, CancellationToken cancel = default) => hub.AppliedAsync(sensor, cancel);

        public ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default) => hub.DeliverAsync(
            batch,
            sequence =>
            {
                Console.WriteLine($"receipt {sequence}");
                receipt(sequence);
            },
            cancel);
    }
}
