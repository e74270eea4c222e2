using System.ComponentModel;

namespace Wardkeeper.Lab.Actors;

/// <summary>Holds an action to a time, and says in one way that it did not happen.</summary>
internal static class Deadline
{
    /// <summary>Does something within a time.</summary>
    /// <param name="what">What is done and to whom, for the message of an error.</param>
    /// <param name="most">Most time it may take.</param>
    /// <param name="act">What is done.</param>
    /// <param name="cancel">Gives up at once.</param>
    /// <exception cref="LabException">It failed, or it took longer.</exception>
    public static async Task HoldAsync(string what, TimeSpan most, Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(most);
        try
        {
            await act(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new LabException($"{what}: no answer in time", e);
        }
        catch (Exception e) when (e is IOException or Win32Exception or InvalidDataException)
        {
            throw new LabException($"{what}: {e.Message}", e);
        }
    }
}
