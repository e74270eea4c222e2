using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Duties;

/// <summary>The queue of letters in the relational store.</summary>
internal sealed class MailQueue(StoreFactory stores, HubGate gate, TimeProvider time) : ILetterBox
{
    private const int LongestTrouble = 300;

    /// <summary>Pauses after the first, second … failure; the last one is kept.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6)];

    /// <inheritdoc/>
    public async Task<int> PutAsync(IReadOnlyList<Letter> letters, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letters);
        string[] keys = [.. letters.Select(letter => letter.Key)];
        HashSet<string> known = new(StringComparer.Ordinal);
        await using (StoreContext context = stores.Open())
        {
            foreach (string[] some in keys.Chunk(500)) known.UnionWith(await context.Set<MailRow>().AsNoTracking().Where(row => some.Contains(row.Key)).Select(row => row.Key).ToListAsync(cancel));
        }
        Letter[] fresh = [.. letters.Where(letter => known.Add(letter.Key))];
        if (fresh.Length == 0) return 0;
        return await gate.RunAsync(
            async (_, transaction) =>
            {
                int put = 0;
                foreach (Letter letter in fresh)
                {
                    long number = await transaction.NextAsync("mails", "number", cancel);
                    put += await transaction.RunAsync(
                        "INSERT INTO mails (number, key, recipient, subject, body, made, next, tries, state) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p5, 0, 'waiting') ON CONFLICT (key) DO NOTHING",
                        cancel, number, letter.Key, letter.To, letter.Subject, letter.Body, time.Nanoseconds());
                }
                return put;
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueuedLetter>> DueAsync(int most, CancellationToken cancel = default)
    {
        long now = time.Nanoseconds();
        await using StoreContext context = stores.Open();
        List<MailRow> rows = await context.Set<MailRow>().AsNoTracking().Where(row => row.State == "waiting" && row.Next <= now).OrderBy(row => row.Number).Take(most).ToListAsync(cancel);
        return [.. rows.Select(row => row.ToLetter())];
    }

    /// <inheritdoc/>
    public Task SentAsync(long number, CancellationToken cancel = default) => gate.RunAsync(
        (_, transaction) => transaction.RunAsync("UPDATE mails SET state = 'sent', body = '', tries = tries + 1, ended = @p1, trouble = NULL WHERE number = @p0", cancel, number, time.Nanoseconds()), cancel: cancel);

    /// <inheritdoc/>
    public Task FailedAsync(long number, string why, bool forGood, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(why);
        return gate.RunAsync(
            async (_, transaction) =>
            {
                long now = time.Nanoseconds();
                int tries = (await transaction.AskAsync("SELECT tries FROM mails WHERE number = @p0", row => row.GetInt32(0), cancel, number)).FirstOrDefault();
                long next = now + (Pauses[Math.Min(tries, Pauses.Length - 1)].Ticks * 100);
                await transaction.RunAsync(
                    "UPDATE mails SET state = @p1, tries = tries + 1, next = @p2, ended = @p3, trouble = @p4 WHERE number = @p0",
                    cancel, number, forGood ? "refused" : "waiting", next, forGood ? now : null, why.Length <= LongestTrouble ? why : why[..LongestTrouble]);
            },
            cancel: cancel);
    }

    /// <inheritdoc/>
    public async Task<MailState> StateAsync(CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        DbSet<MailRow> rows = context.Set<MailRow>();
        long waiting = await rows.LongCountAsync(row => row.State == "waiting", cancel), refused = await rows.LongCountAsync(row => row.State == "refused", cancel), sent = await rows.LongCountAsync(row => row.State == "sent", cancel);
        long? oldest = await rows.Where(row => row.State == "waiting").MinAsync(row => (long?)row.Made, cancel);
        string? trouble = await rows.Where(row => row.Trouble != null && row.State != "sent").OrderByDescending(row => row.Next).Select(row => row.Trouble).FirstOrDefaultAsync(cancel);
        return new MailState(waiting, refused, sent, oldest is { } at ? new CaptureTime(at) : null, trouble);
    }
}
