using Wardkeeper.Lab.Emitters.Sdc;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>The station that watches bedside devices pauses their alarms, as a nurse does who is at the bed, and switches them on again.</summary>
internal sealed class AlarmsPaused() : Scene("sdc-alarm-twin",
    "The central station that watches bedside devices pauses their alarms and switches them on again.",
    "监视床旁设备的中央站暂停其报警，随后重新打开。")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [AlarmPair.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        AlarmPair pair = AlarmPair.Of(stage);
        string activation = stage.Dice.For("way").Of(["Off", "Psd"]);
        await pair.WatchAsync(stage, cancel);

        stage.Begin();
        foreach (HostNamespace provider in pair.Providers)
        {
            await AlarmPair.SwitchAsync(stage, pair.Station, provider, activation, cancel);
            await Task.Delay(stage.Dice.Time(300, 2500), cancel);
            await AlarmPair.SwitchAsync(stage, pair.Station, provider, "On", cancel);
        }
        return new SceneReport([.. pair.Providers.Select(provider => new SceneTraffic(pair.Station.Device.Ip, null, provider.Device.Ip, SdcNames.ServicePort))],
            [("station", pair.Station.Device.Key), ("devices", string.Join(' ', pair.Providers.Select(provider => provider.Device.Key))), ("activation", activation), ("requests", SceneStage.Text(2 * pair.Providers.Count))]);
    }
}
