using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Attacks.Service;

/// <summary>The same work on the day for which it was announced, from the machine that was named for it.</summary>
internal sealed class AnnouncedService() : Scene("service-command-twin",
    "A clinical engineer loads firmware onto a medical device or works in its shell while this work is announced, from the machine named for it.",
    "临床工程师在公告的维护时间内，从公告所列的电脑向医疗设备写入固件或登录其命令行操作。")
{
    /// <inheritdoc/>
    public override bool NeedsCalendar => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => ServiceWork.Needs;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        AnnouncedWork[] today = [.. ServiceCalendar.Of(stage.Site.Devices).Where(one => one.IsToday)];
        if (today.Length == 0) throw new LabException("no device of this hospital is serviced");
        (AnnouncedWork on, ServiceWork work) = ServiceWork.Choose(stage.Dice, today);
        int times = stage.Dice.Between(1, 3);
        await DeviceSpeech.ShowAsync(stage, on.Device, cancel);

        stage.Begin();
        for (int time = 0; time < times; time++)
        {
            await work.DoAsync(stage, stage.Site[on.Engineer.Key], stage.Site[on.Device.Key], cancel);
            await Task.Delay(stage.Dice.Time(200, 2000), cancel);
        }
        return new SceneReport([new SceneTraffic(on.Engineer.Ip, null, on.Device.Ip)],
            [("device", on.Device.Key), ("by", on.Engineer.Key), ("announced-in-days", "0"), .. work.Facts, ("times", SceneStage.Text(times))]);
    }
}
