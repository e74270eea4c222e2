using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Register;

namespace Wardkeeper.Storage.Findings;

/// <summary>
/// Detection as a part of the hub: a batch goes to the detectors, what they raise to the book, what changed in the book to the store.
/// Columns that people write are never written here, except that a finding that comes back is opened again.
/// </summary>
internal sealed class FindingsPart(StoreFactory stores, FindingBook book, DetectionPath detection) : IBatchPart
{
    private static readonly string[] Columns =
    [
        "number", "type", "is_exposure", "key", "severity", "confidence", "mac", "ip", "vlan", "port", "device", "device_name", "device_type", "department", "person",
        "has_peer", "peer_mac", "peer_ip", "peer_vlan", "peer_port", "peer_device", "peer_name", "peer_type", "peer_department", "peer_person",
        "first_seen", "last_seen", "count", "title_key", "explanation_key", "arguments", "facts", "evidence", "reached_from", "technique", "duty", "reopened", "search_text", "suppressed_by",
    ];

    private static readonly string Sql =
        $"INSERT INTO findings ({string.Join(", ", Columns)}, state, revision) VALUES ({string.Join(", ", Columns.Select((_, i) => "@p" + i))}, 0, 1) " +
        $"ON CONFLICT (number) DO UPDATE SET {string.Join(", ", Columns.Skip(1).Select(column => $"{column} = excluded.{column}"))}";

    /// <inheritdoc/>
    public void Load(DbConnection connection)
    {
        // The context has a connection of its own: nothing is being written yet.
        using StoreContext context = stores.Open();
        long newest = context.Set<FindingRow>().Max(row => (long?)row.LastSeen) ?? 0, since = newest - (FindingBook.Remembered.Ticks * 100);
        List<FindingRow> rows = context.Set<FindingRow>().AsNoTracking().Where(row => row.LastSeen >= since).ToList();
        long last = context.Set<FindingRow>().Max(row => (long?)row.Number) ?? 0;
        List<SuppressionRow> suppressions = context.Set<SuppressionRow>().AsNoTracking().Where(row => row.Withdrawn == null).ToList();
        if (PublishingStore.InForce(context) is { Table: not null } published) detection.Publish(published);
        book.Restore(rows.Select(FindingMapping.ToFinding), last, suppressions.Select(FindingMapping.ToSuppression));
    }

    /// <inheritdoc/>
    public void Take(SensorBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        detection.Begin();
        foreach (Observation observation in batch.Observations) detection.Take(observation);
        foreach (TransactionRow row in batch.Transactions) detection.Take(row);
        foreach (FlowRecord flow in batch.Flows) detection.Take(flow);
        detection.Take(new SensorReport(batch.Sensor, batch.End, batch.Counters));
        detection.Advance(batch.End);
    }

    /// <inheritdoc/>
    public void Save(DbConnection connection, DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(connection);
        IReadOnlyList<(Finding Finding, bool Reopened)> changed = book.Changed;
        if (changed.Count == 0) return;
        using DbCommand command = Prepare(connection, transaction);
        foreach ((Finding finding, bool reopened) in changed)
        {
            object?[] values = Values(FindingMapping.ToRow(finding));
            for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
            if (reopened) Reopen(connection, transaction, finding);
        }
        foreach (Finding finding in book.Ended) End(connection, transaction, finding);
    }

    /// <inheritdoc/>
    public void Saved() => book.Saved();

    private static DbCommand Prepare(DbConnection connection, DbTransaction transaction)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Sql;
        for (int i = 0; i < Columns.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = "@p" + i;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static object?[] Values(FindingRow row) =>
    [
        row.Number, row.Type, row.IsExposure, row.Key, row.Severity, row.Confidence, row.Mac, row.Ip, row.Vlan, row.Port, row.Device, row.DeviceName, row.DeviceType, row.Department, row.Person,
        row.HasPeer, row.PeerMac, row.PeerIp, row.PeerVlan, row.PeerPort, row.PeerDevice, row.PeerName, row.PeerType, row.PeerDepartment, row.PeerPerson,
        row.FirstSeen, row.LastSeen, row.Count, row.TitleKey, row.ExplanationKey, row.Arguments, row.Facts, row.Evidence, row.ReachedFrom, row.Technique, row.Duty, row.Reopened, row.SearchText, row.SuppressedBy,
    ];

    private static void Reopen(DbConnection connection, DbTransaction transaction, Finding finding) => Turn(
        connection, transaction, finding, finding.Last, "reopened", "new", "UPDATE findings SET state = 0, verdict = NULL, verdict_reason = NULL, closed_at = NULL, revision = revision + 1 WHERE number = @number AND state = 4");

    private static void End(DbConnection connection, DbTransaction transaction, Finding finding) => Turn(
        connection, transaction, finding, finding.ClosedAt!.Value, "ended", "closed", "UPDATE findings SET state = 4, closed_at = @at, revision = revision + 1 WHERE number = @number AND state <> 4");

    /// <summary>Changes where a finding stands, and notes that nobody did it.</summary>
    private static void Turn(DbConnection connection, DbTransaction transaction, Finding finding, CaptureTime at, string action, string value, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        void Bind(string name, object bound)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, bound);
            command.Parameters.Add(parameter);
        }
        Bind("@number", finding.Number);
        Bind("@at", at.Nanoseconds);
        command.CommandText = sql;
        if (command.ExecuteNonQuery() == 0) return;
        command.CommandText = "SELECT COALESCE(MAX(ordinal), 0) + 1 FROM finding_notes WHERE finding = @number";
        Bind("@ordinal", Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
        command.CommandText = $"INSERT INTO finding_notes (finding, ordinal, at, who, action, value, text) VALUES (@number, @ordinal, @at, NULL, '{action}', '{value}', NULL)";
        command.ExecuteNonQuery();
    }
}
