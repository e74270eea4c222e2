using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Incidents;

/// <summary>Stores what the book of findings grouped. Comes after the findings' part, which fills the book. Columns that people write are never written here, except that an incident whose finding comes back is opened again.</summary>
internal sealed class IncidentsPart(StoreFactory stores, FindingBook book) : IBatchPart
{
    private static readonly string[] Columns = ["number", "severity", "lead", "first_seen", "last_seen", "findings", "more", "actors", "targets", "search_text", "merged_into"];

    private static readonly string IncidentSql =
        $"INSERT INTO incidents ({string.Join(", ", Columns)}, state, is_touched, revision) VALUES ({string.Join(", ", Columns.Select((_, i) => "@p" + i))}, 0, FALSE, 1) " +
        $"ON CONFLICT (number) DO UPDATE SET {string.Join(", ", Columns.Skip(1).Select(column => $"{column} = excluded.{column}"))}";

    private const string MemberSql =
        "INSERT INTO incident_findings (finding, incident, why, through) VALUES (@p0, @p1, @p2, @p3) ON CONFLICT (finding) DO UPDATE SET incident = excluded.incident, why = excluded.why, through = excluded.through";

    private const string ReopenSql = "UPDATE incidents SET state = 0, lesson = NULL, closed_at = NULL, revision = revision + 1 WHERE number = @p0 AND state = 5";

    private const string NoteSql =
        "INSERT INTO incident_notes (incident, ordinal, at, who, action, value, text) VALUES (@p0, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM incident_notes WHERE incident = @p0), @p1, NULL, @p2, @p3, NULL)";

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        using StoreContext context = stores.Open();
        long newest = context.Set<IncidentRow>().Max(row => (long?)row.LastSeen) ?? 0, since = newest - (FindingBook.Remembered.Ticks * 100);
        List<IncidentRow> rows = context.Set<IncidentRow>().AsNoTracking().Where(row => row.LastSeen >= since).ToList();
        ILookup<long, IncidentFindingRow> members = context.Set<IncidentFindingRow>().AsNoTracking().Where(member => context.Set<IncidentRow>().Any(row => row.Number == member.Incident && row.LastSeen >= since)).OrderBy(member => member.Finding).ToLookup(member => member.Incident);
        long last = context.Set<IncidentRow>().Max(row => (long?)row.Number) ?? 0;
        book.Incidents.Restore(rows.Select(row => ToIncident(row, members[row.Number])), last, book.Findings);
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch)
    {
        // The book grouped them when they were raised.
    }

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        foreach ((Incident incident, bool isReopened) in book.Incidents.Changed)
        {
            Run(transaction, IncidentSql, Values(incident));
            if (!isReopened || Run(transaction, ReopenSql, incident.Number) == 0) continue;
            Run(transaction, NoteSql, incident.Number, incident.Last.Nanoseconds, "reopened", IncidentState.New.Word());
        }
        foreach ((IncidentMember member, long incident) in book.Incidents.Joined) Run(transaction, MemberSql, member.Finding, incident, (int)member.Why, member.Through);
    }

    /// <inheritdoc/>
    public void Saved() => book.Incidents.Saved();

    /// <summary>What a text is looked for in.</summary>
    internal static string SearchText(long number, IEnumerable<string> actors, IEnumerable<string> targets) => string.Join('\n', [Incident.IdOf(number), .. actors, .. targets]).ToLowerInvariant();

    private static object?[] Values(Incident incident) =>
    [
        incident.Number, (int)incident.Severity, incident.Lead, incident.First.Nanoseconds, incident.Last.Nanoseconds, incident.Members.Count + incident.More, incident.More,
        Json(incident.Actors), Json(incident.Targets), SearchText(incident.Number, incident.Actors, incident.Targets), incident.MergedInto,
    ];

    private static string Json(IEnumerable<string> keys) => JsonSerializer.Serialize(keys.Order(StringComparer.Ordinal));

    private static Incident ToIncident(IncidentRow row, IEnumerable<IncidentFindingRow> members) => new()
    {
        Number = row.Number,
        Severity = (Severity)row.Severity,
        Lead = row.Lead,
        First = new CaptureTime(row.FirstSeen),
        Last = new CaptureTime(row.LastSeen),
        More = row.More,
        State = (IncidentState)row.State,
        IsTouched = row.IsTouched,
        MergedInto = row.MergedInto,
        Members = [.. members.Select(member => new IncidentMember(member.Finding, (JoinReason)member.Why, member.Through))],
    };

    private static int Run(DbTransaction transaction, string sql, params object?[] values)
    {
        using DbCommand command = transaction.Connection!.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        for (int i = 0; i < values.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@p" + i, values[i] ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command.ExecuteNonQuery();
    }
}
