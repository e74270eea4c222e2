using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>As whom a device speaks DICOM.</summary>
/// <param name="AeTitle">AE title.</param>
/// <param name="ImplementationUid">Implementation Class UID.</param>
/// <param name="ImplementationVersion">Implementation Version Name; empty where its software tells none.</param>
internal sealed record DicomIdentity(string AeTitle, string ImplementationUid, string ImplementationVersion)
{
    /// <summary>The identity of a device.</summary>
    /// <exception cref="LabException">It has none.</exception>
    public static DicomIdentity Of(HospitalDevice device) => device is { AeTitle: { } title, ImplementationUid: { } uid }
        ? new(title, uid, device.ImplementationVersion ?? "")
        : throw new LabException($"{device.Key} has no AE title and Implementation Class UID");
}
