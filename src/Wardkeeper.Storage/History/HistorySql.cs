using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>What is asked of one table over some days: conditions and their values. Values never stand in the text.</summary>
internal sealed class HistorySql
{
    /// <summary>The protocol a flow counts as.</summary>
    public const string Protocol = "coalesce(service, CASE transport WHEN 'icmp' THEN 'icmp' ELSE '-' END)";

    /// <summary>Whether a transaction went wrong: what its log calls a failure.</summary>
    public static readonly string Failed = $"""
        CASE log
            WHEN 'dicom' THEN coalesce({Field("status_class")} = 'failure' OR {Field("result")} IN ('rejected', 'no-answer', 'aborted-before-answer') OR {Field("ended")} = 'aborted', false)
            WHEN 'hl7' THEN coalesce({Field("ack")} IN ('AE', 'AR', 'CE', 'CR'), false)
            WHEN 'astm' THEN coalesce(status <> 'acked', false)
            WHEN 'poct1a' THEN coalesce({Field("ack")} IN ('AE', 'AR'), false)
            ELSE false END
        """;

    private readonly StringBuilder where = new("true");
    private readonly List<(string Name, object Value)> values = [];
    private readonly string table;

    private HistorySql(string table, IReadOnlyList<HistoryDay> days, CaptureTime? from, CaptureTime? to)
    {
        this.table = table;
        long first = from?.Nanoseconds ?? long.MinValue, end = to?.Nanoseconds ?? long.MaxValue;
        Days = [.. days.Where(day => day.Span.Last >= first && day.Span.First < end)];
        if (from is not null) And($"ts >= {Value(first)}");
        if (to is not null) And($"ts < {Value(end)}");
    }

    /// <summary>Days that may hold rows, the earliest first.</summary>
    public IReadOnlyList<HistoryDay> Days { get; private set; }

    /// <summary>The question that a filter of flows asks.</summary>
    public static HistorySql Of(FlowFilter filter, IReadOnlyList<HistoryDay> days)
    {
        HistorySql sql = new("flows", days, filter.From, filter.To);
        sql.Ends(filter.Device, filter.Address, filter.PeerDevice, filter.Peer, filter.IsDirected);
        sql.Common(filter.Port, filter.Uid, filter.Sensor, filter.Visible);
        sql.Groups(filter.Group, filter.PeerGroup);
        if (filter.Protocols.Count > 0) sql.And(sql.AnyProtocol(filter.Protocols));
        if (filter.Without.Protocols.Count > 0) sql.Not(sql.AnyProtocol(filter.Without.Protocols));
        sql.Leave(filter.Without, "state");
        sql.In("transport", filter.Transports);
        sql.In("state", filter.States);
        if (filter.CommunityId is { } id) sql.And($"community_id = {sql.Value(id)}");
        if (filter.MinBytes is { } least) sql.And($"orig_bytes + resp_bytes >= {sql.Value(least)}");
        sql.Text(filter.Text, "service", "transport", "orig_ip", "resp_ip", "uid", "community_id", "state");
        return sql;
    }

    /// <summary>The question that a filter of transactions asks.</summary>
    public static HistorySql Of(TransactionFilter filter, IReadOnlyList<HistoryDay> days)
    {
        HistorySql sql = new("transactions", days, filter.From, filter.To);
        sql.Ends(filter.Device, filter.Address, filter.PeerDevice, filter.Peer, filter.IsDirected);
        sql.Common(filter.Port, filter.Uid, filter.Sensor, filter.Visible);
        sql.Groups(filter.Group, filter.PeerGroup);
        if (filter.Without.Protocols.Count > 0) sql.Not(sql.AnyOf("log", filter.Without.Protocols));
        sql.Leave(filter.Without, "status");
        sql.In("log", filter.Logs);
        sql.In("status", filter.Statuses);
        sql.HaveFields(filter.Fields);
        if (filter.IsFailed) sql.And(Failed);
        sql.Text(filter.Text, "log", "json");
        return sql;
    }

    /// <summary>A field of a transaction's row as text; a list as JSON.</summary>
    /// <param name="name">Its name, a name by <see cref="RowValue.IsName"/>.</param>
    public static string Field(string name) => $"json_extract_string(json, '$.\"{name}\"')";

