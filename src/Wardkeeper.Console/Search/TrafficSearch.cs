using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Session;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Search;

/// <summary>Leads from a value to all its traffic: an address, a Community ID, the UID of a flow.</summary>
internal sealed class TrafficSearch(Look look, TrafficScope scope, IStringLocalizer<Words> words) : ISearchSource
{
    private const int LeastUid = 12;

    public async Task<IReadOnlyList<SearchHit>> FindAsync(string text, Actor person, CancellationToken cancel)
    {
        TrafficQuery? query = Address.TryParse(text, out Address ip) ? TrafficQuery.All with { Ip = ip }
            : text.StartsWith("1:", StringComparison.Ordinal) && text.EndsWith('=') ? TrafficQuery.All with { CommunityId = text }
            : text.Length >= LeastUid && text[0] == 'C' && text.All(char.IsAsciiLetterOrDigit) ? TrafficQuery.All with { Uid = text }
            : null;
        if (query is null) return [];
        query = query with { From = (await look.History.RangeAsync(cancel)).First };
        FlowFilter filter = query.Flows(null) with { Visible = await scope.VisibleAsync(person, cancel) };
        long count = (await look.History.FlowsAsync(filter, new SortOrder("time", true), new PageRequest(1, 1), cancel)).Total;
        return count == 0 ? [] : [new SearchHit("traffic", words["search.traffic", text], words["search.traffic.count", Formats.Count(count)], query.Address())];
    }
}
