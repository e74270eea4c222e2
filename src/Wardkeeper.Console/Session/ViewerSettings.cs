using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace Wardkeeper.Console.Session;

/// <summary>
/// How a person wants the console to look on this computer. Kept in cookies of the browser, so that the first byte of a page is
/// already right; handed to the circuit when it starts.
/// </summary>
/// <param name="Zone">Time zone, IANA name.</param>
/// <param name="Theme">system, light or dark.</param>
/// <param name="Density">compact or roomy.</param>
/// <param name="SingleKeys">Whether single letters are shortcuts.</param>
/// <param name="IsRailFolded">Whether the rail shows icons only.</param>
public sealed record ViewerSettings(string Zone = ViewerSettings.DefaultZone, string Theme = "system", string Density = "compact", bool SingleKeys = true, bool IsRailFolded = false)
{
    /// <summary>Time zone of a person who chose none.</summary>
    public const string DefaultZone = "Asia/Shanghai";

    /// <summary>Languages, in the order in which they are offered.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["zh-CN", "en"];

    /// <summary>Reads the cookies of a request; what is missing or forged is the default.</summary>
    /// <param name="request">The request.</param>
    /// <param name="zone">The site's time zone.</param>
    public static ViewerSettings Of(HttpRequest request, string zone = DefaultZone)
    {
        ArgumentNullException.ThrowIfNull(request);
        IRequestCookieCollection cookies = request.Cookies;
        string chosen = Uri.UnescapeDataString(cookies["wk.zone"] ?? "");
        return new ViewerSettings(
            TimeZoneInfo.TryFindSystemTimeZoneById(chosen, out _) ? chosen : zone,
            cookies["wk.theme"] is "light" or "dark" ? cookies["wk.theme"]! : "system",
            cookies["wk.density"] is "roomy" ? "roomy" : "compact",
            cookies["wk.keys"] is not "off",
            cookies["wk.rail"] is "folded");
    }

    /// <summary>Sets the language's cookie.</summary>
    /// <returns>Whether the language is one of ours.</returns>
    internal static bool Speak(HttpContext http, string language)
    {
        if (!Languages.Contains(language)) return false;
        http.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(new CultureInfo(language))),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), IsEssential = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps });
        return true;
    }
}
