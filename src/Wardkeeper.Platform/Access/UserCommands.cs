using System.Globalization;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Access;

/// <summary>What the owner of the data folder does for <c>wardkeeper user</c>, <c>token</c> and <c>audit</c>.</summary>
internal static class UserCommands
{
    /// <summary>Registers all of them.</summary>
    public static void Register(IServiceCollection services)
    {
        Add(services, "user-list", ListAsync);
        Add(services, "user-add", AddAsync);
        Add(services, "user-roles", (provider, who, request, cancel) => EditAsync(provider, who, request, draft => draft with { Roles = Roles(request), Departments = Departments(request) }, cancel));
        Add(services, "user-disable", (provider, who, request, cancel) => EditAsync(provider, who, request, draft => draft with { IsDisabled = request["enable"] is null }, cancel));
        Add(services, "user-password", PasswordAsync);
        Add(services, "token-list", ListTokensAsync);
        Add(services, "token-create", CreateTokenAsync);
        Add(services, "token-revoke", RevokeTokenAsync);
        Add(services, "audit-verify", VerifyAsync);
    }

    private static void Add(IServiceCollection services, string name, Func<IServiceProvider, Actor, ControlRequest, CancellationToken, Task<ControlAnswer>> run) =>
        services.AddSingleton<IControlCommand>(provider => new ControlHandler(name, provider.GetRequiredService<PlatformOptions>(), provider, run));

