using System.Data.Common;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Admission;

/// <summary>Puts back, from stored decisions, where cards asked to be let in: usual places, and who was let in before, survive a restart.</summary>
internal sealed class PlugReader(StoreFactory stores, PlugBook plugs, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(60);

    /// <summary>Reads them; once, at the start.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await using DbConnection connection = await stores.ConnectAsync(cancel);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
        List<(string Mac, PlugPlace Place, bool WasAdmitted)> rows = await transaction.AskAsync(
            "SELECT mac, nas, nas_identifier, port, ssid, MIN(at), MAX(at), MIN(outcome) FROM admission_decisions WHERE at >= @p0 GROUP BY mac, nas, nas_identifier, port, ssid",
            row => (row.GetString(0), new PlugPlace($"{Text(row, 2) ?? row.GetString(1)} {Text(row, 4) ?? Text(row, 3) ?? "?"}", new CaptureTime(row.GetInt64(5)), new CaptureTime(row.GetInt64(6))), row.GetInt32(7) == (int)AdmissionOutcome.Admit),
            cancel, clock.Now().Plus(-Remembered).Nanoseconds);
        Dictionary<string, (CaptureTime Free, CaptureTime Held)> judged = (await transaction.AskAsync(
            "SELECT mac, MAX(CASE WHEN wanted < @p1 THEN at ELSE 0 END), MAX(CASE WHEN wanted >= @p1 THEN at ELSE 0 END) FROM admission_decisions WHERE at >= @p0 GROUP BY mac",
            row => (Mac: row.GetString(0), Judged: (new CaptureTime(row.GetInt64(1)), new CaptureTime(row.GetInt64(2)))),
            cancel, clock.Now().Plus(-Remembered).Nanoseconds, (int)AdmissionOutcome.Quarantine)).ToDictionary(row => row.Mac, row => row.Judged, StringComparer.Ordinal);
        foreach (IGrouping<string, (string Mac, PlugPlace Place, bool WasAdmitted)> card in rows.GroupBy(row => row.Mac, StringComparer.Ordinal).OrderByDescending(group => group.Any(row => row.WasAdmitted)).ThenByDescending(group => group.Max(row => row.Place.Last)).Take(PlugBook.MostCards))
        {
            PlugPlace[] places = [.. card.Select(row => row.Place).OrderByDescending(place => place.Last).Take(8)];
            plugs.Restore(new Plug(card.Key, places[0].Place, places[0].Last, card.Min(row => row.Place.First), places[0].Last, places, card.Any(row => row.WasAdmitted)).As(judged[card.Key].Free, judged[card.Key].Held));
        }
        // Without an end of time: a device that comes back after a year is still bound to its card.
        foreach ((long device, string mac) in await transaction.AskAsync(
            "SELECT device, mac, MAX(at) FROM admission_decisions WHERE certificate_serial IS NOT NULL AND device IS NOT NULL AND wanted = @p0 GROUP BY device, mac ORDER BY MAX(at)",
            row => (row.GetInt64(0), row.GetString(1)), cancel, (int)AdmissionOutcome.Admit))
            plugs.Bind(device, mac);
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
