using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Findings;

namespace Wardkeeper.Storage.Incidents;

/// <summary>Answers questions about incidents from the relational store.</summary>
internal sealed class IncidentQueries(StoreFactory stores, TimeProvider time) : IIncidentQueries
{
    private const int ExposuresShown = 20;
    private static readonly string[] Attacks = [.. DetectorRegistry.Types.Values.Where(type => type.IsAttack).Select(type => type.Name)];

    /// <inheritdoc/>
    public async Task<Page<IncidentLine>> FindAsync(IncidentFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IQueryable<IncidentRow> rows = Matching(context, filter);
        IOrderedQueryable<IncidentRow> sorted = sort.Column switch
        {
            "number" => By(rows, row => row.Number, sort),
            "severity" => By(rows, row => row.Severity, sort),
            "first" => By(rows, row => row.FirstSeen, sort),
            "last" => By(rows, row => row.LastSeen, sort),
            "findings" => By(rows, row => row.Findings, sort),
            "state" => By(rows, row => row.State, sort),
            "assignee" => By(rows, row => row.Assignee, sort),
            _ => throw new ArgumentException($"Incidents have no column {sort.Column}; sort by number, severity, first, last, findings, state or assignee.", nameof(sort)),
        };
        List<IncidentRow> found = await sorted.ThenByDescending(row => row.Number).Skip(page.Skip).Take(page.Take).ToListAsync(cancel);
        long[] leads = [.. found.Select(row => row.Lead)];
        Dictionary<long, FindingRow> titles = await context.Set<FindingRow>().AsNoTracking().Where(row => leads.Contains(row.Number)).ToDictionaryAsync(row => row.Number, cancel);
        CaptureTime? asOf = await context.Set<FindingRow>().MaxAsync(row => (long?)row.LastSeen, cancel) is { } last ? new CaptureTime(last) : null;
        return new([.. found.Select(row => LineOf(row, titles.GetValueOrDefault(row.Lead)))], await rows.LongCountAsync(cancel), asOf);
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(IncidentFilter filter, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await Matching(context, filter).LongCountAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<IncidentDetail?> GetAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        IncidentRow? row = await context.Set<IncidentRow>().AsNoTracking().FirstOrDefaultAsync(one => one.Number == number, cancel);
        if (row is null) return null;
        List<(IncidentFindingRow Member, FindingRow Finding)> members = await MembersAsync(context, number, visible, cancel);
        // Whoever sees none of its findings does not learn that it exists; one that was merged has none left.
        if (members.Count == 0 && (visible is not null || row.MergedInto is null)) return null;
        List<IncidentNoteRow> notes = await context.Set<IncidentNoteRow>().AsNoTracking().Where(note => note.Incident == number).OrderBy(note => note.Ordinal).ToListAsync(cancel);
        List<IncidentOperationRow> operations = await context.Set<IncidentOperationRow>().AsNoTracking().Where(one => one.FromIncident == number || one.ToIncident == number).OrderByDescending(one => one.Number).ToListAsync(cancel);
        IReadOnlyList<IncidentDevice> devices = DevicesOf(members);
        FindingRow? lead = await context.Set<FindingRow>().AsNoTracking().FirstOrDefaultAsync(one => one.Number == row.Lead, cancel);
        IncidentLine line = LineOf(row, lead);
        return new IncidentDetail
        {
            Number = line.Number,
            Severity = line.Severity,
            Title = line.Title,
            LeadType = line.LeadType,
            Findings = line.Findings,
            Actors = line.Actors,
            Targets = line.Targets,
            First = line.First,
            Last = line.Last,
            State = line.State,
            Assignee = line.Assignee,
            Revision = line.Revision,
            More = row.More,
            MergedInto = row.MergedInto,
            Lesson = row.Lesson,
            Steps = [.. members.Select(one => new IncidentStep(FindingMapping.ToLine(one.Finding, false), (JoinReason)one.Member.Why, one.Member.Through, UidsOf(one.Finding)))],
            Devices = devices,
            Notes = [.. notes.Select(note => new FindingNote(new CaptureTime(note.At), note.Who, note.Action, note.Value, note.Text))],
            Operations = [.. operations.Select(one => new IncidentOperation(one.Number, one.Kind, one.FromIncident, one.ToIncident, JsonSerializer.Deserialize<long[]>(one.Findings)!.Length, new CaptureTime(one.At), one.Who, one.Undone is not null))],
            Exposures = await ExposuresAsync(context, devices, visible, cancel),
        };
    }

    /// <inheritdoc/>
    public async Task<long?> OfFindingAsync(long finding, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Set<IncidentFindingRow>().Where(row => row.Finding == finding).Select(row => (long?)row.Incident).FirstOrDefaultAsync(cancel);
    }

    /// <inheritdoc/>
    public async Task<long> AloneAsync(IReadOnlySet<string>? visible = null, CancellationToken cancel = default)
    {
        await using StoreContext context = stores.Open();
        return await context.Findings(new FindingFilter { IsOpen = true, Types = Attacks, Visible = visible }, time.Nanoseconds()).LongCountAsync(row => !context.Set<IncidentFindingRow>().Any(member => member.Finding == row.Number), cancel);
    }

    /// <summary>Findings of an incident with their rows, in capture time.</summary>
    private static async Task<List<(IncidentFindingRow Member, FindingRow Finding)>> MembersAsync(StoreContext context, long number, IReadOnlySet<string>? visible, CancellationToken cancel)
    {
        var found = await context.Set<IncidentFindingRow>().AsNoTracking().Where(member => member.Incident == number)
            .Join(context.Set<FindingRow>().AsNoTracking(), member => member.Finding, finding => finding.Number, (member, finding) => new { member, finding })
            .OrderBy(one => one.finding.FirstSeen).ThenBy(one => one.finding.Number).ToListAsync(cancel);
        return [.. found.Where(one => visible is null || (one.finding.Department is { } department && visible.Contains(department))).Select(one => (one.member, one.finding))];
    }

    private async Task<IReadOnlyList<FindingLine>> ExposuresAsync(StoreContext context, IReadOnlyList<IncidentDevice> devices, IReadOnlySet<string>? visible, CancellationToken cancel)
    {
        long?[] numbers = [.. devices.Where(device => device.WasTarget).Select(device => (long?)device.Device)];
        if (numbers.Length == 0) return [];
        List<FindingRow> rows = await context.Exposures(new ExposureFilter { Visible = visible }, time.Nanoseconds()).Where(row => numbers.Contains(row.Device)).OrderByDescending(row => row.Severity).ThenBy(row => row.Number).Take(ExposuresShown).ToListAsync(cancel);
        return [.. rows.Select(row => FindingMapping.ToLine(row, false))];
    }

    private static List<IncidentDevice> DevicesOf(IEnumerable<(IncidentFindingRow Member, FindingRow Finding)> members)
    {
        Dictionary<long, IncidentDevice> devices = [];
        void Add(long? device, string? name, string? type, string? department, bool acted)
        {
            if (device is not { } number) return;
            IncidentDevice known = devices.GetValueOrDefault(number) ?? new IncidentDevice(number, name, type, department, false, false);
            devices[number] = known with { Acted = known.Acted || acted, WasTarget = known.WasTarget || !acted };
        }
        foreach ((_, FindingRow finding) in members.Where(one => one.Finding.Verdict is not ((int)Verdict.FalsePositive or (int)Verdict.Benign)))
        {
            bool subjectActs = !DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type) || type.SubjectIs == PartyRole.Actor;
            Add(finding.Device, finding.DeviceName, finding.DeviceType, finding.Department, subjectActs);
            if (finding.HasPeer) Add(finding.PeerDevice, finding.PeerName, finding.PeerType, finding.PeerDepartment, !subjectActs);
        }
        return [.. devices.Values.OrderBy(device => device.Device)];
    }

