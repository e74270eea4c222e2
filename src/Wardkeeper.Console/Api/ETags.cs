using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Wardkeeper.Hub.Changes;

namespace Wardkeeper.Console.Api;

/// <summary>Revisions as entity tags (RFC 9110, 8.8.3): whoever edits says which revision he saw, so that nobody overwrites what he did not see.</summary>
internal static class ETags
{
    /// <summary>Tells the revision.</summary>
    public static void Set(HttpContext context, long revision) => context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>The revision of <c>If-Match</c>; null when any will do (<c>*</c>). Without the header the call is refused with 428 (RFC 6585).</summary>
    public static long? Demand(HttpContext context)
    {
        string text = context.Request.Headers.IfMatch.ToString();
        if (text.Length == 0) throw new BadHttpRequestException("Edits need If-Match with the ETag that was read, so that nobody overwrites what he did not see.", StatusCodes.Status428PreconditionRequired);
        if (text == "*") return null;
        if (EntityTagHeaderValue.TryParse(text, out EntityTagHeaderValue? tag) && !tag.IsWeak && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long revision)) return revision;
        throw new RefusedException(Refusal.Stale, "", "etag-unknown", "If-Match is not the ETag of any revision; load it again.");
    }
}
