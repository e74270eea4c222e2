using System.Text.Json;
using System.Text.Json.Nodes;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>
/// An archive: Orthanc with its DICOMweb plug-in. It answers to its own AE title only and knows every device of the hospital that
/// has one, and still one that is gone; other callers are refused. It does not compare a caller's address, as many archives do not.
/// </summary>
internal sealed class DicomService : IService
{
    private const string WebPlugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

    /// <inheritdoc/>
    public string Word => "dicom";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("Orthanc", "orthanc"), new(WebPlugin, "orthanc-dicomweb")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string folder = site.FolderOf($"dicom/{host.Device.Key}");
        string configuration = Path.Combine(folder, "orthanc.json");
        await File.WriteAllTextAsync(configuration, Configuration(host, site, Path.Combine(folder, "storage")).ToJsonString(new JsonSerializerOptions { WriteIndented = true }), cancel);
        return await ProgramRun.ServeAsync(host, site.LogOf(host, "orthanc"), "Orthanc", ["--verbose-dicom", configuration], [DicomPorts.Server, DicomPorts.Web], cancel);
    }

    private static JsonObject Configuration(HostNamespace host, HospitalSite site, string storage) => new()
    {
        ["Name"] = host.Device.HostName,
        ["StorageDirectory"] = storage,
        ["IndexDirectory"] = storage,
        ["Plugins"] = new JsonArray(WebPlugin),
        ["HttpServerEnabled"] = true,
        ["HttpPort"] = DicomPorts.Web,
        ["RemoteAccessAllowed"] = true,
        ["AuthenticationEnabled"] = false,
        ["DicomServerEnabled"] = true,
        ["DicomAet"] = DicomPorts.AeTitleOf(host),
        ["DicomPort"] = DicomPorts.Server,
        ["DicomCheckCalledAet"] = true,
        ["DicomCheckModalityHost"] = false,
        ["DicomAlwaysAllowEcho"] = false,
        ["DicomAlwaysAllowStore"] = false,
        ["DicomAlwaysAllowFind"] = false,
        ["DicomAlwaysAllowGet"] = false,
        ["DicomAlwaysAllowMove"] = false,
        ["UnknownSopClassAccepted"] = true,
        ["DefaultEncoding"] = "Utf8",
        ["ConcurrentJobs"] = 2,
        ["DicomThreadsCount"] = 4,
        ["StorageCommitmentReportsSize"] = 1000,
        ["DicomModalities"] = Modalities(site),
        ["DicomWeb"] = new JsonObject { ["Enable"] = true, ["Root"] = "/dicom-web/", ["EnableWado"] = true, ["WadoRoot"] = "/wado", ["Ssl"] = false },
    };

    private static JsonObject Modalities(HospitalSite site)
    {
        JsonObject known = [];
        foreach (HospitalDevice device in site.Devices.Where(device => device.AeTitle is not null))
        {
            known[device.Key] = new JsonObject
            {
                ["AET"] = device.AeTitle,
                ["Host"] = device.Ip.ToString(),
                ["Port"] = DicomPorts.Of(device),
                ["AllowEcho"] = true,
                ["AllowStore"] = true,
                ["AllowFind"] = true,
                ["AllowGet"] = true,
                ["AllowMove"] = true,
                ["AllowStorageCommitment"] = true,
            };
        }
        if (RetiredStation.Of(site) is { } retired) known["retired"] = new JsonObject { ["AET"] = retired.AeTitle, ["Host"] = retired.Ip.ToString(), ["Port"] = DicomPorts.Client };
        return known;
    }
}
