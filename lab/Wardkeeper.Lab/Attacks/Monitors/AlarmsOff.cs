using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>A laptop pauses or switches off the alarms of bedside devices that a station watches (SetAlertState of IEEE 11073 SDC), some after a look at their state.</summary>
internal sealed class AlarmsOff() : Scene("sdc-alarm",
    "A laptop switches off or pauses the alarms of bedside devices that a central station watches.",
    "一台笔记本电脑关闭或暂停中央站所监视床旁设备的报警。",
    "T0878", "T0855")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [AlarmPair.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        AlarmPair pair = AlarmPair.Of(stage);
        string activation = stage.Dice.For("way").Of(["Off", "Psd"]);
        int looks = stage.Dice.Between(0, 3);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);
        await pair.WatchAsync(stage, cancel);
        // Whoever watches switches them on again.
        foreach (HostNamespace provider in pair.Providers) stage.Afterwards(() => AlarmPair.SwitchAsync(stage, pair.Station, provider, "On", CancellationToken.None));

        stage.Begin();
        foreach (HostNamespace provider in pair.Providers)
        {
            for (int look = 0; look < looks; look++) await AlarmPair.ReadAsync(stage, rogue, provider, cancel);
            await AlarmPair.SwitchAsync(stage, rogue, provider, activation, cancel);
            await Task.Delay(stage.Dice.Time(50, 1200), cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("station", pair.Station.Device.Key), ("devices", string.Join(' ', pair.Providers.Select(provider => provider.Device.Key))), ("activation", activation), ("requests", SceneStage.Text(pair.Providers.Count * (looks + 1)))]);
    }
}
