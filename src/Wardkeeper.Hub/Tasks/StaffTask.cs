using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tasks;

/// <summary>One question to somebody, with two or three answers to choose from and a day by which it wants one.</summary>
public sealed record StaffTask
{
    /// <summary>Fewest and most answers.</summary>
    public const int MinAnswers = 2, MaxAnswers = 3;

    /// <summary>Its number; shown as <c>T-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>What it is about, in kebab case: <c>device-identity</c> (<see cref="DeviceQuestion"/>), <c>finding</c>, <c>question</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The question, as the sender wrote it or as the texts of findings have it.</summary>
    public required string Question { get; init; }

    /// <summary>The answers to choose from.</summary>
    public required IReadOnlyList<string> Answers { get; init; }

    /// <summary>Who is asked.</summary>
    public required Addressee To { get; init; }

    /// <summary>Who asks.</summary>
    public required string From { get; init; }

    /// <summary>When it was asked, by the clock on the wall.</summary>
    public required CaptureTime Asked { get; init; }

    /// <summary>By when an answer is wanted.</summary>
    public CaptureTime? Due { get; init; }

    /// <summary>The device it is about, or null.</summary>
    public long? Device { get; init; }

    /// <summary>The finding it was made of, or null.</summary>
    public long? Finding { get; init; }

    /// <summary>Where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>The answer that was chosen.</summary>
    public string? Answer { get; init; }

    /// <summary>What the answering person added, or why it was withdrawn.</summary>
    public string? Comment { get; init; }

    /// <summary>Who answered or withdrew.</summary>
    public string? By { get; init; }

    /// <summary>When it was answered or withdrawn.</summary>
    public CaptureTime? Ended { get; init; }

    /// <summary>Revision; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"T-{number}");

    /// <summary>Whether it is open and its day is over.</summary>
    public bool IsOverdue(CaptureTime now) => State == TaskState.Open && Due is { } due && now > due;
}

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>Waiting for an answer.</summary>
    Open,

    /// <summary>Answered.</summary>
    Answered,

    /// <summary>Withdrawn by who asked.</summary>
    Withdrawn,
}

/// <summary>Who is asked: exactly one of the three.</summary>
/// <param name="Person">User name.</param>
/// <param name="Role">Role, any holder of which may answer.</param>
/// <param name="Department">Department, any member of which may answer.</param>
public sealed record Addressee(string? Person = null, Access.Role? Role = null, string? Department = null)
{
    /// <summary>Whether exactly one is named.</summary>
    public bool IsValid => (Person is { Length: > 0 } ? 1 : 0) + (Role is null ? 0 : 1) + (Department is { Length: > 0 } ? 1 : 0) == 1;

    /// <summary>Whether somebody is meant. A department's members are those whose view is limited to it.</summary>
    public bool Means(Access.Actor who)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (Person is not null) return who.Name == Person;
        if (Role is { } role) return who.Is(role);
        return Department is not null && who.Departments is not null && who.Departments.Contains(Department);
    }
}
