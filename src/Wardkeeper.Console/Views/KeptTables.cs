using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Pages.Devices;
using Wardkeeper.Console.Pages.Findings;
using Wardkeeper.Console.Pages.Hunting;
using Wardkeeper.Console.Pages.Traffic;
using Wardkeeper.Hub.Views;

namespace Wardkeeper.Console.Views;

/// <summary>Reads the part of an address that a kept view is: filters, columns, order, and nothing of the moment (page, open card). Equal views give equal texts.</summary>
internal static class KeptTables
{
    /// <summary>The view as it is kept.</summary>
    /// <param name="table">One of <see cref="SavedView.Tables"/>.</param>
    /// <param name="address">Address of the table's page.</param>
    public static string QueryOf(string table, AddressQuery address)
    {
        string kept = table switch
        {
            "devices" => DevicesQuery.Read(address) is var view ? view.Address(Lasting(view.Table)) : "",
            "findings" => FindingsQuery.Read(address) is var view ? view.Address(Lasting(view.Table)) : "",
            "hunting" => HuntingQuery.Read(address) is var view ? view.Address(Lasting(view.Table)) : "",
            "traffic" => TrafficQuery.Read(address) is var view ? view.Address(Lasting(view.Table)) : "",
            _ => throw new ArgumentOutOfRangeException(nameof(table), table, "Views of this table cannot be kept."),
        };
        return kept[(kept.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? mark + 1 : kept.Length)..];
    }

    private static TableView Lasting(TableView view) => view with { Page = 1, Saved = null };
}
