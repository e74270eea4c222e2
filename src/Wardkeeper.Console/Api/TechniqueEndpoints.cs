using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Techniques;

namespace Wardkeeper.Console.Api;

/// <summary>What could be seen and what was: detectors with what stands in their way, and the techniques of ATT&amp;CK that they show.</summary>
internal static class TechniqueEndpoints
{
    /// <summary>A technique: who covers it, whether one of them could fire now, and how many findings show it.</summary>
    public sealed record TechniqueAnswer(string Id, string Domain, IReadOnlyList<string> Tactics, string Name, string? NameZh, IReadOnlyList<string> Detectors, bool CanFire, long Findings);

    /// <summary>A detector: whether it could fire now, what blinds or weakens it, and when it could not see in the latest days.</summary>
    public sealed record DetectorAnswer(string Detector, IReadOnlyList<string> Types, bool CanFire, IReadOnlyList<PhraseKey> Blind, IReadOnlyList<PhraseKey> Weak, IReadOnlyList<BlindSpan> Unseen);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/techniques", TechniquesAsync).WithTags("detectors").WithSummary("Techniques of MITRE ATT&CK that a detector covers or a finding shows; open and closed findings are counted");
        api.MapGet("/detectors", DetectorsAsync).WithTags("detectors").WithSummary("Every detector, whether it could fire now, what stands in its way, and from when to when it could not see");
    }

    private static async Task<IReadOnlyList<DetectorAnswer>> DetectorsAsync([FromServices] IDetectorReadiness readiness, CancellationToken cancel) =>
        [.. (await readiness.LookAsync(cancel)).Select(one => new DetectorAnswer(one.Detector, one.Types, one.CanFire, one.Blind, one.Weak, one.Unseen))];

    private static async Task<IReadOnlyList<TechniqueAnswer>> TechniquesAsync(HttpContext context, [FromServices] IDetectorReadiness readiness, [FromServices] IFindingQueries findings, CancellationToken cancel)
    {
        IReadOnlyList<ValueCount> seen = await findings.CountByAsync("technique", new FindingFilter { Visible = context.User.ToActor()!.Departments }, cancel);
        return [.. TechniqueCoverage.Of(await readiness.LookAsync(cancel), seen).Where(one => one.Detectors.Count > 0 || one.Findings > 0)
            .Select(one => new TechniqueAnswer(one.Technique.Id, one.Technique.Domain, one.Technique.Tactics, one.Technique.English, one.Technique.Chinese, [.. one.Detectors.Select(detector => detector.Detector)], one.CanFire, one.Findings))];
    }
}
