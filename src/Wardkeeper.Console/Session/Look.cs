using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Session;

/// <summary>
/// Where a person looks: at the live network, or at an uploaded capture when the address says <c>capture=12</c>. Pages and calls
/// ask through it, so that none of them can mix the two. In a capture nobody can change anything.
/// </summary>
internal sealed class Look(IServiceProvider services)
{
    /// <summary>The key of the address.</summary>
    public const string Key = "capture";

    private static readonly string[] Pages = ["/devices", "/traffic", "/findings", "/map", "/protocols"];
    private static readonly IReadOnlySet<Role> Reading = new HashSet<Role> { Role.Viewer };
    private IWorkspace? workspace;

    /// <summary>The capture; null for the live network.</summary>
    public CaseLine? Case { get; private set; }

    /// <summary>The ledger looked at.</summary>
    public IDeviceQueries Devices => workspace?.Devices ?? services.GetRequiredService<IDeviceQueries>();

    /// <summary>The findings looked at.</summary>
    public IFindingQueries Findings => workspace?.Findings ?? services.GetRequiredService<IFindingQueries>();

    /// <summary>The history looked at.</summary>
    public IHistoryQueries History => workspace?.History ?? services.GetRequiredService<IHistoryQueries>();

    /// <summary>Whether a page can look at a capture.</summary>
    public static bool IsPage(string path) => Pages.Any(page => path == page || path.StartsWith(page + "/", StringComparison.Ordinal));

    /// <summary>The capture that an address names; null for the live network.</summary>
    public static long? NumberIn(string address)
    {
        AddressQuery query = AddressQuery.Of(address);
        return IsPage(query.Path) ? query.Number(Key, 1, int.MaxValue) : null;
    }

    /// <summary>Looks at a capture, or with null at the live network. False when there is no such capture for this person; then at neither.</summary>
    public async Task<bool> AtAsync(long? number, Actor person, CancellationToken cancel = default)
    {
        (workspace, Case) = (null, null);
        if (number is not { } wanted) return true;
        if (services.GetService<ICases>() is not { } cases || await cases.GetAsync(person, wanted, cancel) is not { CanOpen: true } line) return false;
        if (await services.GetRequiredService<IWorkspaces>().OpenAsync(wanted, cancel) is not { } opened) return false;
        (workspace, Case) = (opened, line);
        return true;
    }

    /// <summary>The person as the pages know her here: in a capture she reads and does nothing else.</summary>
    public Actor Reader(Actor person) => workspace is null ? person : person with { Roles = Reading };
}
