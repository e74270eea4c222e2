using System.Data.Common;
using Npgsql;

namespace Wardkeeper.Storage;

/// <summary>
/// "Insert, or update when the key is there", insert alone and update alone, for many rows. SQLite lies in the process: each row is one run of
/// a prepared statement. To PostgreSQL every statement is a journey: rows are gathered and sent together. All rows are out when this
/// is disposed of, which must come before the commit.
/// </summary>
internal sealed class Upsert : IDisposable
{
    private readonly DbCommand command;
    private readonly GatheredRows? gathered;

    /// <summary>Prepares an insert that becomes an update when the key is there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction it belongs to.</param>
    /// <param name="table">Table name.</param>
    /// <param name="key">Columns of the key.</param>
    /// <param name="values">The other columns.</param>
    /// <param name="lasting">Columns after those that never change once the row is there; not to write them again spares their indexes.</param>
    public Upsert(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> key, IReadOnlyList<string> values, IReadOnlyList<string>? lasting = null)
        : this(connection, transaction, [.. key, .. values, .. lasting ?? []], key.Count, InsertInto(table, [.. key, .. values, .. lasting ?? []]), OnConflict(key, values))
    {
    }

    private Upsert(DbConnection connection, DbTransaction transaction, string[] columns, int keys, string before, string after)
    {
        if (connection is NpgsqlConnection)
        {
            command = connection.CreateCommand();
            command.Transaction = transaction;
            gathered = new GatheredRows((NpgsqlCommand)command, columns.Length, keys, given => $"{before} SELECT {given} {after}");
            return;
        }
        command = RowCommand(connection, transaction, $"{before} VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))}) {after}", columns.Length);
    }

    private Upsert(DbCommand command, GatheredRows? gathered) => (this.command, this.gathered) = (command, gathered);

    /// <summary>Prepares an insert that fails when the key is there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction it belongs to.</param>
    /// <param name="table">Table name.</param>
    /// <param name="columns">Columns, the key first.</param>
    public static Upsert Insert(DbConnection connection, DbTransaction transaction, string table, string[] columns) => new(connection, transaction, columns, 1, InsertInto(table, columns), "");

    /// <summary>Prepares an update of rows that are there.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction it belongs to.</param>
    /// <param name="table">Table name.</param>
    /// <param name="key">Column of the key.</param>
    /// <param name="value">The column that is written.</param>
    public static Upsert Update(DbConnection connection, DbTransaction transaction, string table, string key, string value)
    {
        if (connection is not NpgsqlConnection) return new Upsert(RowCommand(connection, transaction, $"UPDATE {table} SET {value} = @p1 WHERE {key} = @p0", 2), null);
        NpgsqlCommand command = (NpgsqlCommand)connection.CreateCommand();
        command.Transaction = (NpgsqlTransaction)transaction;
        return new Upsert(command, new GatheredRows(command, 2, 1, given => $"UPDATE {table} SET {value} = new.c1 FROM (SELECT {given}) AS new WHERE {table}.{key} = new.c0"));
    }

    /// <summary>Stores a row; values in the order key, values, lasting.</summary>
    public void Run(params ReadOnlySpan<object?> row)
    {
        if (gathered is not null)
        {
            gathered.Add(row);
            return;
        }
        for (int i = 0; i < row.Length; i++) command.Parameters[i].Value = row[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    /// <summary>Sends what was gathered.</summary>
    public void Dispose()
    {
        gathered?.Send();
        command.Dispose();
    }

    private static string InsertInto(string table, string[] columns) => $"INSERT INTO {table} ({string.Join(", ", columns)})";

    private static string OnConflict(IReadOnlyList<string> key, IReadOnlyList<string> values) =>
        $"ON CONFLICT ({string.Join(", ", key)}) {(values.Count == 0 ? "DO NOTHING" : "DO UPDATE SET " + string.Join(", ", values.Select(column => $"{column} = excluded.{column}")))}";

    private static DbCommand RowCommand(DbConnection connection, DbTransaction transaction, string sql, int parameters)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = sql;
#pragma warning restore CA2100 // as above
        for (int i = 0; i < parameters; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
