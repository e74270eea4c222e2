using System.Text.Json;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Doctor;

/// <summary>Which detectors cannot fire now and why, for <c>wardkeeper doctor detectors</c>. Only the running program knows what its sensors see.</summary>
internal sealed class DetectorsReport(PlatformOptions options, IDetectorReadiness readiness) : IControlCommand
{
    /// <summary>Name of the command.</summary>
    public const string Command = "detectors";

    /// <inheritdoc/>
    public string Name => Command;

    /// <inheritdoc/>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        bool chinese = request["lang"] == "zh";
        if (!options.IsRunning) throw new UserError(Texts.Get("doctor-detectors-off", chinese));
        IReadOnlyList<DetectorState> states = await readiness.LookAsync(cancel);
        int blind = states.Count(state => !state.CanFire);
        return new ControlAnswer
        {
            Lines = [.. states.Where(state => state.Reasons.Any()).SelectMany(state => Lines(state, chinese)), .. Unseen(states, chinese), Texts.Format("doctor-detectors-sum", chinese, states.Count - blind, states.Count)],
            Facts = JsonSerializer.SerializeToElement(states.Select(state => new Dictionary<string, object> { ["detector"] = state.Detector, ["can_fire"] = state.CanFire, ["blind"] = Said(state.Blind, chinese), ["weak"] = Said(state.Weak, chinese), ["unseen"] = Said([.. state.Unseen.Select(one => one.Said)], chinese) })),
            ExitCode = blind > 0 ? 1 : 0,
        };
    }

    /// <summary>When the detectors that judge traffic could not see; the same for all of them.</summary>
    private static IEnumerable<string> Unseen(IReadOnlyList<DetectorState> states, bool chinese)
    {
        DetectorState[] affected = [.. states.Where(state => state.Unseen.Count > 0)];
        if (affected.Length == 0) yield break;
        yield return Texts.Format("doctor-detectors-unseen", chinese, affected.Length);
        foreach (BlindSpan one in affected[0].Unseen) yield return "    " + one.Said.In(chinese);
    }

    private static string[] Said(IReadOnlyList<PhraseKey> reasons, bool chinese) => [.. reasons.Select(reason => reason.In(chinese))];

    private static IEnumerable<string> Lines(DetectorState state, bool chinese)
    {
        // A mark and a word: meaning does not hang on colour.
        yield return $"{(state.CanFire ? "△" : "✗")} {state.Detector}: {string.Join(", ", state.Types.Select(type => FindingTexts.NameOfType(type, chinese)))}";
        foreach (PhraseKey reason in state.Reasons) yield return $"    {Texts.Get(state.Blind.Contains(reason) ? "doctor-detectors-blind" : "doctor-detectors-weak", chinese)} {reason.In(chinese)}";
    }
}