    private static async Task<ControlAnswer> ListAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        IReadOnlyList<User> users = await services.GetRequiredService<UserDirectory>().ListAsync(cancel);
        return new ControlAnswer
        {
            Lines = [.. users.Select(user => $"{user.Name}\t{RoleNames.Join(user.Roles)}{(user.Departments.Count == 0 ? "" : " (" + string.Join(", ", user.Departments.Order(StringComparer.Ordinal)) + ")")}\t{(user.IsDisabled ? "disabled" : user.MustChangePassword ? "must change the password" : "active")}")],
            Facts = JsonSerializer.SerializeToElement(users.Select(user => new { name = user.Name, displayName = user.DisplayName, roles = user.Roles.Order().Select(RoleNames.Of), departments = user.Departments.Order(StringComparer.Ordinal), disabled = user.IsDisabled, mustChangePassword = user.MustChangePassword })),
        };
    }

    private static async Task<ControlAnswer> AddAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        UserDirectory directory = services.GetRequiredService<UserDirectory>();
        (User user, string oneTime) = await directory.AddAsync(who, new UserDraft { Name = request.Required("name"), DisplayName = request["displayName"] ?? request.Required("name"), Roles = Roles(request), Departments = Departments(request) }, cancel);
        return await SecretAsync(directory, who, user, oneTime, request, cancel);
    }

    private static async Task<ControlAnswer> PasswordAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        UserDirectory directory = services.GetRequiredService<UserDirectory>();
        User user = await FindAsync(directory, request, cancel);
        string oneTime = await directory.ResetPasswordAsync(who, user.Id, cancel);
        return await SecretAsync(directory, who, user, oneTime, request, cancel);
    }

    /// <summary>Sets the password that came with the request, or tells the one-time one.</summary>
    private static async Task<ControlAnswer> SecretAsync(UserDirectory directory, Actor who, User user, string oneTime, ControlRequest request, CancellationToken cancel)
    {
        if (request["password"] is { } chosen)
        {
            await directory.ChangePasswordAsync(who, user.Id, null, oneTime, chosen, cancel);
            return new ControlAnswer { Lines = [$"{user.Name} may sign in with that password."], Facts = JsonSerializer.SerializeToElement(new { name = user.Name }) };
        }
        return new ControlAnswer { Lines = [$"{user.Name} may sign in once with this password, and then chooses another: {oneTime}"], Facts = JsonSerializer.SerializeToElement(new { name = user.Name, oneTimePassword = oneTime }) };
    }

    private static async Task<ControlAnswer> EditAsync(IServiceProvider services, Actor who, ControlRequest request, Func<UserDraft, UserDraft> edit, CancellationToken cancel)
    {
        UserDirectory directory = services.GetRequiredService<UserDirectory>();
        User user = await FindAsync(directory, request, cancel);
        UserDraft draft = new() { Name = user.Name, DisplayName = user.DisplayName, Telephone = user.Telephone, Roles = user.Roles, Departments = user.Departments, IsDisabled = user.IsDisabled };
        User after = await directory.EditAsync(who, user.Id, user.Revision, edit(draft), cancel);
        return new ControlAnswer { Lines = [$"{after.Name}: {RoleNames.Join(after.Roles)}{(after.IsDisabled ? ", disabled" : "")}"], Facts = JsonSerializer.SerializeToElement(new { name = after.Name, roles = after.Roles.Order().Select(RoleNames.Of), disabled = after.IsDisabled }) };
    }

    private static async Task<ControlAnswer> ListTokensAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        IReadOnlyList<ApiToken> tokens = await services.GetRequiredService<ApiTokens>().ListAsync(cancel);
        return new ControlAnswer
        {
            Lines = [.. tokens.Select(token => $"{token.Name}\t{token.Prefix}…\t{RoleNames.Join(token.Roles)}\t{(token.Revoked is null ? "until " + token.Expires.ToDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "revoked")}")],
            Facts = JsonSerializer.SerializeToElement(tokens.Select(token => new { name = token.Name, prefix = token.Prefix, roles = token.Roles.Order().Select(RoleNames.Of), expires = token.Expires.ToDate(), revoked = token.Revoked is not null })),
        };
    }

    private static async Task<ControlAnswer> CreateTokenAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        if (!int.TryParse(request["days"] ?? "90", NumberStyles.None, CultureInfo.InvariantCulture, out int days)) throw new UserError($"'{request["days"]}' is not a number of days.");
        string name = request["name"] ?? string.Join('+', Roles(request).Order().Select(RoleNames.Of));
        (ApiToken token, string text) = await services.GetRequiredService<ApiTokens>().AddAsync(who, name, Roles(request), Departments(request), TimeSpan.FromDays(days), cancel);
        return new ControlAnswer { Lines = [text], Facts = JsonSerializer.SerializeToElement(new { name = token.Name, token = text, expires = token.Expires.ToDate() }) };
    }

    private static async Task<ControlAnswer> RevokeTokenAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        ApiTokens tokens = services.GetRequiredService<ApiTokens>();
        string wanted = request.Required("name");
        ApiToken token = (await tokens.ListAsync(cancel)).LastOrDefault(one => one.Revoked is null && (one.Name == wanted || one.Prefix == wanted)) ?? throw new UserError($"There is no good token '{wanted}'. 'wardkeeper token list' shows all.");
        await tokens.RevokeAsync(who, token.Id, cancel);
        return new ControlAnswer { Lines = [$"{token.Name} was revoked."], Facts = JsonSerializer.SerializeToElement(new { name = token.Name }) };
    }

    private static async Task<ControlAnswer> VerifyAsync(IServiceProvider services, Actor who, ControlRequest request, CancellationToken cancel)
    {
        ChainReport report = await services.GetRequiredService<IAuditQueries>().VerifyAsync(cancel);
        return new ControlAnswer
        {
            Lines = [report.Break is { } broken ? $"The audit log was tampered with: {broken.Detail}." : $"The audit log is whole: {report.Entries} entries, {report.Anchors} anchors, the last entry is {report.LastSequence}."],
            Facts = JsonSerializer.SerializeToElement(new { whole = report.Break is null, entries = report.Entries, anchors = report.Anchors, lastHash = report.LastHash, at = report.Break?.Sequence, what = report.Break?.Detail }),
            ExitCode = report.Break is null ? 0 : 1,
        };
    }

    private static async Task<User> FindAsync(UserDirectory directory, ControlRequest request, CancellationToken cancel)
    {
        string name = request.Required("name");
        return (await directory.ListAsync(cancel)).FirstOrDefault(user => string.Equals(user.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw new UserError($"There is no user '{name}'. 'wardkeeper user list' shows all.");
    }

    private static HashSet<Role> Roles(ControlRequest request)
    {
        HashSet<Role> roles = [];
        foreach (string name in request.Required("roles").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            roles.Add(RoleNames.TryParse(name, out Role role) ? role : throw new UserError($"'{name}' is not a role; choose among {string.Join(", ", RoleNames.All)}."));
        return roles;
    }

    private static HashSet<string> Departments(ControlRequest request) => [.. (request["departments"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
