namespace Wardkeeper.Hub.Access;

/// <summary>Who may call a route.</summary>
public enum AccessKind
{
    /// <summary>Everybody, signed in or not.</summary>
    Open,

    /// <summary>Whoever is signed in, also one who must choose a password first.</summary>
    SignedInFirst,

    /// <summary>Whoever is signed in.</summary>
    SignedIn,

    /// <summary>Holders of one of the rule's roles.</summary>
    Roles,

    /// <summary>The machine itself when the options say so, else holders of one of the rule's roles.</summary>
    Metrics,
}

/// <summary>One line of the access table.</summary>
/// <param name="Method">HTTP method; <c>*</c> is any.</param>
/// <param name="Route">Route pattern exactly as it is mapped, constraints included.</param>
/// <param name="Kind">Who.</param>
/// <param name="Roles">Roles of <see cref="AccessKind.Roles"/> and <see cref="AccessKind.Metrics"/>.</param>
/// <param name="PersonsOnly">Whether tokens are refused: what concerns a person's own sign-in, and pages.</param>
public sealed record AccessRule(string Method, string Route, AccessKind Kind, IReadOnlySet<Role> Roles, bool PersonsOnly)
{
    /// <summary>Decides.</summary>
    /// <param name="actor">Who asks; null when not signed in.</param>
    /// <param name="mustChangePassword">Whether that person must choose a password first.</param>
    /// <param name="isHere">Whether the request comes from the machine itself and the options open metrics to it.</param>
    public AccessVerdict Decide(Actor? actor, bool mustChangePassword, bool isHere)
    {
        if (Kind == AccessKind.Open || (Kind == AccessKind.Metrics && isHere)) return AccessVerdict.Allowed;
        if (actor is null) return AccessVerdict.NotSignedIn;
        if (PersonsOnly && actor.Owner is not null) return AccessVerdict.Forbidden;
        if (Kind == AccessKind.SignedInFirst) return AccessVerdict.Allowed;
        if (mustChangePassword) return AccessVerdict.MustChangePassword;
        return Kind == AccessKind.SignedIn || actor.Roles.Overlaps(Roles) ? AccessVerdict.Allowed : AccessVerdict.Forbidden;
    }
}

/// <summary>What the table says.</summary>
public enum AccessVerdict
{
    /// <summary>May go on.</summary>
    Allowed,

    /// <summary>Must sign in.</summary>
    NotSignedIn,

    /// <summary>Must choose a password first.</summary>
    MustChangePassword,

    /// <summary>May not.</summary>
    Forbidden,
}
