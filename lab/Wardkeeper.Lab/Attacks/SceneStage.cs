using System.Globalization;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks;

/// <summary>
/// Where a scene takes place: the running hospital, and whatever is brought in and plugged into it for the scene. Disposing undoes
/// what the scene changed, last change first, and unplugs what it brought, however the scene ended.
/// </summary>
/// <param name="network">The running hospital's network.</param>
/// <param name="dice">Where every choice comes from.</param>
/// <param name="clock">Gives the times of the marks: the clock of the recording.</param>
internal sealed class SceneStage(HospitalNetwork network, Dice dice, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>What a connection still sends when its program has ended.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(100);

    private readonly Stack<Func<Task>> undoings = new();
    private readonly List<HostNamespace> plugged = [];
    private readonly List<ScenePast> past = [];

    /// <summary>The hospital.</summary>
    public HospitalSite Site => network.Site;

    /// <summary>Where every choice comes from.</summary>
    public Dice Dice => dice;

    /// <summary>When the scene itself began, microseconds since 1970.</summary>
    public long Began { get; private set; } = Now(clock);

    /// <summary>Machines that were brought.</summary>
    public IReadOnlyList<HostNamespace> Plugged => plugged;

    /// <summary>What was played for earlier days.</summary>
    public IReadOnlyList<ScenePast> Past => past;

    /// <summary>Says that what came before was preparation and that the scene begins now.</summary>
    public void Begin() => Began = Now(clock);

    /// <summary>The time, microseconds since 1970.</summary>
    public long Now() => Now(clock);

    /// <summary>
    /// Plays honest work that is recorded as that of earlier days, as preparation: detectors that know habits want a week of them. Whoever watches the lab live sees it all at once.
    /// </summary>
    /// <param name="traffic">Which frames then are moved to those days; others stay where they are.</param>
    /// <param name="play">Plays one day.</param>
    public async Task EarlierAsync(IReadOnlyList<SceneTraffic> traffic, Func<Task> play)
    {
        // The week that makes a habit, and some days within it.
        Dice days = dice.For("earlier");
        foreach (int before in days.Some(Enumerable.Range(1, 6), days.Between(4, 5)).Append(days.Between(8, 11)).OrderDescending())
        {
            long begin = Now();
            await play();
            await Task.Delay(Ending);
            past.Add(new ScenePast(before, begin, Now(), traffic));
        }
    }

    /// <summary>Plugs a machine into its department until the scene is over.</summary>
    /// <exception cref="LabException">It cannot be plugged in.</exception>
    public async Task<HostNamespace> PlugAsync(HospitalDevice device, CancellationToken cancel)
    {
        HostNamespace host = await network.PlugAsync(device, cancel);
        plugged.Add(host);
        undoings.Push(() => network.UnplugAsync(host));
        return host;
    }

    /// <summary>Remembers how to undo a change; it is undone when the scene is over, or has failed.</summary>
    public void Afterwards(Func<Task> undo) => undoings.Push(undo);

    /// <summary>Runs a program on a host to its end, its output in the host's log.</summary>
    /// <exception cref="LabException">It cannot be started, or took too long.</exception>
    public Task<ProgramResult> RunAsync(HostNamespace host, string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null, int seconds = 40) =>
        ProgramRun.RunAsync(host, Site.LogOf(host, program), program, arguments, TimeSpan.FromSeconds(seconds), cancel, input);

    /// <summary>The same, for a program that must succeed.</summary>
    /// <exception cref="LabException">It ended with another exit code than 0.</exception>
    public Task<ProgramResult> MustRunAsync(HostNamespace host, string program, IEnumerable<string> arguments, CancellationToken cancel, string? input = null, int seconds = 40) =>
        ProgramRun.MustRunAsync(host, Site.LogOf(host, program), program, arguments, TimeSpan.FromSeconds(seconds), cancel, input);

    /// <summary>An empty folder of the scene's own, removed when it is over.</summary>
    public string Folder(string purpose)
    {
        string path = Path.Combine(Site.FolderOf("scenes"), purpose);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        undoings.Push(() =>
        {
            Directory.Delete(path, recursive: true);
            return Task.CompletedTask;
        });
        return path;
    }

    /// <summary>A number as it stands in facts and command lines.</summary>
    public static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Exception> failures = [];
        while (undoings.TryPop(out Func<Task>? undo))
        {
            try
            {
                await undo();
            }
            catch (Exception e) when (e is LabException or IOException)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0) throw new LabException($"the hospital is not as it was before the scene: {string.Join("; ", failures.Select(failure => failure.Message))}", failures[0]);
    }

    private static long Now(TimeProvider clock) => clock.GetUtcNow().Microseconds();
}
