using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Addresses;

/// <summary>How a table is looked at: order, page, columns. Part of the address as <c>sort</c>, <c>page</c>, <c>cols</c> and <c>saved</c>.</summary>
/// <param name="Sort">Order of the rows; null is the table's own.</param>
/// <param name="Page">Page, from 1.</param>
/// <param name="Columns">Columns chosen; null is the table's own choice.</param>
public sealed record TableView(SortOrder? Sort = null, int Page = 1, IReadOnlyList<string>? Columns = null)
{
    /// <summary>Key of the kept view in an address.</summary>
    public const string SavedKey = "saved";

    private const int LastPage = 1_000_000;

    /// <summary>Number of the kept view that this one began as; 0 when the table was opened as it is by itself on purpose, null when nothing is said.</summary>
    public int? Saved { get; init; }

    /// <summary>Reads it from an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="sortable">Columns that may be sorted by.</param>
    /// <param name="isKept">Whether views of the table can be kept.</param>
    public static TableView Read(AddressQuery address, IReadOnlyCollection<string> sortable, bool isKept = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        SortOrder? sort = address.One("sort") is { } text ? SortOrder.Parse(text) : null;
        if (sort is { } order && !sortable.Contains(order.Column)) sort = address.Invalid<SortOrder?>("sort", order.ToString(), null);
        string[]? columns = address.One("cols")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new TableView(sort, address.Number("page", 1, LastPage) ?? 1, columns) { Saved = isKept ? address.Number(SavedKey, 0, int.MaxValue) : null };
    }

    /// <summary>Writes it into an address.</summary>
    public AddressBuilder Write(AddressBuilder into)
    {
        ArgumentNullException.ThrowIfNull(into);
        return into.Set("sort", Sort?.ToString()).Set("cols", Columns is null ? null : string.Join(',', Columns)).Set("page", Page == 1 ? null : Page).Set(SavedKey, Saved);
    }

    /// <summary>The order after a click on a column's head: ascending, then descending.</summary>
    public TableView By(string column) => this with { Sort = new SortOrder(column, Sort is { Descending: false } sort && sort.Column == column), Page = 1 };
}
