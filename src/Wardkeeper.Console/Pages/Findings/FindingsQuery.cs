using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;

namespace Wardkeeper.Console.Pages.Findings;

/// <summary>
/// The view of the list of findings. Without a state in the address it shows what is open; without <c>by</c> it groups by kind and
/// device. Address bar and hub's filter, both ways.
/// </summary>
/// <param name="Filter">Which findings. What a person may see is set by the page.</param>
/// <param name="IsGrouped">Whether findings of one kind about one device are one row.</param>
/// <param name="Table">Order, page, columns.</param>
public sealed record FindingsQuery(FindingFilter Filter, bool IsGrouped, TableView Table)
{
    private const string AllStates = "all";

    /// <summary>Orders of single findings that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["number", "severity", "type", "device", "department", "first", "last", "count", "confidence", "state", "assignee"];

    /// <summary>Orders of groups that the hub knows.</summary>
    public static IReadOnlyList<string> GroupsSortable { get; } = ["severity", "type", "findings", "count", "first", "last"];

    /// <summary>Open findings, grouped.</summary>
    public static FindingsQuery Open { get; } = new(new FindingFilter { IsOpen = true }, true, new TableView());

    /// <summary>Whether nothing is filtered but what is closed.</summary>
    public bool IsOpenOnly => (this with { IsGrouped = true, Table = new TableView() }).Address() == "/findings";

    /// <summary>Reads it.</summary>
    public static FindingsQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool isGrouped = address.OneOf("by", ["none"]) is null;
        IReadOnlyList<string> states = address.All("state");
        FindingFilter filter = new()
        {
            Text = address.One("q"),
            Severities = Each<Severity>(address, "severity", address.All("severity"), FindingWords.TryParse),
            States = Each<FindingState>(address, "state", [.. states.Where(state => state != AllStates)], FindingWords.TryParse),
            IsOpen = states.Count == 0 ? true : null,
            Verdicts = Each<Verdict>(address, "verdict", address.All("verdict"), FindingWords.TryParse),
            Departments = address.All("dept"),
            Types = address.All("type"),
            Techniques = address.All("technique"),
            Assignees = address.All("assignee"),
            Device = address.Number("device", 0, int.MaxValue),
            Subject = address.Number("subject", 0, int.MaxValue),
            Address = address.All("address") is [var at, ..] ? at : null,
            Suppressed = address.OneOf("suppressed", ["include", "only"]) switch { "include" => SuppressedView.Include, "only" => SuppressedView.Only, _ => SuppressedView.Hide },
            Since = address.Time("since"),
            Until = address.Time("until"),
        };
        return new FindingsQuery(filter, isGrouped, TableView.Read(address, isGrouped ? GroupsSortable : Sortable, isKept: true));
    }

    /// <summary>Address of exactly these findings, one by one.</summary>
    public static string Of(FindingFilter filter) => new FindingsQuery(filter, false, new TableView()).Address();

    /// <summary>Address of the members of a group.</summary>
    public string Members(FindingGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        FindingFilter members = Filter with { Types = [group.Type], Subject = group.Subject.Device ?? 0, Address = group.Subject.Device is null ? PartyText.Address(group.Subject) : null };
        return Of(members);
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Address(Table);

    /// <summary>Address of the same findings looked at differently.</summary>
    public string Address(TableView table)
    {
        ArgumentNullException.ThrowIfNull(table);
        FindingFilter f = Filter;
        AddressBuilder builder = new AddressBuilder("/findings")
            .Set("by", IsGrouped ? null : "none").Set("q", f.Text).Set("severity", f.Severities.Select(one => one.Word()))
            .Set("state", f.States.Count > 0 ? f.States.Select(one => one.Word()) : f.IsOpen == true ? [] : [AllStates])
            .Set("verdict", f.Verdicts.Select(one => one.Word())).Set("dept", f.Departments).Set("type", f.Types).Set("technique", f.Techniques).Set("assignee", f.Assignees)
            .Set("device", Number(f.Device)).Set("subject", Number(f.Subject)).Set("address", f.Address)
            .Set("suppressed", f.Suppressed switch { SuppressedView.Include => "include", SuppressedView.Only => "only", _ => null })
            .Set("since", f.Since).Set("until", f.Until);
        return table.Write(builder).ToString();
    }

    /// <summary>The same view with another filter, from its first page.</summary>
    public FindingsQuery With(FindingFilter filter) => this with { Filter = filter, Table = Table with { Page = 1 } };

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="formats">How this person reads.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(formats);
        List<FilterChip> chips = [];
        FindingFilter f = Filter;
        void Add(string label, string value, FindingFilter without) => chips.Add(new FilterChip(words[$"filter.{label}"], value, With(without).Address()));
        void Each<T>(string label, IReadOnlyList<T> values, Func<T, string> shown, Func<IReadOnlyList<T>, FindingFilter> without)
        {
            foreach (T value in values) Add(label, shown(value), without([.. values.Where(other => !Equals(other, value))]));
        }
        string None(string value, string shown) => value.Length == 0 ? words["filter.none"] : shown;
        if (f.Text is { } text) Add("q", text, f with { Text = null });
        Each("severity", f.Severities, value => words[$"severity.{value.Word()}"], rest => f with { Severities = rest });
        if (f.States.Count == 0 && f.IsOpen != true) Add("findingstate", words["findingstate.all"], f with { IsOpen = true });
        Each("findingstate", f.States, value => words[$"findingstate.{value.Word()}"], rest => f with { States = rest, IsOpen = rest.Count == 0 ? true : null });
        Each("verdict", f.Verdicts, value => words[$"verdict.{value.Word()}"], rest => f with { Verdicts = rest });
        Each("dept", f.Departments, value => None(value, Words.Of(words, "department", value)), rest => f with { Departments = rest });
        Each("kind", f.Types, value => FindingTexts.NameOfType(value, formats.IsChinese), rest => f with { Types = rest });
        Each("technique", f.Techniques, value => value, rest => f with { Techniques = rest });
        Each("assignee", f.Assignees, value => None(value, value), rest => f with { Assignees = rest });
        if (f.Device is { } device) Add("device", Formats.DeviceNumber(device), f with { Device = null });
        if (f.Subject is { } subject) Add("subject", subject == 0 ? words["nothing.unknown"] : Formats.DeviceNumber(subject), f with { Subject = null });
        if (f.Address is { } address) Add("address", address.Length == 0 ? words["finding.site"] : address, f with { Address = null });
        if (f.Suppressed != SuppressedView.Hide) Add("suppressed", words[f.Suppressed == SuppressedView.Only ? "suppressed.only" : "suppressed.include"], f with { Suppressed = SuppressedView.Hide });
        if (f.Since is { } since) Add("since", formats.Time(since), f with { Since = null });
        if (f.Until is { } until) Add("until", formats.Time(until), f with { Until = null });
        return chips;
    }

    private delegate bool Reader<T>(string? word, out T value);

    private static List<T> Each<T>(AddressQuery address, string key, IReadOnlyList<string> words, Reader<T> read)
    {
        List<T> values = [];
        foreach (string word in words)
        {
            if (read(word, out T value)) values.Add(value);
            else address.Invalid(key, word, false);
        }
        return values;
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
