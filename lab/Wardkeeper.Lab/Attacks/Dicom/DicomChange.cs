using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Changes DICOM files and stores them (dcmodify and storescu of dcmtk).</summary>
internal static class DicomChange
{
    /// <summary>Sets an attribute in all files of a folder; their identifiers stay.</summary>
    public static Task ApplyAsync(SceneStage stage, HostNamespace host, string folder, string change, CancellationToken cancel) =>
        stage.MustRunAsync(host, "dcmodify", ["-nb", "-i", change, .. Directory.EnumerateFiles(folder, "*.dcm").Order(StringComparer.Ordinal)], cancel);

    /// <summary>Stores all files of a folder.</summary>
    public static Task StoreAsync(SceneStage stage, HostNamespace host, HospitalDevice archive, string title, string folder, CancellationToken cancel) =>
        stage.MustRunAsync(host, "storescu", ["-v", "-aet", title, "-aec", archive.AeTitle!, "-R", "+sd", archive.Ip.ToString(), SceneStage.Text(DicomPorts.Server), folder], cancel);
}
