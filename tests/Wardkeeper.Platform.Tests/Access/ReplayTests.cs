using System.Data.Common;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Slices;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Platform.Tests.Access;

/// <summary>A finding of recorded traffic is run again from its packets alone.</summary>
public sealed class ReplayTests(AppFixture app) : IClassFixture<AppFixture>
{
    [Fact]
    public async Task The_same_finding_comes_from_its_packets_and_what_rests_on_more_says_so()
    {
        string day = Path.Combine(Root(), "samples/attacks/hospital.pcap");
        Knowledge known = new(Site.Unknown, LocalNetworks.Default, app.Get<IDeviceDirectory>());
        Finding told = Replay.Again(await File.ReadAllBytesAsync(day), known).First(one => one.Type == "cleartext-administration" && one.Evidence[0].Packet > 0);
        MemoryStream slice = new();
        SliceCutter.Cut([SliceKeeper.RequestOf(told)], () => CaptureFiles.Open([day]), _ => slice);
        SliceStore store = app.Get<SliceStore>();
        long same = await StoreAsync(told, told.Type), ledger = await StoreAsync(told, "device-without-owner");
        foreach (long number in (long[])[same, ledger]) store.Keep(number, slice.ToArray(), 1, 0, 1);
        Replay replay = new(store, app.Get<IFindingQueries>(), new DetectionPath(known, new FindingBook()), app.Get<IAuditLog>());
        ControlAnswer again = await replay.AnswerAsync(Finding.IdOf(same), "root", chinese: false, TestContext.Current.CancellationToken);
        Assert.Equal((0, "same"), (again.ExitCode, again.Facts!.Value.GetProperty("result").GetString()));
        ControlAnswer past = await replay.AnswerAsync(Finding.IdOf(ledger), "root", chinese: true, TestContext.Current.CancellationToken);
        Assert.Equal((1, "needs-past"), (past.ExitCode, past.Facts!.Value.GetProperty("result").GetString()));
        Assert.Contains(past.Lines!, line => line.Contains("台账", StringComparison.Ordinal));
        UserError none = await Assert.ThrowsAsync<UserError>(() => replay.AnswerAsync("F-999", "root", chinese: false, TestContext.Current.CancellationToken));
        Assert.Contains("F-999", none.Lines[0], StringComparison.Ordinal);
    }

    private async Task<long> StoreAsync(Finding told, string type)
    {
        FindingBook book = app.Get<FindingBook>();
        book.Raise(new Sighting { Type = DetectorRegistry.Types[type], Subject = told.Subject, Peer = told.Peer, Confidence = 0.9, Arguments = told.Title.Arguments, Facts = told.Facts, Evidence = told.Evidence[0] });
        StoreFactory stores = app.Get<StoreFactory>();
        FindingsPart part = new(stores, book, app.Get<DetectionPath>());
        await using DbConnection connection = await stores.ConnectAsync();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        part.Save(connection, transaction);
        await transaction.CommitAsync();
        part.Saved();
        return book.LastNumber;
    }

    private static string Root()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Wardkeeper.slnx"))) root = Path.GetDirectoryName(root);
        return root!;
    }
}
