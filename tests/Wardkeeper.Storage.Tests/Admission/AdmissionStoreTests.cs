using System.Net;
using Microsoft.Data.Sqlite;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Storage.Tests.Admission;

public class AdmissionStoreTests(PostgresServer server)
{
    private static readonly CaptureTime Now = CaptureTime.FromDate(TimeProvider.System.GetUtcNow());

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Decisions_and_sessions_are_there_after_a_restart_and_no_number_is_given_twice(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        AdmissionStore first = new(stores, new SessionBoard(), new StoreHealth(TimeProvider.System));
        Assert.Equal(0, await first.OpenAsync(TestContext.Current.CancellationToken));
        for (int i = 1; i <= 700; i++) first.Keep(Decision(i, 3, AdmissionOutcome.Admit));
        bool[] stored = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => first.StoreAsync(Record(AccountingKind.Start, $"s{i}", 0), TestContext.Current.CancellationToken)));
        Assert.DoesNotContain(false, stored);
        Assert.True(await first.StoreAsync(Record(AccountingKind.Stop, "s1", 5), TestContext.Current.CancellationToken));
        Assert.True(await first.StoreAsync(Record(AccountingKind.Stop, "s1", 5), TestContext.Current.CancellationToken));
        Assert.Equal((602, 1, 0), (first.Stored, first.Duplicates, first.Lost));
        await first.DisposeAsync();

        SessionBoard board = new();
        await using AdmissionStore second = new(stores, board, new StoreHealth(TimeProvider.System));
        Assert.True(await second.OpenAsync(TestContext.Current.CancellationToken) >= AdmissionStore.Ahead);
        Assert.Equal(599, board.Count);
        AdmissionQueries queries = new(stores);
        Page<KeptDecision> page = await queries.DecisionsAsync(new AdmissionFilter(Segment: "ward", Outcome: AdmissionOutcome.Admit, Device: 3), new PageRequest(2, 50), TestContext.Current.CancellationToken);
        Assert.Equal((700, 50), (page.Total, page.Items.Count));
        Assert.Equal(new AdmissionCount("ward", AdmissionOutcome.Admit, AdmissionOutcome.Admit, 700, 1), Assert.Single(await queries.CountsAsync(new CaptureTime(0), null, TestContext.Current.CancellationToken)));
        Assert.Equal("known", (await queries.DecisionAsync(5, null, TestContext.Current.CancellationToken))!.Reasons[0].Key);
        await queries.ForgetAsync(new CaptureTime(Now.Nanoseconds + CaptureTime.PerSecond), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await queries.DecisionsAsync(new AdmissionFilter(), new PageRequest(), TestContext.Current.CancellationToken)).Total);
    }

    [Fact]
    public async Task An_answer_that_is_over_ends_by_itself_except_for_a_medical_device_that_was_let_in()
    {
        using TestFolder folder = new();
        string path = folder["lastknown.db"];
        await using LastKnownFile file = LastKnownFile.Open(path, device => device == 1, out string? repaired);
        Assert.Null(repaired);
        // All of these are long over.
        CaptureTime past = new(Now.Nanoseconds - (30L * 86_400 * CaptureTime.PerSecond));
        file.Keep(Decision(1, 1, AdmissionOutcome.Admit, "02:00:00:00:00:01"), "rfc3580", past);
        file.Keep(Decision(2, 2, AdmissionOutcome.Admit, "02:00:00:00:00:02"), "rfc3580", past);
        file.Keep(Decision(3, 1, AdmissionOutcome.Admit, "02:00:00:00:00:03"), "rfc3580", past);
        file.Keep(Decision(4, 1, AdmissionOutcome.Refuse, "02:00:00:00:00:03"), "rfc3580", past);
        file.Keep(Decision(5, 1, AdmissionOutcome.Admit, "02:00:00:00:00:04"), "rfc3580", past);
        file.Keep(Decision(6, 1, AdmissionOutcome.Refuse, "02:00:00:00:00:04"), "rfc3580", Now);
        file.Keep(Decision(7, null, AdmissionOutcome.Quarantine, "02:00:00:00:00:05"), "rfc3580", Now);
        file.Refuse("02:00:00:00:00:01", new CaptureTime(Now.Nanoseconds + (60 * CaptureTime.PerSecond)));
        await file.WrittenAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Reject", Look(path, 1));
        file.Forgive("02:00:00:00:00:01");
        await file.WrittenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["Accept", "", "Accept", "Reject", ""], Enumerable.Range(1, 5).Select(i => Look(path, i)));
        Assert.Equal(4, file.Count);
    }

    [Fact]
    public async Task A_flood_of_made_up_addresses_leaves_the_file_as_it_was()
    {
        using TestFolder folder = new();
        string path = folder["lastknown.db"];
        await using LastKnownFile file = LastKnownFile.Open(path, _ => true, out _);
        for (int i = 1; i <= 9; i++) file.Keep(Decision(i, i, AdmissionOutcome.Admit, $"02:00:00:00:00:0{i}"), "rfc3580", Now);
        await file.WrittenAsync(TestContext.Current.CancellationToken);
        long before = Size();
        Parallel.For(0, 100_000, i => file.Keep(Decision(10 + i, null, AdmissionOutcome.Quarantine, $"06:00:00:{i >> 16:x2}:{(i >> 8) & 255:x2}:{i & 255:x2}"), "rfc3580", Now));
        // Known ones go on being written meanwhile.
        file.Keep(Decision(200_000, 1, AdmissionOutcome.Refuse), "rfc3580", Now);
        await file.WrittenAsync(TestContext.Current.CancellationToken);
        Assert.Equal((9, 0L), (file.Count, file.Lost));
        Assert.Equal(["Reject", .. Enumerable.Repeat("Accept", 8)], Enumerable.Range(1, 9).Select(i => Look(path, i)));
        Assert.True(Size() < before + 100_000, $"{before} bytes became {Size()}");

        long Size() => Directory.EnumerateFiles(folder.Path).Sum(one => new FileInfo(one).Length);
    }

    [Fact]
    public async Task A_damaged_file_is_put_right()
    {
        using TestFolder folder = new();
        string path = folder["lastknown.db"];
        await File.WriteAllTextAsync(path, new string('x', 5000), TestContext.Current.CancellationToken);
        await using LastKnownFile file = LastKnownFile.Open(path, _ => true, out string? repaired);
        Assert.NotNull(repaired);
        file.Keep(Decision(1, 1, AdmissionOutcome.Admit, "02:00:00:00:00:01"), "rfc3580", Now);
        await file.WrittenAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Accept", Look(path, 1));
    }

    private static string Look(string path, int number)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM valid_check WHERE mac = @mac";
        command.Parameters.AddWithValue("@mac", $"02-00-00-00-00-0{number}");
        return command.ExecuteScalar() as string ?? "";
    }

    private static AdmissionDecision Decision(long number, long? device, AdmissionOutcome outcome, string mac = "02:00:00:00:00:01") => new(
        number, new AdmissionRequest(Now, AdmissionMethod.MacAuthentication, mac, "", null, IPAddress.Loopback, null, "3", null, null), device, "ward", outcome, outcome, outcome == AdmissionOutcome.Refuse ? null : "20", null, TimeSpan.FromHours(1),
        IdentityGrade.MacOnly, new FingerprintMatch(null, []), [new AdmissionReason("known", "x")], null);

    private static AccountingRecord Record(AccountingKind kind, string session, long seconds) => new(
        new CaptureTime(Now.Nanoseconds + (seconds * CaptureTime.PerSecond)), kind, session, "02:00:00:00:00:01", "", IPAddress.Loopback, null, "3", 7, null, null, null, null, null, null);
}
