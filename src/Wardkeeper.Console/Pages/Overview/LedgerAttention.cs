using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Pages.Devices;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Overview;

/// <summary>What the ledger itself needs of people: devices nobody answers for, retired ones that talk, types nobody knows, sources that disagree.</summary>
internal sealed class LedgerAttention(IDeviceQueries devices, IStringLocalizer<OverviewPage> texts) : IAttentionSource
{
    private static readonly (string Key, DeviceFilter Filter)[] Asked =
    [
        ("alive", new DeviceFilter { IsRetiredButAlive = true }),
        ("life-ownerless", new DeviceFilter { IsLifeSupport = true, Persons = [""] }),
        ("ownerless", new DeviceFilter { Persons = [""] }),
        ("unknown", new DeviceFilter { Types = ["unknown"] }),
        ("conflict", new DeviceFilter { HasConflict = true }),
    ];

    public async Task<IReadOnlyList<AttentionItem>> ForAsync(Actor person, CancellationToken cancel)
    {
        List<AttentionItem> items = [];
        foreach ((string key, DeviceFilter filter) in Asked)
        {
            long count = await devices.CountAsync(filter with { Visible = person.Departments }, cancel);
            if (count > 0) items.Add(new AttentionItem(null, texts[$"need.{key}", Formats.Count(count)], null, DevicesQuery.Of(filter), texts[$"need.{key}.next"]));
        }
        return items;
    }
}
