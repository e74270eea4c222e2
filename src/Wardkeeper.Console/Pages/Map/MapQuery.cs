using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;

namespace Wardkeeper.Console.Pages.Map;

/// <summary>What the map shows, as its address says it.</summary>
public sealed record MapQuery
{
    /// <summary>Ways to group: columns of devices, joined by a comma.</summary>
    public static IReadOnlyList<string> Groupings { get; } = ["department,category", "department", "category", "type", "vlan"];

    /// <summary>Ways to look at it.</summary>
    public static IReadOnlyList<string> Views { get; } = ["graph", "matrix", "list"];

    /// <summary>Columns that group, one of <see cref="Groupings"/>.</summary>
    public string By { get; init; } = Groupings[0];

    /// <summary>One of <see cref="Views"/>; null leaves it to the number of groups.</summary>
    public string? View { get; init; }

    /// <summary>How far back from the newest data.</summary>
    public TimeRange Range { get; init; } = new(TimeRange.Default);

    /// <summary>Protocols.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Whether only traffic between different groups is shown.</summary>
    public bool IsCrossingOnly { get; init; }

    /// <summary>The group whose devices are shown one by one.</summary>
    public DeviceGroup? Opened { get; init; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Columns => By.Split(',');

    /// <summary>Reads it.</summary>
    public static MapQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        MapQuery query = new()
        {
            By = address.OneOf("by", Groupings) ?? Groupings[0],
            View = address.OneOf("view", Views),
            Range = TimeRange.Read(address),
            Protocols = address.All("protocol"),
            IsCrossingOnly = address.YesNo("crossing") == true,
        };
        if (address.One("open") is not { } text) return query;
        bool fits = DeviceGroup.TryParse(text, out DeviceGroup group) && !group.IsOutside && group.Values.Select(pair => pair.Key).SequenceEqual(query.Columns);
        return fits ? query with { Opened = group } : address.Invalid("open", text, query);
    }

    /// <summary>Address of this view.</summary>
    public string Address() => new AddressBuilder("/map")
        .Set("by", By == Groupings[0] ? null : By).Set("view", View).Set("range", Range.Name is TimeRange.Default or TimeRange.All ? null : Range.Name)
        .Set("protocol", Protocols).Set("crossing", IsCrossingOnly ? true : null).Set("open", Opened?.ToString()).ToString();

    /// <summary>Every active filter with the address that lacks it.</summary>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        List<FilterChip> chips = [.. Protocols.Select(one => new FilterChip(words["filter.protocol"], one == "-" ? words["protocol.none"] : one, (this with { Protocols = [.. Protocols.Where(other => other != one)] }).Address()))];
        if (IsCrossingOnly) chips.Add(new FilterChip(words["filter.crossing"], words["answer.yes"], (this with { IsCrossingOnly = false }).Address()));
        if (Opened is not null) chips.Add(new FilterChip(words["filter.opened"], Opened.Name(words, formats), (this with { Opened = null }).Address()));
        return chips;
    }
}
