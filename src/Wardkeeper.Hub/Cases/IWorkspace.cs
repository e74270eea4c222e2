using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Hub.Cases;

/// <summary>A world of its own: the live network, or one uploaded capture. Nothing crosses between two of them but by an explicit act.</summary>
public interface IWorkspace
{
    /// <summary>The case's number; null for the live network.</summary>
    long? Case { get; }

    /// <summary>Its ledger.</summary>
    IDeviceQueries Devices { get; }

    /// <summary>Its findings.</summary>
    IFindingQueries Findings { get; }

    /// <summary>Its flows and transactions.</summary>
    IHistoryQueries History { get; }
}

/// <summary>The live network and the cases.</summary>
public interface IWorkspaces
{
    /// <summary>The live network.</summary>
    IWorkspace Live { get; }

    /// <summary>The workspace of a case that is analysed; null when there is none of that number.</summary>
    Task<IWorkspace?> OpenAsync(long number, CancellationToken cancel = default);
}

/// <summary>A case was deleted while somebody looked at it.</summary>
public sealed class CaseGoneException() : Exception("The capture was deleted meanwhile.");
