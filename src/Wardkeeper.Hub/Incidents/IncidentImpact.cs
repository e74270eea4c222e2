using System.Text.Json;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Incidents;

/// <summary>Whom an incident affects, as far as that is known. What is not known is said, never counted as none.</summary>
/// <param name="Devices">Devices in it, as the ledger knows them now.</param>
/// <param name="Beds">Beds at which these devices stand, with their departments.</param>
/// <param name="WithoutBed">Medical devices of which nobody entered a bed.</param>
/// <param name="LifeSupport">Devices whose failure may cost a life.</param>
/// <param name="Patients">Different patients named in the conversations that are evidence; null when history cannot be read.</param>
/// <param name="IsAtLeast">Whether there are conversations that were not looked through, or that show no patient because nothing in them could be read.</param>
public sealed record IncidentImpact(IReadOnlyList<DeviceLine> Devices, IReadOnlyList<(string? Department, string Bed)> Beds, int WithoutBed, int LifeSupport, int? Patients, bool IsAtLeast)
{
    private const int FlowsRead = 60, RowsRead = 500;

    /// <summary>Looks it up.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="history">Transactions.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<IncidentImpact> OfAsync(IncidentDetail incident, IDeviceQueries ledger, IHistoryQueries history, IReadOnlySet<string>? visible, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(incident);
        ArgumentNullException.ThrowIfNull(ledger);
        long[] numbers = [.. incident.Devices.Select(device => device.Device).Take(PageRequest.MaxSize)];
        IReadOnlyList<DeviceLine> devices = numbers.Length == 0 ? [] : (await ledger.FindAsync(new DeviceFilter { Ids = numbers, Visible = visible }, new SortOrder("name"), new PageRequest(1, PageRequest.MaxSize), cancel)).Items;
        (int? patients, bool isAtLeast) = await PatientsAsync(incident, history, cancel);
        return new IncidentImpact(
            devices,
            [.. devices.Where(device => device.Bed is not null).Select(device => (device.Department, device.Bed!)).Distinct()],
            devices.Count(device => device.Bed is null && Findings.DeviceFacts.IsMedicalCategory(device.Category)),
            devices.Count(device => device.Consequence == "death-or-serious-injury"),
            patients,
            isAtLeast);
    }

    private static async Task<(int? Patients, bool IsAtLeast)> PatientsAsync(IncidentDetail incident, IHistoryQueries history, CancellationToken cancel)
    {
        string[] uids = [.. incident.Steps.SelectMany(step => step.Uids).Distinct()];
        HashSet<string> patients = new(StringComparer.Ordinal);
        bool isCut = uids.Length > FlowsRead || incident.More > 0;
        bool sawRows = false;
        try
        {
            foreach (string uid in uids.Take(FlowsRead))
            {
                Page<HistoryTransaction> rows = await history.TransactionsAsync(new TransactionFilter { Uid = uid }, new SortOrder("time"), new PageRequest(1, RowsRead), cancel);
                isCut |= rows.Total > rows.Items.Count;
                sawRows |= rows.Items.Count > 0;
                foreach (HistoryTransaction row in rows.Items) Collect(row.Json, patients);
            }
        }
        catch (HistoryUnavailableException)
        {
            return (null, true);
        }
        // Conversations that nothing could be read of say nothing of patients.
        return uids.Length > 0 && !sawRows ? (null, true) : (patients.Count, isCut);
    }

    /// <summary>Adds the patients that a transaction's row names.</summary>
    internal static void Collect(string json, HashSet<string> patients)
    {
        using JsonDocument row = JsonDocument.Parse(json);
        foreach (JsonProperty field in row.RootElement.EnumerateObject())
        {
            if (field.Name == "patient" && field.Value.ValueKind == JsonValueKind.String) patients.Add(field.Value.GetString()!);
            if (field.Name == "patients" && field.Value.ValueKind == JsonValueKind.Array) patients.UnionWith(field.Value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!));
        }
    }
}
