namespace Wardkeeper.Console.Pages.SignIn;

/// <summary>Addresses that sign-in may lead to: on this host only.</summary>
internal static class SignInAddress
{
    private const int Longest = 1000;

    /// <summary>The sign-in page that leads on to an address.</summary>
    public static string Of(string returnUrl) => returnUrl == "/" ? "/sign-in" : "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl);

    /// <summary>The address when it is on this host, else the first page. Two slashes, or a slash and a backslash, name another host to a browser.</summary>
    public static string Local(string? address) =>
        address is { Length: > 0 and <= Longest } && address[0] == '/' && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl) && !address.Contains('\\', StringComparison.Ordinal) ? address : "/";
}
