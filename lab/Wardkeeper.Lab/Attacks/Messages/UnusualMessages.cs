using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>Honest HL7 that looks odd: a report with thousands of values, texts full of escapes, a frame that breaks off once, a kind of message that its sender rarely sends.</summary>
internal sealed class UnusualMessages() : Scene("hl7-abuse-twin",
    "Honest HL7 that looks odd: a report with thousands of values, texts full of escapes, a frame that breaks off once, or a document of who reports results.",
    "看似异常但正常的 HL7：含数千个数值的报告、大量转义的文本、一次中断的帧，或由报告系统发送的文档。")
{
    private static readonly string[] Ways = ["big", "escapes", "broken-once", "document"];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        string way = stage.Dice.For("way").Of(Ways);
        if (way == "document") await script.WeekAsync(stage, cancel);
        int times = stage.Dice.Between(1, 5);

        stage.Begin();
        if (way == "broken-once") await BreakOffAsync(script, cancel);
        for (int time = 0; time < times; time++)
        {
            await HlScript.SendAsync(script.Sender, script.Receiver, [MessageOf(stage.Dice, script, way)], cancel);
            await Task.Delay(stage.Dice.Time(50, 900), cancel);
        }
        return new SceneReport([new SceneTraffic(script.Sender.Device.Ip, null, script.Receiver.Device.Ip, HlScript.Port)],
            [("sender", script.Sender.Device.Key), ("receiver", script.Receiver.Device.Key), ("way", way), ("times", SceneStage.Text(times))]);
    }

    private static string MessageOf(Dice dice, HlScript script, string way) => way switch
    {
        "big" => script.Compose("ORU^R01^ORU_R01", script.Report(Enumerable.Range(1, dice.Between(1500, 6000)).Select(script.Value))),
        "escapes" => script.Compose("ORU^R01^ORU_R01", script.Report($@"OBX|1|TX|18748-4^Report^LN||Findings:\X0D\\X0A\Heart \T\ lungs normal.\.br\Ratio 2\S\1, value \F\ 5\X0A\\H\Conclusion\N\\X0D0A\No acute finding.||||||F")),
        "document" => script.Compose("MDM^T02^MDM_T02", ["EVN|T02", .. script.Report("TXA|1|DI|TX", "OBX|1|TX|18748-4^Report^LN||Unchanged.||||||F")]),
        _ => script.Compose("ORU^R01^ORU_R01", script.Report(script.Value(1))),
    };

    /// <summary>A frame that ends with its connection, as when a sender is restarted.</summary>
    private static async Task BreakOffAsync(HlScript script, CancellationToken cancel)
    {
        byte[] frame = MllpFrame.Wrap(Encoding.UTF8.GetBytes(script.Compose("ORU^R01^ORU_R01", script.Report(script.Value(1)))));
        await using NetworkStream stream = await script.Sender.ConnectAsync(script.Receiver.Device.Ip, HlScript.Port, cancel);
        await stream.WriteAsync(frame.AsMemory(0, frame.Length / 2), cancel);
    }
}
