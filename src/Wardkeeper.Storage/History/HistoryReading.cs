using DuckDB.NET.Data;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Rows of history's tables as the hub knows them.</summary>
internal static class HistoryReading
{
    public const string FlowColumns = "ts, began, uid, orig_device, resp_device, orig_ip, resp_ip, orig_port, resp_port, orig_mac, resp_mac, transport, service, orig_bytes, resp_bytes, orig_packets, resp_packets, duration, state, community_id, vlan, sensor, part";

    public const string TransactionColumns = "ts, uid, log, orig_device, resp_device, orig_ip, resp_ip, orig_port, resp_port, orig_mac, resp_mac, status, what, json, sensor";

    public static HistoryFlow Flow(DuckDBDataReader row) => new()
    {
        At = new CaptureTime(row.GetInt64(0)),
        Began = new CaptureTime(row.GetInt64(1)),
        Uid = row.GetString(2),
        Originator = End(row, 3),
        Responder = End(row, 4),
        Transport = row.GetString(11),
        Service = Text(row, 12),
        OriginatorBytes = row.GetInt64(13),
        ResponderBytes = row.GetInt64(14),
        OriginatorPackets = row.GetInt64(15),
        ResponderPackets = row.GetInt64(16),
        Duration = row.IsDBNull(17) ? null : new TimeSpan(row.GetInt64(17) / 100),
        State = row.GetString(18),
        CommunityId = row.GetString(19),
        Vlan = row.GetInt32(20),
        Sensor = row.GetString(21),
        IsInterim = row.GetFieldValue<sbyte>(22) is 1 or 2,
    };

    public static HistoryTransaction Transaction(DuckDBDataReader row) => new()
    {
        At = new CaptureTime(row.GetInt64(0)),
        Uid = Text(row, 1),
        Log = row.GetString(2),
        Originator = End(row, 3),
        Responder = End(row, 4),
        Status = Text(row, 11),
        What = Text(row, 12),
        Json = row.GetString(13),
        Sensor = row.GetString(14),
    };

    public static string? Text(DuckDBDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(DuckDBDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static Address Ip(DuckDBDataReader row, int column) => !row.IsDBNull(column) && Address.TryParse(row.GetString(column), out Address ip) ? ip : default;

    /// <summary>The columns of both ends stand in pairs: device, address, port, hardware address.</summary>
    private static HistoryEnd End(DuckDBDataReader row, int first) =>
        new(Number(row, first), Ip(row, first + 2), row.GetInt32(first + 4), new MacAddress((ulong)row.GetInt64(first + 6)));
}
