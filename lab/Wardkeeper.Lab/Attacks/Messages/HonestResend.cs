using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>An interface engine's connection breaks before the acknowledgement arrives; it sends the same message with the same control id once more (HL7 v2.5.1, chapter 2, 2.9.2).</summary>
internal sealed class HonestResend() : Scene("hl7-replay-twin",
    "A sender's connection breaks before the acknowledgement comes, and it sends the same message once more.",
    "发送方在收到确认之前连接中断，于是重发同一条消息。")
{
    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        HlMessage[] messages = [.. Enumerable.Range(0, stage.Dice.Between(2, 4)).Select(_ => script.Message(HlKind.Result))];
        int lost = stage.Dice.Between(0, messages.Length - 1);

        stage.Begin();
        for (int i = 0; i < messages.Length; i++)
        {
            if (i == lost)
            {
                await using NetworkStream broken = await script.Sender.ConnectAsync(script.Receiver.Device.Ip, HlScript.Port, cancel);
                await broken.WriteAsync(MllpFrame.Wrap(Encoding.UTF8.GetBytes(messages[i].AsSent)), cancel);
                await broken.FlushAsync(cancel);
            }
            await Task.Delay(stage.Dice.Time(1200, 3500), cancel);
            await HlScript.SendAsync(script.Sender, script.Receiver, [messages[i].AsSent], cancel);
        }
        return new SceneReport([new SceneTraffic(script.Sender.Device.Ip, null, script.Receiver.Device.Ip, HlScript.Port)],
            [("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("messages", SceneStage.Text(messages.Length)), ("resent", messages[lost].ControlId), ("patients", string.Join(' ', messages.Select(message => message.Patient)))]);
    }
}