    private static List<string> UidsOf(FindingRow row) => [.. JsonSerializer.Deserialize<List<Evidence>>(row.Evidence)!.Select(one => one.Uid).OfType<string>().Distinct()];

    private static IncidentLine LineOf(IncidentRow row, FindingRow? lead) => new()
    {
        Number = row.Number,
        Severity = (Severity)row.Severity,
        Title = lead is null ? new PhraseKey("", []) : new PhraseKey(lead.TitleKey, FindingMapping.Strings(lead.Arguments)),
        LeadType = lead?.Type ?? "",
        Findings = row.Findings,
        Actors = FindingMapping.Strings(row.Actors),
        Targets = FindingMapping.Strings(row.Targets),
        First = new CaptureTime(row.FirstSeen),
        Last = new CaptureTime(row.LastSeen),
        State = (IncidentState)row.State,
        Assignee = row.Assignee,
        Revision = row.Revision,
    };

    private static IQueryable<IncidentRow> Matching(StoreContext context, IncidentFilter filter)
    {
        IQueryable<IncidentRow> rows = context.Set<IncidentRow>().AsNoTracking().Where(row => row.MergedInto == null);
        if (filter.Severities.Count > 0)
        {
            int[] severities = [.. filter.Severities.Select(one => (int)one)];
            rows = rows.Where(row => severities.Contains(row.Severity));
        }
        if (filter.States.Count > 0)
        {
            int[] states = [.. filter.States.Select(one => (int)one)];
            rows = rows.Where(row => states.Contains(row.State));
        }
        if (filter.IsOpen is { } open) rows = rows.Where(row => (row.State != (int)IncidentState.Closed) == open);
        if (filter.Assignees.Count > 0)
        {
            bool none = filter.Assignees.Contains("");
            rows = rows.Where(row => row.Assignee == null ? none : filter.Assignees.Contains(row.Assignee));
        }
        if (filter.Departments.Count > 0) rows = Of(context, rows, [.. filter.Departments]);
        if (filter.Visible is { } visible) rows = Of(context, rows, [.. visible.Where(department => department.Length > 0)]);
        if (filter.Text is not { Length: > 0 } text) return rows;
        string lower = text.Trim().ToLowerInvariant();
        if (lower.StartsWith("i-", StringComparison.Ordinal) && long.TryParse(lower[2..], System.Globalization.NumberStyles.None, null, out long number)) return rows.Where(row => row.Number == number);
        return rows.Where(row => row.SearchText.Contains(lower) || context.Set<IncidentFindingRow>().Any(member => member.Incident == row.Number && context.Set<FindingRow>().Any(finding => finding.Number == member.Finding && finding.SearchText.Contains(lower))));
    }

    /// <summary>Incidents that hold a finding of one of these departments; an empty text is findings without one.</summary>
    private static IQueryable<IncidentRow> Of(StoreContext context, IQueryable<IncidentRow> rows, string[] departments)
    {
        bool none = departments.Contains("");
        return rows.Where(row => context.Set<IncidentFindingRow>().Any(member => member.Incident == row.Number
            && context.Set<FindingRow>().Any(finding => finding.Number == member.Finding && (finding.Department == null ? none : departments.Contains(finding.Department)))));
    }

    private static IOrderedQueryable<IncidentRow> By<T>(IQueryable<IncidentRow> rows, System.Linq.Expressions.Expression<Func<IncidentRow, T>> column, SortOrder sort) =>
        sort.Descending ? rows.OrderByDescending(column) : rows.OrderBy(column);
}
