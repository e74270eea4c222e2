using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Files;

/// <summary>The backup reads every document of every share, one after the other, as fast as it can, and changes none.</summary>
internal sealed class NightlyBackup() : Scene("ransomware-sweep-twin",
    "The nightly backup reads every document of the shares as fast as it can and changes none.",
    "夜间备份以最快速度读取共享文件夹中的全部文档，不做任何改动。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [SharedFiles.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        SharedFiles files = SharedFiles.Lay(stage, 20, 60);
        HospitalDevice[] others = [.. Cast.Inside(stage.Site).Where(device => files.Servers.All(server => server.Key != device.Key))];
        HospitalDevice[] servers = [.. others.Where(device => device.Type == "server")];
        HostNamespace backup = stage.Site[stage.Dice.Of(Cast.Some(servers.Length > 0 ? servers : others, "nobody is left to make a backup")).Key];

        stage.Begin();
        foreach (HospitalDevice server in files.Servers)
        {
            string folder = stage.Folder($"backup-{server.Key}");
            await files.DoAsync(backup, server, ["recurse on", "prompt off", $"lcd {folder}", "mget *"], cancel);
            foreach (string name in files.Names)
            {
                byte[] there = await File.ReadAllBytesAsync(Path.Combine(files.PathOn(server), name), cancel), here = await File.ReadAllBytesAsync(Path.Combine(folder, name), cancel);
                if (!there.AsSpan().SequenceEqual(here)) throw new LabException($"the backup of {name} from {server.Key} differs from it");
            }
        }
        return new SceneReport([.. files.Servers.Select(server => new SceneTraffic(backup.Device.Ip, null, server.Ip, SmbService.Port))],
            [("backup", backup.Device.Key), ("servers", string.Join(' ', files.Servers.Select(server => server.Key))), ("folder", files.Folder), ("files", SceneStage.Text(files.Names.Count * files.Servers.Count))]);
    }
}
