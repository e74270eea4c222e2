using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>Read and matched; nothing in the ledger was changed.</summary>
    Preview,

    /// <summary>In the ledger.</summary>
    Applied,

    /// <summary>Taken back as a whole.</summary>
    Undone,
}

/// <summary>What a row became.</summary>
public enum RowOutcome
{
    /// <summary>Nothing yet.</summary>
    Open,

    /// <summary>账物相符: the device is in the register and in the network.</summary>
    Matched,

    /// <summary>有账无物: the register has it, the network does not.</summary>
    OnlyInRegister,

    /// <summary>A person has to decide first.</summary>
    Doubtful,

    /// <summary>Has mistakes, or a person left it out.</summary>
    LeftOut,
}

/// <summary>An import of a register.</summary>
public sealed record ImportLine
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Name of the file.</summary>
    public required string Name { get; init; }

    /// <summary>What the file was.</summary>
    public required string Format { get; init; }

    /// <summary>Who imports.</summary>
    public required string By { get; init; }

    /// <summary>When, by the clock on the wall.</summary>
    public required CaptureTime At { get; init; }

    /// <summary>Where it stands.</summary>
    public required ImportState State { get; init; }

    /// <summary>The file's headings.</summary>
    public required IReadOnlyList<string> Headings { get; init; }

    /// <summary>What each heading means; null is not used.</summary>
    public required IReadOnlyList<string?> Mapping { get; init; }

    /// <summary>Rows by what they became.</summary>
    public required IReadOnlyDictionary<RowOutcome, long> Rows { get; init; }

    /// <summary>Mistakes in all.</summary>
    public long Problems { get; init; }

    /// <summary>Devices that were seen in the network and that no row is; as of now.</summary>
    public long OnlyOnNetwork { get; init; }
}

/// <summary>One row of an import.</summary>
/// <param name="Row">Number in the file.</param>
/// <param name="Values">Value by field.</param>
/// <param name="Outcome">What it became.</param>
/// <param name="Device">The device it is, may be, or was added as.</param>
/// <param name="Strength">How sure the match is.</param>
/// <param name="By">What agreed.</param>
/// <param name="Against">What contradicts.</param>
/// <param name="IsDecided">Whether a person decided it.</param>
/// <param name="Problems">Mistakes in it; and what the ledger keeps as it is: <c>differs</c> (something better is known), <c>not-taken</c> (no value the field can have), <c>not-yours</c> (the role may not enter it).</param>
public sealed record ImportRow(int Row, IReadOnlyDictionary<string, string> Values, RowOutcome Outcome, long? Device, MatchStrength Strength, string? By, IReadOnlyList<string> Against, bool IsDecided, IReadOnlyList<RegisterProblem> Problems);

/// <summary>What a person decides about a row.</summary>
/// <param name="Row">Number in the file.</param>
/// <param name="Device">The device it is; null: it is none of those in the network.</param>
/// <param name="LeaveOut">Whether the row is left out.</param>
public sealed record RowDecision(int Row, long? Device, bool LeaveOut = false);

/// <summary>Imports of the hospital's register: read, look, decide, apply, and undo as a whole.</summary>
public interface IRegisterImports
{
    /// <summary>Reads and matches a table; nothing in the ledger is changed.</summary>
    /// <param name="who">Who imports.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="table">Its table.</param>
    /// <param name="mapping">What each heading means; null proposes it, from what was remembered first.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<ImportLine> PreviewAsync(Actor who, string name, RegisterTable table, IReadOnlyList<string?>? mapping = null, CancellationToken cancel = default);

    /// <summary>Reads the same file again with another mapping. Null when there is no such preview.</summary>
    Task<ImportLine?> RemapAsync(Actor who, long number, IReadOnlyList<string?> mapping, CancellationToken cancel = default);

    /// <summary>Decides rows of a preview. False when there is no such preview or row.</summary>
    Task<bool> DecideAsync(Actor who, long number, IReadOnlyList<RowDecision> decisions, CancellationToken cancel = default);

    /// <summary>
    /// Writes the rows that are matched or only in the register into the ledger, in one operation, and remembers the mapping. What a
    /// row says of something that is observed (model, firmware …) fills the field only when nothing better is known.
    /// </summary>
    /// <returns>The import, or null when there is no such preview.</returns>
    Task<ImportLine?> ApplyAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Takes a whole import back. Null when there is none that is applied.</summary>
    Task<ImportLine?> UndoAsync(Actor who, long number, string reason, CancellationToken cancel = default);

    /// <summary>A page of imports, latest first.</summary>
    Task<Page<ImportLine>> ListAsync(PageRequest page, CancellationToken cancel = default);

    /// <summary>One import, or null.</summary>
    Task<ImportLine?> GetAsync(long number, CancellationToken cancel = default);

    /// <summary>A page of an import's rows, in the order of the file.</summary>
    /// <param name="number">The import.</param>
    /// <param name="outcome">Only rows that became this; null for all.</param>
    /// <param name="withProblems">Only rows with mistakes.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<ImportRow>> RowsAsync(long number, RowOutcome? outcome, bool withProblems, PageRequest page, CancellationToken cancel = default);

    /// <summary>有物无账: a page of the devices that were seen in the network and that no row of the import is, nor may be; as of now, by name.</summary>
    Task<Page<DeviceLine>> OnlyOnNetworkAsync(long number, PageRequest page, CancellationToken cancel = default);
}

/// <summary>Says what a register's rows can be compared with.</summary>
public interface IMatchCandidates
{
    /// <summary>Every device that is not merged into another.</summary>
    Task<IReadOnlyList<MatchCandidate>> AllAsync(CancellationToken cancel = default);
}
