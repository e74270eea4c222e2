using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Console.Api;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>Who may do what, put into a web host: identity, access table, limits, headers.</summary>
internal static class ConsoleAccess
{
    /// <summary>Header that proves a call was sent by our own page.</summary>
    public const string CsrfHeader = "X-CSRF-Token";

    public static IServiceCollection AddConsoleAccess(this IServiceCollection services)
    {
        services.AddSingleton<IOneTimeCodes, OneTimeCodes>();
        services.AddAuthentication(Identity.Scheme).AddScheme<AuthenticationSchemeOptions, IdentityHandler>(Identity.Scheme, null);
        services.AddAuthorization();
        services.AddScoped<AuthenticationStateProvider, LiveIdentity>();
        services.AddScoped<CircuitHandler, CircuitActivity>();
        services.AddScoped<CircuitConnection>();
        services.AddScoped<CircuitHandler>(services => services.GetRequiredService<CircuitConnection>());
        services.AddAntiforgery(options =>
        {
            options.HeaderName = CsrfHeader;
            options.Cookie.Name = "__Host-wardkeeper-csrf";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.Path = "/";
        });
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<AccessOptions>(RateLimits.Configure);
        return services;
    }

    /// <summary>What every request passes, in this order. Comes after the request's culture is known and before anything is mapped.</summary>
    public static void UseConsoleAccess(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ApiFaults>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<AccessGate>();
        app.UseAuthorization();
    }
}
