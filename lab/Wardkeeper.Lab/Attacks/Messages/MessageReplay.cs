using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>Results that a laboratory system sent are sent again from a laptop that recorded them, byte for byte.</summary>
internal sealed class MessageReplay() : Scene("hl7-replay",
    "A laptop sends results that it recorded on the network once more, byte for byte.",
    "一台笔记本电脑把在网络上录下的检验结果消息原样重发。",
    "T0856", "T1565.002")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlMessage[] messages = [.. Enumerable.Range(0, stage.Dice.Between(1, 4)).Select(_ => script.Message(HlKind.Result))];
        int times = stage.Dice.Between(1, 3);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        await HlScript.SendAsync(script.Sender, script.Receiver, messages.Select(message => message.AsSent), cancel);
        for (int round = 0; round < times; round++)
        {
            await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
            await HlScript.SendAsync(rogue, script.Receiver, messages.Select(message => message.AsSent), cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("control-ids", string.Join(' ', messages.Select(message => message.ControlId))),
                ("patients", string.Join(' ', messages.Select(message => message.Patient))), ("replayed", SceneStage.Text(messages.Length * times))]);
    }
}
