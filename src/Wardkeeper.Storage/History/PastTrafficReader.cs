using System.Text;
using DuckDB.NET.Data;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Reads spans of history for indicators that came later: flows by their ends, transactions by what they said that an indicator may name.</summary>
internal sealed class PastTrafficReader(HistoryStore store) : IPastTraffic
{
    /// <summary>Logs that indicators are compared with, and what of their rows makes two of them the same.</summary>
    private static readonly (string Log, string[] Fields)[] Logs =
    [
        ("dns", ["query", "answers"]),
        ("ssl", ["server_name", "ja3", "ja4", "cert_chain_fps"]),
        ("http", ["host", "uri"]),
        ("files", ["sha256", "md5", "sha1"]),
    ];

    private static readonly string Same = "CASE log " + string.Join(' ', Logs.Select(log => $"WHEN '{log.Log}' THEN concat_ws(' ', {string.Join(", ", log.Fields.Select(HistorySql.Field))})")) + " ELSE '' END";

    /// <inheritdoc/>
    public Task<IReadOnlyList<PastTraffic>> ReadAsync(CaptureTime from, CaptureTime to, Func<PastTraffic, bool> wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        HistorySql flows = HistorySql.Of(new FlowFilter { From = from, To = to }, store.Days);
        HistorySql said = HistorySql.Of(new TransactionFilter { From = from, To = to, Logs = [.. Logs.Select(log => log.Log)] }, store.Days);
        if (flows.Days.Count == 0) return Task.FromResult<IReadOnlyList<PastTraffic>>([]);
        return store.ReadAsync<IReadOnlyList<PastTraffic>>(
            (connection, stop) =>
            {
                PastTraffic? Wanted(PastTraffic one) => wanted(one) ? one : null;
                return [.. flows.Read(connection, FlowsText(flows), row => Wanted(Flow(row)), stop).OfType<PastTraffic>(), .. said.Read(connection, SaidText(said), row => Wanted(Said(row)), stop).OfType<PastTraffic>()];
            },
            cancel);
    }

    private static string Ends(HistorySql sql, string more) => $"{sql.Rows("ts, uid, orig_ip, resp_ip, orig_port, resp_port, orig_mac, resp_mac, " + more)} WHERE orig_ip IS NOT NULL AND resp_ip IS NOT NULL";

    // A flow that lasts has a row for each report: those behind the first are no other flow.
    private static string FlowsText(HistorySql sql) => $"""
        SELECT orig_ip, resp_ip, min(ts), max(ts), arg_min(uid, ts), arg_max(uid, ts), arg_min(orig_mac, ts), arg_min(resp_mac, ts), arg_min(orig_port, ts), arg_min(resp_port, ts),
            greatest(1, count(*) FILTER (part < 2)), bool_or(orig_packets > 0 AND resp_packets > 0 AND state NOT IN ('REJ', 'S0'))
        FROM {Ends(sql, "orig_packets, resp_packets, state, part")} GROUP BY orig_ip, resp_ip
        """;

    private static string SaidText(HistorySql sql) => $"""
        SELECT orig_ip, resp_ip, min(ts), max(ts), arg_min(coalesce(uid, ''), ts), arg_max(coalesce(uid, ''), ts), arg_min(orig_mac, ts), arg_min(resp_mac, ts), arg_min(orig_port, ts), arg_min(resp_port, ts),
            count(*), log, {Same} AS same, arg_min(json, ts)
        FROM {Ends(sql, "log, json")} GROUP BY orig_ip, resp_ip, log, same
        """;

    private static PastTraffic Flow(DuckDBDataReader row) => new(View(row), new CaptureTime(row.GetInt64(2)), new CaptureTime(row.GetInt64(3)))
    {
        Key = $"{row.GetString(0)} {row.GetString(1)}",
        LastUid = row.GetString(5),
        Times = row.GetInt64(10),
        IsAnswered = row.GetBoolean(11),
    };

    private static PastTraffic Said(DuckDBDataReader row)
    {
        FlowView view = View(row);
        CaptureTime first = new(row.GetInt64(2));
        return new PastTraffic(view, first, new CaptureTime(row.GetInt64(3)))
        {
            Key = $"{row.GetString(0)} {row.GetString(1)} {row.GetString(11)} {row.GetString(12)}",
            LastUid = row.GetString(5),
            Times = row.GetInt64(10),
            Said = new TransactionRow(row.GetString(11), first, first, view, Encoding.UTF8.GetBytes(row.GetString(13))),
        };
    }

    private static FlowView View(DuckDBDataReader row) => new()
    {
        Uid = row.GetString(4),
        Carrier = Carrier.Tcp,
        Began = new CaptureTime(row.GetInt64(2)),
        OriginatorAddress = HistoryReading.Ip(row, 0),
        ResponderAddress = HistoryReading.Ip(row, 1),
        OriginatorMac = new MacAddress((ulong)row.GetInt64(6)),
        ResponderMac = new MacAddress((ulong)row.GetInt64(7)),
        OriginatorPort = (ushort)row.GetInt32(8),
        ResponderPort = (ushort)row.GetInt32(9),
    };
}
