using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Wardkeeper.Browser.Tests;

/// <summary>Waiting for an address.</summary>
internal static class Arrival
{
    /// <summary>Waits until the address fits. It is asked for again and again: who waits for the event of a page that is quick may come too late for it.</summary>
    /// <param name="page">The page.</param>
    /// <param name="glob">The address: <c>**</c> for anything, <c>*</c> for anything but a slash.</param>
    public static Task AtAsync(this IPage page, string glob) =>
        page.AtAsync(new Regex("^" + Regex.Escape(glob).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$"));

    /// <summary>Waits until the address fits.</summary>
    public static Task AtAsync(this IPage page, Regex address) => Assertions.Expect(page).ToHaveURLAsync(address);
}
