using System.Globalization;
using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>An archive's door for DICOM over TLS: dcmtk's storescp. It trusts certificates of the hospital's authority only and asks callers for theirs.</summary>
internal sealed class DicomTlsService : IService
{
    /// <inheritdoc/>
    public string Word => "dicom-tls";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("storescp", "dcmtk")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        CertificateFiles own = HospitalAuthority.Issue(site, host.Device);
        string received = site.FolderOf($"dicom-tls/{host.Device.Key}");
        return await ProgramRun.ServeAsync(host, site.LogOf(host, "storescp-tls"), "storescp",
            ["-v", "--fork", "-aet", DicomPorts.AeTitleOf(host), "-od", received, "+tls", own.Key, own.Certificate, "+cf", own.Authority, DicomPorts.Tls.ToString(CultureInfo.InvariantCulture)], [DicomPorts.Tls], cancel);
    }
}
