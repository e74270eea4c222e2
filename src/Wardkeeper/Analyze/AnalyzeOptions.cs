using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>What <c>wardkeeper analyze</c> was asked to do.</summary>
internal sealed record AnalyzeOptions
{
    public required IReadOnlyList<string> Files { get; init; }

    public string? OutputFolder { get; init; }

    /// <summary>Folder for the packets of findings; null when none are wanted.</summary>
    public string? SliceFolder { get; init; }

    public bool Json { get; init; }

    public int Workers { get; init; } = 1;

    /// <summary>Networks of the site as the command line names them; null when it does not.</summary>
    public LocalNetworks? Local { get; init; }

    public string? SiteFile { get; init; }

    /// <summary>Files of knowledge that count beside what is shipped, in order.</summary>
    public IReadOnlyList<string> KnowledgeFiles { get; init; } = [];

    /// <summary>Public keys whose bundles of knowledge are taken.</summary>
    public IReadOnlyList<string> KnowledgeSigners { get; init; } = [];

    /// <summary>Files, folders and archives of rules that are run over the traffic.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    /// <summary>Files of indicators: STIX 2.1, MISP, lines or a dataset of Suricata.</summary>
    public IReadOnlyList<string> IntelligenceFiles { get; init; } = [];

    public string? KeyFile { get; init; }

    public bool Chinese { get; init; }
}
