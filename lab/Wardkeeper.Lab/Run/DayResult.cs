using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Truth;

namespace Wardkeeper.Lab.Run;

/// <summary>What a recorded day gave.</summary>
/// <param name="Packets">Packets in the capture.</param>
/// <param name="Events">Events that were played.</param>
/// <param name="Failures">Events that did not happen as planned: with any, the recording is not true.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Scenes">Scenes that ran, each with its packets.</param>
internal sealed record DayResult(long Packets, int Events, IReadOnlyList<(LabEvent What, string Why)> Failures, TimeSpan Took, IReadOnlyList<SceneRecord> Scenes)
{
    /// <summary>The scenes as the truth tells them.</summary>
    public IReadOnlyList<TruthScene> Truth => [.. Scenes.Select(scene => new TruthScene(scene.Done.Mark.Name, scene.Done.Mark.IsAttack, scene.Packets.First, scene.Packets.Last, scene.Done.Techniques,
        [.. scene.Done.Facts.Select(fact => (fact.What, fact.Value))], [.. scene.Done.Machines.Select(machine => new TruthMachine(machine.Type, machine.Ip, machine.Mac, machine.Vlan))], scene.Packets.Numbers))];
}

/// <summary>A scene in a recording.</summary>
/// <param name="Done">What ran.</param>
/// <param name="Packets">Its packets in the capture.</param>
internal sealed record SceneRecord(SceneDone Done, ScenePackets Packets);
