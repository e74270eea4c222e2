using Microsoft.AspNetCore.Http.Features;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Keys;

namespace Wardkeeper.Platform.Trust;

/// <summary>Lists of revoked certificates, authorities' certificates and OCSP (RFC 5280, 4.2.1.13; RFC 6960, appendix A): open to everybody, and signed.</summary>
internal static class RevocationEndpoints
{
    private const string Response = "application/ocsp-response";
    private const int LongestPath = 4 << 10;

    /// <summary>Maps them.</summary>
    public static void MapRevocation(this WebApplication app, AuthorityBook book, OcspResponder ocsp)
    {
        app.MapGet("/crl/{file}", Task<IResult> (string file, CancellationToken cancel) => CrlAsync(book, file, cancel));
        app.MapGet("/ca/{file}", IResult (string file) => book.All.FirstOrDefault(one => one.KeyId + ".cer" == file && one.Certificate.Length > 0) is { } authority ? Results.Bytes(authority.Certificate, "application/pkix-cert") : Results.NotFound());
        app.MapPost("/ocsp", Task<IResult> (HttpContext context) => PostAsync(context, ocsp));
        app.MapGet("/ocsp/{**question}", Task<IResult> (HttpContext context) => GetAsync(context, ocsp));
    }

    private static async Task<IResult> CrlAsync(AuthorityBook book, string file, CancellationToken cancel)
    {
        try
        {
            return file.EndsWith(".crl", StringComparison.Ordinal) && await book.CrlAsync(file[..^4], false, cancel) is { } list ? Results.Bytes(list, "application/pkix-crl") : Results.NotFound();
        }
        catch (AuthorityKeyException)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<IResult> PostAsync(HttpContext context, OcspResponder ocsp)
    {
        byte[] question = await EstService.BodyAsync(context);
        return Results.Bytes(await ocsp.AnswerAsync(question, context.RequestAborted), Response);
    }

    /// <summary>The question stands in the address as base64, with its own slashes escaped or not.</summary>
    private static async Task<IResult> GetAsync(HttpContext context, OcspResponder ocsp)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        int at = target.IndexOf("/ocsp/", StringComparison.Ordinal);
        if (at < 0 || target.Length > LongestPath) return Results.BadRequest();
        string text = Uri.UnescapeDataString(target[(at + 6)..]);
        byte[] question = new byte[text.Length];
        return Convert.TryFromBase64String(text, question, out int length) ? Results.Bytes(await ocsp.AnswerAsync(question.AsMemory(0, length), context.RequestAborted), Response) : Results.BadRequest();
    }
}
