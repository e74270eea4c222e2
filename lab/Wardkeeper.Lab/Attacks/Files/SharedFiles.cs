using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Files;

/// <summary>
/// Documents that a scene lays on shares before it begins, in a folder of their own, so that it never touches what the day needs. They
/// are laid there on the servers' disks: nothing of it is on the wire. The folder is removed when the scene is over.
/// </summary>
internal sealed class SharedFiles
{
    private static readonly string[] Folders = ["patients", "reports", "accounts", "scans", "letters"], Kinds = ["report", "letter", "result", "invoice", "image", "plan"], Ends = [".txt", ".doc", ".pdf", ".xls", ".jpg"];
    private readonly SceneStage stage;

    private SharedFiles(SceneStage stage, IReadOnlyList<HospitalDevice> servers, string folder, string[] names) => (this.stage, Servers, Folder, Names) = (stage, servers, folder, names);

    /// <summary>The program that goes through them.</summary>
    public static Requirement Needs { get; } = new("smbclient", "smbclient");

    /// <summary>Servers with a share.</summary>
    public IReadOnlyList<HospitalDevice> Servers { get; }

    /// <summary>The folder on each share.</summary>
    public string Folder { get; }

    /// <summary>The documents in it.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Lays documents on some servers' shares.</summary>
    /// <exception cref="LabException">No device offers a share.</exception>
    public static SharedFiles Lay(SceneStage stage, int fewest, int most)
    {
        HospitalDevice[] servers = stage.Dice.Some(Cast.Offering(stage.Site, "smb"), stage.Dice.Between(1, 4));
        string folder = $"{stage.Dice.Of(Folders)}-{stage.Dice.Between(2019, 2026)}";
        string[] names = [.. Enumerable.Range(1, stage.Dice.Between(fewest, most)).Select(number => $"{stage.Dice.Of(Kinds)}{number:000}{stage.Dice.Of(Ends)}")];
        SharedFiles files = new(stage, servers, folder, names);
        foreach (HospitalDevice server in servers)
        {
            string path = files.PathOn(server);
            if (Directory.Exists(path)) throw new LabException($"{server.Key} has a folder {folder} already");
            Directory.CreateDirectory(path);
            stage.Afterwards(() =>
            {
                Directory.Delete(path, recursive: true);
                return Task.CompletedTask;
            });
            // The server works with the rights of its user.
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
            foreach (string name in names)
            {
                File.WriteAllBytes(Path.Combine(path, name), stage.Dice.Bytes(stage.Dice.Between(300, 9000)));
                File.SetUnixFileMode(Path.Combine(path, name), (UnixFileMode)0b110_110_110);
            }
        }
        return files;
    }

    /// <summary>The folder on a server's disk.</summary>
    public string PathOn(HospitalDevice server) => Path.Combine(SmbService.FolderOf(stage.Site, stage.Site[server.Key]), Folder);

    /// <summary>Does something with a share in one session, as a person who types does it: a line that begins with an exclamation mark is run by a shell here.</summary>
    /// <exception cref="LabException">The server refused it.</exception>
    public async Task<string> DoAsync(HostNamespace from, HospitalDevice server, IEnumerable<string> commands, CancellationToken cancel)
    {
        ProgramResult result = await stage.MustRunAsync(from, "smbclient",
            [$"//{server.Ip}/{SmbService.Share}", "-s", "/dev/null", "-U", Login, "--option=client min protocol=NT1", "-D", Folder], cancel, string.Concat(commands.Select(command => command + "\n")));
        return result.Output.Contains("NT_STATUS_", StringComparison.Ordinal) ? throw new LabException($"the share of {server.Key} refused {from.Device.Key} (log: {result.Log})") : result.Output;
    }

    /// <summary>Names a server's shares.</summary>
    public Task<ProgramResult> ListAsync(HostNamespace from, HospitalDevice server, CancellationToken cancel) =>
        stage.RunAsync(from, "smbclient", ["-s", "/dev/null", "-U", Login, "--option=client min protocol=NT1", "-g", "-L", $"//{server.Ip}"], cancel);

    private static string Login => $"{DeviceSystem.User}%{DeviceSystem.Password}";
}
