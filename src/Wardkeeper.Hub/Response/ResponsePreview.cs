using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Response;

/// <summary>One device in a preview.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Line">What the ledger says of it; null when it is gone.</param>
/// <param name="Care">What may be done to it.</param>
/// <param name="Patients">Different patients in what it said within the hour; null when nothing of it could be read.</param>
/// <param name="Point">Which enforcement point would carry it out; null when none can, or none is needed.</param>
/// <param name="Obstacle">Why none can; null when one can, or none is needed.</param>
public sealed record PreviewDevice(long Device, DeviceLine? Line, DeviceCare Care, int? Patients, string? Point, string? Obstacle);

/// <summary>What an action would do, computed at a moment, as people see it before they agree.</summary>
/// <param name="Safety">What the safety check judges, and people's agreement is bound to.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Devices">The devices, in the order of the action.</param>
public sealed record ResponsePreview(SafetyPreview Safety, SafetyVerdict Verdict, IReadOnlyList<PreviewDevice> Devices)
{
    /// <summary>Whether every device has a point that can carry it out, or needs none.</summary>
    public string? Obstacle => Devices.FirstOrDefault(device => device.Obstacle is not null)?.Obstacle;

    /// <summary>Beds at which the devices stand, with their departments.</summary>
    public IReadOnlyList<(string? Department, string Bed)> Beds => [.. Devices.Where(device => device.Line?.Bed is not null).Select(device => (device.Line!.Department, device.Line.Bed!)).Distinct()];
}

/// <summary>Computes previews.</summary>
/// <param name="care">What may be done to devices.</param>
/// <param name="devices">The ledger.</param>
/// <param name="patients">Whom devices treat.</param>
/// <param name="points">Who could carry it out.</param>
/// <param name="clock">Wall clock.</param>
public sealed class PreviewReader(CareReader care, IDeviceQueries devices, PatientReader patients, EnforcementRegistry points, TimeProvider clock)
{
    /// <summary>The preview of an action at this moment. What cannot be read counts as the worst case.</summary>
    public async Task<ResponsePreview> OfAsync(ProposedAction action, string? point, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        Page<DeviceLine> lines = await devices.FindAsync(new DeviceFilter { Ids = action.Devices }, new SortOrder("id"), new PageRequest(1, PageRequest.MaxSize), cancel);
        List<PreviewDevice> shown = [];
        foreach (long device in action.Devices)
        {
            (IEnforcementPoint? chosen, string? obstacle) = action.Step > LadderStep.Tag ? await points.ChooseAsync(point, action.Step, device, cancel) : (null, null);
            shown.Add(new PreviewDevice(device, lines.Items.FirstOrDefault(line => line.Id == device), await CareAsync(device, cancel), await patients.OfAsync(device, lines.AsOf, cancel), chosen?.Name, obstacle));
        }
        SafetyPreview safety = new(action, [.. shown.Select(device => device.Care.Situation)], clock.Now());
        return new ResponsePreview(safety, SafetyCheck.Judge(safety), shown);
    }

    private async Task<DeviceCare> CareAsync(long device, CancellationToken cancel)
    {
        try
        {
            return await care.OfAsync(device, null, cancel) ?? DeviceCare.Unknown(device);
        }
        catch (HistoryUnavailableException)
        {
            return DeviceCare.Unknown(device);
        }
    }
}
