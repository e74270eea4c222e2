using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>Malicious software on a device reports to a host outside at intervals that are not quite regular.</summary>
internal sealed class Beacon() : Scene("beacon",
    "Malicious software on a device reports to a host outside the hospital again and again, at slightly uneven intervals.",
    "设备上的恶意软件以略有抖动的间隔反复联络院外主机。",
    "T1071.001", "T1573", "T1095")
{
    private const string Hexadecimal = "0123456789abcdef";
    private static readonly string[] Agents = ["Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "Mozilla/5.0 (compatible)"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace outside = Cast.Outside(stage.Site), infected = stage.Site[stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to be infected")).Key];
        string kind = stage.Dice.Of(["http", "https", "tcp"]), agent = stage.Dice.Of(Agents), path = "/" + stage.Dice.Letters(stage.Dice.Between(2, 6), Hexadecimal);
        int port = stage.Dice.Of(kind switch { "http" => [80, 8080, 8081], "https" => [443, 8443], _ => (int[])[4444, 1337, 9001] });
        int beats = stage.Dice.Between(11, 15), period = stage.Dice.Between(700, 1400), jitter = stage.Dice.Between(5, 30);
        byte[] order = stage.Dice.Bytes(stage.Dice.Between(16, 400));
        CertificateFiles files = DeviceCertificate.SelfSigned(stage.Site, outside.Device);

        stage.Begin();
        await using IAsyncDisposable server = kind == "tcp"
            ? Emitter.OfConnections(outside.Listen(port), (connection, stop) => OrderAsync(connection, order, stop))
            : WebAnswers.Start(outside, port, _ => ("200 OK", "application/octet-stream", order), kind == "https" ? X509Certificate2.CreateFromPemFile(files.Certificate, files.Key) : null);
        for (int beat = 0; beat < beats; beat++)
        {
            // The first comes at once; the clock runs from one beat's begin to the next.
            Task wait = Task.Delay(period * (100 + stage.Dice.Between(-jitter, jitter)) / 100, cancel);
            if (kind == "tcp") await ReportAsync(infected, outside, port, stage.Dice.Bytes(stage.Dice.Between(24, 64)), order.Length, cancel);
            else await stage.MustRunAsync(infected, "curl", ["-sSk", "--max-time", "5", "-A", agent, "-o", "/dev/null", $"{kind}://{outside.Device.Ip}:{port}{path}?{stage.Dice.Letters(12, Hexadecimal)}"], cancel);
            if (beat < beats - 1) await wait;
        }
        return new SceneReport([new SceneTraffic(infected.Device.Ip, null, outside.Device.Ip, port)],
            [("infected", infected.Device.Key), ("kind", kind), ("port", SceneStage.Text(port)), ("beats", SceneStage.Text(beats)), ("period-ms", SceneStage.Text(period)), ("jitter-percent", SceneStage.Text(jitter))]);
    }

    private static async Task ReportAsync(HostNamespace infected, HostNamespace outside, int port, byte[] report, int answer, CancellationToken cancel)
    {
        await using NetworkStream stream = await infected.ConnectAsync(outside.Device.Ip, port, cancel);
        await stream.WriteAsync(report, cancel);
        await stream.ReadExactlyAsync(new byte[answer], cancel);
    }

    private static async Task OrderAsync(NetworkStream connection, byte[] order, CancellationToken cancel)
    {
        byte[] report = new byte[64];
        if (await connection.ReadAsync(report, cancel) == 0) return;
        await connection.WriteAsync(order, cancel);
        // Until the other end has closed.
        while (await connection.ReadAsync(report, cancel) > 0)
        {
        }
    }
}
