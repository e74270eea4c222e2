using System.Globalization;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>A RIS's modality worklist: dcmtk's wlmscpfs, which answers out of the files that <see cref="WorklistFiles"/> writes.</summary>
internal sealed class WorklistService : IService
{
    /// <inheritdoc/>
    public string Word => "worklist";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("wlmscpfs", "dcmtk")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        WorklistFiles.FolderOf(site, host);
        // Names of peers are not looked up, and each file's own character set is sent.
        return await ProgramRun.ServeAsync(host, site.LogOf(host, "wlmscpfs"), "wlmscpfs",
            ["-v", "-dhl", "-csk", "-dfp", site.FolderOf($"worklist/{host.Device.Key}"), DicomPorts.Server.ToString(CultureInfo.InvariantCulture)], [DicomPorts.Server], cancel);
    }
}
