using System.Net.NetworkInformation;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// One run of a scene: its choices, its folder, what it tells, and everything it started, which is ended in the opposite order when the run is over, however it ended.
/// </summary>
internal sealed class SceneStand : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> started = new();

    /// <summary>Begins a run.</summary>
    /// <param name="scene">Which scene.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="isProtected">Whether the protection is on.</param>
    /// <param name="folder">A folder of its own, which its owner removes.</param>
    /// <param name="telling">Where it is told.</param>
    public SceneStand(IWardScene scene, WardSettings settings, bool isProtected, string folder, SceneTelling telling) =>
        (Settings, IsProtected, Folder, Telling, Dice, Devices) = (settings, isProtected, folder, telling, new Dice(settings.Seed, scene.Name), settings.Devices > 0 ? settings.Devices : scene.Devices);

    /// <summary>What was asked for.</summary>
    public WardSettings Settings { get; }

    /// <summary>Whether the protection is on.</summary>
    public bool IsProtected { get; }

    /// <summary>A folder of its own.</summary>
    public string Folder { get; }

    /// <summary>Where it is told.</summary>
    public SceneTelling Telling { get; }

    /// <summary>Where every choice comes from.</summary>
    public Dice Dice { get; }

    /// <summary>How many devices.</summary>
    public int Devices { get; }

    /// <summary>Keeps something until the run is over.</summary>
    public T Keep<T>(T what)
        where T : IAsyncDisposable
    {
        started.Push(what);
        return what;
    }

    /// <summary>Ends something before the run is over.</summary>
    public async Task EndAsync(IAsyncDisposable what)
    {
        IAsyncDisposable[] others = [.. started.Where(one => one != what)];
        started.Clear();
        foreach (IAsyncDisposable one in others.Reverse()) started.Push(one);
        await what.DisposeAsync();
    }

    /// <summary>The address of the device in question, as asked for or of the seed's choice below a maker's prefix.</summary>
    public PhysicalAddress MacOf(string purpose, params ReadOnlySpan<byte> prefix)
    {
        if (purpose == "" && Settings.Mac is { } asked) return new PhysicalAddress(Convert.FromHexString(asked.Replace("-", "", StringComparison.Ordinal)));
        Dice dice = Dice.For("mac" + purpose);
        return new PhysicalAddress([.. prefix, .. dice.Bytes(6 - prefix.Length)]);
    }

    /// <summary>Builds the wires.</summary>
    public async Task<Ward> BuildAsync(IReadOnlyCollection<string> ports, IReadOnlyList<WardMachine> machines, CancellationToken cancel)
    {
        Ward ward = Keep(await Ward.BuildAsync(Settings.Name, Folder, Settings.Vlans, ports, machines, cancel));
        Telling.Say("scene-wires", ports.Count, string.Join(", ", Settings.Vlans.All));
        return ward;
    }

    /// <summary>Tells what happens at a switch's ports from now on.</summary>
    public void Follow(AccessSwitch access) => access.Happened += what => Telling.Say(what.Kind switch
    {
        SwitchEventKind.LinkUp => "scene-port-up",
        SwitchEventKind.LinkDown => "scene-port-down",
        SwitchEventKind.Admitted or SwitchEventKind.Moved or SwitchEventKind.Changed => "scene-port-vlan",
        SwitchEventKind.Confirmed => "scene-port-confirmed",
        SwitchEventKind.Refused => "scene-port-refused",
        SwitchEventKind.Unanswered => "scene-port-unanswered",
        SwitchEventKind.Disconnected => "scene-port-disconnected",
        _ => "scene-port-failed",
    }, what.Port, what.Mac, what.Vlan ?? "-", what.Text);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out IAsyncDisposable? one)) await one.DisposeAsync();
    }
}
