namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>What became of measurements since <c>init</c>. Sealed when the agent stops; after a crash the hub still sees what is missing by the counters.</summary>
/// <param name="Lines">Lines that were taken.</param>
/// <param name="BadLines">Lines that were no JSON or too long.</param>
/// <param name="Sent">Messages that lie on the hub's disk.</param>
/// <param name="Dropped">Messages that were dropped, oldest first, because the queue was full.</param>
/// <param name="Refused">Messages that the hub refused for good.</param>
internal sealed record Figures(long Lines, long BadLines, long Sent, long Dropped, long Refused)
{
    /// <summary>Name of the sealed record.</summary>
    public const string Record = "figures";

    /// <summary>Nothing yet.</summary>
    public static Figures None { get; } = new(0, 0, 0, 0, 0);
}
