using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>What was applied somewhere, enough to verify and to undo it later, also after a restart.</summary>
/// <param name="Action">Number of the action.</param>
/// <param name="Point">Name of the enforcement point.</param>
/// <param name="Device">The device.</param>
/// <param name="Applied">What exactly was applied, as the point itself reads it again (JSON); holds no secret. Empty when the hub died between ordering and receiving it: then whatever bears the action's number is meant.</param>
/// <param name="At">When.</param>
public sealed record Receipt(long Action, string Point, long Device, string Applied, CaptureTime At);

/// <summary>What a look at an applied action showed.</summary>
public enum Verification
{
    /// <summary>It is in force as ordered.</summary>
    AsOrdered,

    /// <summary>It cannot be told yet; to be looked at again.</summary>
    NotYet,

    /// <summary>It is not, or not only, as ordered: to be rolled back.</summary>
    NotAsOrdered,
}

/// <summary>The answer of a point's look.</summary>
/// <param name="State">What it showed.</param>
/// <param name="Basis">What this was seen by (a counter, an accounting record, traffic), for people; never empty.</param>
public sealed record VerificationResult(Verification State, string Basis);

/// <summary>
/// Somewhere an action of the ladder is carried out: a switch asked over RADIUS, a packet filter. Takes only what the safety check cleared. A new point is one folder below
/// <c>Points/</c> and one registration line.
/// </summary>
public interface IEnforcementPoint
{
    /// <summary>Its name, lower case.</summary>
    string Name { get; }

    /// <summary>Whether it can carry out a step for a device now; a sentence that says why not, else null.</summary>
    ValueTask<string?> ObstacleAsync(LadderStep step, long device, CancellationToken cancel);

    /// <summary>Carries it out for one device. Doing it twice is doing it once. Throws <see cref="EnforcementException"/> when it was not done.</summary>
    ValueTask<Receipt> ApplyAsync(ClearedAction action, long device, CancellationToken cancel);

    /// <summary>Looks whether it is in force as ordered.</summary>
    ValueTask<VerificationResult> VerifyAsync(Receipt receipt, CancellationToken cancel);

    /// <summary>Takes it back, also when <see cref="Receipt.Applied"/> is empty. Nothing to take back counts as done. Throws <see cref="EnforcementException"/> when it could not be taken back.</summary>
    ValueTask UndoAsync(Receipt receipt, CancellationToken cancel);
}

/// <summary>An enforcement point could not do what it was asked; the message says what, where and what to do.</summary>
public sealed class EnforcementException(string message, Exception? inner = null) : Exception(message, inner);
