using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Register;

/// <summary>Imports of the register in the relational store. Nothing in the ledger changes before an import is applied, and then in one operation.</summary>
internal sealed class RegisterImports(StoreFactory stores, HubGate gate, LedgerCandidates candidates, LedgerCommands ledger, JobBoard jobs, TimeProvider clock) : IRegisterImports
{
    /// <summary>After how many rows a job tells how far it is.</summary>
    private const int RowsToTell = 100;

    /// <inheritdoc/>
    public async Task<ImportLine> PreviewAsync(Actor who, string name, RegisterTable table, IReadOnlyList<string?>? mapping = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        MayImport(who);
        if (table.Rows.Count == 0) throw new RefusedException(Refusal.Invalid, "", "no-rows", "The table has headings and no row.");
        mapping ??= RegisterColumns.Propose(table.Headings, await RememberedAsync(cancel));
        Check(mapping, table.Headings.Count);
        return await jobs.RunAsync(who, JobKind.Import, Previews.Cut(name), job => PreviewAsync(who, name, table, mapping, job, cancel), AddressOf, cancel: cancel);
    }

    /// <inheritdoc/>
    public async Task<ImportLine?> RemapAsync(Actor who, long number, IReadOnlyList<string?> mapping, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        MayImport(who);
        if (await PreviewOfAsync(number, cancel) is not { } import) return null;
        string[] headings = ImportStore.Read<string[]>(import.Headings);
        Check(mapping, headings.Length);
        await using StoreContext context = stores.Open();
        var cells = await context.Set<ImportedRow>().AsNoTracking().Where(row => row.Import == number).OrderBy(row => row.Row).Select(row => new { row.Row, row.Cells }).ToListAsync(cancel);
        RegisterTable table = new(headings, [.. cells.Select(row => (row.Row, (IReadOnlyList<string>)ImportStore.Read<string[]>(row.Cells)))], import.Format);
        List<(ImportRow, IReadOnlyList<string>)> rows = await RowsOfAsync(who, table, mapping, null, cancel);
        await gate.RunAsync(
            async (_, transaction) =>
            {
                // A row that has no value under this mapping keeps its cells: another mapping may read them.
                await transaction.RunAsync($"UPDATE {RegisterTables.Imports} SET mapping = @p1, problems = @p2 WHERE number = @p0 AND state = 'preview'", cancel, number, ImportStore.Text(mapping), Problems(rows));
                ImportStore.Write(transaction, number, rows);
            },
            cancel: cancel);
        return await GetAsync(number, cancel);
    }

    /// <inheritdoc/>
    public async Task<bool> DecideAsync(Actor who, long number, IReadOnlyList<RowDecision> decisions, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        MayImport(who);
        if (decisions.Count == 0 || await PreviewOfAsync(number, cancel) is null) return false;
        int[] wanted = [.. decisions.Select(one => one.Row)];
        await using StoreContext context = stores.Open();
        Dictionary<int, ImportedRow> rows = await context.Set<ImportedRow>().AsNoTracking().Where(row => row.Import == number && wanted.Contains(row.Row)).ToDictionaryAsync(row => row.Row, cancel);
        IReadOnlyDictionary<long, KnownDevice> known = await candidates.KnownAsync(decisions.Select(one => one.Device).OfType<long>(), cancel);
        List<(ImportRow, IReadOnlyList<string>)> decided = [];
        foreach (RowDecision decision in decisions)
        {
            if (!rows.TryGetValue(decision.Row, out ImportedRow? stored)) return false;
            ImportRow row = ImportStore.RowOf(stored);
            if (decision is { LeaveOut: false, Device: { } device } && !known.ContainsKey(device)) return false;
            if (!decision.LeaveOut && row.Values.Count == 0) return false;
            decided.Add((Decided(who, row, decision, known), ImportStore.Read<string[]>(stored.Cells)));
        }
        long[] chosen = [.. decisions.Where(one => !one.LeaveOut).Select(one => one.Device).OfType<long>()];
        if (chosen.Distinct().Count() < chosen.Length) return false;
        int matched = (int)RowOutcome.Matched;
        if (await context.Set<ImportedRow>().AnyAsync(row => row.Import == number && chosen.Contains(row.Device) && row.Outcome == matched && !wanted.Contains(row.Row), cancel)) return false;
        await gate.RunAsync(
            (_, transaction) =>
            {
                ImportStore.Write(transaction, number, decided);
                return Task.CompletedTask;
            },
            cancel: cancel);
        return true;
    }

