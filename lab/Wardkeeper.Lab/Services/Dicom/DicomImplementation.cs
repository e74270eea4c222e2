using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>The name of the software that wrote a file.</summary>
internal static class DicomImplementation
{
    /// <summary>A device's own Implementation Class UID; for a device without one, one below 2.25 (PS3.5, B.2) that its maker, model and version decide.</summary>
    public static string UidOf(HospitalDevice device)
    {
        if (device.ImplementationUid is not null) return device.ImplementationUid;
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Vendor}\n{device.Model}\n{device.SoftwareVersion}"));
        return "2.25." + new BigInteger(digest.AsSpan(0, 16), isUnsigned: true);
    }
}
