using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Storage.Register;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Turns filters and orders into queries.</summary>
internal static class DeviceFilters
{
    /// <summary>Words of a text that are looked for; more are ignored.</summary>
    private const int MostWords = 8;

    public static IQueryable<DeviceRow> Where(StoreContext context, DeviceFilter filter)
    {
        IQueryable<DeviceRow> rows = context.Set<DeviceRow>().AsNoTracking();
        rows = rows.Where(row => row.IsListed);
        if (filter.Visible is { } visible) rows = rows.Where(row => row.Department != null && visible.Contains(row.Department));
        if (filter.Ids.Count > 0) rows = rows.Where(row => filter.Ids.Contains(row.Id));
        if (filter.Types.Count > 0) rows = rows.Where(row => row.Type == null ? filter.Types.Contains("unknown") : filter.Types.Contains(row.Type));
        // A plain comparison can use an index; the other form is for those without a value.
        if (filter.Categories.Count > 0) rows = filter.Categories.Contains("unknown") ? rows.Where(row => filter.Categories.Contains(row.Category ?? "unknown")) : rows.Where(row => row.Category != null && filter.Categories.Contains(row.Category));
        if (filter.Departments.Count > 0) rows = filter.Departments.Contains("") ? rows.Where(row => filter.Departments.Contains(row.Department ?? "")) : rows.Where(row => row.Department != null && filter.Departments.Contains(row.Department));
        if (filter.Persons.Count > 0) rows = filter.Persons.Contains("") ? rows.Where(row => filter.Persons.Contains(row.Person ?? "")) : rows.Where(row => row.Person != null && filter.Persons.Contains(row.Person));
        if (filter.Vendors.Count > 0) rows = filter.Vendors.Contains("") ? rows.Where(row => filter.Vendors.Contains(row.Vendor ?? "")) : rows.Where(row => row.Vendor != null && filter.Vendors.Contains(row.Vendor));
        if (filter.Models.Count > 0) rows = rows.Where(row => row.Model != null && filter.Models.Contains(row.Model));
        if (filter.Fingerprints.Count > 0) rows = rows.Where(row => row.Fingerprint != null && filter.Fingerprints.Contains(row.Fingerprint));
        if (filter.LifeCycles.Count > 0) rows = rows.Where(row => filter.LifeCycles.Contains(row.LifeCycle));
        if (filter.HasConflict is { } conflict) rows = rows.Where(row => row.HasConflict == conflict);
        if (filter.IsRetiredButAlive is { } alive) rows = rows.Where(row => row.IsRetiredButAlive == alive);
        if (filter.IsLifeSupport is { } support) rows = rows.Where(row => (row.Consequence == "death-or-serious-injury") == support);
        if (filter.IsPublished is { } published)
        {
            IQueryable<PublishedRow> services = context.Set<PublishedRow>().Where(service => service.IsInForce);
            rows = rows.Where(row => (row.IpSort != "" && services.Any(service => service.Inside == row.IpSort)) == published);
        }
        if (filter.FirstSeenSince is { } first) rows = rows.Where(row => row.FirstSeen >= first.Nanoseconds);
        if (filter.LastSeenSince is { } last) rows = rows.Where(row => row.LastSeen >= last.Nanoseconds);
        rows = AnyOf(rows, filter.Vlans, vlan => Held(nameof(DeviceRow.Vlans), vlan.ToString(CultureInfo.InvariantCulture)));
        rows = AnyOf(rows, filter.Protocols, protocol => Held(nameof(DeviceRow.Protocols), protocol));
        rows = AnyOf(rows, filter.Ports, port => Held(nameof(DeviceRow.Ports), port.ToString(CultureInfo.InvariantCulture)));
        rows = AnyOf(rows, filter.Subnets, Within);
        return string.IsNullOrWhiteSpace(filter.Text) ? rows : WithText(rows, filter.Text);
    }

