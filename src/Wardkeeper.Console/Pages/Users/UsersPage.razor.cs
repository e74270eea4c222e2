using Wardkeeper.Console.Addresses;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Pages.Users;

/// <summary>Who may do what? Persons, tokens, and the roles as the access table has them.</summary>
public sealed partial class UsersPage
{
    private UsersQuery query = new(UsersQuery.Tabs[0], null, null, null, null, new TableView(), null);
    private LedgerTable<User>? persons;
    private LedgerTable<ApiToken>? tokens;
    private Actor? person;
    private int administrators;
    private (string What, string Secret)? secret;

    private UsersQuery First => query with { Table = query.Table with { Page = 1 }, At = null };

    /// <inheritdoc/>
    protected override async Task ReadAsync(AddressQuery address, CancellationToken cancel)
    {
        query = UsersQuery.Read(address);
        person ??= await Viewer.ActorAsync();
    }

    private List<FilterChip> Chips()
    {
        List<FilterChip> chips = [];
        if (query.Text is { } text) chips.Add(new(T["column.name"], text, (First with { Text = null }).Address()));
        if (query.Role is { } name && RoleNames.TryParse(name, out Role role)) chips.Add(new(T["column.roles"], W[$"role.{role}"], (First with { Role = null }).Address()));
        if (query.Department is { } department) chips.Add(new(T["column.dept"], Words.Of(W, "department", department), (First with { Department = null }).Address()));
        if (query.IsInactive is { } inactive) chips.Add(new(T["inactive"], W[inactive ? "answer.yes" : "answer.no"], (First with { IsInactive = null }).Address()));
        return chips;
    }

    private async Task<Page<User>> LoadAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        IReadOnlyList<User> all = await Users.ListAsync(cancel);
        administrators = all.Count(user => !user.IsDisabled && user.Roles.Contains(Role.Administrator));
        User[] found = [.. query.Of(all, sort)];
        StateHasChanged();
        return new Page<User>([.. found.Skip(page.Skip).Take(page.Take)], found.Length);
    }

    private async Task<Page<ApiToken>> LoadTokensAsync(SortOrder sort, PageRequest page, CancellationToken cancel)
    {
        IReadOnlyList<ApiToken> all = await Tokens.ListAsync(cancel);
        Func<ApiToken, IComparable> key = sort.Column == "expires" ? token => token.Expires.Nanoseconds : token => token.Name;
        IEnumerable<ApiToken> sorted = sort.Descending ? all.OrderByDescending(key) : all.OrderBy(key);
        return new Page<ApiToken>([.. sorted.Skip(page.Skip).Take(page.Take)], all.Count);
    }

    private Task TypedAsync(string text, CancellationToken cancel)
    {
        string? wanted = text.Length == 0 ? null : text;
        if (wanted != query.Text) Navigation.NavigateTo((First with { Text = wanted }).Address());
        return Task.CompletedTask;
    }

    private void Show((string What, string Secret) shown) => secret = shown;

    private async Task AddedAsync((User User, string Password) added)
    {
        secret = (T["password.of", added.User.Name], added.Password);
        Navigation.NavigateTo(query.Address(query.Table));
        await ChangedAsync();
    }

    private async Task TokenAddedAsync((ApiToken Token, string Text) added)
    {
        secret = (T["token.of", added.Token.Name], added.Text);
        Navigation.NavigateTo(query.Address(query.Table));
        if (tokens is not null) await tokens.ReloadAsync();
    }

    private async Task ChangedAsync()
    {
        if (persons is not null) await persons.ReloadAsync();
    }

    private async Task RevokeAsync(long id)
    {
        if (!Access.Permission.May(person, "DELETE", "/api/v1/tokens/{id:long}")) return;
        await Tokens.RevokeAsync(person!, id, Closed);
        if (tokens is not null) await tokens.ReloadAsync();
    }
}
