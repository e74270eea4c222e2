using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;

namespace Wardkeeper.Console.Pages.Incidents;

/// <summary>The view of the list of incidents; without a state in the address what is not closed. Address bar and hub's filter, both ways.</summary>
/// <param name="Filter">Which incidents. What a person may see is set by the page.</param>
/// <param name="Table">Order, page, columns.</param>
public sealed record IncidentsQuery(IncidentFilter Filter, TableView Table)
{
    private const string AllStates = "all";

    /// <summary>Orders that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["number", "severity", "first", "last", "findings", "state", "assignee"];

    /// <summary>Open incidents.</summary>
    public static IncidentsQuery Open { get; } = new(new IncidentFilter { IsOpen = true }, new TableView());

    /// <summary>Whether nothing is filtered but what is closed.</summary>
    public bool IsOpenOnly => (this with { Table = new TableView() }).Address() == "/incidents";

    /// <summary>Reads it.</summary>
    public static IncidentsQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        List<Severity> severities = [];
        foreach (string word in address.All("severity"))
        {
            if (FindingWords.TryParse(word, out Severity severity)) severities.Add(severity);
            else address.Invalid("severity", word, false);
        }
        List<IncidentState> states = [];
        IReadOnlyList<string> words = address.All("state");
        foreach (string word in words.Where(word => word != AllStates))
        {
            if (IncidentWords.TryParse(word, out IncidentState state)) states.Add(state);
            else address.Invalid("state", word, false);
        }
        IncidentFilter filter = new()
        {
            Text = address.One("q"),
            Severities = severities,
            States = states,
            IsOpen = words.Count == 0 ? true : null,
            Departments = address.All("dept"),
            Assignees = address.All("assignee"),
        };
        return new IncidentsQuery(filter, TableView.Read(address, Sortable));
    }

    /// <summary>Address of exactly these incidents.</summary>
    public static string Of(IncidentFilter filter) => new IncidentsQuery(filter, new TableView()).Address();

    /// <summary>The same view with another filter, from its first page.</summary>
    public IncidentsQuery With(IncidentFilter filter) => this with { Filter = filter, Table = Table with { Page = 1 } };

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/incidents")
        .Set("q", Filter.Text).Set("severity", Filter.Severities.Select(one => one.Word()))
        .Set("state", Filter.States.Count > 0 ? Filter.States.Select(one => one.Word()) : Filter.IsOpen == true ? [] : [AllStates])
        .Set("dept", Filter.Departments).Set("assignee", Filter.Assignees)).ToString();

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        List<FilterChip> chips = [];
        IncidentFilter f = Filter;
        void Add(string label, string value, IncidentFilter without) => chips.Add(new FilterChip(words[$"filter.{label}"], value, With(without).Address()));
        if (f.Text is { } text) Add("q", text, f with { Text = null });
        foreach (Severity one in f.Severities) Add("severity", words[$"severity.{one.Word()}"], f with { Severities = [.. f.Severities.Where(other => other != one)] });
        if (f.States.Count == 0 && f.IsOpen != true) Add("findingstate", words["findingstate.all"], f with { IsOpen = true });
        foreach (IncidentState one in f.States)
        {
            IncidentState[] rest = [.. f.States.Where(other => other != one)];
            Add("findingstate", words[$"incidentstate.{one.Word()}"], f with { States = rest, IsOpen = rest.Length == 0 ? true : null });
        }
        foreach (string one in f.Departments) Add("dept", one.Length == 0 ? words["filter.none"] : Words.Of(words, "department", one), f with { Departments = [.. f.Departments.Where(other => other != one)] });
        foreach (string one in f.Assignees) Add("assignee", one.Length == 0 ? words["filter.none"] : one, f with { Assignees = [.. f.Assignees.Where(other => other != one)] });
        return chips;
    }
}
