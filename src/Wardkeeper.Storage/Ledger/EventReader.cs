using System.Data.Common;
using Wardkeeper.Hub.Ledger.Live;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Reads stored events.</summary>
internal static class EventReader
{
    /// <summary>Most events of one operation: an import may have changed many values of many devices.</summary>
    private const int Most = 2_000_000;

    /// <summary>The events of an operation, in order.</summary>
    public static IReadOnlyList<LedgerEvent> OfOperation(DbConnection connection, DbTransaction transaction, long operation)
    {
        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT \"Id\", \"Operation\", \"DeviceId\", \"At\", \"Who\", \"Action\", \"Field\", \"Before\", \"After\", \"Reason\" FROM \"{LedgerTables.Events}\" WHERE \"Operation\" = @p0 ORDER BY \"Id\" LIMIT {Most}";
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = "@p0";
        parameter.Value = operation;
        command.Parameters.Add(parameter);
        List<LedgerEvent> events = [];
        using DbDataReader row = command.ExecuteReader();
        while (row.Read())
            events.Add(new LedgerEvent(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), new(row.GetInt64(3)), Text(row, 4), row.GetString(5), Text(row, 6), Text(row, 7), Text(row, 8), Text(row, 9)));
        return events;
    }

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);
}
