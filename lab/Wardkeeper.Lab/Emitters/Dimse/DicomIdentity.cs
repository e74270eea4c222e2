using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>As whom a device speaks DICOM and writes its files.</summary>
/// <param name="AeTitle">AE title.</param>
/// <param name="ImplementationUid">Implementation Class UID.</param>
/// <param name="ImplementationVersion">Implementation Version Name; empty where its software tells none.</param>
internal sealed record DicomIdentity(string AeTitle, string ImplementationUid, string ImplementationVersion)
{
    /// <summary>The identity of a device. One that tells no Implementation Class UID has one below 2.25 (PS3.5, B.2) that its maker, model and version decide.</summary>
    /// <exception cref="LabException">It has no AE title.</exception>
    public static DicomIdentity Of(HospitalDevice device) => device.AeTitle is { } title
        ? new(title, device.ImplementationUid ?? Made(device), device.ImplementationVersion ?? "")
        : throw new LabException($"{device.Key} has no AE title");

    private static string Made(HospitalDevice device)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Vendor}\n{device.Model}\n{device.SoftwareVersion}"));
        return "2.25." + new BigInteger(digest.AsSpan(0, 16), isUnsigned: true);
    }
}
