using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Devices;

/// <summary>Lets a central station poll a monitor: first who lies there, then the numerics, what the monitor is made of, and numerics again as often as planned.</summary>
internal sealed class PollMonitor : IActor<MonitorPolled>
{
    private static readonly (ushort Class, ushort Group, bool IsExtended)[] Order =
    [
        (Nomenclature.PatientDemographics, Nomenclature.Demographics, false),
        (Nomenclature.Numeric, Nomenclature.AllGroups, true),
        (Nomenclature.MedicalDeviceSystem, Nomenclature.SystemProduction, false),
        (Nomenclature.Numeric, Nomenclature.ObservedValues, false),
    ];

    /// <inheritdoc/>
    public Task ActAsync(MonitorPolled what, HospitalSite site, CancellationToken cancel) =>
        Deadline.HoldAsync($"data export from {what.Monitor} to {what.Actor}", TimeSpan.FromSeconds(20), async limit =>
        {
            Bedside.Of(site[what.Monitor]).Set(what.Patient, site.Date.ToDateTime(default) + what.At);
            using MonitorClient client = await MonitorClient.OpenAsync(site[what.Actor], site[what.Monitor].Device.Ip, limit);
            for (int number = 0; number < what.Polls; number++)
            {
                (ushort objectClass, ushort group, bool isExtended) = Order[Math.Min(number, Order.Length - 1)];
                IReadOnlyList<PolledObject> found = await client.PollAsync(objectClass, group, isExtended, limit);
                if (found.Count == 0) throw new InvalidDataException($"a poll for {objectClass:X4} finds nothing");
                if (objectClass == Nomenclature.PatientDemographics && PatientOf(found[0]) != what.Patient.Id) throw new InvalidDataException($"{PatientOf(found[0])} lies there instead of {what.Patient.Id}");
            }
            await client.ReleaseAsync(limit);
        }, cancel);

    private static string PatientOf(PolledObject demographics) => demographics[Nomenclature.PatientId] is { } id ? new ExportReader(id).Text(isWide: true) : "";
}
