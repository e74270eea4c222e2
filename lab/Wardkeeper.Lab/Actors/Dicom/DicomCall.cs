using System.Globalization;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>How dcmtk's programs are told who calls whom.</summary>
internal static class DicomCall
{
    /// <summary>Options: both AE titles, and how long to wait for an answer.</summary>
    public static IEnumerable<string> From(HostNamespace caller, HostNamespace called) =>
        ["-aet", DicomPorts.AeTitleOf(caller), "-aec", DicomPorts.AeTitleOf(called), "-ta", DicomPorts.SilenceSeconds, "-td", DicomPorts.SilenceSeconds];

    /// <summary>Address and port of the called one.</summary>
    public static IEnumerable<string> To(HostNamespace called, int? port = null) => [called.Device.Ip.ToString(), (port ?? DicomPorts.Of(called.Device)).ToString(CultureInfo.InvariantCulture)];
}
