using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Admission;

/// <summary>
/// The file that FreeRADIUS answers from while the hub is down: for each device of the ledger the answer known last, and for a medical device beside it the answer that let it in last, which never
/// ends. Rows change, the file is never swapped: FreeRADIUS keeps it open. What still counts is said by the views, so that an answer ends by itself also when the hub is dead.
/// </summary>
internal sealed class LastKnownFile : Hub.Response.Points.Radius.ILastKnown, IAsyncDisposable
{
    /// <summary>Most MAC addresses in it. Only devices of the ledger come in, so a flood of made-up addresses does not fill it.</summary>
    public const int MostMacs = 200_000;

    private const int MostWaiting = 65_536, Version = 1;
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS answers(id INTEGER PRIMARY KEY, mac TEXT NOT NULL, home INTEGER NOT NULL, list TEXT NOT NULL, attribute TEXT NOT NULL, op TEXT NOT NULL, value TEXT NOT NULL, expires INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS answers_mac ON answers(mac);
        CREATE VIEW IF NOT EXISTS valid AS SELECT id, mac, list, attribute, op, value FROM answers AS one
            WHERE (home = 0 AND expires > CAST(strftime('%s', 'now') AS INTEGER))
               OR (home = 1 AND NOT EXISTS (SELECT 1 FROM answers AS other WHERE other.mac = one.mac AND other.home = 0 AND other.expires > CAST(strftime('%s', 'now') AS INTEGER)));
        CREATE VIEW IF NOT EXISTS valid_check AS SELECT id, mac, attribute, op, value FROM valid WHERE list = 'check';
        CREATE VIEW IF NOT EXISTS valid_reply AS SELECT id, mac, attribute, op, value FROM valid WHERE list = 'reply';
        """;

    private static readonly TimeSpan AdmittedLasts = TimeSpan.FromDays(7), RefusedLasts = TimeSpan.FromHours(1);

    private readonly string path;
    private readonly Func<long, bool> isMedical;
    private readonly ConcurrentDictionary<string, Held> held = new(StringComparer.Ordinal);
    private readonly Channel<Entry> queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task writing;
    private SqliteConnection? connection;
    private long lost;

    private LastKnownFile(string path, Func<long, bool> isMedical)
    {
        (this.path, this.isMedical) = (path, isMedical);
        connection = Open(path);
        writing = Task.Run(RunAsync);
    }

    /// <summary>How many MAC addresses are in it.</summary>
    public int Count => held.Count;

    /// <summary>Answers that could not be written.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Opens the file, makes it when it is missing, and puts it right when it is damaged: what it held is learned again with the next decisions.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="isMedical">Whether a device of the ledger treats, measures or images patients, or may do so.</param>
    /// <param name="repaired">What was the matter with it; null when it was sound.</param>
    public static LastKnownFile Open(string path, Func<long, bool> isMedical, out string? repaired)
    {
        repaired = Damage(path);
        if (repaired is not null)
        {
            foreach (string suffix in (string[])["", "-wal", "-shm"]) File.Delete(path + suffix);
        }
        LastKnownFile file = new(path, isMedical);
        file.ReadHeld();
        return file;
    }

    /// <summary>Notes what was decided: nothing for a device that was never seen. Returns once it is queued; <see cref="WrittenAsync"/> waits for the file.</summary>
    public void Keep(AdmissionDecision decision, string form, CaptureTime now)
    {
        if (decision.Device is not { } device) return;
        TimeSpan lasts = decision.Cleared is { } cleared ? cleared.Until.Since(now) : decision.IsEnforcing ? RefusedLasts : AdmittedLasts;
        long expires = (long)(now.Seconds + Math.Max(lasts.TotalSeconds, 60));
        List<RadiusAttribute> reply = [.. AdmissionAnswer.Reply(decision, form).Where(attribute => attribute.Name != "Reply-Message")];
        string digest = $"{AdmissionAnswer.Accepts(decision)}|{decision.IsEnforcing}|{string.Join('|', reply)}";
        string mac = Dashed(decision.Request.Mac);
        if (held.TryGetValue(mac, out Held before) && before.Digest == digest && expires - before.Expires < lasts.TotalSeconds / 10) return;
        if (before.Digest is null && held.Count >= MostMacs) return;
        held[mac] = new Held(digest, expires);
        Put(new Entry(mac, AdmissionAnswer.Accepts(decision), reply, expires, !decision.IsEnforcing && isMedical(device), null));
    }

    /// <inheritdoc/>
    public void Forgive(string mac)
    {
        string dashed = Dashed(mac);
        held[dashed] = new Held("", 0);
        Put(new Entry(dashed, false, [], 0, false, null));
    }

    /// <inheritdoc/>
    public void Refuse(string mac, CaptureTime until)
    {
        string dashed = Dashed(mac);
        held[dashed] = new Held("refused", (long)until.Seconds);
        Put(new Entry(dashed, false, [], (long)until.Seconds, false, null));
    }

    /// <summary>Waits until everything that was noted before is in the file.</summary>
    public async Task WrittenAsync(CancellationToken cancel = default)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await queue.Writer.WriteAsync(new Entry("", false, [], 0, false, done), cancel);
        await done.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        if (connection is not null) await connection.DisposeAsync();
    }

    /// <summary>A MAC address as FreeRADIUS is asked for it: upper case with dashes.</summary>
    internal static string Dashed(string mac) => mac.Replace(':', '-').ToUpperInvariant();

    private void Put(Entry entry)
    {
        if (queue.Writer.TryWrite(entry)) return;
        held.TryRemove(entry.Mac, out _);
        Interlocked.Increment(ref lost);
    }

    private async Task RunAsync()
    {
        List<Entry> together = [];
        while (await queue.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (together.Count < 512 && queue.Reader.TryRead(out Entry? one)) together.Add(one);
            try
            {
                connection ??= Open(path);
                Write(connection, together);
            }
            catch (SqliteException)
            {
                // Learned again with the next decision.
                foreach (Entry one in together) held.TryRemove(one.Mac, out _);
                Interlocked.Add(ref lost, together.Count(one => one.Done is null));
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
            }
            foreach (Entry one in together) one.Done?.TrySetResult();
        }
    }

    private static void Write(SqliteConnection connection, List<Entry> together)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand delete = connection.CreateCommand(), insert = connection.CreateCommand();
        (delete.Transaction, insert.Transaction) = (transaction, transaction);
        delete.CommandText = "DELETE FROM answers WHERE mac = @mac AND (home = 0 OR home = @home)";
        insert.CommandText = "INSERT INTO answers (mac, home, list, attribute, op, value, expires) VALUES (@mac, @home, @list, @attribute, @op, @value, @expires)";
        foreach (Entry one in together.Where(one => one.Done is null))
        {
            delete.Parameters.Clear();
            delete.Parameters.AddWithValue("@mac", one.Mac);
            delete.Parameters.AddWithValue("@home", one.IsHome ? 1 : 0);
            delete.ExecuteNonQuery();
            for (int home = 0; home <= (one.IsHome ? 1 : 0); home++)
            {
                Insert(insert, one, home, "check", new RadiusAttribute("Auth-Type", ":=", one.Accepts ? "Accept" : "Reject"));
                foreach (RadiusAttribute attribute in one.Reply) Insert(insert, one, home, "reply", attribute);
            }
        }
        transaction.Commit();
    }

    private static void Insert(SqliteCommand insert, Entry one, int home, string list, RadiusAttribute attribute)
    {
        insert.Parameters.Clear();
        foreach ((string name, object value) in (ReadOnlySpan<(string, object)>)[("@mac", one.Mac), ("@home", home), ("@list", list), ("@attribute", attribute.Name), ("@op", attribute.Op), ("@value", attribute.Value), ("@expires", one.Expires)])
            insert.Parameters.AddWithValue(name, value);
        insert.ExecuteNonQuery();
    }

    private void ReadHeld()
    {
        using SqliteCommand command = connection!.CreateCommand();
        // Not their content: each is written once more with its next decision.
        command.CommandText = "SELECT mac, MAX(expires) FROM answers GROUP BY mac";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read()) held[reader.GetString(0)] = new Held("", 0);
    }

    private static SqliteConnection Open(string path)
    {
        if (!File.Exists(path)) Hub.Access.PrivateFile.Create(path, []);
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {Tables} PRAGMA user_version = {Version};";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>What is the matter with the file; null when nothing is, or when there is none.</summary>
    private static string? Damage(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0) return null;
        try
        {
            using SqliteConnection look = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            look.Open();
            using SqliteCommand command = look.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            string? answer = command.ExecuteScalar() as string;
            command.CommandText = "SELECT COUNT(*) FROM valid WHERE list NOT IN ('check', 'reply') OR attribute = '' OR op NOT IN (':=', '+=')";
            return answer != "ok" ? answer : command.ExecuteScalar() is 0L ? null : "rows of a foreign kind";
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }

    private readonly record struct Held(string? Digest, long Expires);

    private sealed record Entry(string Mac, bool Accepts, IReadOnlyList<RadiusAttribute> Reply, long Expires, bool IsHome, TaskCompletionSource? Done);
}
