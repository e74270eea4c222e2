using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>The system that ordered an infusion changes its rate itself, some time later.</summary>
internal sealed class HonestChange() : Scene("infusion-change-twin",
    "The system that ordered an infusion changes its rate itself.",
    "开立输液医嘱的系统自行更改速率。")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlMessage[] orders = [.. Enumerable.Range(0, stage.Dice.Between(1, 3)).Select(_ => script.Message(HlKind.Dose))];

        stage.Begin();
        await HlScript.SendAsync(script.Sender, script.Receiver, orders.Select(order => order.AsSent), cancel);
        await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
        await HlScript.SendAsync(script.Sender, script.Receiver, orders.Select(order => order.AsCorrected), cancel);
        return new SceneReport([new SceneTraffic(script.Sender.Device.Ip, null, script.Receiver.Device.Ip, HlScript.Port)],
            [("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("control-ids", string.Join(' ', orders.Select(order => order.ControlId))), ("patients", string.Join(' ', orders.Select(order => order.Patient)))]);
    }
}
