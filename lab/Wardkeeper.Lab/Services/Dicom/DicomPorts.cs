using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>Where DICOM is spoken in the hospital, and by whom.</summary>
internal static class DicomPorts
{
    /// <summary>DICOM upper layer of archives and worklist servers.</summary>
    public const int Server = 104;

    /// <summary>DICOM over TLS (PS3.15, Annex B).</summary>
    public const int Tls = 2762;

    /// <summary>DICOM upper layer of modalities and workstations.</summary>
    public const int Client = 11112;

    /// <summary>DICOMweb of archives, over HTTP.</summary>
    public const int Web = 8042;

    /// <summary>Programs of dcmtk give up on a silent peer after this many seconds.</summary>
    public const string SilenceSeconds = "20";

    /// <summary>Where a device takes associations.</summary>
    public static int Of(HospitalDevice device) => device.Offers.Contains("dicom") || device.Offers.Contains("worklist") ? Server : Client;

    /// <summary>The AE title of a device that speaks DICOM.</summary>
    /// <exception cref="LabException">It has none.</exception>
    public static string AeTitleOf(HostNamespace host) => DicomIdentity.Of(host.Device).AeTitle;
}
