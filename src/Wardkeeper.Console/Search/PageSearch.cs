using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Layout;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Search;

/// <summary>Finds the console's own pages by their name.</summary>
internal sealed class PageSearch(IStringLocalizer<Words> words) : ISearchSource
{
    public Task<IReadOnlyList<SearchHit>> FindAsync(string text, Actor person, CancellationToken cancel) => Task.FromResult<IReadOnlyList<SearchHit>>(
        [.. PageRegistry.All
            .Where(page => page.IsOpenTo(person))
            .Select(page => new SearchHit("page", words[$"page.{page.Key}"], "", page.Route))
            .Where(hit => hit.Title.Contains(text, StringComparison.OrdinalIgnoreCase))]);
}
