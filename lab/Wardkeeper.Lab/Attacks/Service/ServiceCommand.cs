using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Service;

/// <summary>
/// Somebody gives a medical device new firmware, or works in its shell, and nobody announced it: on another day than the announced one, or on the day, but from a machine that was not named.
/// </summary>
internal sealed class ServiceCommand() : Scene("service-command",
    "Somebody loads firmware onto a medical device or works in its shell when no work is announced, or from a machine that was not named for it.",
    "有人在未公告维护的时间，或从未列入公告的电脑，向医疗设备写入固件或登录其命令行操作。",
    "T0857", "T0843", "T1078")
{
    /// <inheritdoc/>
    public override bool NeedsCalendar => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => ServiceWork.Needs;

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        IReadOnlyList<AnnouncedWork> calendar = ServiceCalendar.Of(stage.Site.Devices);
        string who = stage.Dice.Of(["laptop", "engineer", "desk", "laptop on the day"]);
        AnnouncedWork[] fit = [.. calendar.Where(one => one.IsToday == (who == "laptop on the day"))];
        if (fit.Length == 0) throw new LabException("no device of this hospital fits: two at least must be serviced");
        (AnnouncedWork on, ServiceWork work) = ServiceWork.Choose(stage.Dice, fit);
        int times = stage.Dice.Between(1, 3);
        HostNamespace device = stage.Site[on.Device.Key], by = who switch
        {
            "engineer" => stage.Site[on.Engineer.Key],
            "desk" => stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site, desk => desk.Key != on.Engineer.Key && desk.Key != on.Device.Key)).Key],
            _ => await stage.PlugAsync(RogueDevice.In(stage, on.Device.Department), cancel),
        };
        await DeviceSpeech.ShowAsync(stage, on.Device, cancel);

        stage.Begin();
        for (int time = 0; time < times; time++)
        {
            await work.DoAsync(stage, by, device, cancel);
            await Task.Delay(stage.Dice.Time(200, 2000), cancel);
        }
        return new SceneReport([by.Device.Key == RogueDevice.Attacker ? AllOf(by) : new SceneTraffic(by.Device.Ip, null, on.Device.Ip)],
            [("device", on.Device.Key), ("by", by.Device.Key), ("who", who), ("announced-in-days", SceneStage.Text(on.DaysAhead)), .. work.Facts, ("times", SceneStage.Text(times))]);
    }
}
