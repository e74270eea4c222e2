using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Tests.Up;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Publishing;

namespace Wardkeeper.Platform.Tests.Running;

/// <summary>A sensor in the program, with a disk that has no room for a while.</summary>
public sealed class SensorRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_replay_waits_for_the_disk_and_loses_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        Taker undisturbed = new(), held = new();
        await using (SensorRun run = await StartAsync(folder["roomy"], undisturbed)) await run.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken);
        string small = folder["small"];
        Directory.CreateDirectory(small);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=128k", "wardkeeper-test", small);
        try
        {
            SensorRun run = await StartAsync(small, held);
            await using (run)
            {
                // The disk is full, the queue as well, and the replay stands still.
                await UntilAsync(() => run.Link.Trouble is not null && run.Link.Outbox.Waiting >= 64);
                Assert.False(run.Ended.IsCompleted);
                await RunAsync("mount", "-o", "remount,size=64m", small);
                await run.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            Assert.Equal((0, 0), (run.Link.Publisher.DroppedBatches, run.Link.Outbox.Abandoned));
        }
        finally
        {
            await RunAsync("umount", "-l", small);
        }
        Assert.True(undisturbed.Transactions > 500);
        Assert.Equal((undisturbed.Flows, undisturbed.Transactions), (held.Flows, held.Transactions));
    }

    private static Task<SensorRun> StartAsync(string spool, Taker hub) => SensorRun.StartAsync(
        "demo",
        spool,
        new PacedSource(new PacedOptions { Paths = [Path.Combine(MirroredFrames.Checkout(), "samples", "demo", "hospital.pcap")], Passes = 1 }, TimeProvider.System),
        hub,
        new SensorOptions { Workers = 1, Local = LocalNetworks.Default, Masker = new PatientMasker(new byte[32]) },
        TimeProvider.System,
        NullLogger.Instance,
        TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource late = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!isSo()) await timer.WaitForNextTickAsync(late.Token);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}"));
    }

    /// <summary>A hub that takes everything and counts.</summary>
    private sealed class Taker : IBatchReceiver
    {
        public long Flows { get; private set; }

        public long Transactions { get; private set; }

        public Task<long> AppliedAsync(string sensor, CancellationToken cancel = default) => Task.FromResult(0L);

        public ValueTask DeliverAsync(SensorBatch batch, Action<long> receipt, CancellationToken cancel = default)
        {
            Flows += batch.Flows.Count;
            Transactions += batch.Transactions.Count;
            receipt(batch.Sequence);
            return ValueTask.CompletedTask;
        }
    }
}
