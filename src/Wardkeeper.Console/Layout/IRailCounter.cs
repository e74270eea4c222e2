using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Layout;

/// <summary>A number beside an entry of the rail: how many things wait for this person there. It stands only where somebody must act.</summary>
public interface IRailCounter
{
    /// <summary>Key of the page whose entry it stands beside.</summary>
    string Page { get; }

    /// <summary>Address of exactly what is counted.</summary>
    string Href { get; }

    /// <summary>How many wait; 0 shows nothing.</summary>
    Task<long> CountAsync(Actor person, CancellationToken cancel);
}
