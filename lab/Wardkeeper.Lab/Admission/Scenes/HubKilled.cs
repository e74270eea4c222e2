using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// The hub is killed in the middle of re-authentications, and everybody asks again while it is dead: nobody known may be thrown off, and every report of a session must have reached the hub when it is back. In the counter-run
/// FreeRADIUS may not answer by what was known last.
/// </summary>
internal sealed class HubKilled : IWardScene
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500), Boot = TimeSpan.FromSeconds(5), FirstPatience = TimeSpan.FromMinutes(2), After = TimeSpan.FromSeconds(5), DrainPatience = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    public string Name => "hub-killed";

    /// <inheritdoc/>
    public string English => "The hub is killed in the middle of 500 re-authentications: nobody known is thrown off, accounting is complete afterwards";

    /// <inheritdoc/>
    public string Chinese => "500 次重新认证途中杀掉系统：已知设备无一掉线，之后计费记录完整";

    /// <inheritdoc/>
    public string Protection => "scene-protection-last-known";

    /// <inheritdoc/>
    public int Devices => 500;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        CrowdWard ward = await CrowdWard.StartAsync(run, cancel);
        AccessSwitch access = ward.Guarded.Access;
        DateTimeOffset first = DateTimeOffset.UtcNow;
        ward.PowerOn(Every, Boot);
        IReadOnlyList<TimeSpan> times = await ward.HeardAsync(first, FirstPatience, cancel);
        if (times.Count < run.Devices) throw new LabException($"only {times.Count} of {run.Devices} devices were let in before the hub was killed");
        run.Telling.Say("scene-crowd-in", run.Devices, SceneTelling.Seconds(times[^1]));
        await ward.AskAllOnceAsync(FirstPatience, cancel);

        DateTimeOffset begun = DateTimeOffset.UtcNow;
        int before = access.Events.Count;
        access.AskAllAgain();
        while (access.Events.Count - before < run.Devices / 5) await Task.Delay(5, cancel);
        int done = access.Events.Count - before;
        await ward.Guarded.Hub.KillAsync();
        run.Telling.Say("scene-killed", done, run.Devices, SceneTelling.Seconds(DateTimeOffset.UtcNow - begun));
        await AnsweredAsync(access, before, run.Devices, run.Settings.Within, cancel);
        // Some were answered by the hub before it died. Now everybody asks while it is dead.
        int dead = access.Events.Count;
        DateTimeOffset again = DateTimeOffset.UtcNow;
        access.AskAllAgain();
        await AnsweredAsync(access, dead, run.Devices, run.Settings.Within, cancel);
        run.Telling.Say("scene-asked-dead", access.Events.Count - dead, run.Devices, SceneTelling.Seconds(DateTimeOffset.UtcNow - again));
        await Task.Delay(After, cancel);
        DateTimeOffset end = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1);

        ServerFrames frames = ward.Capture.Read();
        (TimeSpan Longest, string Mac)[] pauses = [.. ward.Macs.Select(mac => (frames.LongestPause(mac, begun, end).Longest, mac)).OrderByDescending(one => one.Longest)];
        int thrown = pauses.Count(one => one.Longest > run.Settings.Pause);
        run.Telling.Judge(thrown == 0, "scene-judge-thrown", thrown, run.Devices, SceneTelling.Seconds(pauses[0].Longest), SceneTelling.Seconds(run.Settings.Pause));
        IReadOnlyList<SwitchEvent> since = [.. access.Events.Skip(before)];
        run.Telling.Say("scene-reauthentications", since.Count(one => one.Kind == SwitchEventKind.Confirmed), since.Count(one => one.Kind is SwitchEventKind.Moved), since.Count(one => one.Kind is SwitchEventKind.Refused), since.Count(one => one.Kind == SwitchEventKind.Unanswered));

        await ward.Guarded.Hub.SwitchOnAsync(cancel);
        run.Telling.Say("scene-hub-back", SceneTelling.Seconds(DateTimeOffset.UtcNow - end));
        DateTimeOffset limit = DateTimeOffset.UtcNow + DrainPatience;
        while ((access.Reports.Open > 0 || ward.Guarded.Radius.Pending > 0) && DateTimeOffset.UtcNow < limit) await Task.Delay(1_000, cancel);
        run.Telling.Judge(access.Reports.Open == 0 && ward.Guarded.Radius.Pending == 0, "scene-judge-accounting", access.Reports.Answered, access.Reports.Open, ward.Guarded.Radius.Pending);
    }
    /// <summary>Waits until so many were answered, or for want of an answer kept waiting too long.</summary>
    private static async Task AnsweredAsync(AccessSwitch access, int before, int wanted, TimeSpan patience, CancellationToken cancel)
    {
        DateTimeOffset limit = DateTimeOffset.UtcNow + patience;
        while (access.Events.Count - before < wanted && DateTimeOffset.UtcNow < limit) await Task.Delay(200, cancel);
    }
}
