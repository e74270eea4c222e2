using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tasks;

/// <summary>Answers questions about tasks.</summary>
public interface ITaskQueries
{
    /// <summary>A page of tasks.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: number, due, asked, state.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<StaffTask>> FindAsync(TaskFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>One task; null when there is none or when this actor neither asked it, is asked, nor may see its subject.</summary>
    Task<StaffTask?> GetAsync(Actor who, long number, CancellationToken cancel = default);
}

/// <summary>What people do with tasks. Each change is in the audit log when it is stored.</summary>
public interface ITaskCommands
{
    /// <summary>Asks.</summary>
    /// <param name="who">Analyst, clinical engineer or administrator.</param>
    /// <param name="ask">What, whom, until when.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>How it ended, and the number when it was done.</returns>
    Task<(Outcome Outcome, long Number)> AskAsync(Actor who, TaskDraft ask, CancellationToken cancel = default);

    /// <summary>Answers: only an addressee, only with one of the answers.</summary>
    Task<Outcome> AnswerAsync(Actor who, long number, string answer, string? comment = null, CancellationToken cancel = default);

    /// <summary>Answers what a device is and whose (<see cref="DeviceQuestion"/>): the same, and the answer and what is said besides are claims of hers in the ledger, stored at once or not at all.</summary>
    /// <param name="who">An addressee.</param>
    /// <param name="number">The task.</param>
    /// <param name="answer">One of its answers.</param>
    /// <param name="comment">What is added, or null.</param>
    /// <param name="said">What the device is; null, or left out for tasks of another kind.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> AnswerAsync(Actor who, long number, string answer, string? comment, DeviceSaid? said, CancellationToken cancel = default);

    /// <summary>Withdraws: who asked, or an administrator.</summary>
    Task<Outcome> WithdrawAsync(Actor who, long number, string reason, CancellationToken cancel = default);
}

/// <summary>A task to be asked.</summary>
/// <param name="Kind">What it is about, in kebab case.</param>
/// <param name="Question">The question, 1 to 500 characters.</param>
/// <param name="Answers">Two or three different answers, each 1 to 100 characters.</param>
/// <param name="To">Who is asked.</param>
/// <param name="Due">By when, in the future; null when it does not matter.</param>
/// <param name="Device">Device it is about.</param>
/// <param name="Finding">Finding it is made of.</param>
public sealed record TaskDraft(string Kind, string Question, IReadOnlyList<string> Answers, Addressee To, CaptureTime? Due = null, long? Device = null, long? Finding = null);

/// <summary>Which tasks are asked for; every member that is set must hold.</summary>
public sealed record TaskFilter
{
    /// <summary>Those that this actor may answer.</summary>
    public Actor? For { get; init; }

    /// <summary>Those that this person asked.</summary>
    public string? From { get; init; }

    /// <summary>States.</summary>
    public IReadOnlyList<TaskState> States { get; init; } = [];

    /// <summary>The device they are about.</summary>
    public long? Device { get; init; }

    /// <summary>The finding they were made of.</summary>
    public long? Finding { get; init; }

    /// <summary>Whether they are open and their day is over.</summary>
    public bool? IsOverdue { get; init; }
}
