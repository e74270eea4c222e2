using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;

namespace Wardkeeper.Console.Api;

/// <summary>Trust: how strong identities are, certificates, requests that wait, authorities, makers' roots, vouchers, announced devices.</summary>
internal static class TrustEndpoints
{
    private const int MostBytes = 64 << 10, Slack = 64 << 10;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/trust").WithTags("trust");
        group.MapGet("", ([FromServices] ITrustQueries trust, CancellationToken cancel) => trust.OverviewAsync(cancel)).WithSummary("How trust stands: devices by strength of identity, renewals due, requests that wait, what was refused");
        ApiQuery.Take(group.MapGet("/certificates", Certificates).WithSummary("Certificates that were issued or bound"), "q", "grade", "device", "valid", "revoked", "before", "sort", "page", "pageSize");
        group.MapGet("/certificates/{number:long}", (long number, [FromServices] ITrustQueries trust) => trust.Certificate(number) ?? throw Problems.Missing("certificate")).WithSummary("A certificate's record");
        group.MapGet("/certificates/{number:long}/file", FileAsync).WithSummary("A certificate as it was issued, DER");
        group.MapPost("/certificates/{number:long}/revoke", RevokeAsync).WithSummary("Revokes a certificate at once; revocation is RFC 5280's word, and a reason is needed");
        ApiQuery.Take(group.MapGet("/enrolments", EnrolmentsAsync).WithSummary("Requests for certificates, latest first"), "state", "page", "pageSize");
        group.MapPost("/enrolments/{number:long}/approve", ApproveAsync).WithSummary("Approves a request that waits, for a device of the ledger or a new one; needs a reason");
        group.MapPost("/enrolments/{number:long}/refuse", (long number, [FromBody] Decision body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel) => commands.RefuseAsync(context.User.ToActor()!, number, body.Reason ?? "", cancel)).WithSummary("Refuses a request that waits; needs a reason");
        group.MapGet("/authorities", ([FromServices] ITrustQueries trust) => trust.Authorities().Select(Line)).WithSummary("The hospital's authorities");
        group.MapPost("/authorities/rollover", RolloverAsync).WithSummary("Makes a new issuing authority in the place of the present one, by the root's key (encrypted PEM, read and kept nowhere)");
        group.MapGet("/boot-states", ([FromServices] IBootStates states, CancellationToken cancel) => states.AllAsync(cancel)).WithSummary("In which state devices with a chip were started, and which state is expected");
        group.MapPost("/boot-states/{device:long}/approve", ([FromRoute] long device, [FromBody] BootWord body, HttpContext context, [FromServices] IBootStates states, CancellationToken cancel) =>
            states.ApproveAsync(context.User.ToActor()!, device, body.Digest ?? "", body.Reason ?? "", cancel)).WithSummary("Approves the state a device showed last, by the digest of what was looked at; needs a reason");
        group.MapGet("/roots", ([FromServices] ITrustQueries trust) => trust.MakerRoots().Select(RootLine.Of)).WithSummary("Makers' roots that vouch for the certificates devices are born with");
        ApiQuery.Take(group.MapPost("/roots", ImportAsync).WithSummary("Imports a maker's root (the body is the certificate, DER or PEM)"), "name");
        ApiQuery.Take(group.MapDelete("/roots/{number:long}", RemoveAsync).WithSummary("Takes trust from a maker's root; needs a reason"), "reason");
        group.MapGet("/lists", ([FromServices] ITrustQueries trust, [FromServices] TimeProvider time) => trust.MakerLists().Select(list => ListLine.Of(list, time))).WithSummary("Makers' lists of revoked certificates, by which enrolling devices are judged");
        group.MapPost("/lists", ImportListAsync).WithSummary("Imports a maker's list of revoked certificates (the body is the list, DER or PEM, with certificates of authorities between it and the root beside it)");
        group.MapGet("/vouchers", ([FromServices] ITrustQueries trust, CancellationToken cancel) => trust.VouchersAsync(cancel)).WithSummary("One-time vouchers, without their secrets");
        group.MapPost("/vouchers", VouchAsync).WithSummary("Makes a one-time voucher; its secret is told once, here");
        group.MapGet("/expected", ([FromServices] ITrustQueries trust, CancellationToken cancel) => trust.ExpectedAsync(cancel)).WithSummary("Devices that purchase orders announce");
        group.MapPost("/expected", async ([FromBody] Order body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel) =>
            new { entered = await commands.ExpectAsync(context.User.ToActor()!, body.Number ?? "", [.. (body.Devices ?? []).Select(one => (one.Serial ?? "", one.Maker, one.Model))], cancel) }).WithSummary("Announces the devices of a purchase order by serial number");
    }

    /// <summary>Revocation of a certificate.</summary>
    internal sealed record Revocation(string? Word, string? Reason);

    /// <summary>A rollover.</summary>
    internal sealed record Rollover(string? RootKey, string? Passphrase, string? Kind, string? Token, bool? RevokesOld, string? Reason)
    {
        public override string ToString() => "a rollover";
    }

    /// <summary>A person's word for a boot state.</summary>
    internal sealed record BootWord(string? Digest, string? Reason);

    /// <summary>Decision about a request.</summary>
    internal sealed record Decision(long? Device, string? Reason);

    /// <summary>What a voucher is for.</summary>
    internal sealed record VoucherWish(long? Device, string? Profile, int? Hours, string? Note);

    /// <summary>A purchase order.</summary>
    internal sealed record Order(string? Number, IReadOnlyList<OrderedDevice>? Devices);

    /// <summary>A device of a purchase order.</summary>
    internal sealed record OrderedDevice(string? Serial, string? Maker, string? Model);

    /// <summary>An authority without its certificate's bytes.</summary>
    internal sealed record AuthorityLine(long Number, string Name, AuthorityKind Kind, AuthorityState State, string Key, string KeyPlace, string KeyId, long CrlNumber);

    /// <summary>A maker's root without its bytes.</summary>
    internal sealed record RootLine(long Number, string Name, string Subject, string KeyId, string Fingerprint, string By)
    {
        public static RootLine Of(MakerRoot root) => new(root.Number, root.Name, root.Subject, root.KeyId, root.Fingerprint, root.By);
    }

    /// <summary>A maker's list without its bytes.</summary>
    internal sealed record ListLine(string Issuer, string IssuerName, long Root, DateTimeOffset Made, DateTimeOffset? Next, int Revoked, bool IsOutdated, string By)
    {
        public static ListLine Of(MakerList list, TimeProvider time) => new(list.Issuer, list.IssuerName, list.Root, list.Made.ToDate(), list.Next?.ToDate(), list.Revoked, list.IsOutdatedAt(time.Now()), list.By);
    }

    private static Page<IssuedCertificate> Certificates(HttpContext context, [FromServices] ITrustQueries trust)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        List<IdentityGrade> grades = [];
        foreach (string word in query.Texts("grade"))
        {
            bool isKnown = KebabWord.TryParse(word, out IdentityGrade grade);
            mistakes.Require(isKnown, "grade", "unknown", $"grade is one of {string.Join(", ", Enum.GetValues<IdentityGrade>().Select(KebabWord.Of))}.");
            if (isKnown) grades.Add(grade);
        }
        int device = query.Number("device", 0, 0, int.MaxValue);
        CertificateFilter filter = new() { Text = query.Text("q"), Grades = grades, Device = device == 0 ? null : device, IsValid = query.Flag("valid"), IsRevoked = query.Flag("revoked"), EndsBefore = query.Time("before") };
        SortOrder sort = query.Sort("expires", "number", "device", "subject", "expires", "grade");
        PageRequest page = query.Page();
        mistakes.ThrowIfAny();
        return trust.Certificates(filter, sort, page);
    }

    private static async Task<IResult> FileAsync(long number, [FromServices] ITrustQueries trust, CancellationToken cancel) =>
        await trust.CertificateBytesAsync(number, cancel) is { } bytes ? TypedResults.File(bytes, "application/pkix-cert", $"{IssuedCertificate.IdOf(number)}.cer") : throw Problems.Missing("certificate");

    private static async Task<IResult> RevokeAsync(long number, [FromBody] Revocation body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel)
    {
        (IssuedCertificate certificate, IReadOnlyList<string> problems) = await commands.RevokeAsync(context.User.ToActor()!, number, body.Word ?? "", body.Reason ?? "", cancel);
        return TypedResults.Ok(new { certificate, problems });
    }

    private static async Task<Page<EnrolmentRequest>> EnrolmentsAsync(HttpContext context, [FromServices] ITrustQueries trust, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        List<EnrolmentState> states = [];
        foreach (string word in query.Texts("state"))
        {
            bool isKnown = KebabWord.TryParse(word, out EnrolmentState state);
            mistakes.Require(isKnown, "state", "unknown", $"state is one of {string.Join(", ", Enum.GetValues<EnrolmentState>().Select(KebabWord.Of))}.");
            if (isKnown) states.Add(state);
        }
        PageRequest page = query.Page();
        mistakes.ThrowIfAny();
        return await trust.EnrolmentsAsync(states, page, cancel);
    }

    private static async Task<IResult> RolloverAsync([FromBody] Rollover body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel)
    {
        if (!KebabWord.TryParse(body.Kind ?? KebabWord.Of(KeyKind.P256), out KeyKind kind)) throw new RefusedException(Refusal.Invalid, "kind", "unknown", $"kind is one of {string.Join(", ", Enum.GetValues<KeyKind>().Select(KebabWord.Of))}.");
        (Authority made, int revoked, IReadOnlyList<string> problems) = await commands.RolloverAsync(context.User.ToActor()!, new RolloverWish(body.RootKey, body.Passphrase, kind, body.Token, body.RevokesOld == true, body.Reason ?? ""), cancel);
        return TypedResults.Ok(new { made = Line(made), revoked, problems });
    }

    private static AuthorityLine Line(Authority one) => new(one.Number, one.Name, one.Kind, one.State, one.KeyKind.ToString(), one.KeyPlace, one.KeyId, one.CrlNumber);

    private static Task<EnrolmentRequest> ApproveAsync(long number, [FromBody] Decision body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel) =>
        commands.ApproveAsync(context.User.ToActor()!, number, body.Device, body.Reason ?? "", cancel);

    private static async Task<IResult> ImportAsync(HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? name = new ApiQuery(context.Request, mistakes).Text("name");
        mistakes.Require(name is not null || mistakes.Count > 0, "name", "required", "name says whose root it is.");
        mistakes.ThrowIfAny();
        byte[] file = await BodyAsync(context, MostBytes, "root-too-large", "A certificate has at most 64 kB.", cancel);
        MakerRoot root = await commands.ImportRootAsync(context.User.ToActor()!, name!, file, cancel);
        return TypedResults.Created($"/api/v1/trust/roots/{root.Number}", RootLine.Of(root));
    }

    private static async Task<IResult> ImportListAsync(HttpContext context, [FromServices] ITrustCommands commands, [FromServices] TimeProvider time, CancellationToken cancel)
    {
        byte[] file = await BodyAsync(context, RevocationList.Largest, "list-too-large", "A list has at most 8 MB.", cancel);
        MakerListOutcome outcome = await commands.ImportListAsync(context.User.ToActor()!, file, cancel);
        return TypedResults.Ok(new { list = ListLine.Of(outcome.List, time), affected = outcome.Affected });
    }

    private static async Task<byte[]> BodyAsync(HttpContext context, int most, string code, string message, CancellationToken cancel)
    {
        // Lists are larger than what else is sent; somewhat more, so that who sends too much is told so.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && limit.MaxRequestBodySize < most + Slack) limit.MaxRequestBodySize = most + Slack;
        using MemoryStream bytes = new();
        byte[] buffer = new byte[8192];
        for (int got; (got = await context.Request.Body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + got > most) throw new RefusedException(Refusal.Invalid, "file", code, message);
            bytes.Write(buffer, 0, got);
        }
        return bytes.ToArray();
    }

    private static async Task<IResult> RemoveAsync(long number, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? reason = new ApiQuery(context.Request, mistakes).Text("reason");
        mistakes.ThrowIfAny();
        await commands.RemoveRootAsync(context.User.ToActor()!, number, reason ?? "", cancel);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> VouchAsync([FromBody] VoucherWish body, HttpContext context, [FromServices] ITrustCommands commands, CancellationToken cancel)
    {
        (Voucher voucher, string secret) = await commands.VoucherAsync(context.User.ToActor()!, body.Device, body.Profile ?? CertificateProfile.Device, TimeSpan.FromHours(body.Hours ?? 168), body.Note ?? "", cancel);
        return TypedResults.Created($"/api/v1/trust/vouchers/{voucher.Number}", new { voucher, secret });
    }
}
