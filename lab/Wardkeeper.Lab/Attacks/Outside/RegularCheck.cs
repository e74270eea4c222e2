using System.Net;
using Wardkeeper.Lab.Actors.Network;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>A device asks the time of the router, or its maker for updates, at regular intervals.</summary>
internal sealed class RegularCheck() : Scene("beacon-twin",
    "A device asks the router for the time, or its maker outside for updates, at regular intervals.",
    "设备按固定间隔向网关校时，或向院外厂商检查更新。")
{
    private const int NtpPort = 123;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("curl", "curl")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        bool hasClock = stage.Site[HospitalNetwork.Router].Device.Offers.Contains("ntp"), hasOutside = stage.Site.Devices.Any(device => device.Key == HospitalNetwork.OutsideMachine);
        if (!hasClock && !hasOutside) throw new LabException("this hospital has neither a router that offers ntp nor a machine outside");
        HospitalDevice device = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to check anything"));
        HostNamespace asker = stage.Site[device.Key];
        bool isClock = stage.Dice.Between(0, 1) == 0 ? hasClock : !hasOutside;
        int beats = stage.Dice.Between(10, 14), period = stage.Dice.Between(8, 14) * 100, port = isClock ? NtpPort : stage.Dice.Of([80, 8080]);
        IPAddress server = isClock ? HospitalNetwork.RouterOf(device) : Cast.Outside(stage.Site).Device.Ip;
        // Makers are asked by name; a resolver remembers it for longer than this lasts.
        string name = $"updates.maker-of-{device.Key}.example";
        byte[] answer = System.Text.Encoding.UTF8.GetBytes($$"""{"product":"{{device.Model}}","installed":"{{device.SoftwareVersion}}","update":null}""");

        stage.Begin();
        await using WebAnswers? maker = isClock ? null : WebAnswers.Start(Cast.Outside(stage.Site), port, _ => ("200 OK", "application/json", answer));
        for (int beat = 0; beat < beats; beat++)
        {
            Task wait = Task.Delay(period, cancel);
            if (isClock) await new AskClock().ActAsync(new ClockAsked(TimeSpan.Zero, device.Key, HospitalNetwork.Router), stage.Site, cancel);
            else await stage.MustRunAsync(asker, "curl", ["-sS", "--max-time", "5", "-A", $"{device.Vendor.Replace(' ', '-')}-Update/1.0", "-o", "/dev/null", "--resolve", $"{name}:{port}:{server}", $"http://{name}:{port}/updates/{Uri.EscapeDataString(device.Model)}?serial={Uri.EscapeDataString(device.Serial)}"], cancel);
            if (beat < beats - 1) await wait;
        }
        return new SceneReport([new SceneTraffic(device.Ip, null, server, port)],
            [("device", device.Key), ("kind", isClock ? "ntp" : "update"), ("port", SceneStage.Text(port)), ("beats", SceneStage.Text(beats)), ("period-ms", SceneStage.Text(period))]);
    }
}
