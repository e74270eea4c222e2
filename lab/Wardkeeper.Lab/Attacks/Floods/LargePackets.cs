using System.Net.Sockets;
using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>A service technician tests a line with pings so large that they go in fragments, and a terminal program interrupts with urgent data, as it may.</summary>
internal sealed class LargePackets() : Scene("crash-packets-twin",
    "A technician's computer tests a line with pings that go in fragments, and sends urgent data as terminal programs do.",
    "工程师电脑用需要分片的大包 ping 测试线路，并像终端程序那样发送带外紧急数据。")
{
    private static readonly (string Word, int Port)[] Doors = [("telnet", 23), ("ftp", 21), ("ssh", 22)];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [CardTool.Pinging];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        (HospitalDevice Device, int Port)[] doors = [.. Cast.Inside(stage.Site).SelectMany(device => Doors.Where(door => device.Offers.Contains(door.Word)), (device, door) => (device, door.Port))];
        if (doors.Length == 0) throw new LabException("no device of this hospital offers telnet, ftp or ssh");
        (HospitalDevice device, int port) = stage.Dice.Of(doors);
        int[] sizes = [.. Enumerable.Range(0, stage.Dice.Between(2, 4)).Select(_ => stage.Dice.Between(2000, 60_000))];
        int pings = stage.Dice.Between(2, 6), interruptions = stage.Dice.Between(1, 4);
        HostNamespace visitor = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department, RogueDevice.Visitor), cancel);

        stage.Begin();
        foreach (int size in sizes) await stage.MustRunAsync(visitor, "ping", ["-n", "-q", "-c", SceneStage.Text(pings), "-i", "0.2", "-s", SceneStage.Text(size), device.Ip.ToString()], cancel);
        for (int i = 0; i < interruptions; i++)
        {
            await using NetworkStream stream = await visitor.ConnectAsync(device.Ip, port, cancel);
            await Task.Delay(stage.Dice.Time(100, 300), cancel);
            // Interrupt process, and the mark that follows it as urgent data (RFC 854; RFC 959, section 4.1.3).
            stream.Socket.Send([0xFF, 0xF4]);
            stream.Socket.Send([0xF2], SocketFlags.OutOfBand);
            await Task.Delay(stage.Dice.Time(100, 300), cancel);
        }
        return new SceneReport([AllOf(visitor)],
            [("visitor", visitor.Device.Ip.ToString()), ("device", device.Key), ("port", SceneStage.Text(port)), ("sizes", string.Join(' ', sizes)), ("pings", SceneStage.Text(sizes.Length * pings)), ("interruptions", SceneStage.Text(interruptions))]);
    }
}
