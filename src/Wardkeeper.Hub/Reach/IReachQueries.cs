namespace Wardkeeper.Hub.Reach;

/// <summary>Answers how far devices reach, from the history of flows, the ledger and the border's table.</summary>
public interface IReachQueries
{
    /// <summary>How far one device reaches, and who reaches it; null when there is no such device, or when it may not be seen.</summary>
    /// <param name="device">Its number.</param>
    /// <param name="days">Days before the newest data, 1 to 365.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<DeviceReach?> OfAsync(long device, int days, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>The devices that reach furthest: most zones, then most devices.</summary>
    /// <param name="days">Days before the newest data, 1 to 365.</param>
    /// <param name="limit">At most so many, 1 to 200.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<ReachLine>> FurthestAsync(int days, int limit, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>Which inside addresses vendors hold, and how far they reach together: those that the site file says a vendor's VPN gives, those that the border publishes, those on which somebody outside worked. The vendor that reaches furthest first.</summary>
    /// <param name="days">Days before the newest data, 1 to 365.</param>
    /// <param name="visible">Departments that may be seen; null when not limited.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<VendorReach>> HeldAsync(int days, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);
}
