using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>A system corrects what it sent before: under a control id of its own and, for a result, with the status of a correction (HL7 table 0085).</summary>
internal sealed class HonestCorrection() : Scene("hl7-alteration-twin",
    "A system corrects a result, an allergy or a dose that it sent before, under a new control id.",
    "系统以新的控制号更正此前发送的检验结果、过敏信息或剂量。")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlKind[] kinds = stage.Dice.Some(Enum.GetValues<HlKind>(), stage.Dice.Between(1, 3));
        HlMessage[] messages = [.. kinds.Select(script.Message)];

        stage.Begin();
        foreach (HlMessage message in messages)
        {
            await HlScript.SendAsync(script.Sender, script.Receiver, [message.AsSent], cancel);
            await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
            await HlScript.SendAsync(script.Sender, script.Receiver, [message.AsCorrected], cancel);
        }
        return new SceneReport([new SceneTraffic(script.Sender.Device.Ip, null, script.Receiver.Device.Ip, HlScript.Port)],
            [("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("kinds", string.Join(' ', kinds)), ("control-ids", string.Join(' ', messages.Select(message => message.ControlId))),
                ("patients", string.Join(' ', messages.Select(message => message.Patient)))]);
    }
}
