using System.Globalization;
using DuckDB.NET.Data;

namespace Wardkeeper.Storage.History;

/// <summary>
/// One day of history (UTC): a DuckDB file of its own, attached to the one instance. The file holds how far each sensor's batches
/// were applied to it, in the same transaction as their rows.
/// </summary>
internal sealed class HistoryDay
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS {0}.applied(sensor VARCHAR PRIMARY KEY, sequence BIGINT NOT NULL);
        CREATE TABLE IF NOT EXISTS {0}.flows(ts BIGINT NOT NULL, began BIGINT NOT NULL, uid VARCHAR NOT NULL,
            orig_device BIGINT, resp_device BIGINT, orig_ip VARCHAR, resp_ip VARCHAR, orig_port INTEGER NOT NULL, resp_port INTEGER NOT NULL, orig_mac BIGINT NOT NULL, resp_mac BIGINT NOT NULL,
            transport VARCHAR NOT NULL, service VARCHAR, orig_bytes BIGINT NOT NULL, resp_bytes BIGINT NOT NULL, orig_packets BIGINT NOT NULL, resp_packets BIGINT NOT NULL,
            duration BIGINT, state VARCHAR NOT NULL, community_id VARCHAR NOT NULL, vlan INTEGER NOT NULL, sensor VARCHAR NOT NULL, part TINYINT NOT NULL);
        CREATE TABLE IF NOT EXISTS {0}.transactions(ts BIGINT NOT NULL, uid VARCHAR, log VARCHAR NOT NULL,
            orig_device BIGINT, resp_device BIGINT, orig_ip VARCHAR, resp_ip VARCHAR, orig_port INTEGER NOT NULL, resp_port INTEGER NOT NULL, orig_mac BIGINT NOT NULL, resp_mac BIGINT NOT NULL,
            status VARCHAR, what VARCHAR, json VARCHAR NOT NULL, sensor VARCHAR NOT NULL);
        """;

    private HistoryDay(int number, string path)
    {
        (Number, Path) = (number, path);
        Alias = "d" + Name(number);
    }

    /// <summary>Days since the epoch.</summary>
    public int Number { get; }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Its name in SQL.</summary>
    public string Alias { get; }

    /// <summary>Highest sequence by sensor, of batches that had rows for this day.</summary>
    public Dictionary<string, long> Applied { get; } = new(StringComparer.Ordinal);

    /// <summary>Earliest and latest time of its rows. Replaced as a whole: questions look at it beside the writing.</summary>
    public HistorySpan Span { get; set; } = HistorySpan.Nothing;

    /// <summary>Bytes on disk, what is not yet merged into the file included.</summary>
    public long Bytes => Size(Path) + Size(Path + ".wal");

    /// <summary>Opens a day's file, made when it is not there.</summary>
    /// <exception cref="DuckDBException">The file cannot be opened.</exception>
    public static HistoryDay Attach(DuckDBConnection connection, string folder, int number)
    {
        HistoryDay day = new(number, System.IO.Path.Combine(folder, Name(number) + ".duckdb"));
        Run(connection, $"ATTACH '{day.Path.Replace("'", "''", StringComparison.Ordinal)}' AS {day.Alias}");
        try
        {
            Run(connection, Schema.Replace("{0}", day.Alias, StringComparison.Ordinal));
            day.Load(connection);
            return day;
        }
        catch
        {
            Run(connection, $"DETACH {day.Alias}");
            throw;
        }
    }

    /// <summary>The day of a file; null when it is not one of history's.</summary>
    public static int? NumberOf(string path) =>
        DateOnly.TryParseExact(System.IO.Path.GetFileNameWithoutExtension(path), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber
            : null;

    /// <summary>Runs a statement that answers nothing.</summary>
    public static void Run(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Name(int number) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(number).ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private void Load(DuckDBConnection connection)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT sensor, sequence FROM {Alias}.applied";
        using (DuckDBDataReader reader = command.ExecuteReader())
        {
            while (reader.Read()) Applied[reader.GetString(0)] = reader.GetInt64(1);
        }
        command.CommandText = $"SELECT min(first), max(last) FROM (SELECT min(ts) AS first, max(ts) AS last FROM {Alias}.flows UNION ALL SELECT min(ts), max(ts) FROM {Alias}.transactions)";
        using DuckDBDataReader span = command.ExecuteReader();
        if (span.Read() && !span.IsDBNull(0)) Span = new HistorySpan(span.GetInt64(0), span.GetInt64(1));
    }
}

/// <summary>Earliest and latest time of rows, in nanoseconds since the epoch.</summary>
internal sealed record HistorySpan(long First, long Last)
{
    /// <summary>No rows: the earliest is later than the latest.</summary>
    public static HistorySpan Nothing { get; } = new(long.MaxValue, long.MinValue);
}
