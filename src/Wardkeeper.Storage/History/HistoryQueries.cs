using System.Globalization;
using DuckDB.NET.Data;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Answers questions about history. A page in order of time is read from the days it falls on; the other days are only counted.</summary>
internal sealed class HistoryQueries(HistoryStore store) : IHistoryQueries
{
    private const int MostPeers = 10_000, MostPairs = 100_000;

    /// <inheritdoc/>
    public Task<Page<HistoryFlow>> FlowsAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        string column = sort.Column switch
        {
            "time" => "ts",
            "bytes" => "orig_bytes + resp_bytes",
            "packets" => "orig_packets + resp_packets",
            "duration" => "duration",
            _ => throw new ArgumentException($"Flows are ordered by time, bytes, packets or duration, not by '{sort.Column}'.", nameof(sort)),
        };
        return PageAsync(HistorySql.Of(filter, store.Days), HistoryReading.FlowColumns, column, sort.Descending, page, HistoryReading.Flow, cancel);
    }

    /// <inheritdoc/>
    public Task<Page<HistoryTransaction>> TransactionsAsync(TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        string column = sort.Column switch
        {
            "time" => "ts",
            "log" => "log",
            "status" => "status",
            _ => throw new ArgumentException($"Transactions are ordered by time, log or status, not by '{sort.Column}'.", nameof(sort)),
        };
        return PageAsync(HistorySql.Of(filter, store.Days), HistoryReading.TransactionColumns, column, sort.Descending, page, HistoryReading.Transaction, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActivityBucket>> ActivityAsync(FlowFilter filter, TimeSpan bucket, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bucket, TimeSpan.FromSeconds(1));
        HistorySql sql = HistorySql.Of(filter, store.Days);
        if (sql.Days.Count == 0) return [];
        string width = sql.Value(bucket.Ticks * 100);
        string text = $"""
            SELECT ts - ts % {width} AS bucket, {HistorySql.Protocol} AS protocol, CAST(sum(orig_bytes + resp_bytes) AS BIGINT), CAST(sum(orig_packets + resp_packets) AS BIGINT), count(*) FILTER (part < 2)
            FROM {sql.Rows("ts, service, transport, orig_bytes, resp_bytes, orig_packets, resp_packets, part")} GROUP BY ALL ORDER BY bucket, protocol
            """;
        return await store.ReadAsync((connection, stop) => sql.Read(connection, text, row => new ActivityBucket(new CaptureTime(row.GetInt64(0)), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)), stop), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LogSeen>> LogsAsync(TransactionFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        HistorySql sql = HistorySql.Of(filter, store.Days);
        if (sql.Days.Count == 0) return [];
        string text = $"SELECT log, count(*), min(ts), max(ts) FROM {sql.Rows("log, ts")} GROUP BY log ORDER BY log";
        return await store.ReadAsync((connection, stop) => sql.Read(connection, text, row => new LogSeen(row.GetString(0), row.GetInt64(1), new CaptureTime(row.GetInt64(2)), new CaptureTime(row.GetInt64(3))), stop), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Peer>> PeersAsync(long device, FlowFilter filter, int limit = 500, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        HistorySql sql = HistorySql.Of(filter with { Device = device }, store.Days);
        if (sql.Days.Count == 0) return [];
        string self = sql.Value(device);
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            WITH seen AS (
                SELECT orig_device IS NOT DISTINCT FROM {self} AS opened, CASE WHEN opened THEN resp_device ELSE orig_device END AS peer, CASE WHEN opened THEN resp_ip ELSE orig_ip END AS ip,
                    {HistorySql.Protocol} AS protocol, CASE WHEN opened THEN orig_bytes ELSE resp_bytes END AS sent, CASE WHEN opened THEN resp_bytes ELSE orig_bytes END AS received, ts, part
                FROM {sql.Rows("ts, orig_device, resp_device, orig_ip, resp_ip, service, transport, orig_bytes, resp_bytes, part")}),
            by_protocol AS (
                SELECT peer, CASE WHEN peer IS NULL THEN ip END AS remote, protocol, arg_max(ip, ts) AS ip, sum(sent) AS sent, sum(received) AS received,
                    count(*) FILTER (part < 2) AS flows, count(*) FILTER (part < 2 AND opened) AS opened, min(ts) AS first, max(ts) AS last
                FROM seen GROUP BY ALL)
            SELECT peer, arg_max(ip, last), string_agg(protocol, ',' ORDER BY sent + received DESC, protocol), CAST(sum(sent) AS BIGINT), CAST(sum(received) AS BIGINT),
                CAST(sum(flows) AS BIGINT), CAST(sum(opened) AS BIGINT), min(first), max(last)
            FROM by_protocol GROUP BY peer, remote ORDER BY sum(sent + received) DESC, peer, remote LIMIT {Math.Clamp(limit, 1, MostPeers)}
            """);
        return await store.ReadAsync((connection, stop) => sql.Read(connection, text, PeerOf, stop), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DevicePair>> PairsAsync(FlowFilter filter, int limit = 20_000, CancellationToken cancel = default)
    {
        HistorySql sql = HistorySql.Of(filter, store.Days);
        if (sql.Days.Count == 0) return [];
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT orig_device, resp_device, {HistorySql.Protocol} AS protocol, CAST(sum(orig_bytes + resp_bytes) AS BIGINT) AS bytes, count(*) FILTER (part < 2), min(ts), max(ts)
            FROM {sql.Rows("ts, orig_device, resp_device, service, transport, orig_bytes, resp_bytes, part")}
            GROUP BY orig_device, resp_device, protocol ORDER BY bytes DESC, orig_device, resp_device, protocol LIMIT {Math.Clamp(limit, 1, MostPairs)}
            """);
        return await store.ReadAsync(
            (connection, stop) => sql.Read(connection, text, row => new DevicePair(HistoryReading.Number(row, 0), HistoryReading.Number(row, 1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), new CaptureTime(row.GetInt64(5)), new CaptureTime(row.GetInt64(6))), stop),
            cancel);
    }

    /// <inheritdoc/>
    public Task<Page<Conversation>> ConversationsAsync(ConversationSubject subject, TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ConversationFields fields = ConversationFields.Of(subject);
        HistorySql sql = HistorySql.Of(filter with { Logs = fields.Logs, Fields = [.. filter.Fields, .. fields.Only] }, store.Days);
        return LinesAsync(sql, one => ConversationSql.Conversations(sql, subject, sort, one), row => ConversationSql.Conversation(row, subject), page, cancel);
    }

    /// <inheritdoc/>
    public Task<Page<RemoteAccess>> RemoteAccessAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        string[] protocols = [.. filter.Protocols.Count > 0 ? RemoteProtocols.All.Intersect(filter.Protocols) : RemoteProtocols.All];
        if (protocols.Length == 0) return Task.FromResult(new Page<RemoteAccess>([], 0));
        HistorySql sql = HistorySql.Of(filter with { Protocols = protocols }, store.Days);
        return LinesAsync(sql, one => ConversationSql.Remote(sql, protocols, sort, one), ConversationSql.Remote, page, cancel);
    }

    /// <inheritdoc/>
    public Task<HistoryRange> RangeAsync(CancellationToken cancel = default)
    {
        HistoryDay[] days = [.. store.Days.Where(day => day.Span.First <= day.Span.Last)];
        return Task.FromResult(days.Length == 0
            ? new HistoryRange(null, null, store.Days.Sum(day => day.Bytes), 0)
            : new HistoryRange(new CaptureTime(days.Min(day => day.Span.First)), new CaptureTime(days.Max(day => day.Span.Last)), store.Days.Sum(day => day.Bytes), days.Length));
    }

    private static Peer PeerOf(DuckDBDataReader row) => new(
        HistoryReading.Number(row, 0), HistoryReading.Ip(row, 1), [.. row.GetString(2).Split(',').Distinct(StringComparer.Ordinal)], row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
        new CaptureTime(row.GetInt64(7)), new CaptureTime(row.GetInt64(8)));

    /// <summary>A page of lines that count themselves; beyond the last page there is none to do so, and the first is asked.</summary>
    private Task<Page<T>> LinesAsync<T>(HistorySql sql, Func<PageRequest, string> text, Func<DuckDBDataReader, (T Line, long Total)> read, PageRequest page, CancellationToken cancel)
    {
        string wanted = text(page);
        if (sql.Days.Count == 0) return Task.FromResult(new Page<T>([], 0));
        return store.ReadAsync(
            (connection, stop) =>
            {
                List<(T Line, long Total)> lines = sql.Read(connection, wanted, read, stop);
                if (lines.Count > 0 || page.Skip == 0) return new Page<T>([.. lines.Select(one => one.Line)], lines.Count == 0 ? 0 : lines[0].Total);
                return new Page<T>([], sql.Read(connection, text(new PageRequest(1, 1)), read, stop).FirstOrDefault().Total);
            },
            cancel);
    }

    private Task<Page<T>> PageAsync<T>(HistorySql sql, string columns, string column, bool descending, PageRequest page, Func<DuckDBDataReader, T> read, CancellationToken cancel)
    {
        if (sql.Days.Count == 0) return Task.FromResult(new Page<T>([], 0));
        return store.ReadAsync(
            (connection, stop) =>
            {
                Dictionary<int, long> counts = sql.Read(connection, sql.Counts(), row => (row.GetInt32(0), row.GetInt64(1)), stop).ToDictionary();
                long total = counts.Values.Sum();
                long skip = column == "ts" ? sql.Narrow(counts, descending, page) : page.Skip;
                if (total <= page.Skip || sql.Days.Count == 0) return new Page<T>([], total);
                string order = descending ? "DESC" : "ASC";
                string text = string.Create(CultureInfo.InvariantCulture, $"SELECT {columns} FROM {sql.Rows(columns)} ORDER BY {column} {order} NULLS LAST, uid LIMIT {page.Take} OFFSET {skip}");
                return new Page<T>(sql.Read(connection, text, read, stop), total);
            },
            cancel);
    }
}
