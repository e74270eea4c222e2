using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// The power fails everywhere: devices, switch, FreeRADIUS, hub. When it returns all start at once, and all devices must be heard at the server within the deadline, although the
/// hub is still starting. In the counter-run FreeRADIUS may not answer by what was known last.
/// </summary>
internal sealed class PowerCut : IWardScene
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Boot = TimeSpan.FromSeconds(15), Dark = TimeSpan.FromSeconds(3), FirstPatience = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    public string Name => "power-cut";

    /// <inheritdoc/>
    public string English => "After a power cut of everything, 2,000 devices are back within 60 s, while the hub is still starting";

    /// <inheritdoc/>
    public string Chinese => "全部断电恢复后，2000 台设备在 60 秒内重新接入，此时系统本身仍在启动";

    /// <inheritdoc/>
    public string Protection => "scene-protection-last-known";

    /// <inheritdoc/>
    public int Devices => 2_000;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        CrowdWard ward = await CrowdWard.StartAsync(run, cancel);
        DateTimeOffset first = DateTimeOffset.UtcNow;
        (Crowd crowd, PortWatch watch) = ward.PowerOn(Every, Boot);
        IReadOnlyList<TimeSpan> times = await ward.HeardAsync(first, FirstPatience, cancel);
        if (times.Count < run.Devices) throw new LabException($"only {times.Count} of {run.Devices} devices were let in before the power was cut");
        run.Telling.Say("scene-crowd-in", run.Devices, SceneTelling.Seconds(times[^1]));
        await ward.AskAllOnceAsync(FirstPatience, cancel);

        await run.EndAsync(crowd);
        await run.EndAsync(watch);
        await ward.Guarded.Hub.KillAsync();
        await ward.Guarded.Radius.KillAsync();
        await ward.Guarded.RestartSwitchAsync();
        await ward.Wires.ClearAsync(cancel);
        run.Telling.Say("scene-power-off");
        await Task.Delay(Dark, cancel);

        DateTimeOffset back = DateTimeOffset.UtcNow;
        run.Telling.Say("scene-power-on");
        Task hub = ward.Guarded.Hub.SwitchOnAsync(cancel);
        Task radius = ward.Guarded.Radius.SwitchOnAsync(cancel);
        ward.PowerOn(Every, Boot);
        times = await ward.HeardAsync(back, run.Settings.Within, cancel);
        int inTime = times.Count(time => time <= run.Settings.Within);
        run.Telling.Judge(inTime == run.Devices, "scene-judge-back", inTime, run.Devices, SceneTelling.Seconds(run.Settings.Within), times.Count == 0 ? "-" : SceneTelling.Seconds(times[times.Count / 2]), times.Count == 0 ? "-" : SceneTelling.Seconds(times[^1]));
        await radius;
        await hub;
        run.Telling.Say("scene-hub-back", SceneTelling.Seconds(DateTimeOffset.UtcNow - back));
    }
}
