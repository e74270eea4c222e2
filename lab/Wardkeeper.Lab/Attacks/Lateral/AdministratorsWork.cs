using Wardkeeper.Lab.Attacks.Files;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Lateral;

/// <summary>An administrator's machine does its usual work with the file servers: it asks for their shares, users and services, and lays an installer on a share.</summary>
internal sealed class AdministratorsWork() : Scene("lateral-twin",
    "An administrator's machine asks file servers for their shares, users and services, and lays an installer on their shares.",
    "管理员的电脑查询文件服务器的共享、用户和服务，并把安装包放到共享文件夹。")
{
    private static readonly string[] Questions = ["srvinfo", "netshareenum", "enumdomusers", "querydominfo", "lsaquery", "getusername"], Installers = ["viewer-setup.exe", "antivirus-update.msi", "printer-driver.exe", "logon.bat"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [SharedFiles.Needs, new("rpcclient", "smbclient"), new("net", "samba-common-bin")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        SharedFiles files = SharedFiles.Lay(stage, 3, 8);
        HostNamespace administrator = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site, device => files.Servers.All(server => server.Key != device.Key))).Key];
        string[] questions = stage.Dice.Some(Questions, stage.Dice.Between(2, 4));
        string installer = stage.Dice.Of(Installers), file = Path.Combine(stage.Folder("installer"), installer);
        await File.WriteAllBytesAsync(file, [.. "MZ"u8, .. stage.Dice.Bytes(stage.Dice.Between(5000, 60_000))], cancel);
        string login = $"{DeviceSystem.User}%{DeviceSystem.Password}";

        stage.Begin();
        foreach (HospitalDevice server in files.Servers)
        {
            // What an old dialect or a right refuses is refused; he asks all the same.
            await stage.RunAsync(administrator, "rpcclient", ["-s", "/dev/null", "-U", login, "--option=client min protocol=NT1", server.Ip.ToString(), "-c", string.Join(';', questions)], cancel);
            await stage.RunAsync(administrator, "net", ["rpc", "service", "list", "-s", "/dev/null", "-U", login, "-S", server.Ip.ToString(), "--option=client min protocol=NT1"], cancel);
            await files.DoAsync(administrator, server, ["ls", $"put {file} {installer}", $"get {files.Names[0]} {file}.read"], cancel);
            if (!File.Exists(Path.Combine(files.PathOn(server), installer))) throw new LabException($"the installer is not on the share of {server.Key}");
            await Task.Delay(stage.Dice.Time(300, 1500), cancel);
        }
        return new SceneReport([.. files.Servers.Select(server => new SceneTraffic(administrator.Device.Ip, null, server.Ip, SmbService.Port))],
            [("administrator", administrator.Device.Key), ("servers", string.Join(' ', files.Servers.Select(server => server.Key))), ("questions", string.Join(' ', questions)), ("installer", installer)]);
    }
}