    /// <inheritdoc/>
    public async Task<ImportLine?> ApplyAsync(Actor who, long number, CancellationToken cancel = default)
    {
        MayImport(who);
        if (await PreviewOfAsync(number, cancel) is not { } import) return null;
        // It is one operation of the ledger: once begun it is done, and taken back as a whole.
        return await jobs.RunAsync(who, JobKind.Import, import.Name, job => ApplyAsync(who, import, job, cancel), AddressOf, canStop: false, cancel);
    }

    private async Task<ImportLine?> ApplyAsync(Actor who, ImportRowSet import, Job job, CancellationToken cancel)
    {
        List<ImportRow> rows = await TakenAsync(import.Number, cancel);
        job.Report(JobStage.Storing, 0, rows.Count);
        IReadOnlyDictionary<long, KnownDevice> known = await candidates.KnownAsync(rows.Select(row => row.Device).OfType<long>(), cancel);
        RegisterChanges making = new(who);
        List<LedgerChange> changes = [];
        List<(int Change, int Row)> added = [];
        foreach (ImportRow row in rows)
        {
            ImportedValues values = new(row.Row, row.Values);
            if (row.Device is { } device && known.TryGetValue(device, out KnownDevice? there)) changes.AddRange(making.Of(values, there, []));
            else if (making.Added(values, []) is { Fields.Count: > 0 } add)
            {
                added.Add((changes.Count, row.Row));
                changes.Add(add);
            }
        }
        await ApplyAsync(who, import, changes, added, cancel);
        return await GetAsync(import.Number, cancel);
    }