    /// <summary>Sorts, ties by number. Rows without a word come last in either direction; no address and no time come before all others.</summary>
    public static IQueryable<DeviceRow> Order(IQueryable<DeviceRow> rows, SortOrder sort)
    {
        bool down = sort.Descending;
        return (sort.Column switch
        {
            "id" => down ? rows.OrderByDescending(row => row.Id) : rows.OrderBy(row => row.Id),
            "name" => down ? rows.OrderBy(row => row.Name == null).ThenByDescending(row => row.NameSort) : rows.OrderBy(row => row.NameSort),
            "ip" => down ? rows.OrderByDescending(row => row.IpSort) : rows.OrderBy(row => row.IpSort),
            "first-seen" => down ? rows.OrderByDescending(row => row.FirstSeen) : rows.OrderBy(row => row.FirstSeen),
            "last-seen" => down ? rows.OrderByDescending(row => row.LastSeen) : rows.OrderBy(row => row.LastSeen),
            "life-cycle" => down ? rows.OrderByDescending(row => row.LifeCycle) : rows.OrderBy(row => row.LifeCycle),
            "type" => By(rows, row => row.Type == null, row => row.Type, down),
            "department" => By(rows, row => row.Department == null, row => row.Department, down),
            "bed" => By(rows, row => row.Bed == null, row => row.Bed, down),
            "person" => By(rows, row => row.Person == null, row => row.Person, down),
            "vendor" => By(rows, row => row.Vendor == null, row => row.Vendor, down),
            "model" => By(rows, row => row.Model == null, row => row.Model, down),
            _ => throw new ArgumentException($"devices are not sorted by {sort.Column}", nameof(sort)),
        }).ThenBy(row => row.Id);
    }

    private static IOrderedQueryable<DeviceRow> By(IQueryable<DeviceRow> rows, Expression<Func<DeviceRow, bool>> none, Expression<Func<DeviceRow, string?>> value, bool down) =>
        down ? rows.OrderBy(none).ThenByDescending(value) : rows.OrderBy(none).ThenBy(value);

    /// <summary>Each word must stand somewhere; a hardware address may be spelled with any separators.</summary>
    private static IQueryable<DeviceRow> WithText(IQueryable<DeviceRow> rows, string text)
    {
        foreach (string word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostWords))
        {
            string digits = word.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
            bool isMac = digits.Length is >= 4 and <= 12 && digits.Length != word.Length && digits.All(char.IsAsciiHexDigit) && !(word.Contains('.', StringComparison.Ordinal) && digits.All(char.IsAsciiDigit) && digits.Length < 12);
            rows = isMac ? rows.Where(row => row.Search.Contains(word) || row.Search.Contains(digits)) : rows.Where(row => row.Search.Contains(word));
        }
        return rows;
    }

    private static Expression<Func<DeviceRow, bool>> Held(string column, string value)
    {
        ParameterExpression row = Expression.Parameter(typeof(DeviceRow), "row");
        return Expression.Lambda<Func<DeviceRow, bool>>(Expression.Call(Expression.Property(row, column), nameof(string.Contains), null, Expression.Constant($",{value},")), row);
    }

    private static Expression<Func<DeviceRow, bool>> Within(string network)
    {
        if (!AddressText.TryRange(network, out string first, out string last)) throw new ArgumentException($"{network} is not a network; write it as 10.3.0.0/16", nameof(network));
#pragma warning disable CA1309 // becomes SQL, which knows no other comparison
        return row => string.Compare(row.IpSort, first) >= 0 && string.Compare(row.IpSort, last) <= 0;
#pragma warning restore CA1309 // as above
    }

    private static IQueryable<DeviceRow> AnyOf<T>(IQueryable<DeviceRow> rows, IReadOnlyList<T> values, Func<T, Expression<Func<DeviceRow, bool>>> holds)
    {
        if (values.Count == 0) return rows;
        ParameterExpression row = Expression.Parameter(typeof(DeviceRow), "row");
        Expression? any = null;
        foreach (T value in values)
        {
            Expression<Func<DeviceRow, bool>> one = holds(value);
            Expression body = new Renamed(one.Parameters[0], row).Visit(one.Body);
            any = any is null ? body : Expression.OrElse(any, body);
        }
        return rows.Where(Expression.Lambda<Func<DeviceRow, bool>>(any!, row));
    }

    private sealed class Renamed(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
