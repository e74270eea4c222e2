using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>A laptop sends messages again with the same control ids, but with other results, allergies or doses.</summary>
internal sealed class MessageAlteration() : Scene("hl7-alteration",
    "A laptop sends a message once more under the same control id, with another result, allergy or dose.",
    "一台笔记本电脑以相同的控制号重发消息，但改动了检验结果、过敏信息或剂量。",
    "T1565.002", "T0856")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlKind[] kinds = stage.Dice.Some(Enum.GetValues<HlKind>(), stage.Dice.Between(1, 3));
        HlMessage[] messages = [.. kinds.Select(script.Message)];
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel);

        stage.Begin();
        foreach (HlMessage message in messages)
        {
            await HlScript.SendAsync(script.Sender, script.Receiver, [message.AsSent], cancel);
            await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
            await HlScript.SendAsync(rogue, script.Receiver, [message.AsForged], cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("kinds", string.Join(' ', kinds)), ("control-ids", string.Join(' ', messages.Select(message => message.ControlId))),
                ("values", string.Join(' ', messages.Select(message => $"{message.Honest[0]}->{message.Forged[0]}"))), ("patients", string.Join(' ', messages.Select(message => message.Patient)))]);
    }
}
