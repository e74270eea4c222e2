using System.Net;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>
/// A workstation that was replaced years ago and that nobody struck from the archive's list, as happens: its AE title is still let
/// in, and images are still moved to its address, which has been free since.
/// </summary>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="Department">Where it stood.</param>
/// <param name="Ip">Its address.</param>
internal sealed record RetiredStation(string AeTitle, Department Department, IPAddress Ip)
{
    // No device of a plan has it, nor one that is brought for a scene.
    private const byte LastPart = 253;
    private const int LongestAeTitle = 16;

    /// <summary>That of a hospital: the one before its first imaging workstation. Null where there is no such workstation.</summary>
    public static RetiredStation? Of(HospitalSite site)
    {
        HospitalDevice? after = site.Devices.Where(device => device.Type == "imaging-workstation" && device.AeTitle is not null).OrderBy(device => device.Key, StringComparer.Ordinal).FirstOrDefault();
        if (after is null) return null;
        byte[] address = after.Ip.GetAddressBytes();
        address[3] = LastPart;
        string title = "OLD" + after.AeTitle;
        return new(title[..Math.Min(title.Length, LongestAeTitle)], after.Department, new IPAddress(address));
    }
}
