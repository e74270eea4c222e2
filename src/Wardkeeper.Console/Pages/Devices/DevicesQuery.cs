using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Devices;

/// <summary>The view of the list of devices: its filter, how it is looked at, and the row whose card is open. Address bar and hub's filter, both ways.</summary>
/// <param name="Filter">Which devices. What a person may see is set by the page.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">The device whose card is open.</param>
public sealed record DevicesQuery(DeviceFilter Filter, TableView Table, string? At = null)
{
    /// <summary>Columns that the hub can sort by.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["id", "name", "type", "department", "bed", "person", "ip", "vendor", "model", "first-seen", "last-seen", "findings", "life-cycle"];

    /// <summary>All devices, from the first page.</summary>
    public static DevicesQuery All { get; } = new(new DeviceFilter(), new TableView());

    /// <summary>Whether nothing is filtered.</summary>
    public bool IsAll => Address(new TableView()) == "/devices";

    /// <summary>Reads it.</summary>
    public static DevicesQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        DeviceFilter filter = new()
        {
            Text = address.One("q"),
            Types = address.All("type"),
            Categories = address.All("category"),
            Departments = address.All("dept"),
            Vendors = address.All("vendor"),
            Models = address.All("model"),
            Fingerprints = address.All("print"),
            Persons = address.All("person"),
            LifeCycles = address.All("state"),
            Subnets = [.. address.All("subnet").Where(net => LocalNetworks.IsNetwork(net) || address.Invalid("subnet", net, false))],
            Vlans = [.. address.Numbers("vlan", 0, 4095).Select(vlan => (long)vlan)],
            Protocols = address.All("protocol"),
            Ports = address.Numbers("port", 0, 65_535),
            HasConflict = address.YesNo("conflict"),
            IsLifeSupport = address.YesNo("life-support"),
            IsRetiredButAlive = address.YesNo("alive"),
            IsPublished = address.YesNo("published"),
            FirstSeenSince = address.Time("new-since"),
            LastSeenSince = address.Time("seen-since"),
        };
        return new DevicesQuery(filter, TableView.Read(address, Sortable, isKept: true), address.One("at"));
    }

    /// <summary>Address of exactly these devices.</summary>
    public static string Of(DeviceFilter filter) => new DevicesQuery(filter, new TableView()).Address();

    /// <summary>Address of this view.</summary>
    public string Address() => Address(Table, At);

    /// <summary>Address of the same devices looked at differently.</summary>
    public string Address(TableView table, string? at = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        AddressBuilder builder = new AddressBuilder("/devices")
            .Set("q", Filter.Text).Set("type", Filter.Types).Set("category", Filter.Categories).Set("dept", Filter.Departments)
            .Set("vendor", Filter.Vendors).Set("model", Filter.Models).Set("print", Filter.Fingerprints).Set("person", Filter.Persons).Set("state", Filter.LifeCycles).Set("subnet", Filter.Subnets)
            .Set("vlan", Filter.Vlans.Select(vlan => (int)vlan)).Set("protocol", Filter.Protocols).Set("port", Filter.Ports)
            .Set("conflict", Filter.HasConflict).Set("life-support", Filter.IsLifeSupport).Set("alive", Filter.IsRetiredButAlive).Set("published", Filter.IsPublished)
            .Set("new-since", Filter.FirstSeenSince).Set("seen-since", Filter.LastSeenSince);
        return table.Write(builder).Set("at", at).ToString();
    }

    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="formats">How this person reads.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(formats);
        List<FilterChip> chips = [];
        DeviceFilter f = Filter;
        string None(string value, string shown) => value.Length == 0 ? words["filter.none"] : shown;
        void Add(string label, string value, DeviceFilter without) => chips.Add(new FilterChip(words[$"filter.{label}"], value, (this with { Filter = without, At = null, Table = Table with { Page = 1 } }).Address()));
        void Each<T>(string label, IReadOnlyList<T> values, Func<T, string> shown, Func<IReadOnlyList<T>, DeviceFilter> without)
        {
            foreach (T value in values) Add(label, shown(value), without([.. values.Where(other => !Equals(other, value))]));
        }
        void YesNo(string label, bool? value, DeviceFilter without)
        {
            if (value is { } yes) Add(label, words[yes ? "answer.yes" : "answer.no"], without);
        }
        if (f.Text is { } text) Add("q", text, f with { Text = null });
        Each("type", f.Types, value => None(value, value == "unknown" ? words["nothing.unknown"] : formats.Type(value)), rest => f with { Types = rest });
        Each("category", f.Categories, value => None(value, value == "unknown" ? words["nothing.unknown"] : formats.Type(value)), rest => f with { Categories = rest });
        Each("dept", f.Departments, value => None(value, Words.Of(words, "department", value)), rest => f with { Departments = rest });
        Each("vendor", f.Vendors, value => None(value, value), rest => f with { Vendors = rest });
        Each("model", f.Models, value => value, rest => f with { Models = rest });
        Each("print", f.Fingerprints, value => value, rest => f with { Fingerprints = rest });
        Each("person", f.Persons, value => None(value, value), rest => f with { Persons = rest });
        Each("state", f.LifeCycles, value => Words.Of(words, "lifecycle", value), rest => f with { LifeCycles = rest });
        Each("subnet", f.Subnets, value => value, rest => f with { Subnets = rest });
        Each("vlan", f.Vlans, value => value.ToString(System.Globalization.CultureInfo.InvariantCulture), rest => f with { Vlans = rest });
        Each("protocol", f.Protocols, value => value, rest => f with { Protocols = rest });
        Each("port", f.Ports, value => value.ToString(System.Globalization.CultureInfo.InvariantCulture), rest => f with { Ports = rest });
        YesNo("conflict", f.HasConflict, f with { HasConflict = null });
        YesNo("life-support", f.IsLifeSupport, f with { IsLifeSupport = null });
        YesNo("alive", f.IsRetiredButAlive, f with { IsRetiredButAlive = null });
        YesNo("published", f.IsPublished, f with { IsPublished = null });
        if (f.FirstSeenSince is { } first) Add("new-since", formats.Time(first), f with { FirstSeenSince = null });
        if (f.LastSeenSince is { } last) Add("seen-since", formats.Time(last), f with { LastSeenSince = null });
        return chips;
    }
}
