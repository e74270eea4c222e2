using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>What a page offers is what the API would allow: both ask the access table.</summary>
internal static class Permission
{
    /// <summary>Whether a person may do what a route of the API does.</summary>
    public static bool May(this Actor? actor, string method, string route) =>
        actor is not null && AccessMatrix.Find(method, route)?.Decide(actor, false, false) == AccessVerdict.Allowed;
}
