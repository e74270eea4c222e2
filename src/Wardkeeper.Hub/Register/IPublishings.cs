using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>Where a border's table stands.</summary>
public enum PublishingState
{
    /// <summary>Read; nothing follows from it yet.</summary>
    Preview,

    /// <summary>What it says holds.</summary>
    InForce,

    /// <summary>A later table took its place.</summary>
    Replaced,

    /// <summary>Taken back.</summary>
    Undone,
}

/// <summary>A table of the border: which services it makes reachable from outside.</summary>
public sealed record PublishingLine
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Name of the file.</summary>
    public required string Name { get; init; }

    /// <summary>What the file was.</summary>
    public required string Format { get; init; }

    /// <summary>Who imports.</summary>
    public required string By { get; init; }

    /// <summary>When it was read, by the clock on the wall.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>Where it stands.</summary>
    public required PublishingState State { get; init; }

    /// <summary>Since when it is in force; null when it is not.</summary>
    public CaptureTime? Since { get; init; }

    /// <summary>Services that could be read.</summary>
    public long Services { get; init; }

    /// <summary>Mistakes in all.</summary>
    public long ProblemCount { get; init; }

    /// <summary>The first mistakes, in the order of rows; their rows are left out.</summary>
    public IReadOnlyList<RegisterProblem> Problems { get; init; } = [];
}

/// <summary>A published service, and whose it is.</summary>
/// <param name="Service">The service.</param>
/// <param name="Device">The device that was last seen with the inside address; null when none was.</param>
/// <param name="DeviceName">Its name, or null.</param>
public sealed record PublishedLine(PublishedService Service, long? Device, string? DeviceName);

/// <summary>
/// The border's NAT and publishing tables: read, look, put in force, take back. A table replaces the one before as a whole; taken
/// back, the one before holds again. Detection follows from the next batch of a sensor on.
/// </summary>
public interface IPublishings
{
    /// <summary>Mistakes that a line names; more are counted.</summary>
    const int ProblemsNamed = 500;

    /// <summary>Reads a table; nothing follows from it yet.</summary>
    /// <exception cref="Changes.RefusedException">There is no column of inside addresses, no row, or the role does not allow it.</exception>
    Task<PublishingLine> PreviewAsync(Actor who, string name, RegisterTable table, CancellationToken cancel = default);

    /// <summary>Puts a table in force, in the place of the one before. Null when there is no such preview.</summary>
    /// <exception cref="Changes.RefusedException">It holds no service that could be read.</exception>
    Task<PublishingLine?> ApplyAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Takes back the table that is in force; the one before holds again. Null when this one is not in force.</summary>
    Task<PublishingLine?> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default);

    /// <summary>A page of tables, latest first.</summary>
    Task<Page<PublishingLine>> ListAsync(PageRequest page, CancellationToken cancel = default);

    /// <summary>One table, or null.</summary>
    Task<PublishingLine?> GetAsync(long number, CancellationToken cancel = default);

    /// <summary>A page of a table's services, in the order of the file.</summary>
    Task<Page<PublishedLine>> ServicesAsync(long number, PageRequest page, CancellationToken cancel = default);
}