    /// <inheritdoc/>
    public async Task<ImportLine?> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default)
    {
        MayImport(who);
        await using StoreContext context = stores.Open();
        ImportRowSet? import = await context.Set<ImportRowSet>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number && row.State == "applied", cancel);
        if (import is null) return null;
        if (import.Operation == 0) await gate.RunAsync((_, transaction) => StateAsync(transaction, number, ImportState.Undone, 0, cancel), cancel: cancel);
        else Refuse(await ledger.UndoAsync(who, import.Operation, reason, (transaction, _) => StateAsync(transaction, number, ImportState.Undone, import.Operation, cancel), cancel));
        return await GetAsync(number, cancel);
    }

    /// <inheritdoc/>
    public async Task<Page<ImportLine>> ListAsync(PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<ImportRowSet> found = await context.Set<ImportRowSet>().AsNoTracking().OrderByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        List<ImportLine> lines = [];
        foreach (ImportRowSet import in found) lines.Add(await ImportStore.LineAsync(context, import, cancel));
        return new Page<ImportLine>(lines, await context.Set<ImportRowSet>().LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async Task<ImportLine?> GetAsync(long number, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<ImportRowSet>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number, cancel) is { } import ? await ImportStore.LineAsync(context, import, cancel) : null;
    }

    /// <inheritdoc/>
    public async Task<Page<ImportRow>> RowsAsync(long number, RowOutcome? outcome, bool withProblems, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<ImportedRow> rows = context.Set<ImportedRow>().AsNoTracking().Where(row => row.Import == number);
        if (outcome is { } wanted) rows = rows.Where(row => row.Outcome == (int)wanted);
        if (withProblems) rows = rows.Where(row => row.HasProblems);
        List<ImportedRow> found = await rows.OrderBy(row => row.Row).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<ImportRow>([.. found.Select(ImportStore.RowOf)], await rows.LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async Task<Page<DeviceLine>> OnlyOnNetworkAsync(long number, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<DeviceRow> rows = ImportStore.OnlyOnNetwork(context, number);
        List<DeviceRow> found = await rows.OrderBy(row => row.NameSort).ThenBy(row => row.Id).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        return new Page<DeviceLine>([.. found.Select(DeviceQueries.LineOf)], await rows.LongCountAsync(cancel));
    }

    private static void MayImport(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.ClinicalEngineer, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "import-forbidden", "Registers are imported by clinical engineers and administrators.");
    }

    private static void Check(IReadOnlyList<string?> mapping, int columns)
    {
        Mistakes mistakes = new();
        mistakes.Require(mapping.Count == columns, "mapping", "mapping-length", string.Create(CultureInfo.InvariantCulture, $"The table has {columns} columns; the mapping needs a field or null for each."));
        string[] fields = [.. mapping.OfType<string>()];
        foreach (string field in fields.Where(field => RegisterColumns.Of(field) is null)) mistakes.Add("mapping", "field-unknown", $"There is no column {field}; possible are {string.Join(", ", RegisterColumns.All.Select(column => column.Field))}.");
        foreach (string field in fields.GroupBy(field => field).Where(same => same.Count() > 1).Select(same => same.Key)) mistakes.Add("mapping", "field-twice", $"{field} is chosen for more than one column.");
        mistakes.ThrowIfAny();
    }

    private static void Refuse(LedgerResult result)
    {
        if (result.Status == LedgerStatus.Done) return;
        Refusal kind = result.Status switch { LedgerStatus.Forbidden => Refusal.Forbidden, LedgerStatus.Invalid => Refusal.Invalid, _ => Refusal.Conflict };
        string code = result.Status switch { LedgerStatus.Forbidden => "field-forbidden", LedgerStatus.Invalid => "value-invalid", _ => "changed-meanwhile" };
        throw new RefusedException(kind, [.. result.Problems.Take(100).Select(problem => new Mistake(problem.Field ?? "", code, problem.Message + "."))]);
    }

    private static long Problems(List<(ImportRow Row, IReadOnlyList<string>)> rows) => rows.Sum(one => (long)one.Row.Problems.Count(ImportStore.IsMistake));

    private static ImportRow Decided(Actor who, ImportRow row, RowDecision decision, IReadOnlyDictionary<long, KnownDevice> known)
    {
        List<RegisterProblem> problems = [.. row.Problems.Where(ImportStore.IsMistake)];
        if (decision.LeaveOut) return row with { Outcome = RowOutcome.LeftOut, Device = null, IsDecided = true, Problems = problems };
        if (decision.Device is not { } device) return row with { Outcome = RowOutcome.OnlyInRegister, Device = null, Strength = MatchStrength.None, By = null, Against = [], IsDecided = true, Problems = problems };
        new RegisterChanges(who).Of(new ImportedValues(row.Row, row.Values), known[device], problems);
        return row with { Outcome = known[device].IsSeen ? RowOutcome.Matched : RowOutcome.OnlyInRegister, Device = device, Strength = MatchStrength.Sure, By = "person", Against = [], IsDecided = true, Problems = problems };
    }

    private static Task<int> StateAsync(DbTransaction transaction, long number, ImportState state, long operation, CancellationToken cancel) =>
        transaction.RunAsync($"UPDATE {RegisterTables.Imports} SET state = @p1, operation = @p2 WHERE number = @p0", cancel, number, ImportStore.Word(state), operation);

    private static string? AddressOf(ImportLine? import) => import is null ? null : string.Create(CultureInfo.InvariantCulture, $"/import?n={import.Number}");

    private async Task<ImportLine> PreviewAsync(Actor who, string name, RegisterTable table, IReadOnlyList<string?> mapping, Job job, CancellationToken cancel)
    {
        List<(ImportRow, IReadOnlyList<string>)> rows = await RowsOfAsync(who, table, mapping, job, job.Stop);
        job.Report(JobStage.Storing, 0, rows.Count);
        long number = 0;
        await gate.RunAsync(
            async (_, transaction) =>
            {
                await Previews.MakeRoomAsync(transaction, RegisterTables.Imports, RegisterTables.Rows, "import", cancel);
                number = await transaction.NextAsync(RegisterTables.Imports, "number", cancel);
                await transaction.RunAsync(
                    $"INSERT INTO {RegisterTables.Imports} (number, name, format, made_by, at, state, headings, mapping, operation, problems) VALUES (@p0, @p1, @p2, @p3, @p4, 'preview', @p5, @p6, 0, @p7)",
                    cancel, number, Previews.Cut(name), table.Format, who.Name, clock.Nanoseconds(), ImportStore.Text(table.Headings), ImportStore.Text(mapping), Problems(rows));
                ImportStore.Write(transaction, number, rows);
            },
            cancel: cancel);
        return (await GetAsync(number, cancel))!;
    }

    private async Task ApplyAsync(Actor who, ImportRowSet import, List<LedgerChange> changes, List<(int Change, int Row)> added, CancellationToken cancel)
    {
        async Task Store(DbTransaction transaction, LedgerResult? result)
        {
            await StateAsync(transaction, import.Number, ImportState.Applied, result?.Operation ?? 0, cancel);
            if (result is not null)
            {
                foreach ((int change, int row) in added) await transaction.RunAsync($"UPDATE {RegisterTables.Rows} SET device = @p2 WHERE import = @p0 AND row = @p1", cancel, import.Number, row, result.Devices[change].Device);
            }
            string[] headings = ImportStore.Read<string[]>(import.Headings);
            string?[] mapping = ImportStore.Read<string?[]>(import.Mapping);
            using Upsert into = new(transaction.Connection!, transaction, RegisterTables.Headings, ["heading"], ["field"]);
            for (int i = 0; i < headings.Length; i++)
            {
                if (RegisterColumns.Normal(headings[i]) is { Length: > 0 } heading) into.Run(heading, mapping[i] ?? "");
            }
        }

        if (changes.Count == 0) await gate.RunAsync((_, transaction) => Store(transaction, null), cancel: cancel);
        else Refuse(await ledger.ApplyAsync(who, changes, string.Create(CultureInfo.InvariantCulture, $"register import {import.Number}: {import.Name}"), Store, cancel));
    }

    private async Task<List<(ImportRow Row, IReadOnlyList<string> Cells)>> RowsOfAsync(Actor who, RegisterTable table, IReadOnlyList<string?> mapping, Job? job, CancellationToken cancel)
    {
        RegisterSheet sheet = RegisterSheet.Read(table, mapping);
        IReadOnlyList<MatchCandidate> all = await candidates.AllAsync(cancel);
        Dictionary<long, bool> seen = all.ToDictionary(one => one.Device, one => one.IsSeen);
        // A row with mistakes takes no device away from a sound one.
        Dictionary<int, RegisterMatch> matches = RegisterMatcher.Match([.. sheet.Rows.Where(row => row.Problems.Count == 0)], all).ToDictionary(match => match.Row.Number);
        IReadOnlyDictionary<long, KnownDevice> known = await candidates.KnownAsync(matches.Values.Select(match => match.Device).OfType<long>(), cancel);
        Dictionary<int, RegisterRow> read = sheet.Rows.ToDictionary(row => row.Number);
        RegisterChanges making = new(who);
        List<(ImportRow, IReadOnlyList<string>)> rows = new(table.Rows.Count);
        foreach ((int number, IReadOnlyList<string> cells) in table.Rows)
        {
            cancel.ThrowIfCancellationRequested();
            if (rows.Count % RowsToTell == 0) job?.Report(JobStage.Comparing, rows.Count, table.Rows.Count);
            if (!read.TryGetValue(number, out RegisterRow? row)) row = new RegisterRow(number, new Dictionary<string, string>(), [new RegisterProblem(number, 0, "", "nothing-to-know-it-by", "")]);
            RegisterMatch? match = matches.GetValueOrDefault(number);
            List<RegisterProblem> problems = [.. row.Problems];
            RowOutcome outcome = match is null ? RowOutcome.LeftOut
                : match.Strength == MatchStrength.Doubtful ? RowOutcome.Doubtful
                : match.Device is { } device && seen[device] ? RowOutcome.Matched : RowOutcome.OnlyInRegister;
            if (match?.Device is { } there && outcome != RowOutcome.Doubtful && known.TryGetValue(there, out KnownDevice? shown)) making.Of(new ImportedValues(number, row.Values), shown, problems);
            rows.Add((new ImportRow(number, row.Values, outcome, match?.Device, match?.Strength ?? MatchStrength.None, match?.By, match?.Against ?? [], false, problems), cells));
        }
        return rows;
    }

    private async Task<List<ImportRow>> TakenAsync(long number, CancellationToken cancel)
    {
        int matched = (int)RowOutcome.Matched, register = (int)RowOutcome.OnlyInRegister;
        await using StoreContext context = stores.Open();
        List<ImportedRow> rows = await context.Set<ImportedRow>().AsNoTracking().Where(row => row.Import == number && (row.Outcome == matched || row.Outcome == register)).OrderBy(row => row.Row).ToListAsync(cancel);
        return [.. rows.Select(ImportStore.RowOf)];
    }

    private async Task<ImportRowSet?> PreviewOfAsync(long number, CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<ImportRowSet>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number && row.State == "preview", cancel);
    }

    private async Task<IReadOnlyDictionary<string, string>> RememberedAsync(CancellationToken cancel)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<HeadingRow>().AsNoTracking().ToDictionaryAsync(row => row.Heading, row => row.Field, cancel);
    }
}
