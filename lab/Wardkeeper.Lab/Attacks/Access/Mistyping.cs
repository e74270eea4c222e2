using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Access;

/// <summary>A person mistypes a password some times, then gets it right.</summary>
internal sealed class Mistyping() : Scene("brute-force-twin",
    "A person at a workstation mistypes a password a few times and then logs in.",
    "工作站前的工作人员几次输错口令，随后登录成功。")
{
    private const int SshPort = 22, FtpPort = 21;

    /// <summary>What ssh and curl say when a server refuses a password.</summary>
    private static readonly string[] Denied = ["Permission denied", "Access denied: 530"];

    private static readonly string[] Protocols = ["ssh", "ftp"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("sshpass", "sshpass"), new("ssh", "openssh-client"), new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        (string Protocol, HospitalDevice Server)[] offered = [.. Cast.Inside(stage.Site).SelectMany(device => Protocols.Where(device.Offers.Contains), (device, protocol) => (protocol, device))];
        if (offered.Length == 0) throw new LabException("no device of this hospital offers ssh or ftp");
        (string protocol, HospitalDevice server) = stage.Dice.Of(offered);
        HostNamespace desk = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site, device => device.Key != server.Key)).Key];
        string[] wrong = [.. Enumerable.Range(0, stage.Dice.Between(2, 4)).Select(_ => Mistype(stage.Dice))];

        stage.Begin();
        foreach (string password in wrong)
        {
            ProgramResult refused = await LogInAsync(stage, desk, server, protocol, password, cancel);
            if (!Denied.Any(said => refused.Output.Contains(said, StringComparison.Ordinal))) throw new LabException($"{protocol} of {server.Key} does not refuse a wrong password: {refused.ExitCode}, {refused.Output.Trim()}");
            await Task.Delay(stage.Dice.Time(900, 2500), cancel);
        }
        ProgramResult last = await LogInAsync(stage, desk, server, protocol, DeviceSystem.Password, cancel);
        if (last.ExitCode != 0) throw new LabException($"{protocol} of {server.Key} does not let the right password in: {last.ExitCode}, {last.Output.Trim()}");
        // FTP lists over a second connection, whose port is any.
        return new SceneReport([new SceneTraffic(desk.Device.Ip, null, server.Ip, protocol == "ssh" ? SshPort : null)],
            [("desk", desk.Device.Key), ("protocol", protocol), ("server", server.Key), ("wrong", SceneStage.Text(wrong.Length))]);
    }

    private static Task<ProgramResult> LogInAsync(SceneStage stage, HostNamespace desk, HospitalDevice server, string protocol, string password, CancellationToken cancel) => protocol == "ssh"
        ? stage.RunAsync(desk, "sshpass", ["-p", password, "ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "PubkeyAuthentication=no",
            "-o", "NumberOfPasswordPrompts=1", $"{DeviceSystem.User}@{server.Ip}", "true"], cancel)
        : stage.RunAsync(desk, "curl", ["-sS", "--connect-timeout", "10", "-u", $"{DeviceSystem.User}:{password}", $"ftp://{server.Ip}:{FtpPort}/"], cancel);

    /// <summary>The right password with one slip of the fingers: a letter left out, typed twice, or exchanged with the next.</summary>
    private static string Mistype(Dice dice)
    {
        string right = DeviceSystem.Password;
        int at = dice.Between(0, right.Length - 2);
        return dice.Between(1, 3) switch
        {
            1 => right.Remove(at, 1),
            2 => right.Insert(at, right[at].ToString()),
            _ => string.Concat(right.AsSpan(0, at), right.AsSpan(at + 1, 1), right.AsSpan(at, 1), right.AsSpan(at + 2)) is { } turned && turned != right ? turned : right + right[^1],
        };
    }
}
