using Wardkeeper.Lab.Attacks;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>A scene that ran.</summary>
/// <param name="Mark">When, and which frames are its own.</param>
/// <param name="Techniques">ATT&amp;CK techniques; none for a benign twin.</param>
/// <param name="Machines">Machines that were brought for it.</param>
/// <param name="Facts">What it did, countable.</param>
internal sealed record SceneDone(SceneMark Mark, IReadOnlyList<string> Techniques, IReadOnlyList<SceneMachine> Machines, IReadOnlyList<SceneFact> Facts)
{
    /// <summary>Runs a scene and writes it into the lab's journal.</summary>
    /// <exception cref="LabException">It did not happen as it should.</exception>
    public static async Task<SceneDone> PlayAsync(IScene scene, HospitalNetwork network, string folder, int seed, CancellationToken cancel)
    {
        PlayedScene played = await new SceneRun(network).PlayAsync(scene, seed, cancel);
        SceneDone done = new(played.Mark, scene.Techniques, [.. played.Brought.Select(device => new SceneMachine(device.Type, device.Ip, device.Mac, device.Department.Vlan))], [.. played.Report.Facts.Select(fact => new SceneFact(fact.What, fact.Value))]);
        SceneJournal.Add(folder, done);
        return done;
    }
}

/// <summary>A machine that does not belong to the hospital.</summary>
/// <param name="Type">What it is, for example <c>laptop</c>.</param>
/// <param name="Ip">Address.</param>
/// <param name="Mac">Hardware address.</param>
/// <param name="Vlan">Where it was plugged in.</param>
internal sealed record SceneMachine(string Type, System.Net.IPAddress Ip, System.Net.NetworkInformation.PhysicalAddress Mac, int Vlan);

/// <summary>Something countable that a scene did.</summary>
/// <param name="What">Its name.</param>
/// <param name="Value">How many, or which.</param>
internal sealed record SceneFact(string What, string Value);
