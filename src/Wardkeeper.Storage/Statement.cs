using System.Data.Common;

namespace Wardkeeper.Storage;

/// <summary>Plain statements inside a transaction that another opened; places are @p0, @p1 … in the order of the values.</summary>
internal static class Statement
{
    /// <summary>Runs a statement and returns how many rows it touched.</summary>
    public static async Task<int> RunAsync(this DbTransaction transaction, string sql, CancellationToken cancel, params object?[] values)
    {
        await using DbCommand command = Make(transaction, sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Asks for rows.</summary>
    public static async Task<List<T>> AskAsync<T>(this DbTransaction transaction, string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] values)
    {
        await using DbCommand command = Make(transaction, sql, values);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
        List<T> rows = [];
        while (await reader.ReadAsync(cancel)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>One more than the highest value of a column.</summary>
    public static async Task<long> NextAsync(this DbTransaction transaction, string table, string column, CancellationToken cancel) =>
        (await transaction.AskAsync($"SELECT COALESCE(MAX({column}), 0) + 1 FROM {table}", row => row.GetInt64(0), cancel))[0];

    private static DbCommand Make(DbTransaction transaction, string sql, object?[] values)
    {
        DbCommand command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@p" + i, values[i] ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
