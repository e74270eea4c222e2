using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>A machine on a slow line uploads several files to a server at once, and its browser keeps connections open for later.</summary>
internal sealed class SlowUpload() : Scene("slow-requests-twin",
    "A machine on a slow line uploads several files to a server at once and keeps idle connections open.",
    "一台网速很慢的电脑同时向服务器上传多个文件，并保持若干空闲连接。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] servers = [.. Cast.Inside(stage.Site).Where(device => device.Type == "server")];
        HostNamespace server = stage.Site[stage.Dice.Of(Cast.Some(servers, "no server of this hospital can take an upload")).Key];
        HostNamespace desk = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site, device => device.Key != server.Device.Key)).Key];
        int port = stage.Dice.Of([8080, 8088, 8000]), uploads = stage.Dice.Between(3, 8), rate = stage.Dice.Between(2, 6), seconds = stage.Dice.Between(22, 28), idle = stage.Dice.Between(10, 35);
        string file = Path.Combine(stage.Folder("upload"), "file");
        await File.WriteAllBytesAsync(file, stage.Dice.Bytes(rate * 1024 * seconds), cancel);

        stage.Begin();
        await using WebAnswers web = WebAnswers.Start(server, port, _ => ("200 OK", "application/octet-stream", "stored\n"u8.ToArray()));
        List<System.Net.Sockets.NetworkStream> open = [];
        try
        {
            for (int i = 0; i < idle; i++) open.Add(await desk.ConnectAsync(server.Device.Ip, port, cancel));
            await Task.WhenAll(Enumerable.Range(0, uploads).Select(number => stage.MustRunAsync(desk, "curl",
                ["-sS", "--max-time", "60", "--limit-rate", $"{rate}k", "-H", "Expect:", "--data-binary", "@" + file, "-o", "/dev/null", $"http://{server.Device.Ip}:{port}/upload/{number}"], cancel, seconds: 70)));
        }
        finally
        {
            foreach (System.Net.Sockets.NetworkStream stream in open) await stream.DisposeAsync();
        }
        if (web.Answered != uploads) throw new LabException($"{server.Device.Key} took {web.Answered} of {uploads} uploads");
        return new SceneReport([new SceneTraffic(desk.Device.Ip, null, server.Device.Ip, port)],
            [("desk", desk.Device.Key), ("server", server.Device.Key), ("port", SceneStage.Text(port)), ("uploads", SceneStage.Text(uploads)), ("kilobytes-a-second", SceneStage.Text(rate)), ("idle", SceneStage.Text(idle))]);
    }
}
