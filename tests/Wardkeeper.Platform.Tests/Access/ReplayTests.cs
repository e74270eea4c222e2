using System.Data.Common;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Signatures;
using Wardkeeper.Platform.Slices;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
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

    [Fact]
    public async Task A_finding_is_judged_by_the_rule_the_description_and_the_parameters_of_then()
    {
        string day = Path.Combine(Root(), "samples/attacks/hospital.pcap");
        Site site = SiteFile.Read("declaredScanners: [10.99.0.0/16]\n", "site.yaml", out IReadOnlyList<string> mistakes);
        Assert.Empty(mistakes);
        Knowledge known = new(site, LocalNetworks.Default, app.Get<IDeviceDirectory>());
        RuleSet rules = RuleTrials.Read(
            "alert tcp any any -> any any (msg:\"noted\"; content:\"SSH-\"; depth:4; flowbits:set,ssh; flowbits:noalert; sid:76;)\nalert tcp any any -> any any (msg:\"a shell\"; flowbits:isset,ssh; content:\"SSH-2.0\"; sid:77; rev:3;)\nalert tcp any any -> any 1 (msg:\"other\"; content:\"nobody says so\"; sid:78;)",
            LocalNetworks.Default);
        Finding told = Replay.Again(await File.ReadAllBytesAsync(day, TestContext.Current.CancellationToken), known, rules).First(one => one.Type == "signature-alert");
        JudgedBy by = JudgedBy.Now(told, known, rules);
        Assert.Equal(["76", "77"], by.Rules.Select(rule => rule.Split("sid:")[1][..2]));
        Assert.True(by.Then(new Knowledge(Site.Unknown, LocalNetworks.Of(["192.0.2.0/24"]), known.Devices)) is { Site.DeclaredScanners.Count: 1 } then && then.Local.Contains(told.Subject.Subject.Ip));
        MemoryStream slice = new();
        SliceCutter.Cut([SliceKeeper.RequestOf(told)], () => CaptureFiles.Open([day]), _ => slice);
        long number = await StoreAsync(told, told.Type);
        SliceStore store = app.Get<SliceStore>();
        // No rule runs now, and the networks of the site are others.
        Replay replay = new(store, app.Get<IFindingQueries>(), new DetectionPath(new Knowledge(Site.Unknown, LocalNetworks.Of(["192.0.2.0/24"]), known.Devices), new FindingBook()), app.Get<IAuditLog>());
        async Task<(string?, string?)> JudgedAsync(JudgedBy? kept)
        {
            store.Keep(number, slice.ToArray(), 1, 0, 1, kept);
            ControlAnswer answer = await replay.AnswerAsync(Finding.IdOf(number), "root", chinese: false, TestContext.Current.CancellationToken);
            return (answer.Facts!.Value.GetProperty("result").GetString(), answer.Facts!.Value.GetProperty("judged_by").GetString());
        }
        Assert.Equal(("same", "same"), await JudgedAsync(by));
        Assert.Equal(("same", "other-build"), await JudgedAsync(by with { Build = "0.0.9 a b" }));
        Assert.Equal(("same", "gone"), await JudgedAsync(by with { Build = "0.0.9 a b", Parameters = new Dictionary<string, string>(by.Parameters) { ["MostOfOne"] = "7" } }));
        Assert.Equal(("not-again", "gone"), await JudgedAsync(by with { Rules = ["alert tcp any any -> any any (msg:\"x\"; of_another_time:1; sid:77;)"] }));
        Assert.Equal(("not-again", "not-kept"), await JudgedAsync(null));
    }

    [Fact]
    public void An_indicator_is_kept_as_it_was_listed()
    {
        Indicator listed = new(IndicatorKind.Domain, "evil.example") { Source = "CERT", Says = "C2", Confidence = 80, From = CaptureTime.FromSeconds(1), Until = CaptureTime.FromSeconds(5000) };
        Knowledge known = new(Site.Unknown, LocalNetworks.Default, app.Get<IDeviceDirectory>()) { Indicators = IndicatorSet.Of([listed, new Indicator(IndicatorKind.Address, "203.0.113.0/24") { Source = "list" }]) };
        FindingBook book = new();
        DetectionPath path = new(known, book);
        Assert.True(Address.TryParse("10.0.1.5", out Address client));
        Assert.True(Address.TryParse("203.0.113.9", out Address outside));
        FlowView view = new() { Uid = "C1", Carrier = Carrier.Tcp, Began = CaptureTime.FromSeconds(100), OriginatorAddress = client, ResponderAddress = outside, ResponderPort = 80 };
        path.Take(new TransactionRow("http", view.Began, view.Began, view, "{\"host\":\"a.evil.example\",\"uri\":\"/\"}"u8.ToArray()));
        path.Take(new FlowRecord { View = view, ConnState = "SF", History = "ShADadFf", OriginatorPackets = 3, ResponderPackets = 3, CommunityId = "" });
        Assert.Equal(["evil.example", "203.0.113.9"], book.Findings.Select(finding => JudgedBy.Now(finding, known, null).Indicator!.Value));
        Assert.Equal(listed, JudgedBy.Now(book.Findings[0], known, null).Indicator);
        Assert.NotNull(JudgedBy.Now(book.Findings[1], known, null).Then(known).Indicators.Find(outside, CaptureTime.FromSeconds(100)));
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
