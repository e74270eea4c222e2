using System.Text.Json.Nodes;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Platform.Cases;
using Wardkeeper.Platform.Control;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Backups;

namespace Wardkeeper.Platform.Tests.Cases;

/// <summary>Uploaded captures go into a backup and come out of it.</summary>
public sealed class CaseBackupTests
{
    private static readonly byte[] Day = File.ReadAllBytes(Path.Combine(CasePlatform.Samples, "hospital-day/hospital.pcap"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_holds_captures_as_they_are_and_one_without_any_still_restores()
    {
        using TestFolder folder = new();
        CaptureTime until = new((TimeProvider.System.GetUtcNow().AddDays(2) - DateTimeOffset.UnixEpoch).Ticks * 100);
        byte[] short1 = Day[..200_000], short2 = Day[..150_000];
        using ManualResetEventSlim reached = new(), go = new();
        long devices, flows;
        CasePlatform first = await CasePlatform.StartAsync(folder["data"]);
        try
        {
            CaseLine kept = await first.UploadAsync(short1, "kept.pcap", new CaseKeep("for the vendor", until)), usual = await first.UploadAsync(short2, "usual.pcap"), gone = await first.UploadAsync(short2, "gone.pcap");
            await first.EndAsync(gone.Number);
            Assert.Equal(CaseState.Done, (await first.EndAsync(kept.Number)).State);
            Assert.True(await first.Cases.DeleteAsync(CasePlatform.Analyst, gone.Number, "not needed", Cancel));
            (devices, flows) = await LookAsync(first, kept.Number);
            // One is being read, and waits for the backup to be over.
            first.Get<CaseAnalysis>().BeforeFrame = frame =>
            {
                if (frame != 100) return;
                reached.Set();
                go.Wait(TimeSpan.FromMinutes(1));
            };
            CaseLine reading = await first.UploadAsync(short2, "reading.pcap");
            Assert.True(await Task.Run(() => reached.Wait(TimeSpan.FromMinutes(1)), Cancel));
            IControlCommand backup = first.Get<IEnumerable<IControlCommand>>().Single(one => one.Name == "backup");
            ControlAnswer made = await backup.RunAsync(new ControlRequest { Command = "backup", Person = "test", Arguments = new Dictionary<string, string> { ["folder"] = folder["copy"] } }, _ => { }, Cancel);
            Assert.Contains("3 captures", made.Lines![0], StringComparison.Ordinal);
            go.Set();
            Assert.Equal(CaseState.Done, (await first.EndAsync(reading.Number)).State);
            Assert.False(File.Exists(folder[$"data/cases/{reading.Number}/capture"]));
            Assert.Equal((usual.Number, reading.Number), (2, 4));
        }
        finally
        {
            go.Set();
            await first.DisposeAsync();
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["copy"]));
        Assert.False(File.Exists(folder["copy/cases/2/capture"]) || Directory.Exists(folder["copy/cases/3"]) || File.Exists(folder["copy/cases/4/wardkeeper.db"]));

        // Into an empty folder: what can be looked at can be, what was kept is kept with reason and day, what was being read is read.
        Assert.Null(await Restore.RunAsync(folder["copy"], folder["other"], Cancel));
        await using (CasePlatform other = await CasePlatform.StartAsync(folder["other"]))
        {
            CaseLine kept = (await other.Cases.GetAsync(CasePlatform.Analyst, 1, Cancel))!;
            Assert.Equal(("for the vendor", until, true, true), (kept.KeptBecause, kept.KeptUntil!.Value, kept.HasFile, kept.CanOpen));
            Assert.Equal(short1, await File.ReadAllBytesAsync(folder["other/cases/1/capture"], Cancel));
            Assert.Equal((devices, flows), await LookAsync(other, 1));
            Assert.InRange((await LookAsync(other, 2)).Flows, 1, long.MaxValue);
            Assert.Equal((CaseState.Done, await LookAsync(other, 2)), ((await other.EndAsync(4)).State, await LookAsync(other, 4)));
            Assert.Equal(3, (await other.Cases.ListAsync(CasePlatform.Analyst, new CaseFilter(), new PageRequest(1), Cancel)).Total);
            Assert.Equal(5, (await other.UploadAsync(short2)).Number);
            await other.EndAsync(5);
        }
        // Over it: what was there is put aside, captures too.
        Assert.Equal("before-restore-1", await Restore.RunAsync(folder["copy"], folder["other"], Cancel));
        Assert.True(File.Exists(folder["other/before-restore-1/cases/5/wardkeeper.db"]) && !Directory.Exists(folder["other/cases/5"]) && File.Exists(folder["other/cases/1/capture"]));

        // As backups were before: no captures, and nothing said of them.
        Directory.Delete(folder["copy/cases"], true);
        JsonObject manifest = JsonNode.Parse(await File.ReadAllTextAsync(folder["copy/manifest.json"], Cancel))!.AsObject();
        manifest.Remove("cases");
        JsonArray files = manifest["files"]!.AsArray();
        foreach (JsonNode? file in files.Where(file => file!["path"]!.GetValue<string>().StartsWith("cases/", StringComparison.Ordinal)).ToArray()) files.Remove(file);
        await File.WriteAllTextAsync(folder["copy/manifest.json"], manifest.ToJsonString(), Cancel);
        Assert.Null(await Restore.RunAsync(folder["copy"], folder["older"], Cancel));
        await using (CasePlatform older = await CasePlatform.StartAsync(folder["older"]))
        {
            Assert.Equal("kept.pcap", (await older.Cases.GetAsync(CasePlatform.Analyst, 1, Cancel))!.Name);
            Assert.Null(await older.Get<IWorkspaces>().OpenAsync(1, Cancel));
            // What was being read then is not there to be read.
            CaseLine lost = await older.EndAsync(4);
            Assert.Equal((CaseState.Failed, false, "unreadable"), (lost.State, lost.CanOpen, lost.Problems.Single().Kind));
        }
        Assert.Equal("before-restore-2", await Restore.RunAsync(folder["copy"], folder["other"], Cancel));
        Assert.True(File.Exists(folder["other/cases/1/capture"]));
    }

    private static async Task<(long Devices, long Flows)> LookAsync(CasePlatform platform, long number)
    {
        IWorkspace world = (await platform.Get<IWorkspaces>().OpenAsync(number, Cancel))!;
        return (await world.Devices.CountAsync(new DeviceFilter(), Cancel), (await world.History.FlowsAsync(new Hub.History.FlowFilter(), SortOrder.Parse("time"), new PageRequest(1, 1), Cancel)).Total);
    }
}
