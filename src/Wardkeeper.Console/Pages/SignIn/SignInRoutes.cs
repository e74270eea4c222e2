using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Session;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Settings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.SignIn;

/// <summary>Sign-in, first start and sign-out: plain pages without a script and without a circuit, since only an answer to a request can set a cookie.</summary>
internal static class SignInRoutes
{
    private const string BadPage = "BadPage";

    /// <summary>What the first start asks of the site: key of the settings, field of the form.</summary>
    private static readonly (string Key, string Field)[] Site = [("hospital.name", "name"), ("hospital.language", "language"), ("hospital.timeZone", "zone")];

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", (HttpContext context) => context.User.Identity is { IsAuthenticated: true } ? Results.LocalRedirect(Asked(context)) : Show(null, null, Asked(context), []));
        app.MapPost("/sign-in", SignInAsync);
        app.MapGet("/start", (HttpContext context) => ShowStart(context, []));
        app.MapPost("/start", StartAsync);
        app.MapGet("/start/site", ([FromServices] ISettings settings) => ShowSite(settings, null, []));
        app.MapPost("/start/site", SiteAsync);
        app.MapPost("/sign-out", SignOutAsync);
        app.MapGet("/culture/{language}", ChangeLanguage);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, PasswordSignIn signIn, IStringLocalizer<SignInPage> text, ILogger<SignInPage> log, TimeProvider time, IOptions<ConsoleOptions> options, CancellationToken cancel)
    {
        if (await FormAsync(context, antiforgery) is not { } form) return Show(null, null, "/", [text[BadPage]], StatusCodes.Status400BadRequest);
        string returnUrl = SignInAddress.Local(form["returnUrl"]), user = form["user"].ToString();
        string? ticket = form["ticket"].ToString() is { Length: > 0 } given ? given : null;
        Origin from = SessionCookie.OriginOf(context);
        SignInOutcome outcome = ticket is null ? await signIn.PasswordAsync(user, form["password"].ToString(), from, cancel) : await signIn.CodeAsync(ticket, form["code"].ToString(), from, cancel);
        switch (outcome)
        {
            case SignInOutcome.SignedIn signedIn:
                ConsoleLog.SignedIn(log, signedIn.User.Name, from.Text);
                SessionCookie.Set(context, signedIn);
                return Results.LocalRedirect(signedIn.User.MustChangePassword ? "/start" : returnUrl);
            case SignInOutcome.NeedsCode needs:
                return Show(null, needs.Ticket, returnUrl, []);
            case SignInOutcome.LockedOut locked:
                ConsoleLog.SignInLocked(log, from.Text);
                context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling((locked.Until.ToDate() - time.GetUtcNow()).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return Show(user, ticket, returnUrl, [text["Locked", ClockTime(locked.Until, ViewerSettings.Of(context.Request, options.Value.Zone).Zone)]], StatusCodes.Status429TooManyRequests);
            case SignInOutcome.TooLate:
                return Show(null, null, returnUrl, [text["TooLate"]], StatusCodes.Status401Unauthorized);
            default:
                ConsoleLog.SignInRefused(log, from.Text);
                return Show(user, ticket, returnUrl, [text[ticket is null ? "Refused" : "CodeRefused"]], StatusCodes.Status401Unauthorized);
        }
    }

    private static async Task<IResult> StartAsync(HttpContext context, IAntiforgery antiforgery, UserDirectory users, IStringLocalizer<StartPage> text, CancellationToken cancel)
    {
        if (await FormAsync(context, antiforgery) is not { } form) return ShowStart(context, [text[BadPage]], StatusCodes.Status400BadRequest);
        string chosen = form["newPassword"].ToString();
        if (chosen != form["again"].ToString()) return ShowStart(context, [text["password-differs"]], StatusCodes.Status400BadRequest);
        try
        {
            await users.ChangePasswordAsync(context.User.ToActor()!, context.User.UserId(), context.User.SessionHash(), form["password"].ToString(), chosen, cancel);
        }
        catch (RefusedException refused)
        {
            return ShowStart(context, [.. refused.Mistakes.Select(mistake => text[mistake.Code] is { ResourceNotFound: false } known ? known.Value : mistake.Message)], StatusCodes.Status400BadRequest);
        }
        // Whoever starts the platform for the first time goes on to tell it where it is; everybody else goes to work.
        return Results.LocalRedirect(context.User.MustChangePassword() && context.User.Identity?.Name == FirstPassword.UserName ? "/start/site" : "/");
    }

    private static async Task<IResult> SiteAsync(HttpContext context, IAntiforgery antiforgery, [FromServices] ISettings settings, IStringLocalizer<SitePage> text, CancellationToken cancel)
    {
        if (await FormAsync(context, antiforgery) is not { } form) return ShowSite(settings, null, [text[BadPage]], StatusCodes.Status400BadRequest);
        // A key that somebody set elsewhere, or that stays as it is, is left alone.
        Dictionary<string, string?> values = Site.Where(pair => settings.All.First(setting => setting.Key == pair.Key) is { CanChange: true } held && held.Value != form[pair.Field].ToString()).ToDictionary(pair => pair.Key, pair => (string?)form[pair.Field].ToString(), StringComparer.Ordinal);
        try
        {
            if (values.Count > 0) await settings.ChangeAsync(context.User.ToActor()!, values, null, cancel);
        }
        catch (RefusedException refused)
        {
            return ShowSite(settings, form, [.. refused.Mistakes.Select(mistake => text[mistake.Field] is { ResourceNotFound: false } known ? known.Value : mistake.Message)], StatusCodes.Status400BadRequest);
        }
        ViewerSettings.Speak(context, form["language"].ToString());
        return Results.LocalRedirect("/start/source");
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions, CancellationToken cancel)
    {
        if (await FormAsync(context, antiforgery) is null) return Results.LocalRedirect("/");
        await sessions.RevokeAsync(context.User.ToActor()!, context.User.SessionHash()!, context.User.UserId(), cancel);
        SessionCookie.Remove(context);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return Results.LocalRedirect("/sign-in");
    }

    private static IResult ChangeLanguage(string language, HttpContext context) => ViewerSettings.Speak(context, language)
        ? Results.LocalRedirect(SignInAddress.Local(context.Request.Query["back"]))
        : Results.Problem($"The console speaks {string.Join(" and ", ViewerSettings.Languages)}, not '{language}'.", statusCode: StatusCodes.Status400BadRequest);

    /// <summary>The form; null when the page that sent it was not ours, or was open for too long.</summary>
    private static async Task<IFormCollection?> FormAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!context.Request.HasFormContentType) return null;
        try
        {
            return await antiforgery.IsRequestValidAsync(context) ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or BadHttpRequestException)
        {
            return null; // A form beyond its limits is none of ours.
        }
    }

    private static string Asked(HttpContext context) => SignInAddress.Local(context.Request.Query["returnUrl"]);

    // The clock of the hospital, with the seconds, since a lock may be short.
    private static string ClockTime(CaptureTime until, string zone) => TimeZoneInfo.ConvertTime(until.ToDate(), TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static RazorComponentResult<SitePage> ShowSite(ISettings settings, IFormCollection? form, IReadOnlyList<string> errors, int status = StatusCodes.Status200OK)
    {
        string Value((string Key, string Field) pair) => form?[pair.Field].ToString() ?? settings.All.First(setting => setting.Key == pair.Key).Value;
        return new(new Dictionary<string, object?> { [nameof(SitePage.Name)] = Value(Site[0]), [nameof(SitePage.Language)] = Value(Site[1]), [nameof(SitePage.Zone)] = Value(Site[2]), [nameof(SitePage.Errors)] = errors }) { StatusCode = status };
    }

    private static RazorComponentResult<SignInPage> Show(string? user, string? ticket, string returnUrl, IReadOnlyList<string> errors, int status = StatusCodes.Status200OK) =>
        new(new Dictionary<string, object?> { [nameof(SignInPage.User)] = user is { Length: > 64 } ? null : user, [nameof(SignInPage.Ticket)] = ticket, [nameof(SignInPage.ReturnUrl)] = returnUrl, [nameof(SignInPage.Errors)] = errors }) { StatusCode = status };

    private static RazorComponentResult<StartPage> ShowStart(HttpContext context, IReadOnlyList<string> errors, int status = StatusCodes.Status200OK) =>
        new(new Dictionary<string, object?> { [nameof(StartPage.User)] = context.User.Identity?.Name ?? "", [nameof(StartPage.IsFirst)] = context.User.MustChangePassword(), [nameof(StartPage.Errors)] = errors }) { StatusCode = status };
}
