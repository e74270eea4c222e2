using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Duties;

/// <summary>A letter to be sent.</summary>
/// <param name="Key">What it is about and which step: the same letter is never queued twice.</param>
/// <param name="To">Address.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Body">Plain text.</param>
public sealed record Letter(string Key, string To, string Subject, string Body);

/// <summary>A letter in the queue.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Letter">What is sent.</param>
/// <param name="Tries">How often it was tried.</param>
public sealed record QueuedLetter(long Number, Letter Letter, int Tries);

/// <summary>How the queue stands.</summary>
/// <param name="Waiting">Letters that wait.</param>
/// <param name="Refused">Letters that the server refused for good; they are kept.</param>
/// <param name="Sent">Letters that were sent.</param>
/// <param name="Oldest">When the oldest of the waiting was written, or null.</param>
/// <param name="Trouble">Why the latest try failed; null when it did not. Never holds a password.</param>
public sealed record MailState(long Waiting, long Refused, long Sent, CaptureTime? Oldest, string? Trouble);

/// <summary>Letters that wait to be sent. They are stored, so that neither a server that is away nor a restart loses one.</summary>
public interface ILetterBox
{
    /// <summary>Queues letters; those whose key was queued before are passed over.</summary>
    /// <returns>How many are new.</returns>
    Task<int> PutAsync(IReadOnlyList<Letter> letters, CancellationToken cancel = default);

    /// <summary>Letters whose time has come, oldest first.</summary>
    Task<IReadOnlyList<QueuedLetter>> DueAsync(int most, CancellationToken cancel = default);

    /// <summary>A letter was taken by the server.</summary>
    Task SentAsync(long number, CancellationToken cancel = default);

    /// <summary>A letter could not be sent: it is tried again, later each time, up to six hours apart.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="why">What the server or the network said.</param>
    /// <param name="forGood">Whether trying again would not help: this recipient was refused.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task FailedAsync(long number, string why, bool forGood, CancellationToken cancel = default);

    /// <summary>How the queue stands.</summary>
    Task<MailState> StateAsync(CancellationToken cancel = default);
}
