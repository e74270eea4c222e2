using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Register;

/// <summary>The border's tables in the relational store. At most one is in force; detection is told of it after the commit.</summary>
internal sealed class PublishingStore(StoreFactory stores, HubGate gate, IAuditLog audit, DetectionPath detection, JobBoard jobs, TimeProvider clock) : IPublishings
{
    /// <summary>The table that is in force.</summary>
    public static PublishedServices InForce(StoreContext context)
    {
        if (context.Set<PublishingRow>().AsNoTracking().FirstOrDefault(row => row.State == "in-force") is not { } table) return PublishedServices.None;
        List<PublishedRow> rows = context.Set<PublishedRow>().AsNoTracking().Where(row => row.Publishing == table.Number).OrderBy(row => row.Row).ToList();
        return new PublishedServices([.. rows.Select(ServiceOf)], new CaptureTime(table.Since), table.Number);
    }

    /// <summary>Services of the table in force that lead to an address.</summary>
    public static IQueryable<PublishedRow> To(StoreContext context, string inside) => context.Set<PublishedRow>().AsNoTracking().Where(row => row.IsInForce && row.Inside == inside && inside != "");

    /// <summary>The service that the row holds.</summary>
    public static PublishedService ServiceOf(PublishedRow row) =>
        new(AddressText.Parse(row.Outside), row.OutsideFirst, row.OutsideLast, AddressText.Parse(row.Inside), row.InsideFirst, row.InsideLast, (Carrier)row.Carrier, row.Name, row.Row);

    /// <inheritdoc/>
    public async Task<PublishingLine> PreviewAsync(Actor who, string name, RegisterTable table, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        MayImport(who);
        (IReadOnlyList<PublishedService> services, IReadOnlyList<RegisterProblem> problems) = PublishingTable.Read(table);
        if (problems.Count == 1 && problems[0].Code == "no-inside-address") throw new RefusedException(Refusal.Invalid, "", "no-inside-address", $"No column of inside addresses was found. Name it 内网地址 or Internal IP; the headings are: {problems[0].Cell}.");
        if (table.Rows.Count == 0) throw new RefusedException(Refusal.Invalid, "", "no-rows", "The table has headings and no row.");
        // The reading is over in a moment; what takes its time is one step of the store.
        return await jobs.RunAsync(who, JobKind.Publishing, Previews.Cut(name), job => StoreAsync(who, name, table.Format, services, problems, job, cancel), AddressOf, canStop: false, cancel);
    }

    private async Task<PublishingLine> StoreAsync(Actor who, string name, string format, IReadOnlyList<PublishedService> services, IReadOnlyList<RegisterProblem> problems, Job job, CancellationToken cancel)
    {
        job.Report(JobStage.Storing, 0, services.Count);
        long number = 0;
        await gate.RunAsync(
            async (_, transaction) =>
            {
                await Previews.MakeRoomAsync(transaction, PublishingTables.Tables, PublishingTables.Services, "publishing", cancel);
                number = await transaction.NextAsync(PublishingTables.Tables, "number", cancel);
                await transaction.RunAsync(
                    $"INSERT INTO {PublishingTables.Tables} (number, name, format, made_by, at, state, since, services, problem_count, problems) VALUES (@p0, @p1, @p2, @p3, @p4, 'preview', 0, @p5, @p6, @p7)",
                    cancel, number, Previews.Cut(name), format, who.Name, clock.Nanoseconds(), (long)services.Count, (long)problems.Count, ImportStore.Text(problems.Take(IPublishings.ProblemsNamed)));
                using Upsert into = new(transaction.Connection!, transaction, PublishingTables.Services, ["publishing", "row"], ["outside", "outside_first", "outside_last", "inside", "inside_first", "inside_last", "carrier", "name", "is_in_force"]);
                foreach (PublishedService one in services)
                    into.Run(number, one.Row, AddressText.Sortable(one.Outside), one.OutsideFirst, one.OutsideLast, AddressText.Sortable(one.Inside), one.InsideFirst, one.InsideLast, (int)one.Carrier, one.Name is { } said ? Previews.Cut(said) : null, false);
            },
            cancel: cancel);
        return (await GetAsync(number, cancel))!;
    }

