using DuckDB.NET.Data;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>Puts the rows of batches into one day's tables.</summary>
internal sealed class HistoryAppend
{
    private const int NamesKept = 1 << 16;
    private readonly Dictionary<Address, string?> names = [];

    /// <summary>Appends what the batches have for a day and notes how far it came, in one transaction.</summary>
    /// <param name="connection">The writer's connection.</param>
    /// <param name="day">The day.</param>
    /// <param name="batches">Batches in order; what the day has already is skipped.</param>
    public void Append(DuckDBConnection connection, HistoryDay day, IReadOnlyList<ResolvedBatch> batches)
    {
        List<ResolvedBatch> fresh = [];
        Dictionary<string, long> applied = new(StringComparer.Ordinal);
        foreach (ResolvedBatch one in batches)
        {
            string sensor = one.Batch.Sensor;
            if (!one.Days.Contains(day.Number) || one.Batch.Sequence <= applied.GetValueOrDefault(sensor, day.Applied.GetValueOrDefault(sensor))) continue;
            applied[sensor] = one.Batch.Sequence;
            fresh.Add(one);
        }
        if (fresh.Count == 0) return;
        (long First, long Last) span = (day.Span.First, day.Span.Last);
        using DuckDBTransaction transaction = connection.BeginTransaction();
        using (DuckDBAppender flows = connection.CreateAppender(day.Alias, "main", "flows"))
        {
            foreach (ResolvedBatch one in fresh) Flows(flows, day, one, ref span);
        }
        using (DuckDBAppender transactions = connection.CreateAppender(day.Alias, "main", "transactions"))
        {
            foreach (ResolvedBatch one in fresh) Transactions(transactions, day, one, ref span);
        }
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {day.Alias}.applied VALUES ($1, $2) ON CONFLICT (sensor) DO UPDATE SET sequence = excluded.sequence";
        foreach ((string sensor, long sequence) in applied)
        {
            command.Parameters.Clear();
            command.Parameters.Add(new DuckDBParameter(sensor));
            command.Parameters.Add(new DuckDBParameter(sequence));
            command.ExecuteNonQuery();
        }
        transaction.Commit();
        foreach ((string sensor, long sequence) in applied) day.Applied[sensor] = sequence;
        day.Span = new HistorySpan(span.First, span.Last);
    }

    private void Flows(DuckDBAppender into, HistoryDay day, ResolvedBatch one, ref (long First, long Last) span)
    {
        for (int i = 0; i < one.Batch.Flows.Count; i++)
        {
            FlowRecord flow = one.Batch.Flows[i];
            CaptureTime at = ResolvedBatch.At(flow);
            if (one.DayOf(at) != day.Number) continue;
            span = (Math.Min(span.First, at.Nanoseconds), Math.Max(span.Last, at.Nanoseconds));
            FlowView view = flow.View;
            FlowTotals? earlier = flow.Earlier;
            (long? originator, long? responder) = one.Flow(i);
            long? duration = flow.Duration is { } whole ? Math.Max(0, (whole.Ticks * 100) - (at.Nanoseconds - view.Began.Nanoseconds)) : null;
            IDuckDBAppenderRow row = into.CreateRow();
            row.AppendValue(at.Nanoseconds).AppendValue(view.Began.Nanoseconds).AppendValue(view.Uid);
            Ends(row, view, originator, responder);
            row.AppendValue(Transport(view)).AppendValue(flow.Service)
                .AppendValue(Since(flow.OriginatorBytes, earlier?.OriginatorBytes)).AppendValue(Since(flow.ResponderBytes, earlier?.ResponderBytes))
                .AppendValue(Since(flow.OriginatorPackets, earlier?.OriginatorPackets)).AppendValue(Since(flow.ResponderPackets, earlier?.ResponderPackets))
                .AppendValue(duration).AppendValue(flow.ConnState).AppendValue(flow.CommunityId).AppendValue((int?)view.Vlan).AppendValue(one.Batch.Sensor)
                .AppendValue((sbyte?)Part(flow)).EndRow();
        }
    }

    private void Transactions(DuckDBAppender into, HistoryDay day, ResolvedBatch one, ref (long First, long Last) span)
    {
        for (int i = 0; i < one.Batch.Transactions.Count; i++)
        {
            TransactionRow said = one.Batch.Transactions[i];
            if (one.DayOf(said.Began) != day.Number) continue;
            span = (Math.Min(span.First, said.Began.Nanoseconds), Math.Max(span.Last, said.Began.Nanoseconds));
            (long? originator, long? responder) = one.Transaction(i);
            (string? status, string? what) = TransactionSummary.Of(said);
            IDuckDBAppenderRow row = into.CreateRow();
            row.AppendValue(said.Began.Nanoseconds).AppendValue(said.Flow?.Carrier == Carrier.Link ? null : said.Flow?.Uid).AppendValue(said.Log);
            Ends(row, said.Flow, originator, responder);
            row.AppendValue(status).AppendValue(what).AppendValue(System.Text.Encoding.UTF8.GetString(said.Json.Span)).AppendValue(one.Batch.Sensor).EndRow();
        }
    }

    private void Ends(IDuckDBAppenderRow row, FlowView? view, long? originator, long? responder) => row
        .AppendValue(originator).AppendValue(responder)
        .AppendValue(view is null ? null : Name(view.OriginatorAddress)).AppendValue(view is null ? null : Name(view.ResponderAddress))
        .AppendValue((int?)(view?.OriginatorPort ?? 0)).AppendValue((int?)(view?.ResponderPort ?? 0))
        .AppendValue((long?)(view?.OriginatorMac.Value ?? 0)).AppendValue((long?)(view?.ResponderMac.Value ?? 0));

    // What a broken or hostile sensor counts must not make every sum over it overflow.
    private static long? Since(long now, long? before) => Math.Clamp(now - (before ?? 0), 0, 1L << 50);

    /// <summary>0 the whole flow, 1 its first report, 2 a later one, 3 what came after the last.</summary>
    private static int Part(FlowRecord flow) => (flow.IsInterim, flow.Earlier is null) switch { (false, true) => 0, (true, true) => 1, (true, false) => 2, _ => 3 };

    private static string Transport(FlowView view) => view.Carrier switch
    {
        Carrier.Tcp => "tcp",
        Carrier.Udp => "udp",
        Carrier.Icmp => "icmp",
        Carrier.Link => "link",
        _ => $"ip-{view.IpProtocol}",
    };

    private string? Name(Address address)
    {
        if (address.IsNone) return null;
        if (names.TryGetValue(address, out string? name)) return name;
        if (names.Count >= NamesKept) names.Clear();
        return names[address] = address.ToString();
    }
}
