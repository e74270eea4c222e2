using System.Data;
using System.Data.Common;

namespace Wardkeeper.Storage.Ledger;

/// <summary>
/// A prepared statement that puts rows of one table: inserted when the key is new, else overwritten. Values are set in the order of
/// the columns. The same SQL on SQLite and PostgreSQL.
/// </summary>
internal sealed class Upsert : IDisposable
{
    private readonly DbCommand command;
    private int next;

    /// <summary>Prepares it.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="keys">Columns of the key.</param>
    /// <param name="values">Other columns.</param>
    public Upsert(DbConnection connection, DbTransaction transaction, string table, Column[] keys, Column[] values)
    {
        command = connection.CreateCommand();
        command.Transaction = transaction;
        Column[] all = [.. keys, .. values];
        string set = string.Join(", ", values.Select(column => $"\"{column.Name}\" = excluded.\"{column.Name}\""));
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = $"INSERT INTO \"{table}\" ({string.Join(", ", all.Select(column => $"\"{column.Name}\""))}) VALUES ({string.Join(", ", all.Select((_, i) => $"@p{i}"))}) ON CONFLICT ({string.Join(", ", keys.Select(column => $"\"{column.Name}\""))}) DO {(values.Length == 0 ? "NOTHING" : "UPDATE SET " + set)}";
#pragma warning restore CA2100 // as above
        for (int i = 0; i < all.Length; i++) Add(command, $"@p{i}", all[i].Type);
        command.Prepare();
    }

    /// <summary>Sets the next value of the row.</summary>
    public Upsert Set(object? value)
    {
        command.Parameters[next++].Value = value ?? DBNull.Value;
        return this;
    }

    /// <summary>Puts the row whose values were set.</summary>
    public void Put()
    {
        if (next != command.Parameters.Count) throw new InvalidOperationException($"{next} of {command.Parameters.Count} values were set");
        next = 0;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose() => command.Dispose();

    /// <summary>Deletes rows by whole numbers.</summary>
    public static void Delete(DbConnection connection, DbTransaction transaction, string table, string column, IEnumerable<long> values)
    {
        using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = $"DELETE FROM \"{table}\" WHERE \"{column}\" = @p0";
#pragma warning restore CA2100 // as above
        Add(command, "@p0", DbType.Int64);
        command.Prepare();
        foreach (long value in values)
        {
            command.Parameters[0].Value = value;
            command.ExecuteNonQuery();
        }
    }

    private static void Add(DbCommand command, string name, DbType type)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        command.Parameters.Add(parameter);
    }

    /// <summary>A column of a table.</summary>
    internal readonly record struct Column(string Name, DbType Type)
    {
        public static Column Long(string name) => new(name, DbType.Int64);

        public static Column Int(string name) => new(name, DbType.Int32);

        public static Column Text(string name) => new(name, DbType.String);

        public static Column Flag(string name) => new(name, DbType.Boolean);

        public static Column Real(string name) => new(name, DbType.Double);
    }
}
