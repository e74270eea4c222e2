using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks;

/// <summary>Who of the hospital can play which part in a scene. The lists are in the order of the keys, so that the dice mean the same in each run.</summary>
internal static class Cast
{
    private static readonly string[] Desks = ["office-pc", "clinical-workstation", "imaging-workstation"], Kiosks = ["registration-kiosk", "report-kiosk", "community-health-terminal"];

    /// <summary>Devices within the hospital, the router not among them.</summary>
    public static IReadOnlyList<HospitalDevice> Inside(HospitalSite site) =>
        [.. site.Devices.Where(device => device.Key is not (HospitalNetwork.Router or HospitalNetwork.OutsideMachine)).OrderBy(device => device.Key, StringComparer.Ordinal)];

    /// <summary>Devices that offer a service, the router among them.</summary>
    /// <exception cref="LabException">None does.</exception>
    public static IReadOnlyList<HospitalDevice> Offering(HospitalSite site, string word) =>
        Some(site.Devices.Where(device => device.Offers.Contains(word)), $"no device of this hospital offers {word}");

    /// <summary>Archives: what offers DICOM and is one by its type, or else all that offer it.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IReadOnlyList<HospitalDevice> Archives(HospitalSite site)
    {
        HospitalDevice[] all = [.. Offering(site, "dicom").Where(device => device.AeTitle is not null)];
        return Some(all.Any(IsArchive) ? all.Where(IsArchive) : all, "no archive of this hospital has an AE title");

        static bool IsArchive(HospitalDevice device) => device.Type == "pacs-server";
    }

    /// <summary>Modalities whose own images the lab writes, and that may call an archive.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IReadOnlyList<HospitalDevice> Modalities(HospitalSite site) =>
        Some(Inside(site).Where(device => device.AeTitle is not null && ModalityOf(device) is not null), "no modality of this hospital has an AE title");

    /// <summary>Machines that may call an archive and are none: workstations where there are some, else whatever has an AE title.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IReadOnlyList<HospitalDevice> Callers(HospitalSite site, Func<HospitalDevice, bool> which)
    {
        HospitalDevice[] all = [.. Inside(site).Where(device => device.AeTitle is not null && !device.Offers.Contains("dicom") && which(device))];
        HospitalDevice[] stations = [.. all.Where(device => device.Type == "imaging-workstation")];
        return Some(stations.Length > 0 ? stations : all, "no device but the archive has an AE title");
    }

    /// <summary>The modality of a device's images as DICOM names it; null where it makes none that the lab writes.</summary>
    public static string? ModalityOf(HospitalDevice device) => device.Type switch
    {
        "ct-scanner" => "CT",
        "mr-scanner" => "MR",
        "ultrasound-scanner" => "US",
        "digital-radiography-unit" => "DX",
        "mammography-unit" => "MG",
        _ => null,
    };

    /// <summary>Machines at which people sit; every device inside where there are none.</summary>
    /// <exception cref="LabException">The hospital is empty.</exception>
    public static IReadOnlyList<HospitalDevice> DesksOf(HospitalSite site, Func<HospitalDevice, bool>? which = null)
    {
        HospitalDevice[] fit = [.. Inside(site).Where(which ?? (static _ => true))];
        return Some(fit.Any(IsDesk) ? fit.Where(IsDesk) : fit, "no device of this hospital can be worked at");

        static bool IsDesk(HospitalDevice device) => Desks.Contains(device.Type);
    }

    /// <summary>Self-service machines that stand where everybody can reach their wall port.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IReadOnlyList<HospitalDevice> KiosksOf(HospitalSite site) =>
        Some(Inside(site).Where(device => Kiosks.Contains(device.Type)), "this hospital has no kiosk or other self-service machine");

    /// <summary>The machine outside.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static HostNamespace Outside(HospitalSite site) =>
        site.Hosts.FirstOrDefault(host => host.Device.Key == HospitalNetwork.OutsideMachine) ?? throw new LabException($"this hospital has no machine outside: a device of the key {HospitalNetwork.OutsideMachine}");

    /// <summary>Devices with something, at least some number of them.</summary>
    /// <exception cref="LabException">There are fewer.</exception>
    public static IReadOnlyList<HospitalDevice> Some(IEnumerable<HospitalDevice> devices, string without, int least = 1)
    {
        HospitalDevice[] all = [.. devices.OrderBy(device => device.Key, StringComparer.Ordinal)];
        return all.Length >= least ? all : throw new LabException(without);
    }
}
