using Npgsql;

namespace Wardkeeper.Storage;

/// <summary>Rows for PostgreSQL, gathered by column and sent as arrays: one statement and one journey for thousands of them.</summary>
/// <param name="command">A command of the transaction; its text and parameters are set here.</param>
/// <param name="columns">Columns of a row.</param>
/// <param name="keys">How many of them, from the first on, are the key. A row with the key of an earlier one replaces it: one statement may touch a row once only.</param>
/// <param name="statement">The statement around the list of what is selected: columns named c0, c1 … and where they come from.</param>
internal sealed class GatheredRows(NpgsqlCommand command, int columns, int keys, Func<string, string> statement)
{
    private const int Most = 5_000;

    private readonly List<object?[]> rows = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Adds a row; sends all when there are many.</summary>
    public void Add(ReadOnlySpan<object?> row)
    {
        if (row.Length != columns) throw new ArgumentException($"a row has {columns} values, not {row.Length}", nameof(row));
        object?[] kept = row.ToArray();
        string key = string.Join('\u001f', kept.AsSpan(0, keys));
        if (places.TryGetValue(key, out int place))
        {
            rows[place] = kept;
            return;
        }
        places[key] = rows.Count;
        rows.Add(kept);
        if (rows.Count >= Most) Send();
    }

    /// <summary>Sends what there is.</summary>
    public void Send()
    {
        if (rows.Count == 0) return;
        List<string> selected = [], arrays = [], names = [];
        command.Parameters.Clear();
        for (int column = 0; column < columns; column++)
        {
            // A column without any value has no type either; a bare NULL takes the target's.
            if (ArrayOf(column) is not { } array)
            {
                selected.Add($"NULL AS c{column}");
                continue;
            }
            command.Parameters.Add(new NpgsqlParameter($"p{column}", array));
            selected.Add($"given.c{column}");
            arrays.Add($"@p{column}");
            names.Add($"c{column}");
        }
#pragma warning disable CA2100 // names of tables and columns are constants of this program
        command.CommandText = statement($"{string.Join(", ", selected)} FROM unnest({string.Join(", ", arrays)}) AS given({string.Join(", ", names)})");
#pragma warning restore CA2100 // as above
        // Sent once, whatever becomes of it: after a failure the transaction is over.
        rows.Clear();
        places.Clear();
        command.ExecuteNonQuery();
    }

    private Array? ArrayOf(int column) => rows.Select(row => row[column]).FirstOrDefault(value => value is not null) switch
    {
        null => null,
        long => rows.Select(row => (long?)row[column]).ToArray(),
        int => rows.Select(row => (int?)row[column]).ToArray(),
        bool => rows.Select(row => (bool?)row[column]).ToArray(),
        double => rows.Select(row => (double?)row[column]).ToArray(),
        string => rows.Select(row => (string?)row[column]).ToArray(),
        byte[] => rows.Select(row => (byte[]?)row[column]).ToArray(),
        { } other => throw new NotSupportedException($"no column holds values of {other.GetType().Name}"),
    };
}
