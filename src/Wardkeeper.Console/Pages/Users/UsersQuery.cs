using Wardkeeper.Console.Addresses;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Users;

/// <summary>The view of the page about persons: which tab, which persons or tokens, which one is open. Address bar and lists, both ways.</summary>
/// <param name="Tab">One of <see cref="Tabs"/>.</param>
/// <param name="Text">Name contains this; null is everybody.</param>
/// <param name="Role">Holds this role, by its API name; null is any.</param>
/// <param name="Department">Is limited to this department; null is any.</param>
/// <param name="IsInactive">May not sign in, or never did.</param>
/// <param name="Table">Order, page, columns.</param>
/// <param name="At">Who or what is open; <see cref="New"/> is the form for a new one.</param>
public sealed record UsersQuery(string Tab, string? Text, string? Role, string? Department, bool? IsInactive, TableView Table, string? At)
{
    /// <summary>Value of <c>at</c> that opens the form for a new person or token.</summary>
    public const string New = "new";

    /// <summary>Tabs, the first is the page's own.</summary>
    public static IReadOnlyList<string> Tabs { get; } = ["persons", "tokens", "roles"];

    /// <summary>Columns that can be sorted by.</summary>
    public static IReadOnlyList<string> Sortable { get; } = ["name", "last-sign-in", "expires"];

    /// <summary>Reads it.</summary>
    public static UsersQuery Read(AddressQuery address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new UsersQuery(address.OneOf("tab", Tabs) ?? Tabs[0], address.One("q"), address.OneOf("role", RoleNames.All), address.One("dept"), address.YesNo("inactive"), TableView.Read(address, Sortable), address.One("at"));
    }

    /// <summary>Address of this view.</summary>
    public string Address() => Address(Table, At);

    /// <summary>Address of the same persons looked at differently.</summary>
    public string Address(TableView table, string? at = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Write(new AddressBuilder("/users").Set("tab", Tab == Tabs[0] ? null : Tab).Set("q", Text).Set("role", Role).Set("dept", Department).Set("inactive", IsInactive)).Set("at", at).ToString();
    }

    /// <summary>The persons meant, in order.</summary>
    public IEnumerable<User> Of(IEnumerable<User> users, SortOrder sort)
    {
        IEnumerable<User> found = users.Where(user =>
            (Text is null || user.Name.Contains(Text, StringComparison.OrdinalIgnoreCase) || user.DisplayName.Contains(Text, StringComparison.OrdinalIgnoreCase))
            && (Role is null || user.Roles.Any(role => RoleNames.Of(role) == Role))
            && (Department is null || user.Departments.Contains(Department))
            && (IsInactive is not { } inactive || inactive == (user.IsDisabled || user.LastSignIn is null)));
        Func<User, IComparable> key = sort.Column == "last-sign-in" ? user => user.LastSignIn?.Nanoseconds ?? 0 : user => user.Name;
        return sort.Descending ? found.OrderByDescending(key) : found.OrderBy(key);
    }
}