    /// <summary>Adds a value and gives its name in the text; no name is the beginning of another.</summary>
    public string Value(object value)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"v{values.Count:D4}");
        values.Add((name, value));
        return "$" + name;
    }

    /// <summary>Keeps the days that a page in order of time falls on.</summary>
    /// <param name="counts">Rows by day.</param>
    /// <param name="descending">Latest first.</param>
    /// <param name="page">The page.</param>
    /// <returns>Rows before the page in the days that are left.</returns>
    public long Narrow(IReadOnlyDictionary<int, long> counts, bool descending, PageRequest page)
    {
        List<HistoryDay> order = [.. Days.Where(day => counts.GetValueOrDefault(day.Number) > 0)];
        Days = order;
        // Rows with absurd times stand in the day they came with; then days overlap and all of them are read.
        for (int i = 1; i < order.Count; i++)
        {
            if (order[i].Span.First <= order[i - 1].Span.Last) return page.Skip;
        }
        if (descending) order.Reverse();
        long before = 0, skip = page.Skip;
        List<HistoryDay> kept = [];
        foreach (HistoryDay day in order)
        {
            long end = before + counts[day.Number];
            if (end > page.Skip && before < page.Skip + page.Take) kept.Add(day);
            else if (end <= page.Skip) skip -= counts[day.Number];
            before = end;
        }
        Days = kept;
        return skip;
    }

    /// <summary>The rows that are asked for, as a table.</summary>
    public string Rows(string columns) => "(" + string.Join(" UNION ALL ", Days.Select(day => $"SELECT {columns} FROM {day.Alias}.{table} WHERE {where}")) + ")";

    /// <summary>How many rows each day has, as a table of day and count.</summary>
    public string Counts() => string.Join(" UNION ALL ", Days.Select(day => string.Create(CultureInfo.InvariantCulture, $"SELECT {day.Number}, count(*) FROM {day.Alias}.{table} WHERE {where}")));

    /// <summary>Runs a statement and reads its rows. It is stopped when it is cancelled.</summary>
    public List<T> Read<T>(DuckDBConnection connection, string sql, Func<DuckDBDataReader, T> row, CancellationToken cancel)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in values)
        {
            // A parameter that the statement does not name is refused.
            if (sql.Contains("$" + name, StringComparison.Ordinal)) command.Parameters.Add(new DuckDBParameter(name, value));
        }
        using CancellationTokenRegistration stop = cancel.Register(command.Cancel);
        cancel.ThrowIfCancellationRequested();
        List<T> rows = [];
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    private void And(string condition) => where.Append(" AND (").Append(condition).Append(')');

    // A row without a value has none that is left out.
    private void Not(string condition) => And($"NOT coalesce(({condition}), false)");

    private string AnyOf<T>(string column, IReadOnlyList<T> any) where T : notnull => $"{column} IN ({string.Join(", ", any.Select(one => Value(one)))})";

    private void In(string column, IReadOnlyList<string> any)
    {
        if (any.Count > 0) And(AnyOf(column, any));
    }

    private string AnyProtocol(IReadOnlyList<string> protocols) => string.Join(" OR ", protocols.Select(one =>
        one is "-" or "icmp" ? $"{Protocol} = {Value(one)}" : $"list_contains(string_split(service, ','), {Value(one)})"));

    private void Leave(Excluded without, string state)
    {
        if (without.States.Count > 0) Not(AnyOf(state, without.States));
        foreach (string side in (string[])["orig", "resp"])
        {
            if (without.Devices.Count > 0) Not(AnyOf(side + "_device", without.Devices));
            if (without.Addresses.Count > 0) Not(AnyOf(side + "_ip", [.. without.Addresses.Select(one => one.ToString())]));
            if (without.Ports.Count > 0) Not(AnyOf(side + "_port", without.Ports));
        }
    }

    private void Groups(EndGroup? group, EndGroup? peer)
    {
        if (group is null && peer is null) return;
        And($"({Member("orig", group)} AND {Member("resp", peer)}) OR ({Member("resp", group)} AND {Member("orig", peer)})");

        static string Member(string side, EndGroup? group)
        {
            if (group is null) return "true";
            string known = group.Devices.Count == 0 ? "false" : $"coalesce({side}_device IN ({string.Join(',', group.Devices.Select(one => one.ToString(CultureInfo.InvariantCulture)))}), false)";
            return group.HasUnknown ? $"({known} OR {side}_device IS NULL)" : known;
        }
    }

    private void Common(int? port, string? uid, string? sensor, IReadOnlySet<long>? visible)
    {
        if (port is { } number)
        {
            string value = Value(number);
            And($"orig_port = {value} OR resp_port = {value}");
        }
        if (uid is not null) And($"uid = {Value(uid)}");
        if (sensor is not null) And($"sensor = {Value(sensor)}");
        if (visible is null) return;
        if (visible.Count == 0)
        {
            And("false");
            return;
        }
        string list = string.Join(',', visible.Select(one => one.ToString(CultureInfo.InvariantCulture)));
        And($"orig_device IN ({list}) OR resp_device IN ({list})");
    }

    private void HaveFields(IReadOnlyList<RowValue> fields)
    {
        foreach (IGrouping<string, RowValue> same in fields.GroupBy(one => one.Field))
        {
            if (!RowValue.IsName(same.Key))
            {
                And("false");
                continue;
            }
            string field = Field(same.Key);
            And(string.Join(" OR ", same.Select(one => one.Value.Length == 0 ? $"{field} IS NULL" : $"{field} = {Value(one.Value)}")));
        }
    }

    private void Ends(long? device, Address? address, long? peerDevice, Address? peer, bool isDirected)
    {
        string? one = End("orig", device, address), other = End("resp", peerDevice, peer);
        if (one is null && other is null) return;
        string forth = Both(one, other), back = Both(End("resp", device, address), End("orig", peerDevice, peer));
        And(isDirected ? forth : $"({forth}) OR ({back})");

        static string Both(string? a, string? b) => a is null ? b! : b is null ? a : $"{a} AND {b}";
    }

    private string? End(string side, long? device, Address? address)
    {
        List<string> all = [];
        if (device is { } number) all.Add($"{side}_device = {Value(number)}");
        if (address is { } ip) all.Add($"{side}_ip = {Value(ip.ToString())}");
        return all.Count == 0 ? null : string.Join(" AND ", all);
    }

    private void Text(string? text, params string[] columns)
    {
        if (string.IsNullOrWhiteSpace(text)) return;
        string value = Value(text.Trim().ToLowerInvariant());
        And(string.Join(" OR ", columns.Select(column => $"contains(lower({column}), {value})")));
    }
}
