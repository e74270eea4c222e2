using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Search;

/// <summary>Answers the search of the top bar for one kind of thing. Every source that is registered is asked, in the order of registration.</summary>
public interface ISearchSource
{
    /// <summary>The best few hits.</summary>
    /// <param name="text">What was typed, trimmed, not empty.</param>
    /// <param name="person">Who asks; what she may not see is not found.</param>
    /// <param name="cancel">Cancelled when something else was typed.</param>
    Task<IReadOnlyList<SearchHit>> FindAsync(string text, Actor person, CancellationToken cancel);
}

/// <summary>Something that was found.</summary>
/// <param name="Kind">Kind, with a text <c>search.kind.KIND</c> in Words.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Detail">What tells it from others.</param>
/// <param name="Href">Where it is.</param>
/// <param name="Person">Whom to ask, with telephone; null when nobody is known.</param>
/// <param name="Port">Where it is plugged in; null when that is not asked or not known.</param>
public sealed record SearchHit(string Kind, string Title, string Detail, string Href, string? Person = null, string? Port = null);
