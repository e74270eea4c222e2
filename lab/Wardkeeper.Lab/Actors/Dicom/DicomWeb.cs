using System.Globalization;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Dicom;

/// <summary>DICOMweb (PS3.18) by curl.</summary>
internal static class DicomWeb
{
    /// <summary>Address of an archive's studies.</summary>
    public static string StudiesOf(HostNamespace archive) => string.Create(CultureInfo.InvariantCulture, $"http://{archive.Device.Ip}:{DicomPorts.Web}/dicom-web/studies");

    /// <summary>Sends one request.</summary>
    /// <exception cref="LabException">The answer is another than 200.</exception>
    public static async Task CurlAsync(HostNamespace host, HospitalSite site, IEnumerable<string> arguments, CancellationToken cancel)
    {
        ProgramResult result = await ProgramRun.MustRunAsync(host, site.LogOf(host, "curl"), "curl", ["-sS", "-w", "%{http_code} %{url_effective}\n", .. arguments], TimeSpan.FromSeconds(120), cancel);
        if (!result.Output.StartsWith("200 ", StringComparison.Ordinal)) throw new LabException($"DICOMweb on {host.Device.Key} was answered {result.Output.Trim()}");
    }
}
