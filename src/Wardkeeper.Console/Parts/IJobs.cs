using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Parts;

/// <summary>Long work that survives the page, sign-out and restart. The tray of the top bar shows it once something implements this.</summary>
public interface IJobs
{
    /// <summary>A job began, moved or ended. May be raised on any thread.</summary>
    event Action? Changed;

    /// <summary>The jobs a person may see: running ones first, then those that ended lately.</summary>
    IReadOnlyList<JobLine> Of(Actor person);

    /// <summary>Asks a job to stop; it says itself what was kept.</summary>
    Task CancelAsync(long id, Actor person, CancellationToken cancel = default);
}

/// <summary>A job as the tray shows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Title">What is done, for people.</param>
/// <param name="Stage">Stage it is in, for people.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null when not known.</param>
/// <param name="State">Running, done, failed or cancelled.</param>
/// <param name="ResultHref">Where the result is, once there is one.</param>
/// <param name="Rest">Estimated time left; null when not known.</param>
public sealed record JobLine(long Id, string Title, string Stage, long Done, long? Total, JobState State, string? ResultHref, TimeSpan? Rest = null);

/// <summary>State of a job.</summary>
public enum JobState
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Ended as it should.</summary>
    Done,

    /// <summary>Ended with a problem that its page explains.</summary>
    Failed,

    /// <summary>Stopped by a person.</summary>
    Cancelled,
}
