namespace Wardkeeper.Hub.Findings;

/// <summary>How bad it is if it is true. Says nothing of how sure it is.</summary>
public enum Severity
{
    /// <summary>To know, nothing to do.</summary>
    Info,

    /// <summary>To mend when there is time.</summary>
    Low,

    /// <summary>To mend soon.</summary>
    Medium,

    /// <summary>To look at today.</summary>
    High,

    /// <summary>To look at now.</summary>
    Critical,
}

/// <summary>Where a finding stands on its way from new to closed.</summary>
public enum FindingState
{
    /// <summary>Nobody has looked yet.</summary>
    New,

    /// <summary>Somebody is finding out whether it is true.</summary>
    Triage,

    /// <summary>True, and being handled.</summary>
    InProgress,

    /// <summary>Handled; whether it is gone is to be seen.</summary>
    ToVerify,

    /// <summary>Closed with a verdict.</summary>
    Closed,
}

/// <summary>What a person decided a finding to be.</summary>
public enum Verdict
{
    /// <summary>As the finding says.</summary>
    True,

    /// <summary>Not what the finding says.</summary>
    FalsePositive,

    /// <summary>As the finding says, and in order.</summary>
    Benign,
}

/// <summary>Who has to act.</summary>
public enum Duty
{
    /// <summary>The information department: network and servers.</summary>
    InformationDepartment,

    /// <summary>Clinical engineering: the devices themselves and the ledger.</summary>
    ClinicalEngineering,

    /// <summary>The department that answers for the device.</summary>
    ResponsibleDepartment,

    /// <summary>Whoever runs Wardkeeper.</summary>
    Operator,
}

/// <summary>API values of the words above: kebab case, and back.</summary>
public static class FindingWords
{
    private static readonly string[] Severities = ["info", "low", "medium", "high", "critical"];
    private static readonly string[] States = ["new", "triage", "in-progress", "to-verify", "closed"];
    private static readonly string[] Verdicts = ["true", "false-positive", "benign"];
    private static readonly string[] Duties = ["information-department", "clinical-engineering", "responsible-department", "operator"];

    /// <summary>API value.</summary>
    public static string Word(this Severity severity) => Severities[(int)severity];

    /// <summary>API value.</summary>
    public static string Word(this FindingState state) => States[(int)state];

    /// <summary>API value.</summary>
    public static string Word(this Verdict verdict) => Verdicts[(int)verdict];

    /// <summary>API value.</summary>
    public static string Word(this Duty duty) => Duties[(int)duty];

    /// <summary>Reads an API value.</summary>
    public static bool TryParse(string? word, out Severity severity) => Find(Severities, word, out severity);

    /// <summary>Reads an API value.</summary>
    public static bool TryParse(string? word, out FindingState state) => Find(States, word, out state);

    /// <summary>Reads an API value.</summary>
    public static bool TryParse(string? word, out Verdict verdict) => Find(Verdicts, word, out verdict);

    private static bool Find<T>(string[] words, string? word, out T value)
        where T : struct, Enum
    {
        int at = word is null ? -1 : Array.IndexOf(words, word);
        value = at < 0 ? default : Enum.GetValues<T>()[at];
        return at >= 0;
    }
}
