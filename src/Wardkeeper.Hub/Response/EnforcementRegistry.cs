namespace Wardkeeper.Hub.Response;

/// <summary>Where actions are carried out: every enforcement point that is registered, in the order of registration.</summary>
/// <param name="points">The points.</param>
public sealed class EnforcementRegistry(IEnumerable<IEnforcementPoint> points)
{
    private readonly IReadOnlyList<IEnforcementPoint> all = [.. points];

    /// <summary>Names of the points.</summary>
    public IReadOnlyList<string> Names => [.. all.Select(point => point.Name)];

    /// <summary>The point of a name; null when it is not registered (any more).</summary>
    public IEnforcementPoint? Find(string name) => all.FirstOrDefault(point => point.Name == name);

    /// <summary>The point that is asked for, else the first that can carry out a step for a device; without one, a sentence that says why.</summary>
    /// <param name="wanted">Its name; null for any.</param>
    /// <param name="step">The step.</param>
    /// <param name="device">The device.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<(IEnforcementPoint? Point, string? Obstacle)> ChooseAsync(string? wanted, LadderStep step, long device, CancellationToken cancel)
    {
        List<string> obstacles = [];
        foreach (IEnforcementPoint point in all.Where(point => wanted is null || point.Name == wanted))
        {
            if (await point.ObstacleAsync(step, device, cancel) is not { } obstacle) return (point, null);
            obstacles.Add($"{point.Name}: {obstacle}");
        }
        return (null, obstacles.Count > 0 ? string.Join("; ", obstacles) : wanted is null ? "No enforcement point is set up." : $"There is no enforcement point {wanted}.");
    }
}
