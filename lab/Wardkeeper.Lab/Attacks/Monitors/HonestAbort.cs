using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>A central station breaks off its own association with a monitor and begins anew, as one does that is restarted.</summary>
internal sealed class HonestAbort() : Scene("monitor-abort-twin",
    "A central station aborts its own association with a monitor, and associates anew.",
    "中央站中止自身与监护仪的连接后重新连接。")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        MonitorPair pair = MonitorPair.Of(stage);
        int polls = stage.Dice.Between(2, 5), rounds = stage.Dice.Between(1, 3);

        stage.Begin();
        for (int round = 0; round <= rounds; round++)
        {
            using MonitorClient client = await MonitorClient.OpenAsync(pair.Station, pair.Monitor.Device.Ip, cancel);
            for (int poll = 0; poll < polls; poll++) await client.PollAsync(Nomenclature.Numeric, Nomenclature.ObservedValues, false, cancel);
            if (round < rounds) await client.AbortAsync(cancel);
            else await client.ReleaseAsync(cancel);
            await Task.Delay(stage.Dice.Time(300, 1200), cancel);
        }
        return new SceneReport([new SceneTraffic(pair.Station.Device.Ip, null, pair.Monitor.Device.Ip, MonitorServer.Port)],
            [("station", pair.Station.Device.Key), ("monitor", pair.Monitor.Device.Key), ("polls", SceneStage.Text(polls)), ("aborts", SceneStage.Text(rounds))]);
    }
}
