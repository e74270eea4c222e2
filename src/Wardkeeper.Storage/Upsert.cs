using System.Data.Common;

namespace Wardkeeper.Storage;

/// <summary>A prepared "insert, or update when the key is there"; the same statement on SQLite and PostgreSQL. The quick way in for many rows.</summary>
internal sealed class Upsert : IDisposable
{
    private readonly DbCommand command;

    /// <summary>Prepares the statement.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction it belongs to.</param>
    /// <param name="table">Table name.</param>
    /// <param name="key">Columns of the key.</param>
    /// <param name="values">The other columns.</param>
    public Upsert(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> key, IReadOnlyList<string> values)
    {
        string[] columns = [.. key, .. values];
        command = connection.CreateCommand();
        command.Transaction = transaction;
        string update = values.Count == 0 ? "DO NOTHING" : "DO UPDATE SET " + string.Join(", ", values.Select(column => $"{column} = excluded.{column}"));
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))}) ON CONFLICT ({string.Join(", ", key)}) {update}";
        for (int i = 0; i < columns.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }
    }

    /// <summary>Stores a row; values in the order key, values.</summary>
    public void Run(params ReadOnlySpan<object?> row)
    {
        for (int i = 0; i < row.Length; i++) command.Parameters[i].Value = row[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose() => command.Dispose();
}
