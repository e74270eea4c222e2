using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;

namespace Wardkeeper.Console.Pages.Exposures;

/// <summary>The view of the list of exposures. Address bar and hub's filter, both ways.</summary>
/// <param name="Filter">Which exposures. What a person may see is set by the page.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">The exposure whose card is open.</param>
public sealed record ExposuresQuery(ExposureFilter Filter, TableView Table, string? At = null)
{
    /// <summary>Orders that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["severity", "type", "device", "department", "first", "last"];

    /// <summary>All that nobody accepted.</summary>
    public static ExposuresQuery All { get; } = new(new ExposureFilter(), new TableView());

    /// <summary>Whether nothing is filtered.</summary>
    public bool IsAll => (this with { At = null, Table = new TableView() }).Address() == "/exposures";

    /// <summary>Reads it.</summary>
    public static ExposuresQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        ExposureFilter filter = new()
        {
            Kinds = address.All("kind"),
            Departments = address.All("dept"),
            Device = address.Number("device", 1, int.MaxValue),
            OlderThan = address.Time("before"),
            HasTask = address.YesNo("task"),
            Suppressed = address.OneOf("suppressed", ["include", "only"]) switch { "include" => SuppressedView.Include, "only" => SuppressedView.Only, _ => SuppressedView.Hide },
        };
        return new ExposuresQuery(filter, TableView.Read(address, Sortable), address.One("at"));
    }

    /// <summary>The same view with another filter, from its first page.</summary>
    public ExposuresQuery With(ExposureFilter filter) => this with { Filter = filter, At = null, Table = Table with { Page = 1 } };

    /// <summary>Address of this view.</summary>
    public string Address() => Table.Write(new AddressBuilder("/exposures")
        .Set("kind", Filter.Kinds).Set("dept", Filter.Departments).Set("device", Filter.Device?.ToString(CultureInfo.InvariantCulture)).Set("before", Filter.OlderThan).Set("task", Filter.HasTask)
        .Set("suppressed", Filter.Suppressed switch { SuppressedView.Include => "include", SuppressedView.Only => "only", _ => null })).Set("at", At).ToString();

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="formats">How this person reads.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(formats);
        List<FilterChip> chips = [];
        void Add(string label, string value, ExposureFilter without) => chips.Add(new FilterChip(words[$"filter.{label}"], value, With(without).Address()));
        foreach (string kind in Filter.Kinds) Add("kind", FindingTexts.NameOfType(kind, formats.IsChinese), Filter with { Kinds = [.. Filter.Kinds.Where(other => other != kind)] });
        foreach (string department in Filter.Departments) Add("dept", department.Length == 0 ? words["filter.none"] : Words.Of(words, "department", department), Filter with { Departments = [.. Filter.Departments.Where(other => other != department)] });
        if (Filter.Device is { } device) Add("device", Formats.DeviceNumber(device), Filter with { Device = null });
        if (Filter.OlderThan is { } before) Add("before", formats.Time(before), Filter with { OlderThan = null });
        if (Filter.HasTask is { } task) Add("task", words[task ? "answer.yes" : "answer.no"], Filter with { HasTask = null });
        if (Filter.Suppressed != SuppressedView.Hide) Add("suppressed", words[Filter.Suppressed == SuppressedView.Only ? "suppressed.only" : "suppressed.include"], Filter with { Suppressed = SuppressedView.Hide });
        return chips;
    }
}
