using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Signatures;

namespace Wardkeeper.Console.Pages.Rules;

/// <summary>The view of the rules: which, in which order, the rule whose card is open, the source that is to be removed.</summary>
/// <param name="Filter">Which rules.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">Place of the rule whose card is open.</param>
/// <param name="Remove">Id of the source whose removal is looked at.</param>
public sealed record RulesQuery(RuleFilter Filter, TableView Table, string? At = null, string? Remove = null)
{
    /// <summary>Orders that are known.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["sid", "bytes", "matched", "priority", "file"];

    /// <summary>All rules.</summary>
    public static RulesQuery All { get; } = new(new RuleFilter(), new TableView());

    /// <summary>Reads it.</summary>
    public static RulesQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        List<RuleState> states = [];
        foreach (string word in address.All("state"))
        {
            if (KebabWord.TryParse(word, out RuleState state)) states.Add(state);
            else address.Invalid("state", word, false);
        }
        RuleFilter filter = new() { States = states, Source = address.One("source"), Keyword = address.One("keyword"), Text = address.One("q") };
        return new RulesQuery(filter, TableView.Read(address, Sortable), address.One("at"), address.One("remove"));
    }

    /// <summary>Address of exactly these rules.</summary>
    public static string Of(RuleFilter filter) => new RulesQuery(filter, new TableView()).Address();

    /// <summary>The same view with another filter, from its first page.</summary>
    public RulesQuery With(RuleFilter filter) => this with { Filter = filter, Table = Table with { Page = 1 }, At = null, Remove = null };

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/rules").Set("q", Filter.Text).Set("source", Filter.Source).Set("keyword", Filter.Keyword).Set("state", Filter.States.Select(KebabWord.Of)))
        .Set("at", At).Set("remove", Remove).ToString();

    /// <summary>What is filtered, each with the address without it.</summary>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, IStringLocalizer<RulesPage> texts)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(texts);
        List<FilterChip> chips = [];
        if (Filter.Text is { } text) chips.Add(new FilterChip(words["filter.q"], text, With(Filter with { Text = null }).Address()));
        foreach (RuleState one in Filter.States) chips.Add(new FilterChip(texts["column.state"], texts[$"state.{KebabWord.Of(one)}"], With(Filter with { States = [.. Filter.States.Where(other => other != one)] }).Address()));
        if (Filter.Source is { } source) chips.Add(new FilterChip(texts["column.file"], source, With(Filter with { Source = null }).Address()));
        if (Filter.Keyword is { } keyword) chips.Add(new FilterChip(texts["keyword"], keyword, With(Filter with { Keyword = null }).Address()));
        return chips;
    }
}
