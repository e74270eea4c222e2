using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Looks up studies of an archive and fetches them one by one (findscu and getscu of dcmtk).</summary>
internal static partial class Retrieval
{
    /// <summary>The programs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new("findscu", "dcmtk"), new("getscu", "dcmtk")];

    /// <summary>Studies that match, by their UIDs in order.</summary>
    /// <exception cref="LabException">The archive refuses, or does not end as it should.</exception>
    public static async Task<string[]> FindAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, IEnumerable<string> keys, CancellationToken cancel)
    {
        ProgramResult result = await stage.MustRunAsync(from, "findscu", ["-v", "-S", .. Call(title, archive), "-k", "QueryRetrieveLevel=STUDY", .. keys.SelectMany(key => new[] { "-k", key }), .. To(archive)], cancel);
        if (!result.Output.Contains("Final Find Response (Success)", StringComparison.Ordinal)) throw new LabException($"{archive.Key} does not answer the query of {title} (log: {result.Log})");
        return [.. Uid().Matches(result.Output).Select(match => match.Groups[1].Value).Where(uid => uid.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Fetches one study.</summary>
    /// <returns>Images that came.</returns>
    public static async Task<int> GetAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, string study, string folder, CancellationToken cancel)
    {
        int before = Directory.EnumerateFiles(folder).Count();
        await stage.MustRunAsync(from, "getscu", ["-v", "-S", .. Call(title, archive), "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study}", "-od", folder, .. To(archive)], cancel);
        int images = Directory.EnumerateFiles(folder).Count() - before;
        return images > 0 ? images : throw new LabException($"{archive.Key} gave {title} no image of {study}");
    }

    private static string[] Call(string title, HospitalDevice archive) => ["-ta", DicomPorts.SilenceSeconds, "-td", DicomPorts.SilenceSeconds, "-aet", title, "-aec", archive.AeTitle!];

    private static string[] To(HospitalDevice archive) => [archive.Ip.ToString(), SceneStage.Text(DicomPorts.Server)];

    [GeneratedRegex(@"\(0020,000d\) UI \[([0-9.]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Uid();
}
