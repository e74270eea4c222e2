using System.Globalization;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Wires;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>A guarded ward with very many devices, all in the register and all let in.</summary>
internal sealed class CrowdWard
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private const string CrowdKey = "crowd", Cable = "pv";

    private CrowdWard(SceneStand run, Ward ward, CrowdWires wires, GuardedWard guarded, ServerCapture capture, IReadOnlyList<string> macs) =>
        (Run, Ward, Wires, Guarded, Capture, Macs) = (run, ward, wires, guarded, capture, macs);

    private SceneStand Run { get; }

    /// <summary>The wires.</summary>
    public Ward Ward { get; }

    /// <summary>The ports.</summary>
    public CrowdWires Wires { get; }

    /// <summary>Hub, FreeRADIUS and switch.</summary>
    public GuardedWard Guarded { get; }

    /// <summary>The server's eyes.</summary>
    public ServerCapture Capture { get; }

    /// <summary>The devices.</summary>
    public IReadOnlyList<string> Macs { get; }

    /// <summary>Builds it; its devices have no power yet.</summary>
    public static async Task<CrowdWard> StartAsync(SceneStand run, CancellationToken cancel)
    {
        IReadOnlyList<string> macs = Crowd.Macs(run.Dice.For("crowd"), run.Devices);
        Ward ward = await run.BuildAsync([Cable], [WardMachine.Of(CrowdKey, Cable, "server", new([2, 0x77, 0, 0, 0, 9]), run.Settings.Vlans.Medical, 9, "crowd")], cancel);
        CrowdWires wires = run.Keep(await CrowdWires.MakeAsync(ward, Cable, cancel));
        await ward.SwitchOnAsync(CrowdKey, cancel);
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, wires, null, macs.Select((mac, number) => new RegisteredDevice(
            string.Create(CultureInfo.InvariantCulture, $"Pump {number + 1}"), "infusion-pump", "Ward 3", mac, "death-or-serious-injury", string.Create(CultureInfo.InvariantCulture, $"P{number + 1:00000}"))), cancel, run.IsProtected);
        return new CrowdWard(run, ward, wires, guarded, run.Keep(await ServerCapture.StartAsync(ward, "server", cancel)), macs);
    }

    /// <summary>The devices have power; the switch hears them.</summary>
    /// <param name="every">How often each sends.</param>
    /// <param name="spread">Within which time they begin, one after another in an order of the seed's.</param>
    public (Crowd Crowd, PortWatch Watch) PowerOn(TimeSpan every, TimeSpan spread)
    {
        PortWatch watch = Run.Keep(new PortWatch(Ward, Guarded.Access, static (_, mac) => "v" + mac));
        Dice dice = Run.Dice.For("begins");
        return (Run.Keep(new Crowd(Ward[CrowdKey], Ward, Macs, every, [.. Macs.Select(_ => spread * (dice.Between(0, 10_000) / 10_000.0))])), watch);
    }

    /// <summary>Waits until all were heard at the server since a moment, or until a deadline; when each was heard first.</summary>
    public async Task<IReadOnlyList<TimeSpan>> HeardAsync(DateTimeOffset since, TimeSpan patience, CancellationToken cancel)
    {
        HashSet<ulong> wanted = [.. Macs.Select(ServerFrames.Number)];
        while (true)
        {
            TimeSpan[] times = [.. Capture.Read().FirstSince(since).Where(one => wanted.Contains(one.Key)).Select(one => one.Value - since).Order()];
            if (times.Length == wanted.Count || DateTimeOffset.UtcNow - since > patience) return times;
            await Task.Delay(TimeSpan.FromSeconds(2), cancel);
        }
    }

    /// <summary>Asks once more for everybody who is let in and waits until all were answered: by then each is known, and what was decided last is kept.</summary>
    public async Task AskAllOnceAsync(TimeSpan patience, CancellationToken cancel)
    {
        int before = Guarded.Access.Events.Count;
        Guarded.Access.AskAllAgain();
        DateTimeOffset limit = DateTimeOffset.UtcNow + patience;
        while (Guarded.Access.Events.Count - before < Macs.Count)
        {
            if (DateTimeOffset.UtcNow > limit) throw new LabException($"only {Guarded.Access.Events.Count - before} of {Macs.Count} devices were answered when they were asked for once more");
            await Task.Delay(200, cancel);
        }
        await Task.Delay(Settled, cancel);
    }
}
