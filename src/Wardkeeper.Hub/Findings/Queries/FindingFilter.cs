using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Findings.Queries;

/// <summary>Which findings are asked for; every member that is set must hold. Sets mean "one of these".</summary>
public sealed record FindingFilter
{
    /// <summary>Text looked for in number, address, name of the device, assignee.</summary>
    public string? Text { get; init; }

    /// <summary>Severities.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>States; empty is every state.</summary>
    public IReadOnlyList<FindingState> States { get; init; } = [];

    /// <summary>Whether it is open: anything but closed.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>Verdicts.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>Responsible departments of the subject; an empty text is those without one.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>Types of finding.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>ATT&amp;CK techniques.</summary>
    public IReadOnlyList<string> Techniques { get; init; } = [];

    /// <summary>Assignees; an empty text is those without one.</summary>
    public IReadOnlyList<string> Assignees { get; init; } = [];

    /// <summary>The device as subject or peer.</summary>
    public long? Device { get; init; }

    /// <summary>The device as subject alone; 0 is those of whose subject the ledger knows no device.</summary>
    public long? Subject { get; init; }

    /// <summary>The subject's address: IP, or hardware address where it has no IP; an empty text is the site as a whole.</summary>
    public string? Address { get; init; }

    /// <summary>What to do with findings that a suppression hides.</summary>
    public SuppressedView Suppressed { get; init; }

    /// <summary>Seen at or after this.</summary>
    public CaptureTime? Since { get; init; }

    /// <summary>Seen before this.</summary>
    public CaptureTime? Until { get; init; }

    /// <summary>Departments that may be seen at all; null when not limited. Set from the person who asks, never from the address bar.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}

/// <summary>What to do with findings that a suppression hides.</summary>
public enum SuppressedView
{
    /// <summary>Leave them out.</summary>
    Hide,

    /// <summary>Show them among the others.</summary>
    Include,

    /// <summary>Show them alone.</summary>
    Only,
}

/// <summary>Which exposures are asked for.</summary>
public sealed record ExposureFilter
{
    /// <summary>Types of finding that are exposures; empty is all of them.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Responsible departments; an empty text is those without one.</summary>
    public IReadOnlyList<string> Departments { get; init; } = [];

    /// <summary>The device.</summary>
    public long? Device { get; init; }

    /// <summary>Standing since before this.</summary>
    public CaptureTime? OlderThan { get; init; }

    /// <summary>Whether a task was made of it.</summary>
    public bool? HasTask { get; init; }

    /// <summary>What to do with those that a suppression (an accepted risk) hides.</summary>
    public SuppressedView Suppressed { get; init; }

    /// <summary>Departments that may be seen at all; null when not limited.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}
