using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Cases;

/// <summary>The list of uploaded captures in the main store; every change by a person comes with its audit entry in one transaction.</summary>
internal sealed class CaseRows(StoreFactory stores, HubGate gate, IAuditLog audit, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What the program itself does is told under this name.</summary>
    public static Actor Keeper { get; } = new("local:wardkeeper", new HashSet<Role>());

    /// <summary>Adds a case. <paramref name="place"/> is given the number and puts the file in its place before the row is committed.</summary>
    public Task<CaseLine> AddAsync(Actor who, CaseUpload upload, Action<long> place, CancellationToken cancel) => gate.RunAsync(
        async (_, transaction) =>
        {
            long number = await transaction.NextAsync("cases", "number", cancel), now = time.Nanoseconds();
            place(number);
            await transaction.RunAsync(
                "INSERT INTO cases (number, name, size, sha256, made_by, at, state, progress, packets, first, last, devices, findings, problems, kept_because, kept_until, has_file, can_open) VALUES (@p0, @p1, @p2, @p3, @p4, @p5, 'queued', 0, 0, NULL, NULL, 0, 0, '[]', @p6, @p7, @p8, @p9)",
                cancel, number, upload.Name, upload.Size, upload.Sha256, who.Name, now, upload.Keep?.Because, upload.Keep?.Until.Nanoseconds, true, false);
            await audit.AppendAsync(who, "capture-uploaded", CaseLine.IdOf(number), null, $"{upload.Name}, {upload.Size} bytes, SHA-256 {upload.Sha256}", upload.Keep?.Because, cancel);
            return new CaseLine { Number = number, Name = upload.Name, Size = upload.Size, Sha256 = upload.Sha256, By = who.Name, At = new CaptureTime(now), State = CaseState.Queued, KeptBecause = upload.Keep?.Because, KeptUntil = upload.Keep?.Until, HasFile = true };
        },
        cancel: cancel);

    /// <summary>A page, latest first.</summary>
    public async Task<Page<CaseLine>> FindAsync(CaseFilter filter, PageRequest page, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        IQueryable<CaseRow> rows = context.Set<CaseRow>().AsNoTracking().Where(row => row.State != CaseStates.Deleted);
        if (filter.States.Count > 0)
        {
            string[] states = [.. filter.States.Select(CaseStates.Word)];
            rows = rows.Where(row => states.Contains(row.State));
        }
        if (filter.By is { } by) rows = rows.Where(row => row.MadeBy == by);
        if (filter.Since is { Nanoseconds: var since }) rows = rows.Where(row => row.At >= since);
        List<CaseRow> found = await rows.OrderByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<CaseLine>([.. found.Select(row => row.ToLine())], await rows.LongCountAsync(cancel));
    }

    /// <summary>One case; null when there is none.</summary>
    public async Task<CaseLine?> GetAsync(long number, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return (await context.Set<CaseRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number && row.State != CaseStates.Deleted, cancel))?.ToLine();
    }

    /// <summary>Every case that nobody deleted, with whether its file is to be there.</summary>
    public async Task<IReadOnlyDictionary<long, bool>> FilesAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<CaseRow>().Where(row => row.State != CaseStates.Deleted).ToDictionaryAsync(row => row.Number, row => row.HasFile, cancel);
    }

    /// <summary>The one to be read next: the one that was interrupted, else the oldest that waits.</summary>
    public async Task<CaseLine?> NextAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return (await context.Set<CaseRow>().AsNoTracking().Where(row => row.State == "analysing" || row.State == "queued").OrderBy(row => row.State).ThenBy(row => row.Number).FirstOrDefaultAsync(cancel))?.ToLine();
    }

    /// <summary>Cases whose file was kept long enough.</summary>
    public async Task<IReadOnlyList<CaseLine>> OverdueAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        long now = time.Nanoseconds();
        return [.. (await context.Set<CaseRow>().AsNoTracking().Where(row => row.HasFile && (row.State == "done" || row.State == "failed" || row.State == "cancelled") && row.KeptUntil <= now).ToListAsync(cancel)).Select(row => row.ToLine())];
    }

    /// <summary>The analysis began. False when it was cancelled or deleted meanwhile.</summary>
    public Task<bool> BeginAsync(long number, CancellationToken cancel) =>
        ChangeAsync("UPDATE cases SET state = 'analysing', progress = 0 WHERE number = @p0 AND state IN ('queued', 'analysing')", null, cancel, number);

    /// <summary>How far it came. Nothing is lost with it, so nobody waits for it.</summary>
    public Task<bool> ProgressAsync(long number, double progress, long packets, CancellationToken cancel) =>
        ChangeAsync("UPDATE cases SET progress = @p1, packets = @p2 WHERE number = @p0 AND state = 'analysing'", null, cancel, number, progress, packets);

    /// <summary>The analysis is over, and with it the time of a file that is not kept. False when the case was deleted meanwhile.</summary>
    public Task<bool> EndAsync(long number, CaseOutcome outcome, CancellationToken cancel) => ChangeAsync(
        "UPDATE cases SET state = @p1, progress = @p2, packets = @p3, first = @p4, last = @p5, devices = @p6, findings = @p7, problems = @p8, can_open = @p9, has_file = (kept_until IS NOT NULL) WHERE number = @p0 AND state IN ('queued', 'analysing')",
        new AuditNote("capture-analysed", CaseLine.IdOf(number), null, $"{CaseStates.Word(outcome.State)}, {outcome.Packets} packets, {outcome.Devices} devices, {outcome.Findings} findings"),
        cancel, number, CaseStates.Word(outcome.State), outcome.Progress, outcome.Packets, outcome.First?.Nanoseconds, outcome.Last?.Nanoseconds, outcome.Devices, outcome.Findings, JsonSerializer.Serialize(outcome.Problems, Json), outcome.CanOpen);

    /// <summary>A person stops one that waits. False when it does not wait.</summary>
    public Task<bool> CancelWaitingAsync(Actor who, long number, CancellationToken cancel) => ByAsync(
        who, "UPDATE cases SET state = 'cancelled', has_file = (kept_until IS NOT NULL) WHERE number = @p0 AND state = 'queued'", new AuditNote("capture-cancelled", CaseLine.IdOf(number), "queued", "cancelled"), cancel, number);

    /// <summary>Notes that a person stops one that is read.</summary>
    public Task NoteAsync(Actor who, AuditNote note, CancellationToken cancel) =>
        audit.AppendAsync(who, note.Action, note.Subject, note.Before, note.After, note.Reason, cancel);

    /// <summary>Takes a case off the list.</summary>
    public Task<bool> DeleteAsync(Actor who, CaseLine line, string reason, CancellationToken cancel) => ByAsync(
        who, $"UPDATE cases SET state = '{CaseStates.Deleted}', has_file = @p1, can_open = @p1, problems = '[]' WHERE number = @p0 AND state <> '{CaseStates.Deleted}'",
        new AuditNote("capture-deleted", CaseLine.IdOf(line.Number), $"{line.Name}, {line.Devices} devices, {line.Findings} findings", null, reason), cancel, line.Number, false);

    /// <summary>The file of a case was deleted.</summary>
    public Task<bool> FileGoneAsync(CaseLine line, CancellationToken cancel) => ChangeAsync(
        "UPDATE cases SET has_file = @p1 WHERE number = @p0",
        new AuditNote("capture-file-deleted", CaseLine.IdOf(line.Number), line.Name, null, "it was kept as long as was said"), cancel, line.Number, false);

    private Task<bool> ChangeAsync(string sql, AuditNote? note, CancellationToken cancel, params object?[] values) => ByAsync(Keeper, sql, note, cancel, values);

    private Task<bool> ByAsync(Actor who, string sql, AuditNote? note, CancellationToken cancel, params object?[] values) => gate.RunAsync(
        async (_, transaction) =>
        {
            if (await transaction.RunAsync(sql, cancel, values) == 0) return false;
            if (note is { } one) await NoteAsync(who, one, cancel);
            return true;
        },
        cancel: cancel);
}

/// <summary>What came in.</summary>
/// <param name="Name">Name of the file, cleaned.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Hash.</param>
/// <param name="Keep">Whether the file outlives the analysis.</param>
internal sealed record CaseUpload(string Name, long Size, string Sha256, CaseKeep? Keep);

/// <summary>How an analysis ended.</summary>
/// <param name="State">Done, failed or cancelled.</param>
/// <param name="Problems">What could not be read.</param>
internal sealed record CaseOutcome(CaseState State, IReadOnlyList<CaseProblem> Problems)
{
    public double Progress { get; init; }

    public long Packets { get; init; }

    public CaptureTime? First { get; init; }

    public CaptureTime? Last { get; init; }

    public long Devices { get; init; }

    public long Findings { get; init; }

    public bool CanOpen { get; init; }
}
