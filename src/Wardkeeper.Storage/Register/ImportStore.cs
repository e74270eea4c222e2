using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Storage.Register;

/// <summary>Rows of imports, written and read.</summary>
internal static class ImportStore
{
    private static readonly string[] RowColumns = ["cells", "taken", "outcome", "device", "strength", "matched_by", "against", "is_decided", "has_problems", "problems"];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Json)!;

    public static string Word(ImportState state) => state switch { ImportState.Applied => "applied", ImportState.Undone => "undone", _ => "preview" };

    public static ImportState State(string word) => word switch { "applied" => ImportState.Applied, "undone" => ImportState.Undone, _ => ImportState.Preview };

    /// <summary>Writes rows; those that are there are replaced.</summary>
    public static void Write(DbTransaction transaction, long import, IEnumerable<(ImportRow Row, IReadOnlyList<string> Cells)> rows)
    {
        using Upsert into = new(transaction.Connection!, transaction, RegisterTables.Rows, ["import", "row"], RowColumns);
        foreach ((ImportRow row, IReadOnlyList<string> cells) in rows)
        {
            into.Run(import, row.Row, Text(cells), Text(row.Values), (int)row.Outcome, row.Device ?? 0, (int)row.Strength, row.By, Text(row.Against), row.IsDecided, row.Problems.Any(IsMistake), Text(row.Problems));
        }
    }

    /// <summary>Whether it keeps the row out, and is not only a difference from the ledger.</summary>
    public static bool IsMistake(RegisterProblem problem) => problem.Code is not ("differs" or "not-taken" or "not-yours");

    public static ImportRow RowOf(ImportedRow row) => new(
        row.Row, Read<Dictionary<string, string>>(row.Taken), (RowOutcome)row.Outcome, row.Device == 0 ? null : row.Device, (MatchStrength)row.Strength, row.MatchedBy, Read<string[]>(row.Against), row.IsDecided, Read<RegisterProblem[]>(row.Problems));

    public static async Task<ImportLine> LineAsync(StoreContext context, ImportRowSet import, CancellationToken cancel)
    {
        var counts = await context.Set<ImportedRow>().Where(row => row.Import == import.Number).GroupBy(row => row.Outcome).Select(same => new { same.Key, Count = same.LongCount() }).ToListAsync(cancel);
        return new ImportLine
        {
            Number = import.Number,
            Name = import.Name,
            Format = import.Format,
            By = import.MadeBy,
            At = new CaptureTime(import.At),
            State = State(import.State),
            Headings = Read<string[]>(import.Headings),
            Mapping = Read<string?[]>(import.Mapping),
            Rows = counts.ToDictionary(one => (RowOutcome)one.Key, one => one.Count),
            Problems = import.Problems,
            OnlyOnNetwork = await OnlyOnNetwork(context, import.Number).LongCountAsync(cancel),
        };
    }

    /// <summary>Devices seen in the network that no row is, nor may be.</summary>
    public static IQueryable<DeviceRow> OnlyOnNetwork(StoreContext context, long import)
    {
        int matched = (int)RowOutcome.Matched, doubtful = (int)RowOutcome.Doubtful;
        IQueryable<ImportedRow> rows = context.Set<ImportedRow>().Where(row => row.Import == import && (row.Outcome == matched || row.Outcome == doubtful));
        return context.Set<DeviceRow>().AsNoTracking().Where(device => device.IsListed && device.LastSeen > 0 && !rows.Any(row => row.Device == device.Id));
    }
}
