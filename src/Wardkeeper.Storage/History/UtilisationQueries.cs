using System.Globalization;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Utilisation;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Counts what devices did from the history of medical protocols. Grouped where it is stored.</summary>
internal sealed class UtilisationQueries(HistoryStore store) : IUtilisationQueries
{
    private static readonly string[] Logs = ["dicom", "astm", "poct1a", "hl7"];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeviceUse>> OfDevicesAsync(CaptureTime from, CaptureTime to, CancellationToken cancel = default)
    {
        HistorySql sql = HistorySql.Of(new TransactionFilter { From = from, To = to, Logs = Logs }, store.Days);
        if (sql.Days.Count == 0) return [];
        string role = HistorySql.Field("sender_role"), command = HistorySql.Field("command");
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            WITH said AS (
                SELECT ts, log,
                    CASE WHEN log = 'dicom' OR coalesce({HistorySql.Field("is_orig")}, 'true') = 'true' THEN orig_device ELSE resp_device END AS device,
                    CASE WHEN log = 'dicom' AND (({command} = 'N-CREATE' AND {HistorySql.Field("service")} = 'mpps') OR {HistorySql.Field("kind")} = 'examination') THEN {HistorySql.Field("sop_instance")} END AS step,
                    CASE WHEN log = 'dicom' AND {command} = 'C-STORE' AND coalesce({HistorySql.Field("from_acceptor")}, 'false') <> 'true' THEN coalesce({HistorySql.Field("study_uid")}, {HistorySql.Field("accession_number")}, uid) END AS study,
                    CASE WHEN log IN ('astm', 'poct1a') AND {role} IN ('analyser', 'device') THEN coalesce(TRY_CAST({HistorySql.Field("observations")} AS BIGINT), json_array_length(json, '$.tests'), 0) ELSE 0 END AS tests,
                    CASE WHEN log = 'dicom' AND {HistorySql.Field("kind")} = 'examination' THEN {HistorySql.Field("state")} END AS state,
                    log = 'hl7' AND {HistorySql.Field("message_type")} LIKE 'ORU%' AS is_value
                FROM {sql.Rows("ts, log, orig_device, resp_device, uid, json")}),
            begun AS (SELECT device, min(ts) AS since FROM said WHERE state IS NOT NULL GROUP BY device, step HAVING bool_and(state = 'in-progress')),
            under_way AS (SELECT device, max(since) AS since FROM begun GROUP BY device),
            work AS (SELECT * FROM said WHERE device IS NOT NULL AND (step IS NOT NULL OR study IS NOT NULL OR tests > 0 OR is_value))
            SELECT work.device, count(DISTINCT step), count(DISTINCT study), CAST(sum(tests) AS BIGINT), CAST(count(DISTINCT ts // 3600000000000) AS INTEGER), CAST(count(DISTINCT ts // 86400000000000) AS INTEGER), max(ts), any_value(under_way.since)
            FROM work LEFT JOIN under_way ON under_way.device = work.device GROUP BY work.device ORDER BY work.device
            """);
        return await store.ReadAsync((connection, stop) => sql.Read(connection, text, row => Use(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5), row.GetInt64(6), row.IsDBNull(7) ? null : new CaptureTime(row.GetInt64(7))), stop), cancel);
    }

    /// <summary>The best basis that there is: steps are the device's own word, studies are what came of them.</summary>
    private static DeviceUse Use(long device, long steps, long studies, long tests, int hours, int days, long last, CaptureTime? since)
    {
        (UseBasis basis, long? exams) = steps > 0 ? (UseBasis.ProcedureSteps, steps) : studies > 0 ? (UseBasis.Studies, studies) : tests > 0 ? (UseBasis.Tests, (long?)tests) : (UseBasis.Values, null);
        return new DeviceUse(device, basis, exams, hours, days, new CaptureTime(last), since);
    }
}
