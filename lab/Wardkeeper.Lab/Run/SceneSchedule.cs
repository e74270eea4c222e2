using Wardkeeper.Lab.Attacks;

namespace Wardkeeper.Lab.Run;

/// <summary>Which scenes run at which time of the day.</summary>
/// <param name="Entries">Scene and time.</param>
internal sealed record SceneSchedule(IReadOnlyList<(IScene Scene, TimeSpan At)> Entries)
{
    /// <summary>No scene.</summary>
    public static SceneSchedule None { get; } = new([]);

    /// <summary>Runs them one after another, each at its time or when the one before it is over.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task RunAsync(Laboratory lab, CancellationToken cancel)
    {
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        foreach ((IScene scene, TimeSpan at) in Entries.OrderBy(entry => entry.At))
        {
            TimeSpan wait = ((at - lab.Settings.From) / lab.Settings.Speed) - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
            await SceneDone.PlayAsync(scene, lab.Network, lab.Folder, lab.Settings.Seed, cancel);
        }
    }
}
