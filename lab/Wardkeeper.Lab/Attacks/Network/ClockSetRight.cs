using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A device keeps time with the router, is switched off, comes up with a wrong clock (its battery is empty), and is set right.</summary>
internal sealed class ClockSetRight() : Scene("clock-shift-twin",
    "A device comes up with a wrong clock, asks its usual time server, and is set right.",
    "设备开机时时钟错误, 向常用时间服务器校时后恢复正常。")
{
    private const int Port = 123;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace asker = WrongClock.AskerOf(stage);
        int before = stage.Dice.Between(8, 14), after = stage.Dice.Between(4, 8), days = stage.Dice.Between(1, 4000), pause = stage.Dice.Between(150, 400);

        stage.Begin();
        for (int question = 0; question < before; question++) await WrongClock.AskAsync(asker, HospitalNetwork.RouterOf(asker.Device), pause, default, cancel);
        await WrongClock.AskAsync(asker, HospitalNetwork.RouterOf(asker.Device), pause, -TimeSpan.FromDays(days), cancel);
        for (int question = 0; question < after; question++) await WrongClock.AskAsync(asker, HospitalNetwork.RouterOf(asker.Device), pause, default, cancel);
        return new SceneReport([new SceneTraffic(asker.Device.Ip, null, HospitalNetwork.RouterOf(asker.Device), Port)],
            [("device", asker.Device.Key), ("before", SceneStage.Text(before)), ("after", SceneStage.Text(after)), ("days-off", SceneStage.Text(days))]);
    }
}
