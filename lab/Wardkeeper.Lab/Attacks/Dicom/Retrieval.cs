using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Looks up studies of an archive and fetches them one by one (findscu, getscu and movescu of dcmtk).</summary>
internal static partial class Retrieval
{
    /// <summary>The programs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } = [new("findscu", "dcmtk"), new("getscu", "dcmtk"), new("movescu", "dcmtk")];

    /// <summary>Studies that match, by their UIDs in order.</summary>
    /// <exception cref="LabException">The archive refuses, or does not end as it should.</exception>
    public static async Task<string[]> FindAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, IEnumerable<string> keys, CancellationToken cancel)
    {
        ProgramResult result = await stage.MustRunAsync(from, "findscu", ["-v", "-S", .. Call(title, archive), "-k", "QueryRetrieveLevel=STUDY", .. keys.SelectMany(key => new[] { "-k", key }), .. To(archive)], cancel);
        if (!result.Output.Contains("Final Find Response (Success)", StringComparison.Ordinal)) throw new LabException($"{archive.Key} does not answer the query of {title} (log: {result.Log})");
        return [.. Uid().Matches(result.Output).Select(match => match.Groups[1].Value).Where(uid => uid.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The same, of an archive that must hold some.</summary>
    /// <exception cref="LabException">It holds none that match, or refuses.</exception>
    public static async Task<string[]> MustFindAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, IEnumerable<string> keys, CancellationToken cancel) =>
        await FindAsync(stage, from, archive, title, keys, cancel) is { Length: > 0 } found ? found : throw new LabException($"nothing is found: {archive.Key} holds no study");

    /// <summary>Fetches one study.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="from">Who fetches it.</param>
    /// <param name="archive">From where.</param>
    /// <param name="title">AE title of the caller.</param>
    /// <param name="destination">AE title to which the archive moves it on an association of its own (C-MOVE), which leads to the caller's address; null: it comes on the caller's own (C-GET).</param>
    /// <param name="study">Its UID.</param>
    /// <param name="folder">Where its images go.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <returns>Images that came.</returns>
    /// <exception cref="LabException">The archive refuses, or nothing comes.</exception>
    public static async Task<int> FetchAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, string? destination, string study, string folder, CancellationToken cancel)
    {
        int before = Directory.EnumerateFiles(folder).Count();
        string[] what = ["-v", "-S", .. Call(title, archive), "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study}", "-od", folder];
        if (destination is null) await stage.MustRunAsync(from, "getscu", [.. what, .. To(archive)], cancel);
        else await MovePort.HoldAsync(() => stage.MustRunAsync(from, "movescu", [.. what, "-dhl", "-aem", destination, "+P", SceneStage.Text(DicomPorts.Client), .. To(archive)], cancel), cancel);
        int images = Directory.EnumerateFiles(folder).Count() - before;
        return images > 0 ? images : throw new LabException($"{archive.Key} gave {title} no image of {study}");
    }

    /// <summary>Has an archive move a study to somebody else.</summary>
    /// <returns>Whether it did.</returns>
    public static async Task<bool> SendAsync(SceneStage stage, HostNamespace from, HospitalDevice archive, string title, string destination, string study, CancellationToken cancel)
    {
        ProgramResult result = await stage.RunAsync(from, "movescu", ["-v", "-S", .. Call(title, archive), "-aem", destination, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study}", .. To(archive)], cancel);
        return result.Output.Contains("Received Final Move Response (Success)", StringComparison.Ordinal);
    }

    /// <summary>Takes images at a machine's DICOM port (storescp of dcmtk) until it is disposed.</summary>
    public static Task<RunningProgram> ListenAsync(SceneStage stage, HostNamespace host, string title, string folder, CancellationToken cancel) =>
        ProgramRun.ServeAsync(host, stage.Site.LogOf(host, "storescp"), "storescp", ["-v", "-aet", title, "-od", folder, SceneStage.Text(DicomPorts.Client)], [DicomPorts.Client], cancel);

    private static string[] Call(string title, HospitalDevice archive) => ["-ta", DicomPorts.SilenceSeconds, "-td", DicomPorts.SilenceSeconds, "-aet", title, "-aec", archive.AeTitle!];

    private static string[] To(HospitalDevice archive) => [archive.Ip.ToString(), SceneStage.Text(DicomPorts.Server)];

    [GeneratedRegex(@"\(0020,000d\) UI \[([0-9.]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Uid();
}
