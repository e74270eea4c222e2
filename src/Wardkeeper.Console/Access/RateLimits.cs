using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Wardkeeper.Console.Api;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Console.Access;

/// <summary>How often somebody may ask: calls by person, token or address; attempts to sign in by address, fewer. Answers 429 with the seconds to wait.</summary>
internal static class RateLimits
{
    public static void Configure(RateLimiterOptions limiter, AccessOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, options));
        limiter.OnRejected = async (rejected, _) =>
        {
            HttpContext context = rejected.HttpContext;
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait)) context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests; wait as long as Retry-After says.");
        };
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, AccessOptions options)
    {
        HttpRequest request = context.Request;
        string address = SessionCookie.OriginOf(context).Key;
        bool isSignIn = HttpMethods.IsPost(request.Method) && (request.Path.StartsWithSegments("/sign-in") || request.Path.StartsWithSegments("/start"));
        if (isSignIn) return Bucket("sign-in:" + address, options.SignInsPerMinute);
        if (!Problems.IsApi(request)) return RateLimitPartition.GetNoLimiter("pages");
        return Bucket(context.User.ToActor() is { } actor ? "actor:" + actor.Name : "address:" + address, options.RequestsPerMinute);
    }

    private static RateLimitPartition<string> Bucket(string key, int perMinute) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perMinute,
        TokensPerPeriod = Math.Max(1, perMinute / 12),
        ReplenishmentPeriod = TimeSpan.FromSeconds(5),
        QueueLimit = 0,
    });
}