    /// <inheritdoc/>
    public async Task<PublishingLine?> ApplyAsync(Actor who, long number, CancellationToken cancel = default)
    {
        MayImport(who);
        PublishedServices? done = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await InStateAsync(transaction, number, "preview", cancel) is not { } table) return null;
                if (table.Services == 0) throw new RefusedException(Refusal.Invalid, "", "nothing-to-take", "No row of the table could be read; correct it and import it again.");
                (long Number, string Name, long Services)? before = await CurrentAsync(transaction, cancel);
                await LeaveAsync(transaction, "replaced", cancel);
                await EnterAsync(transaction, number, cancel);
                await audit.AppendAsync(who, "publishing-applied", Subject(number), before is { } old ? Told(old.Name, old.Services) : null, Told(table.Name, table.Services), null, cancel);
                return InForce(transaction);
            },
            Publish,
            cancel);
        return done is null ? null : await GetAsync(number, cancel);
    }

    /// <inheritdoc/>
    public async Task<PublishingLine?> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default)
    {
        MayImport(who);
        PublishedServices? done = await gate.RunAsync(
            async (_, transaction) =>
            {
                if (await InStateAsync(transaction, number, "in-force", cancel) is not { } table) return null;
                await LeaveAsync(transaction, "undone", cancel);
                long[] earlier = [.. await transaction.AskAsync($"SELECT number FROM {PublishingTables.Tables} WHERE state = 'replaced' ORDER BY since DESC, number DESC", row => row.GetInt64(0), cancel)];
                if (earlier.Length > 0) await EnterAsync(transaction, earlier[0], cancel);
                (long Number, string Name, long Services)? now = await CurrentAsync(transaction, cancel);
                await audit.AppendAsync(who, "publishing-undone", Subject(number), Told(table.Name, table.Services), now is { } again ? Told(again.Name, again.Services) : null, reason, cancel);
                return InForce(transaction);
            },
            Publish,
            cancel);
        return done is null ? null : await GetAsync(number, cancel);
    }

    /// <inheritdoc/>
    public async Task<Page<PublishingLine>> ListAsync(PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        List<PublishingRow> rows = await context.Set<PublishingRow>().AsNoTracking().OrderByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        // A page of tables with all their mistakes would be long; a table by itself names them.
        return new Page<PublishingLine>([.. rows.Select(row => LineOf(row) with { Problems = [] })], await context.Set<PublishingRow>().LongCountAsync(cancel));
    }

    /// <inheritdoc/>
    public async Task<PublishingLine?> GetAsync(long number, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<PublishingRow>().AsNoTracking().FirstOrDefaultAsync(row => row.Number == number, cancel) is { } row ? LineOf(row) : null;
    }

    /// <inheritdoc/>
    public async Task<Page<PublishedLine>> ServicesAsync(long number, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<PublishedRow> rows = context.Set<PublishedRow>().AsNoTracking().Where(row => row.Publishing == number);
        List<PublishedRow> found = await rows.OrderBy(row => row.Row).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        string[] inside = [.. found.Select(row => row.Inside).Distinct()];
        var devices = await context.Set<DeviceRow>().AsNoTracking().Where(row => row.IsListed && inside.Contains(row.IpSort)).Select(row => new { row.IpSort, row.Id, row.Name, row.LastSeen }).ToListAsync(cancel);
        var latest = devices.GroupBy(one => one.IpSort).ToDictionary(same => same.Key, same => same.OrderByDescending(one => one.LastSeen).First());
        return new Page<PublishedLine>([.. found.Select(row => new PublishedLine(ServiceOf(row), latest.GetValueOrDefault(row.Inside)?.Id, latest.GetValueOrDefault(row.Inside)?.Name))], await rows.LongCountAsync(cancel));
    }

    private static void MayImport(Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!who.Is(Role.ClinicalEngineer, Role.Administrator)) throw new RefusedException(Refusal.Forbidden, "", "import-forbidden", "Tables of the border are imported by clinical engineers and administrators.");
    }

    private static string? AddressOf(PublishingLine table) => string.Create(CultureInfo.InvariantCulture, $"/import?kind=publishing&n={table.Number}");

    private static string Subject(long number) => string.Create(CultureInfo.InvariantCulture, $"publishing:{number}");

    private static string Told(string name, long services) => string.Create(CultureInfo.InvariantCulture, $"{name}: {services} services");

    private static async Task<(string Name, long Services)?> InStateAsync(DbTransaction transaction, long number, string state, CancellationToken cancel)
    {
        List<(string, long)> found = await transaction.AskAsync($"SELECT name, services FROM {PublishingTables.Tables} WHERE number = @p0 AND state = @p1", row => (row.GetString(0), row.GetInt64(1)), cancel, number, state);
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<(long Number, string Name, long Services)?> CurrentAsync(DbTransaction transaction, CancellationToken cancel)
    {
        List<(long, string, long)> found = await transaction.AskAsync($"SELECT number, name, services FROM {PublishingTables.Tables} WHERE state = 'in-force'", row => (row.GetInt64(0), row.GetString(1), row.GetInt64(2)), cancel);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Whatever is in force is so no more. A replaced table keeps when it had come in force: the latest holds again when its successor is taken back.</summary>
    private static async Task LeaveAsync(DbTransaction transaction, string state, CancellationToken cancel)
    {
        await transaction.RunAsync($"UPDATE {PublishingTables.Services} SET is_in_force = @p0 WHERE is_in_force = @p1", cancel, false, true);
        await transaction.RunAsync($"UPDATE {PublishingTables.Tables} SET state = @p0 WHERE state = 'in-force'", cancel, state);
    }

    private async Task EnterAsync(DbTransaction transaction, long number, CancellationToken cancel)
    {
        await transaction.RunAsync($"UPDATE {PublishingTables.Tables} SET state = 'in-force', since = @p1 WHERE number = @p0", cancel, number, clock.Nanoseconds());
        await transaction.RunAsync($"UPDATE {PublishingTables.Services} SET is_in_force = @p1 WHERE publishing = @p0", cancel, number, true);
    }

    private PublishedServices InForce(DbTransaction transaction)
    {
        using StoreContext context = stores.Open(transaction);
        return InForce(context);
    }

    private void Publish(PublishedServices? services)
    {
        if (services is not null) detection.Publish(services);
    }

    private static PublishingLine LineOf(PublishingRow row) => new()
    {
        Number = row.Number,
        Name = row.Name,
        Format = row.Format,
        By = row.MadeBy,
        At = new CaptureTime(row.At),
        State = row.State switch { "in-force" => PublishingState.InForce, "replaced" => PublishingState.Replaced, "undone" => PublishingState.Undone, _ => PublishingState.Preview },
        Since = row.State == "in-force" ? new CaptureTime(row.Since) : null,
        Services = row.Services,
        ProblemCount = row.ProblemCount,
        Problems = ImportStore.Read<RegisterProblem[]>(row.Problems),
    };
}
