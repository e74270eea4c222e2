using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Ledger.Commands;

/// <summary>
/// Changes the ledger on behalf of a person. Whatever is asked for at once is done in one transaction or not at all, is told in the
/// devices' events and in the audit log, and can be undone by its operation.
/// </summary>
public interface ILedgerCommands
{
    /// <summary>Makes changes. All problems are reported at once, and then nothing is changed.</summary>
    /// <param name="who">Who acts. What a limited person may not see is not found.</param>
    /// <param name="changes">What to change, in order.</param>
    /// <param name="reason">Why; needed for merging, splitting and the life cycle.</param>
    /// <param name="cancel">Stops waiting; what was begun is finished.</param>
    Task<LedgerResult> ApplyAsync(Actor who, IReadOnlyList<LedgerChange> changes, string? reason = null, CancellationToken cancel = default);

    /// <summary>Undoes a whole operation, also one of the ledger itself (devices joined on evidence). Fails when something changed since stands in the way.</summary>
    /// <param name="who">Who acts.</param>
    /// <param name="operation">Number of the operation, from <see cref="LedgerResult.Operation"/> or from an event.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<LedgerResult> UndoAsync(Actor who, long operation, string? reason = null, CancellationToken cancel = default);
}

/// <summary>One change of the ledger.</summary>
public abstract record LedgerChange;

/// <summary>Enters or removes values of a device's fields.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Fields">Values by API name; null removes a person's value, so that the observed one is shown again.</param>
/// <param name="ExpectedRevision">Revision the person saw; null when it does not matter (many at once).</param>
public sealed record EditDevice(long Device, IReadOnlyDictionary<string, string?> Fields, long? ExpectedRevision = null) : LedgerChange;

/// <summary>Adds labels to those a device has, and takes some away. Labels it has already, or does not have, are no mistake.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Add">Labels it shall have.</param>
/// <param name="Remove">Labels it shall not have.</param>
public sealed record ChangeLabels(long Device, IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : LedgerChange;

/// <summary>Changes the state of the life cycle.</summary>
/// <param name="Device">Its number.</param>
/// <param name="State">API value.</param>
/// <param name="ExpectedRevision">Revision the person saw, or null.</param>
public sealed record ChangeLifeCycle(long Device, string State, long? ExpectedRevision = null) : LedgerChange;

/// <summary>Adds a device that is in the register only: it has no interface.</summary>
/// <param name="Fields">Values by API name.</param>
/// <param name="LifeCycle">State of the life cycle.</param>
public sealed record AddDevice(IReadOnlyDictionary<string, string?> Fields, string LifeCycle = "in-stock") : LedgerChange;

/// <summary>A department's answer to whose a device is. Yes confirms the department in the person's name; no takes it away, and somebody else has to find the owner.</summary>
/// <param name="Device">Number of the device.</param>
/// <param name="IsOurs">Whether it is the department's own.</param>
public sealed record AnswerOwnership(long Device, bool IsOurs) : LedgerChange;

/// <summary>An answer to the question what a device is and whose. Only made of a task, whose addressee may answer also about what she could not see before; what another person said before is never overwritten.</summary>
/// <param name="Device">Number of the device.</param>
/// <param name="Meaning">One of <see cref="Tasks.DeviceQuestion.Meanings"/>.</param>
/// <param name="Answer">The answer as it was given.</param>
/// <param name="Department">Department that answers, or null.</param>
/// <param name="Said">What else is said of it, or null.</param>
internal sealed record AnswerIdentity(long Device, string Meaning, string Answer, string? Department, Tasks.DeviceSaid? Said) : LedgerChange;

/// <summary>Says that two devices are one. Values the first lacks are taken from the second.</summary>
/// <param name="Into">Number that stays.</param>
/// <param name="From">Number that from now on answers the other.</param>
public sealed record MergeDevices(long Into, long From) : LedgerChange;

/// <summary>Takes an interface out of a device: it becomes one of its own, and evidence does not join them again.</summary>
/// <param name="Device">Number of the device.</param>
/// <param name="Interface">Number of the interface.</param>
public sealed record SplitInterface(long Device, long Interface) : LedgerChange;

/// <summary>How a change ended.</summary>
public enum LedgerStatus
{
    /// <summary>Done and stored.</summary>
    Done,

    /// <summary>There is no such device, interface or operation.</summary>
    NotFound,

    /// <summary>Somebody else changed it meanwhile.</summary>
    Conflict,

    /// <summary>The person may not do that.</summary>
    Forbidden,

    /// <summary>A value or a combination makes no sense.</summary>
    Invalid,
}

/// <summary>What became of a change.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Operation">Number by which it can be undone; 0 when nothing was changed.</param>
/// <param name="Devices">For each change the device it was about, with its revision now; new numbers for added and split ones.</param>
/// <param name="Problems">What stood in the way.</param>
public sealed record LedgerResult(LedgerStatus Status, long Operation, IReadOnlyList<DeviceRevision> Devices, IReadOnlyList<LedgerProblem> Problems);

/// <summary>A device and its revision.</summary>
/// <param name="Device">Its number.</param>
/// <param name="Revision">Its revision.</param>
public readonly record struct DeviceRevision(long Device, long Revision);

/// <summary>Why something was not done.</summary>
/// <param name="Change">Index of the change, from 0.</param>
/// <param name="Status">What kind of problem.</param>
/// <param name="Field">Field, or null.</param>
/// <param name="Message">What is wrong and what to do, in English.</param>
/// <param name="Code">A stable word in kebab case for it; null when the status says enough.</param>
public sealed record LedgerProblem(int Change, LedgerStatus Status, string? Field, string Message, string? Code = null);
