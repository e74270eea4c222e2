namespace Wardkeeper.Hub.Findings;

/// <summary>The one door by which findings enter that no packet shows: what is raised behind it is stored at once, in turn with everything that sensors bring.</summary>
public interface IFindingDoor
{
    /// <summary>Lets something in.</summary>
    /// <param name="take">Raises findings; it is run alone, and must not wait.</param>
    /// <param name="cancel">Stops waiting for the turn.</param>
    /// <returns>When what was raised is stored. A store that refuses now takes it with the next batch.</returns>
    Task TakeAsync(Action take, CancellationToken cancel = default);
}
