using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>As whom a device speaks DICOM.</summary>
/// <param name="AeTitle">AE title.</param>
/// <param name="ImplementationUid">Implementation Class UID.</param>
/// <param name="ImplementationVersion">Implementation Version Name, which the standard leaves optional (PS3.7, D.3.3.2); empty for none.</param>
internal sealed record DicomIdentity(string AeTitle, string ImplementationUid, string ImplementationVersion)
{
    /// <summary>The identity of a device.</summary>
    /// <exception cref="LabException">It has no AE title.</exception>
    public static DicomIdentity Of(HospitalDevice device) => device.AeTitle is { } title
        ? new(title, DicomImplementation.UidOf(device), device.ImplementationVersion ?? "")
        : throw new LabException($"{device.Key} has no AE title and cannot speak DICOM");
}
