using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Storage.Tests.Audit;

/// <summary>Somebody with the database in his hands tampers with the log in every way; each is found and located.</summary>
public sealed class AuditLogTests : IAsyncLifetime
{
    private static readonly Actor Who = new("li.na", new HashSet<Role> { Role.Administrator }, null, "10.1.2.3");
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-audit-").FullName;
    private readonly AuditAnchors anchors;
    private readonly StoreFactory factory;
    private readonly AuditLog log;

    public AuditLogTests()
    {
        factory = StoreFactory.Sqlite(Path.Combine(folder, "wardkeeper.db"));
        anchors = new AuditAnchors(Path.Combine(folder, "audit-anchors"));
        log = new AuditLog(factory, anchors, TimeProvider.System);
    }

    [Fact]
    public async Task A_log_nobody_touched_is_whole()
    {
        await WriteAsync(20);
        ChainReport report = await log.VerifyAsync();
        Assert.Null(report.Break);
        Assert.Equal((20L, 20L), (report.Entries, report.LastSequence));
    }

    [Theory]
    [InlineData("UPDATE audit SET reason = 'other' WHERE sequence = 7", Tampering.Changed, 7)]
    [InlineData("UPDATE audit SET who = 'someone.else' WHERE sequence = 1", Tampering.Changed, 1)]
    [InlineData("UPDATE audit SET address = NULL WHERE sequence = 20", Tampering.Changed, 20)]
    [InlineData("UPDATE audit SET at = at + 1 WHERE sequence = 9", Tampering.Changed, 9)]
    [InlineData("UPDATE audit SET before_state = '', after_state = before_state WHERE sequence = 9", Tampering.Changed, 9)]
    [InlineData("DELETE FROM audit WHERE sequence = 7", Tampering.Removed, 7)]
    [InlineData("DELETE FROM audit WHERE sequence BETWEEN 5 AND 9", Tampering.Removed, 5)]
    [InlineData("DELETE FROM audit WHERE sequence <= 3", Tampering.Removed, 1)]
    [InlineData("DELETE FROM audit WHERE sequence = 7; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 7", Tampering.Removed, 7)]
    [InlineData("DELETE FROM audit WHERE sequence > 15", Tampering.TailCut, 16)]
    [InlineData("DELETE FROM audit", Tampering.TailCut, 1)]
    [InlineData("INSERT INTO audit SELECT 0, at, who, address, action, subject, before_state, after_state, reason, previous, hash FROM audit WHERE sequence = 1", Tampering.Inserted, 0)]
    [InlineData("INSERT INTO audit SELECT 21, at, who, address, 'user-removed', subject, before_state, after_state, reason, previous, hash FROM audit WHERE sequence = 20", Tampering.Inserted, 21)]
    public async Task Tampering_is_found_and_located(string statements, Tampering kind, long sequence)
    {
        await WriteAsync(20);
        await TamperAsync(statements);
        ChainReport report = await log.VerifyAsync();
        Assert.Equal((kind, sequence), (report.Break?.Kind, report.Break?.Sequence));
    }

    [Fact]
    public async Task A_change_whose_hash_was_made_anew_is_found_by_the_entry_after_it()
    {
        await WriteAsync(20);
        AuditEntry entry = (await EntriesAsync())[6] with { Reason = "other" };
        await TamperAsync($"UPDATE audit SET reason = 'other', hash = '{entry.ComputeHash()}' WHERE sequence = 7");
        Assert.Equal(new(Tampering.Changed, 7), await BreakAsync());
    }

    [Fact]
    public async Task An_entry_pushed_in_between_with_its_right_hash_is_found_by_the_number_of_the_next()
    {
        await WriteAsync(20);
        AuditEntry before = (await EntriesAsync())[5];
        AuditEntry forged = before with { Sequence = 7, Action = "forged", Previous = before.Hash };
        await TamperAsync("UPDATE audit SET sequence = -sequence WHERE sequence >= 7; UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0;" +
            $"INSERT INTO audit SELECT 7, at, who, address, 'forged', subject, before_state, after_state, reason, '{forged.Previous}', '{forged.ComputeHash()}' FROM audit WHERE sequence = 6");
        Assert.Equal(new(Tampering.Inserted, 7), await BreakAsync());
    }

    [Fact]
    public async Task A_tail_that_was_cut_and_written_anew_in_a_right_chain_is_found_by_the_anchors()
    {
        await WriteAsync(10);
        await WriteAsync(10);
        await TamperAsync("DELETE FROM audit WHERE sequence > 15");
        for (int i = 0; i < 10; i++) await log.AppendAsync(Who, "harmless", "nothing");
        Assert.Equal(new(Tampering.TailCut, 11), await BreakAsync());
    }

