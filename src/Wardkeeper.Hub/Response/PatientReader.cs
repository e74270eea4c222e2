using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>How many patients a device treats, by what it said within the hour.</summary>
/// <param name="history">What devices said.</param>
public sealed class PatientReader(IHistoryQueries history)
{
    private const int RowsRead = 500;

    /// <summary>Different patients in what a device said within the hour before the newest data; null when nothing of it could be read.</summary>
    /// <param name="device">Its number.</param>
    /// <param name="newest">Time of the newest data; null when there is none.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<int?> OfAsync(long device, CaptureTime? newest, CancellationToken cancel = default)
    {
        if (newest is not { } now) return null;
        try
        {
            Page<HistoryTransaction> rows = await history.TransactionsAsync(new TransactionFilter { Device = device, From = now.Plus(-TimeSpan.FromHours(1)) }, new SortOrder("time", true), new PageRequest(1, RowsRead), cancel);
            HashSet<string> patients = new(StringComparer.Ordinal);
            foreach (HistoryTransaction row in rows.Items) IncidentImpact.Collect(row.Json, patients);
            return rows.Items.Count == 0 ? null : patients.Count;
        }
        catch (HistoryUnavailableException)
        {
            return null;
        }
    }
}
