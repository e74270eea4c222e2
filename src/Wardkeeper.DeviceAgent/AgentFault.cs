namespace Wardkeeper.DeviceAgent;

/// <summary>How a command ended; the number is the program's exit code.</summary>
internal enum Outcome
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>A defect of ours.</summary>
    Defect = 1,

    /// <summary>A mistake in the command line or the configuration.</summary>
    Mistake = 2,

    /// <summary>The hub waits for a person; ask again.</summary>
    Pending = 3,

    /// <summary>The chip, its key or the sealed store cannot be used.</summary>
    Chip = 4,

    /// <summary>The hub refused.</summary>
    Refused = 5,

    /// <summary>The hub cannot be reached, or it is not the hub that is trusted.</summary>
    Unreachable = 6,

    /// <summary>The device's clock cannot be right.</summary>
    Clock = 7,
}

/// <summary>Why something cannot be done, said to a person: what, and what to do. Never holds a secret.</summary>
/// <param name="outcome">How the command ends.</param>
/// <param name="message">A sentence.</param>
internal sealed class AgentFault(Outcome outcome, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How the command ends.</summary>
    public Outcome Outcome => outcome;

    /// <summary>The hub's wish when to ask again; null when it named none.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
