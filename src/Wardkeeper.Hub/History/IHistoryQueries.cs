using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.History;

/// <summary>
/// Answers questions about the history of flows and transactions from what is stored. All of it runs beside the writing and
/// never holds it up. Every call fails with <see cref="HistoryUnavailableException"/> when history cannot be read just now.
/// </summary>
public interface IHistoryQueries
{
    /// <summary>A page of flows.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: time, bytes, packets, duration. Ties by uid.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<HistoryFlow>> FlowsAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>A page of transactions.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="sort">Order: time, log, status. Ties by uid.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<HistoryTransaction>> TransactionsAsync(TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>Traffic over time by protocol: spans in which there was some, in order of time, then of protocol.</summary>
    /// <param name="filter">Which flows.</param>
    /// <param name="bucket">Width of a span; spans begin at multiples of it since the epoch.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<ActivityBucket>> ActivityAsync(FlowFilter filter, TimeSpan bucket, CancellationToken cancel = default);

    /// <summary>Whom a device talked to, most bytes first.</summary>
    /// <param name="device">The device.</param>
    /// <param name="filter">Which of its flows; <see cref="FlowFilter.Device"/> is not looked at.</param>
    /// <param name="limit">At most so many, up to 10,000.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<Peer>> PeersAsync(long device, FlowFilter filter, int limit = 500, CancellationToken cancel = default);

    /// <summary>Which devices talked to which, most bytes first.</summary>
    /// <param name="filter">Which flows.</param>
    /// <param name="limit">At most so many, up to 100,000.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<DevicePair>> PairsAsync(FlowFilter filter, int limit = 20_000, CancellationToken cancel = default);

    /// <summary>Who says what to whom in medical protocols, one line for two addresses and the names they go by.</summary>
    /// <param name="subject">Which protocols.</param>
    /// <param name="filter">Which of their transactions; logs are the subject's, whatever it names.</param>
    /// <param name="sort">Order: last, count, failures.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<Conversation>> ConversationsAsync(ConversationSubject subject, TransactionFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>Who works on which device from elsewhere, one line for two addresses and a protocol.</summary>
    /// <param name="filter">Which flows; without protocols those of <see cref="RemoteProtocols"/>.</param>
    /// <param name="sort">Order: last, count, bytes, longest.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Page<RemoteAccess>> RemoteAccessAsync(FlowFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default);

    /// <summary>Which logs have rows that match, by name.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<LogSeen>> LogsAsync(TransactionFilter filter, CancellationToken cancel = default);

    /// <summary>What history holds.</summary>
    Task<HistoryRange> RangeAsync(CancellationToken cancel = default);
}

/// <summary>History cannot be read just now: the store is being opened again after a fault, or is damaged. Says what to do.</summary>
public sealed class HistoryUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    public HistoryUnavailableException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is the matter and what to do.</param>
    public HistoryUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is the matter and what to do.</param>
    /// <param name="inner">What went wrong.</param>
    public HistoryUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
