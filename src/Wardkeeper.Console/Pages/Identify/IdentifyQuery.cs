using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Identify;

/// <summary>The view of the identification review.</summary>
/// <param name="Tab">One of <see cref="Tabs"/>.</param>
/// <param name="Print">Fingerprint of the devices looked at, or null.</param>
/// <param name="Text">Text looked for in the knowledge base, or null.</param>
/// <param name="Entry">Entry of the knowledge base that is looked at, or null.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">The row whose card is open.</param>
public sealed record IdentifyQuery(string Tab, string? Print, string? Text, string? Entry, TableView Table, string? At = null)
{
    /// <summary>Queues, and the knowledge base.</summary>
    public static IReadOnlyList<string> Tabs { get; } = ["unknown", "conflict", "alike", "knowledge"];

    /// <summary>Orders that the hub knows.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["id", "name", "ip", "first-seen", "last-seen"];

    /// <summary>The devices of the queue.</summary>
    public DeviceFilter Filter => Tab switch
    {
        "conflict" => new DeviceFilter { HasConflict = true },
        "alike" => new DeviceFilter { Fingerprints = Print is null ? [] : [Print] },
        _ => new DeviceFilter { Types = ["unknown"], HasConflict = false },
    };

    /// <summary>Reads it.</summary>
    public static IdentifyQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new IdentifyQuery(address.OneOf("tab", Tabs) ?? Tabs[0], address.One("print"), address.One("text"), address.One("entry"), TableView.Read(address, Sortable), address.One("at"));
    }

    /// <summary>Another queue, from its first page.</summary>
    public IdentifyQuery On(string tab) => new(tab, null, null, null, Table with { Page = 1 });

    /// <summary>Address of this view.</summary>
    public string Address() => Address(Table, At);

    /// <summary>Address of this view with another table.</summary>
    public string Address(TableView table, string? at = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Write(new AddressBuilder("/identify").Set("tab", Tab == Tabs[0] ? null : Tab).Set("print", Print).Set("text", Text).Set("entry", Entry)).Set("at", at).ToString();
    }

    /// <summary>The entries of the knowledge base that are asked for.</summary>
    public IEnumerable<KnowledgeEntry> Entries(KnowledgeBase knowledge)
    {
        ArgumentNullException.ThrowIfNull(knowledge);
        if (Entry is not null) return knowledge.Entries.Where(entry => entry.Id == Entry);
        return Text is null ? knowledge.Entries : knowledge.Entries.Where(entry => KnowledgeFile.Line(entry).Contains(Text, StringComparison.OrdinalIgnoreCase));
    }
}
