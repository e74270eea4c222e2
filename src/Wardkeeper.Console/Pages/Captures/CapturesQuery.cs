using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Api;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Cases;

namespace Wardkeeper.Console.Pages.Captures;

/// <summary>The view of the list of uploaded captures: filter, page, the one whose card is open or that is to be deleted.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Table">Page and columns.</param>
/// <param name="At">Number of the one whose card is open.</param>
/// <param name="Delete">Number of the one whose deletion is looked at.</param>
public sealed record CapturesQuery(CaseFilter Filter, TableView Table, string? At = null, long? Delete = null)
{
    private const string Page = "/captures";

    /// <summary>All, from the first page.</summary>
    public static CapturesQuery All { get; } = new(new CaseFilter(), new TableView());

    /// <summary>Whether nothing is filtered.</summary>
    public bool IsAll => Chips(null).Count == 0;

    /// <summary>Reads it.</summary>
    public static CapturesQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        List<CaseState> states = [];
        foreach (string word in address.All("state"))
        {
            if (CaseEndpoints.StateWords.TryGetValue(word, out CaseState state)) states.Add(state);
            else address.Invalid<CaseState?>("state", word, null);
        }
        return new CapturesQuery(new CaseFilter { States = states, By = address.One("by"), Since = address.Time("since") }, TableView.Read(address, []), address.One("at"), address.Number("delete", 1, int.MaxValue));
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(Filtered(Filter)).Set("at", At).Set("delete", (int?)Delete).ToString();

    /// <summary>The same rows looked at differently.</summary>
    public string Address(TableView table) => (this with { Table = table, At = null, Delete = null }).Address();

    /// <summary>With the card of a row.</summary>
    public string Open(string key) => (this with { At = key, Delete = null }).Address();

    /// <summary>With another filter, from the first page.</summary>
    public string With(CaseFilter filter) => new CapturesQuery(filter, Table with { Page = 1 }).Address();

    /// <summary>What is filtered, each with the address without it.</summary>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer? texts, Formats? formats = null)
    {
        List<FilterChip> chips = [];
        foreach (CaseState state in Filter.States) chips.Add(new FilterChip(texts?["column.state"] ?? "", texts?[$"state.{Word(state)}"] ?? "", With(Filter with { States = [.. Filter.States.Where(one => one != state)] })));
        if (Filter.By is { } by) chips.Add(new FilterChip(texts?["column.by"] ?? "", by, With(Filter with { By = null })));
        if (Filter.Since is { } since) chips.Add(new FilterChip(texts?["column.at"] ?? "", "≥ " + formats?.Minute(since), With(Filter with { Since = null })));
        return chips;
    }

    /// <summary>A state as addresses write it.</summary>
    public static string Word(CaseState state) => state.ToString().ToLowerInvariant();

    /// <summary>Address of a page that looks at a capture.</summary>
    public static string In(string page, long number) => string.Create(CultureInfo.InvariantCulture, $"{page}?{Session.Look.Key}={number}");

    private static AddressBuilder Filtered(CaseFilter filter) =>
        new AddressBuilder(Page).Set("state", filter.States.Select(Word)).Set("by", filter.By).Set("since", filter.Since);
}
