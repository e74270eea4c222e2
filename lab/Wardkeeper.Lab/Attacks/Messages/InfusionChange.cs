using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>A laptop changes an infusion that was ordered before: a message of its own, under the name of the system that ordered, with the order's number and many times the rate.</summary>
internal sealed class InfusionChange() : Scene("infusion-change",
    "A laptop changes the rate of an infusion under the name of the system that ordered it, with a control id of its own.",
    "一台笔记本电脑冒用开立系统的名称, 以新的控制号更改输液速率。",
    "T0855", "T0836")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlMessage[] orders = [.. Enumerable.Range(0, stage.Dice.Between(1, 3)).Select(_ => script.Message(HlKind.Dose))];
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        await HlScript.SendAsync(script.Sender, script.Receiver, orders.Select(order => order.AsSent), cancel);
        await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
        await HlScript.SendAsync(rogue, script.Receiver, orders.Select(order => (order with { ControlId = order.ControlId + "X" }).AsForged), cancel);
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("control-ids", string.Join(' ', orders.Select(order => order.ControlId))),
                ("rates", string.Join(' ', orders.Select(order => $"{order.Honest[0]}->{order.Forged[0]}"))), ("patients", string.Join(' ', orders.Select(order => order.Patient)))]);
    }
}
