using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Access;

/// <summary>How an attempt to sign in ended.</summary>
public abstract record SignInOutcome
{
    /// <summary>Signed in.</summary>
    /// <param name="SessionId">Identifier of the session; for the browser's cookie and nobody else.</param>
    /// <param name="User">Who.</param>
    /// <param name="Expires">When the session ends at the latest.</param>
    public sealed record SignedIn(string SessionId, User User, CaptureTime Expires) : SignInOutcome;

    /// <summary>The password was right; a one-time code is needed as well.</summary>
    /// <param name="Ticket">To be presented with the code.</param>
    public sealed record NeedsCode(string Ticket) : SignInOutcome;

    /// <summary>Name, password or code is wrong, or the person may not sign in; which of them is not said.</summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>The time to enter the code is over; the password must be entered anew.</summary>
    public sealed record TooLate : SignInOutcome;

    /// <summary>Too many failures; nothing was tried.</summary>
    /// <param name="Until">When it may be tried again; wall-clock time.</param>
    public sealed record LockedOut(CaptureTime Until) : SignInOutcome;
}
