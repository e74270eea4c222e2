using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Access;

namespace Wardkeeper.Storage.Tests.Access;

/// <summary>Persons, sessions, tokens and the audit log on both databases.</summary>
public sealed class AccessStoreTests(PostgresServer server)
{
    private static readonly Actor Who = new("local:test", new HashSet<Role>());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_stored_comes_back_and_a_failed_change_leaves_nothing(bool isPostgres)
    {
        await using AccessDatabase database = await AccessDatabase.CreateAsync(isPostgres ? server : null);
        AccessStore store = database.Store;
        User user = new() { Id = 0, Name = "li.na", DisplayName = "李娜", Telephone = "0755 1234", Roles = new HashSet<Role> { Role.Viewer }, Departments = new HashSet<string> { "ICU", "放射科" }, MustChangePassword = true, Created = new(5) };
        Account added = await store.ChangeAsync(async change =>
        {
            Account account = await change.AddAsync(new(user, "hash", [1, 2, 3], 7, ["a", "b"]));
            await change.AuditAsync(Who, "user-created", "user:li.na");
            return account;
        });
        Account read = await store.ChangeAsync(async change => (await change.AccountAsync("li.na"))!);
        Assert.Equal(("李娜", "0755 1234", "hash", 7L, true, 1L), (read.User.DisplayName, read.User.Telephone, read.PasswordHash, read.LastCodeStep, read.User.MustChangePassword, read.User.Revision));
        Assert.Equal(["ICU", "放射科"], read.User.Departments.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3], read.CodeSecret);
        Assert.Equal(["a", "b"], read.RecoveryHashes);
        await Assert.ThrowsAsync<IOException>(() => store.ChangeAsync<bool>(async change =>
        {
            await change.SaveAsync(added with { User = added.User with { DisplayName = "lost" } });
            await change.AuditAsync(Who, "lost", "user:li.na");
            throw new IOException("failed");
        }));
        Assert.Equal(2, (await store.ChangeAsync(change => change.SaveAsync(added with { User = added.User with { DisplayName = "Li Na" } }))).User.Revision);
        Assert.Equal("Li Na", (await store.UserAsync(added.User.Id))?.DisplayName);
        ChainReport report = await database.Log.VerifyAsync();
        Assert.Equal((1L, (ChainBreak?)null), (report.Entries, report.Break));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_end_with_their_number_their_time_and_their_person(bool isPostgres)
    {
        await using AccessDatabase database = await AccessDatabase.CreateAsync(isPostgres ? server : null);
        AccessStore store = database.Store;
        User user = (await store.ChangeAsync(change => change.AddAsync(new(new User { Id = 0, Name = "a1", DisplayName = "a", Roles = new HashSet<Role> { Role.Analyst }, Departments = new HashSet<string>() }, "h", null, 0, [])))).User;
        for (int i = 1; i <= 5; i++)
        {
            int at = i;
            await store.ChangeAsync(async change =>
            {
                await change.AddSessionAsync(new("s" + at, user.Id, new(at), new(at), new(at == 3 ? 4 : 1000), false, "10.0.0.1", null), 3);
                return true;
            });
        }
        Assert.Equal(["s5", "s4", "s2"], (await store.SessionsAsync(user.Id)).Select(session => session.Hash));
        await store.TouchSessionAsync("s2", new CaptureTime(50));
        Assert.Equal(50, (await store.SessionAsync("s2"))?.Session.LastUsed.Nanoseconds);
        await store.ChangeAsync(async change =>
        {
            await change.RemoveSessionsAsync(user.Id, "s4");
            return true;
        });
        Assert.Equal(["s4"], (await store.SessionsAsync(null)).Select(session => session.Hash));
        await store.ChangeAsync(async change =>
        {
            await change.RemoveUserAsync(user.Id);
            return true;
        });
        Assert.Empty(await store.SessionsAsync(null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_run_one_after_another(bool isPostgres)
    {
        await using AccessDatabase database = await AccessDatabase.CreateAsync(isPostgres ? server : null);
        // Two stores are two processes: each has its own turn, and only the database keeps them apart.
        using AccessStore second = new(database.Factory, database.Log);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? database.Store : second).ChangeAsync(async change =>
        {
            Failures failures = await change.FailuresAsync("user:x");
            await change.SaveFailuresAsync("user:x", failures with { Count = failures.Count + 1 });
            await change.AuditAsync(Who, "counted", "user:x");
            return true;
        })));
        Assert.Equal(20, (await database.Store.ChangeAsync(change => change.FailuresAsync("user:x"))).Count);
        Assert.Null((await database.Log.VerifyAsync()).Break);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_log_is_filtered_and_guarded_by_the_database(bool isPostgres)
    {
        await using AccessDatabase database = await AccessDatabase.CreateAsync(isPostgres ? server : null);
        for (int i = 0; i < 5; i++) await database.Log.AppendAsync(Who, i % 2 == 0 ? "even" : "odd", "D-" + i, null, "100 % \\ _ 文");
        Assert.Equal(["D-4", "D-2"], (await database.Log.FindAsync(new AuditFilter(Action: "even"), new(1, 2))).Items.Select(entry => entry.Subject));
        Assert.Equal(1, (await database.Log.FindAsync(new AuditFilter(Subject: "D-3"), new())).Total);
        Assert.Equal(0, (await database.Log.FindAsync(new AuditFilter(Subject: "%"), new())).Total);
        await using StoreContext context = database.Factory.Open();
        Assert.Contains("append-only", (await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM audit"))).Message, StringComparison.Ordinal);
    }
}
