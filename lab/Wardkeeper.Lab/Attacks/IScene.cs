using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Attacks;

/// <summary>
/// An attack, or its benign twin: something honest that looks much like it. Its parameters (targets, counts, pace, names) come
/// from the dice alone, so that a seed gives the same scene and another seed another one.
/// </summary>
internal interface IScene
{
    /// <summary>Name on the command line, for example <c>dicom-harvest</c>; a twin is called <c>NAME-twin</c>.</summary>
    string Name { get; }

    /// <summary>Name of the attack that it is, or is the twin of.</summary>
    string AttackName { get; }

    /// <summary>Whether it is an attack; a benign twin otherwise.</summary>
    bool IsAttack { get; }

    /// <summary>What happens, in one sentence, in English.</summary>
    string English { get; }

    /// <summary>The same in Chinese.</summary>
    string Chinese { get; }

    /// <summary>ATT&amp;CK techniques (Enterprise or ICS), for example <c>T1046</c>; none for a twin.</summary>
    IReadOnlyList<string> Techniques { get; }

    /// <summary>Programs that it runs.</summary>
    IReadOnlyList<Requirement> Needs { get; }

    /// <summary>Whether only somebody can judge it who knows what work was announced (<see cref="Hospital.ServiceCalendar"/>).</summary>
    bool NeedsCalendar { get; }

    /// <summary>Runs it to its end and returns what of the traffic is its own.</summary>
    /// <param name="stage">The hospital, and where to plug in what the attacker brings.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It did not happen as it should: the recording would not be true.</exception>
    Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel);
}

/// <summary>What a scene did.</summary>
/// <param name="Traffic">Which frames are its own, while it ran.</param>
/// <param name="Facts">What it did, countable: names and numbers, for example <c>("associations", 58)</c>; no clock, no process number.</param>
internal sealed record SceneReport(IReadOnlyList<SceneTraffic> Traffic, IReadOnlyList<(string What, string Value)> Facts);
