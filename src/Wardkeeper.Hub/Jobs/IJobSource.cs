using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Jobs;

/// <summary>Knows long work of one kind: what is at work, and what ended lately. Every source that is registered is asked.</summary>
public interface IJobSource
{
    /// <summary>The jobs a person may see: her own, and all of them for an administrator. Latest first.</summary>
    Task<IReadOnlyList<JobLine>> ForAsync(Actor who, CancellationToken cancel = default);

    /// <summary>Stops a job. False when this source has no such job of this person's that can be stopped.</summary>
    Task<bool> StopAsync(Actor who, string id, CancellationToken cancel = default);
}

/// <summary>A job as people see it.</summary>
/// <param name="Id">What it is called for, unique among all sources.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Subject">To what: the name of a file, a folder, a list.</param>
/// <param name="By">Who began it.</param>
/// <param name="State">Whether it is at work, and how it ended.</param>
public sealed record JobLine(string Id, JobKind Kind, string Subject, string By, JobState State)
{
    /// <summary>What it does just now.</summary>
    public JobStage Stage { get; init; }

    /// <summary>Units done.</summary>
    public long Done { get; init; }

    /// <summary>Units in all; null when nobody knows.</summary>
    public long? Total { get; init; }

    /// <summary>What is counted.</summary>
    public JobUnit Unit { get; init; }

    /// <summary>Time left, by the pace so far; null when nobody knows.</summary>
    public TimeSpan? Rest { get; init; }

    /// <summary>Address of what came out; null while nothing did.</summary>
    public string? Result { get; init; }

    /// <summary>Whether it can be stopped now.</summary>
    public bool CanStop { get; init; }
}

/// <summary>What a job does.</summary>
public enum JobKind
{
    /// <summary>Reads a register, or puts it into the ledger.</summary>
    Import,

    /// <summary>Reads a table of the border, or puts it in force.</summary>
    Publishing,

    /// <summary>Analyses an uploaded capture.</summary>
    Capture,

    /// <summary>Copies the stores into a folder.</summary>
    Backup,

    /// <summary>Writes a list into a file.</summary>
    Export,
}

/// <summary>What a job does just now.</summary>
public enum JobStage
{
    /// <summary>Waits for its turn.</summary>
    Waiting,

    /// <summary>Reads.</summary>
    Reading,

    /// <summary>Compares what it read with the ledger.</summary>
    Comparing,

    /// <summary>Writes what it found into the stores.</summary>
    Storing,

    /// <summary>Copies.</summary>
    Copying,

    /// <summary>Computes what proves that the copy is whole.</summary>
    Checking,

    /// <summary>Writes a file.</summary>
    Writing,
}

/// <summary>What a job counts.</summary>
public enum JobUnit
{
    /// <summary>Rows.</summary>
    Rows,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Files.</summary>
    Files,
}

/// <summary>State of a job.</summary>
public enum JobState
{
    /// <summary>Waits or is at work.</summary>
    Running,

    /// <summary>Ended as it should.</summary>
    Done,

    /// <summary>Ended with a problem that was told to whoever began it.</summary>
    Failed,

    /// <summary>Stopped by a person.</summary>
    Stopped,
}
