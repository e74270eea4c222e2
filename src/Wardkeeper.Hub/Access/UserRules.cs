using System.Text.RegularExpressions;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Hub.Access;

/// <summary>What may be said of a person, and what always holds among them.</summary>
internal static partial class UserRules
{
    private const int LongestText = 100, MostDepartments = 100;

    /// <summary>A name as it is stored and compared.</summary>
    public static string NormalName(string? name) => (name ?? "").Trim().ToLowerInvariant();

    /// <summary>Finds a person or refuses.</summary>
    public static async Task<Account> FindAsync(IAccessChange change, long id) =>
        await change.AccountAsync(id) ?? throw new RefusedException(Refusal.NotFound, "", "user-missing", "There is no such user.");

    /// <summary>Notes what is wrong with a name.</summary>
    public static void CheckName(string name, Mistakes mistakes) =>
        mistakes.Require(NamePattern().IsMatch(name), "name", "name-form", "The name needs 2 to 32 of: a to z, digits, dot, hyphen, underscore; the first a letter or digit.");

    /// <summary>Notes what is wrong with the rest.</summary>
    public static void Check(string displayName, string? telephone, IReadOnlySet<Role> roles, IReadOnlySet<string> departments, Mistakes mistakes)
    {
        mistakes.Require(displayName.Trim().Length is > 0 and <= LongestText && !displayName.Any(char.IsControl), "displayName", "display-name-form", $"The display name needs 1 to {LongestText} characters.");
        mistakes.Require(telephone is null || TelephonePattern().IsMatch(telephone), "telephone", "telephone-form", "The telephone number may hold digits, spaces, and + - ( ) / # * only, at most 40.");
        CheckRoles(roles, departments, mistakes);
    }

    /// <summary>Notes what is wrong with roles and departments of a person or token.</summary>
    public static void CheckRoles(IReadOnlySet<Role> roles, IReadOnlySet<string> departments, Mistakes mistakes)
    {
        mistakes.Require(roles.Count > 0, "roles", "roles-none", $"At least one role is needed: {string.Join(", ", RoleNames.All)}.");
        mistakes.Require(!roles.Contains(Role.Auditor) || roles.Count == 1, "roles", "auditor-alone", "An auditor holds no other role, since nobody audits herself.");
        mistakes.Require(departments.Count == 0 || roles.SetEquals([Role.Viewer]), "departments", "departments-viewer-only", "Departments limit viewers only; leave them empty for other roles.");
        mistakes.Require(departments.Count <= MostDepartments && departments.All(department => department.Trim().Length is > 0 and <= LongestText && !department.Any(c => char.IsControl(c) || c == ',')), "departments", "department-form", $"At most {MostDepartments} departments, each of 1 to {LongestText} characters without commas.");
    }

    /// <summary>Refuses a change after which nobody could administer.</summary>
    public static void RequireAdministrator(IEnumerable<User> users)
    {
        if (!users.Any(user => !user.IsDisabled && user.Roles.Contains(Role.Administrator)))
            throw new RefusedException(Refusal.Conflict, "roles", "last-administrator", "This is the last administrator who can sign in; make another one first.");
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{1,31}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[0-9 +\-()/#*]{1,40}\z")]
    private static partial Regex TelephonePattern();
}
