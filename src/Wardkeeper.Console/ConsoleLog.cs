using Microsoft.Extensions.Logging;

namespace Wardkeeper.Console;

/// <summary>What the console writes to the log; numbers 3000 to 3999. No secret, no name of a patient, nothing a stranger typed.</summary>
internal static partial class ConsoleLog
{
    [LoggerMessage(3001, LogLevel.Error, "Route {Method} {Route} has no line in the access table; refused")]
    public static partial void RouteWithoutRule(ILogger log, string method, string route);

    [LoggerMessage(3002, LogLevel.Error, "A call of {Method} {Route} failed; trace {Trace}")]
    public static partial void CallFailed(ILogger log, string method, string route, string trace, Exception fault);

    [LoggerMessage(3003, LogLevel.Information, "Signed in: {User} from {Address}")]
    public static partial void SignedIn(ILogger log, string user, string? address);

    [LoggerMessage(3004, LogLevel.Warning, "Sign-in refused from {Address}")]
    public static partial void SignInRefused(ILogger log, string? address);

    [LoggerMessage(3005, LogLevel.Warning, "Sign-in locked from {Address}")]
    public static partial void SignInLocked(ILogger log, string? address);
}
