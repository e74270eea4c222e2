using System.Globalization;
using System.Net.Sockets;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Messages;

/// <summary>
/// An analyser uploads results, and a laptop uploads them once more under the analyser's name, with values that would kill; or, in the twin, the analyser itself
/// corrects them and says so. Over ASTM (LIS01, LIS02) or POCT1-A.
/// </summary>
internal sealed class LaboratoryForgery(string way, bool isAttack) : Scene($"{way}-forgery{(isAttack ? "" : "-twin")}",
    isAttack ? $"A laptop uploads an analyser's results once more over {Title(way)}, with other values." : $"An analyser corrects results that it uploaded over {Title(way)}, and says so.",
    isAttack ? $"一台笔记本电脑通过 {Title(way)} 冒充分析仪重新上传结果, 数值已被改动。" : $"分析仪通过 {Title(way)} 更正已上传的结果并注明。",
    isAttack ? ["T1565.002", "T0856"] : [])
{
    private const string Digits = "0123456789";

    /// <summary>Tests: code, name, unit; an ordinary value and one that would kill, in tenths of the unit.</summary>
    private static readonly (string Code, string Name, string Unit, int Low, int High, int Deadly)[] Tests = [("2823-3", "Potassium", "mmol/L", 36, 50, 82), ("2345-7", "Glucose", "mmol/L", 40, 60, 251), ("718-7", "Hemoglobin", "g/dL", 121, 158, 48)];

    private static readonly (string Family, string Given)[] People = [("MILLER", "ANNA"), ("KOCH", "EVA"), ("王", "小东"), ("徐", "明")];

    /// <summary>Ways: what a device speaks and a receiver offers.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["astm", "poct1a"];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace analyser = stage.Site[stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site).Where(device => device.Speaks.Contains(way)), $"no device of this hospital speaks {way}")).Key];
        HostNamespace receiver = stage.Site[stage.Dice.Of(Cast.Offering(stage.Site, way)).Key];
        DateTime at = stage.Site.Date.ToDateTime(new TimeOnly(stage.Dice.Between(7, 16), stage.Dice.Between(0, 59), stage.Dice.Between(0, 59)));
        (SampleResult honest, SampleResult other) = Samples(stage.Dice);
        HostNamespace second = isAttack ? await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(Cast.Inside(stage.Site)).Department), cancel) : analyser;

        stage.Begin();
        await UploadAsync(analyser, analyser.Device, receiver, at, honest, cancel);
        await Task.Delay(stage.Dice.Time(1500, 4000), cancel);
        await UploadAsync(second, analyser.Device, receiver, isAttack ? at : at.AddMinutes(stage.Dice.Between(5, 40)), other, cancel);
        SceneTraffic traffic = isAttack ? AllOf(second) : new SceneTraffic(analyser.Device.Ip, null, receiver.Device.Ip, way == "astm" ? AnalyserUploaded.Port : PointOfCareUploaded.Port);
        return new SceneReport([traffic],
            [.. isAttack ? [("attacker", second.Device.Ip.ToString())] : Array.Empty<(string, string)>(), ("analyser", analyser.Device.Key), ("receiver", receiver.Device.Key), ("sample", honest.Sample),
                ("values", string.Join(' ', honest.Results.Zip(other.Results, (one, two) => $"{one.Value}->{two.Value}"))), ("patients", honest.Patient!.Id)]);
    }

    private static string Title(string way) => way == "astm" ? "ASTM" : "POCT1-A";

    private async Task UploadAsync(HostNamespace from, HospitalDevice device, HostNamespace to, DateTime at, SampleResult sample, CancellationToken cancel)
    {
        await using NetworkStream stream = await from.ConnectAsync(to.Device.Ip, way == "astm" ? AnalyserUploaded.Port : PointOfCareUploaded.Port, cancel);
        ByteReader reader = new(stream);
        if (way == "astm") await AstmSender.SendAsync(stream, reader, [.. AstmFrame.Split(AstmRecords.Of(device, to.Device.HlApplication ?? to.Device.HostName, at, [sample]))], null, cancel);
        else await new PoctDevice(device, at, stream, reader).UploadAsync([sample], cancel);
        await reader.FinishAsync(stream, cancel);
    }

    /// <summary>The sample as first measured, and as forged or corrected.</summary>
    private (SampleResult Honest, SampleResult Other) Samples(Dice dice)
    {
        (string family, string given) = dice.Of(People);
        HospitalPatient patient = new("HL7" + dice.Letters(4, Digits), dice.Letters(18, Digits), family, given, dice.Of(["F", "M"]), new DateOnly(dice.Between(1935, 2010), dice.Between(1, 12), dice.Between(1, 28)), "UNICODE UTF-8", "1" + dice.Letters(10, Digits));
        string number = "S" + dice.Letters(8, Digits);
        List<Measured> first = [], second = [];
        foreach ((string code, string name, string unit, int low, int high, int deadly) in dice.Some(Tests, dice.Between(1, Tests.Length)))
        {
            int value = dice.Between(low, high - 1);
            first.Add(new Measured(code, name, Tenths(value), unit));
            second.Add(new Measured(code, name, Tenths(isAttack ? deadly : value + 1), unit, isAttack ? "HH" : "N"));
        }
        return (new SampleResult(number, patient, first), new SampleResult(number, patient, second, IsCorrection: !isAttack));
    }

    private static string Tenths(int value) => (value / 10m).ToString("0.0", CultureInfo.InvariantCulture);
}
