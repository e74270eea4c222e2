using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Groups transactions and flows into who talks to whom. All of it is grouped where it is stored: what comes out is a page of lines.</summary>
internal static class ConversationSql
{
    private const int MostKinds = 50, MostValues = 8;

    /// <summary>Lines of a subject, with a column that counts all of them.</summary>
    public static string Conversations(HistorySql sql, ConversationSubject subject, SortOrder sort, PageRequest page)
    {
        string column = sort.Column switch
        {
            "last" => "last",
            "count" => "n",
            "failures" => "bad",
            _ => throw new ArgumentException($"Conversations are ordered by last, count or failures, not by '{sort.Column}'.", nameof(sort)),
        };
        ConversationFields fields = ConversationFields.Of(subject);
        string names = List("n", fields.Names), kinds = List("k", fields.Kinds), facts = List("f", fields.Facts);
        string ends = "orig_ip, resp_ip, log" + names, latest = string.Concat(Enumerable.Range(0, fields.Facts.Count).Select(i => $", arg_max(f{i}, ts) AS f{i}"));
        string latestOfAll = string.Concat(Enumerable.Range(0, fields.Facts.Count).Select(i => $", arg_max(f{i}, last) AS f{i}"));
        string lab = subject != ConversationSubject.Laboratory ? ", 0 AS tests, NULL::BOOLEAN AS opened"
            : $"""
            , CASE WHEN {HistorySql.Field("sender_role")} IN ('analyser', 'device') THEN coalesce(TRY_CAST({HistorySql.Field("observations")} AS BIGINT), json_array_length(json, '$.tests'), 0) ELSE 0 END AS tests,
                ({HistorySql.Field("sender_role")} IN ('analyser', 'device')) = ({HistorySql.Field("is_orig")} = 'true') AS opened
            """;
        string values = string.Join(", ", Enumerable.Range(0, fields.Kinds.Count).Select(i => $"k{i}"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            WITH said AS (
                SELECT ts, orig_ip, resp_ip, orig_device, resp_device, log{{Read("n", fields.Names)}}{{Read("k", fields.Kinds)}}{{Read("f", fields.Facts)}}, {{HistorySql.Failed}} AS failed{{lab}}
                FROM {{sql.Rows("ts, orig_ip, resp_ip, orig_device, resp_device, log, status, json")}} WHERE orig_ip IS NOT NULL AND resp_ip IS NOT NULL),
            kinds AS (
                SELECT {{ends}}{{kinds}}{{latest}}, count(*) AS n, count(*) FILTER (failed) AS bad, min(ts) AS first, max(ts) AS last, arg_max(orig_device, ts) AS orig_device, arg_max(resp_device, ts) AS resp_device,
                    sum(tests) AS tests, arg_max(opened, ts) AS opened
                FROM said GROUP BY {{ends}}{{kinds}}),
            lines AS (
                SELECT {{ends}}{{latestOfAll}}, sum(n) AS n, sum(bad) AS bad, min(first) AS first, max(last) AS last, arg_max(orig_device, last) AS orig_device, arg_max(resp_device, last) AS resp_device,
                    sum(tests) AS tests, arg_max(opened, last) AS opened, count(*) AS kinds,
                    CAST(to_json(list({'v': [{{values}}], 'n': n, 'bad': bad, 'last': last} ORDER BY n DESC, {{values}})[1:{{MostKinds}}]) AS VARCHAR) AS kind
                FROM kinds GROUP BY {{ends}})
            SELECT orig_device, resp_device, orig_ip, resp_ip, log, CAST(n AS BIGINT), CAST(bad AS BIGINT), first, last, CAST(tests AS BIGINT), opened, kinds, kind, count(*) OVER (){{names}}{{facts}}
            FROM lines ORDER BY {{column}} {{Order(sort)}}, n DESC, {{ends}} LIMIT {{page.Take}} OFFSET {{page.Skip}}
            """);
    }

    /// <summary>Reads a line.</summary>
    public static (Conversation Line, long Total) Conversation(DuckDBDataReader row, ConversationSubject subject)
    {
        ConversationFields fields = ConversationFields.Of(subject);
        const int FirstName = 14;
        return (new Conversation
        {
            Originator = new HistoryEnd(HistoryReading.Number(row, 0), HistoryReading.Ip(row, 2), 0, default),
            Responder = new HistoryEnd(HistoryReading.Number(row, 1), HistoryReading.Ip(row, 3), 0, default),
            Log = row.GetString(4),
            Count = row.GetInt64(5),
            Failures = row.GetInt64(6),
            First = new CaptureTime(row.GetInt64(7)),
            Last = new CaptureTime(row.GetInt64(8)),
            Tests = row.GetInt64(9),
            AnalyserOpened = row.IsDBNull(10) ? null : row.GetBoolean(10),
            KindCount = row.GetInt64(11),
            Kinds = Kinds(row.GetString(12)),
            Names = [.. fields.Names.Select((_, i) => HistoryReading.Text(row, FirstName + i))],
            Facts = [.. fields.Facts.Select((_, i) => HistoryReading.Text(row, FirstName + fields.Names.Count + i))],
        }, row.GetInt64(13));
    }

    /// <summary>Lines of remote access, with a column that counts all of them.</summary>
    public static string Remote(HistorySql sql, IReadOnlyList<string> protocols, SortOrder sort, PageRequest page)
    {
        string column = sort.Column switch
        {
            "last" => "last",
            "count" => "n",
            "bytes" => "sent + received",
            "longest" => "longest",
            _ => throw new ArgumentException($"Remote access is ordered by last, count, bytes or longest, not by '{sort.Column}'.", nameof(sort)),
        };
        string known = string.Join(", ", protocols.Select(one => $"'{one}'"));
        string told = string.Join(" UNION ALL ", sql.Days.Select(day => $"SELECT uid, json FROM {day.Alias}.transactions WHERE log IN ({known})"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            WITH pieces AS (
                SELECT unnest(list_intersect(string_split(service, ','), [{{known}}])) AS protocol, uid, ts, began, duration, orig_ip, resp_ip, orig_device, resp_device, orig_bytes, resp_bytes
                FROM {{sql.Rows("uid, ts, began, duration, service, orig_ip, resp_ip, orig_device, resp_device, orig_bytes, resp_bytes")}} WHERE service IS NOT NULL AND orig_ip IS NOT NULL AND resp_ip IS NOT NULL),
            sessions AS (
                SELECT protocol, uid, orig_ip, resp_ip, arg_max(orig_device, ts) AS orig_device, arg_max(resp_device, ts) AS resp_device, count(*) AS records, sum(orig_bytes) AS sent, sum(resp_bytes) AS received,
                    min(began) AS first, max(ts) AS last, max(ts + coalesce(duration, 0)) - min(began) AS longest
                FROM pieces GROUP BY protocol, uid, orig_ip, resp_ip),
            told AS (
                SELECT uid, max({{FirstOf("user", "username", "cookie", "identity")}}) AS who, max({{FirstOf("authentication_method", "security_protocol", "auth_method", "protection", "chosen")}}) AS how,
                    max({{FirstOf("result", "auth", "auth_success", "success", "established")}}) AS result
                FROM ({{told}}) GROUP BY uid),
            lines AS (
                SELECT arg_max(orig_device, last) AS orig_device, arg_max(resp_device, last) AS resp_device, orig_ip, resp_ip, protocol, count(*) AS n, CAST(sum(records) AS BIGINT) AS records,
                    CAST(sum(sent) AS BIGINT) AS sent, CAST(sum(received) AS BIGINT) AS received, max(longest) AS longest, min(first) AS first, max(last) AS last, {{Values("who")}} AS who, {{Values("how")}} AS how, {{Values("result")}} AS result
                FROM sessions LEFT JOIN told USING (uid) GROUP BY orig_ip, resp_ip, protocol)
            SELECT orig_device, resp_device, orig_ip, resp_ip, protocol, n, records, sent, received, longest, first, last, who, how, result, count(*) OVER ()
            FROM lines ORDER BY {{column}} {{Order(sort)}}, orig_ip, resp_ip, protocol LIMIT {{page.Take}} OFFSET {{page.Skip}}
            """);

        static string FirstOf(params string[] names) => $"coalesce({string.Join(", ", names.Select(HistorySql.Field))})";
        static string Values(string name) => $"CAST(to_json(list_sort(list(DISTINCT {name}) FILTER ({name} IS NOT NULL))[1:{MostValues}]) AS VARCHAR)";
    }

    /// <summary>Reads a line.</summary>
    public static (RemoteAccess Line, long Total) Remote(DuckDBDataReader row) => (new RemoteAccess
    {
        Originator = new HistoryEnd(HistoryReading.Number(row, 0), HistoryReading.Ip(row, 2), 0, default),
        Responder = new HistoryEnd(HistoryReading.Number(row, 1), HistoryReading.Ip(row, 3), 0, default),
        Protocol = row.GetString(4),
        Sessions = row.GetInt64(5),
        Records = row.GetInt64(6),
        OriginatorBytes = row.GetInt64(7),
        ResponderBytes = row.GetInt64(8),
        Longest = new TimeSpan(Math.Max(0, row.GetInt64(9)) / 100),
        First = new CaptureTime(row.GetInt64(10)),
        Last = new CaptureTime(row.GetInt64(11)),
        Users = Texts(row, 12),
        Methods = Texts(row, 13),
        Results = Texts(row, 14),
    }, row.GetInt64(15));

    private static string Order(SortOrder sort) => sort.Descending ? "DESC" : "ASC";

    private static string List(string prefix, IReadOnlyList<string> fields) => string.Concat(Enumerable.Range(0, fields.Count).Select(i => $", {prefix}{i}"));

    private static string Read(string prefix, IReadOnlyList<string> fields) => string.Concat(fields.Select((field, i) => $", {HistorySql.Field(field)} AS {prefix}{i}"));

    private static ConversationKind[] Kinds(string json)
    {
        using JsonDocument kinds = JsonDocument.Parse(json);
        return [.. kinds.RootElement.EnumerateArray().Select(one => new ConversationKind(
            [.. one.GetProperty("v").EnumerateArray().Select(value => value.GetString())], one.GetProperty("n").GetInt64(), one.GetProperty("bad").GetInt64(), new CaptureTime(one.GetProperty("last").GetInt64())))];
    }

    private static string[] Texts(DuckDBDataReader row, int column)
    {
        if (row.IsDBNull(column)) return [];
        using JsonDocument texts = JsonDocument.Parse(row.GetString(column));
        return texts.RootElement.ValueKind == JsonValueKind.Array ? [.. texts.RootElement.EnumerateArray().Select(one => one.GetString()).OfType<string>()] : [];
    }
}