    [Fact]
    public async Task The_database_itself_refuses_to_change_and_to_delete()
    {
        await WriteAsync(3);
        await using DbConnection connection = await factory.ConnectAsync();
        foreach (string statement in new[] { "UPDATE audit SET who = 'x'", "DELETE FROM audit" })
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = statement;
            Assert.Contains("append-only", (await Assert.ThrowsAnyAsync<DbException>(() => command.ExecuteNonQueryAsync())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_entry_goes_with_the_edit_it_tells_of()
    {
        using HubGate gate = new(factory);
        AuditLog within = new(factory, anchors, TimeProvider.System, gate);
        await Assert.ThrowsAsync<IOException>(() => gate.RunAsync(async (_, _) =>
        {
            await within.AppendAsync(Who, "lost", "x");
            throw new IOException("the edit failed");
        }));
        await gate.RunAsync((_, _) => within.AppendAsync(Who, "kept", "x"));
        Assert.Equal(["kept"], (await EntriesAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Many_who_write_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (int i = 0; i < 10; i++) await log.AppendAsync(Who, "parallel", $"{writer}-{i}");
        }));
        ChainReport report = await log.VerifyAsync();
        Assert.Equal((80L, (ChainBreak?)null), (report.LastSequence, report.Break));
    }

    [Fact]
    public async Task A_long_log_is_checked_quickly()
    {
        const int entries = 20_000;
        await WriteAsync(entries);
        long start = TimeProvider.System.GetTimestamp();
        Assert.Null((await log.VerifyAsync()).Break);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"{entries} entries in {took.TotalSeconds:F2} s");
        Assert.InRange(took.TotalSeconds * 100_000 / entries, 0, 60);
    }

    [Fact]
    public async Task Texts_that_a_database_would_change_keep_their_hash()
    {
        await log.AppendAsync(Who, "odd", "nul \0 half \ud800 smile 😀 '; DROP TABLE audit; --", before: "", after: null, reason: new string('长', 40_000));
        Assert.Null((await log.VerifyAsync()).Break);
    }

    [Fact]
    public async Task A_torn_line_of_anchors_is_left_out_and_the_next_one_stands_by_itself()
    {
        await WriteAsync(5);
        await File.AppendAllTextAsync(Path.Combine(folder, "audit-anchors"), "9 abcd");
        using AuditAnchors reopened = new(Path.Combine(folder, "audit-anchors"));
        AuditLog again = new(factory, reopened, TimeProvider.System);
        await again.AppendAsync(Who, "next", "x");
        await again.AnchorAsync();
        Assert.Equal([5L, 6L], (await reopened.ReadAsync()).Select(anchor => anchor.Sequence));
        Assert.Null((await again.VerifyAsync()).Break);
    }

    [Fact]
    public async Task Entries_are_anchored_when_there_are_enough_and_at_the_end()
    {
        using CancellationTokenSource stop = new();
        Task anchoring = log.KeepAnchoringAsync(stop.Token);
        for (int i = 0; i < AuditAnchors.EntriesBetween; i++) await log.AppendAsync(Who, "many", "x");
        for (int i = 0; i < 3000 && (await anchors.ReadAsync()).Count == 0; i++) await Task.Delay(10);
        // The entry that made it due may not have been committed yet when the anchor was taken.
        Assert.InRange((await anchors.ReadAsync()).Single().Sequence, AuditAnchors.EntriesBetween - 1, AuditAnchors.EntriesBetween);
        await log.AppendAsync(Who, "last", "x");
        await stop.CancelAsync();
        await anchoring;
        Assert.Equal(AuditAnchors.EntriesBetween + 1, (await anchors.ReadAsync())[^1].Sequence);
    }

    public async ValueTask InitializeAsync()
    {
        await using StoreContext context = factory.Open();
        await context.Database.EnsureCreatedAsync();
        await log.PrepareAsync();
    }

    public ValueTask DisposeAsync()
    {
        anchors.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Entries, and an anchor at their end.</summary>
    private async Task WriteAsync(int count)
    {
        await using (DbConnection connection = await factory.ConnectAsync())
        {
            await using DbTransaction transaction = await connection.BeginTransactionAsync();
            for (int i = 0; i < count; i++) await log.AppendAsync(connection, transaction, Who, "device-edited", $"D-{i}", $"bed={i}", $"bed={i + 1}", "moved");
            await transaction.CommitAsync();
        }
        await log.AnchorAsync();
    }

    private async Task TamperAsync(string statements)
    {
        await using DbConnection connection = await factory.ConnectAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;" + statements;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<AuditEntry>> EntriesAsync() => await log.ReadAsync(new AuditFilter()).ToListAsync();

    private async Task<(Tampering?, long?)> BreakAsync() => (await log.VerifyAsync()).Break is { } found ? (found.Kind, found.Sequence) : (null, null);
}
