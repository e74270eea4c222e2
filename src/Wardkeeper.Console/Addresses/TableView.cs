using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Addresses;

/// <summary>How a table is looked at: order, page, columns. Part of the address as <c>sort</c>, <c>page</c> and <c>cols</c>.</summary>
/// <param name="Sort">Order of the rows; null is the table's own.</param>
/// <param name="Page">Page, from 1.</param>
/// <param name="Columns">Columns chosen; null is the table's own choice.</param>
public sealed record TableView(SortOrder? Sort = null, int Page = 1, IReadOnlyList<string>? Columns = null)
{
    private const int LastPage = 1_000_000;

    /// <summary>Reads it from an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="sortable">Columns that may be sorted by.</param>
    public static TableView Read(AddressQuery address, IReadOnlyCollection<string> sortable)
    {
        ArgumentNullException.ThrowIfNull(address);
        SortOrder? sort = address.One("sort") is { } text ? SortOrder.Parse(text) : null;
        if (sort is { } order && !sortable.Contains(order.Column)) sort = address.Invalid<SortOrder?>("sort", order.ToString(), null);
        string[]? columns = address.One("cols")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new TableView(sort, address.Number("page", 1, LastPage) ?? 1, columns);
    }

    /// <summary>Writes it into an address.</summary>
    public AddressBuilder Write(AddressBuilder into)
    {
        ArgumentNullException.ThrowIfNull(into);
        return into.Set("sort", Sort?.ToString()).Set("cols", Columns is null ? null : string.Join(',', Columns)).Set("page", Page == 1 ? null : Page);
    }

    /// <summary>The order after a click on a column's head: ascending, then descending.</summary>
    public TableView By(string column) => this with { Sort = new SortOrder(column, Sort is { Descending: false } sort && sort.Column == column), Page = 1 };
}
