using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Import;
using Wardkeeper.Console.Pages.Import;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Register;

namespace Wardkeeper.Console.Api;

/// <summary>Imports of the hospital's register: upload, look, decide, apply, undo.</summary>
internal static class ImportEndpoints
{
    public sealed record MappingBody(IReadOnlyList<string?>? Mapping);

    public sealed record DecisionsBody(IReadOnlyList<RowDecision>? Decisions);

    public sealed record UndoBody(string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/imports").WithTags("imports");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Imports, latest first"), "page", "pageSize");
        ApiQuery.Take(group.MapPost("", UploadAsync).WithSummary("Reads a file (XLSX, XLS, CSV; the body itself) and matches its rows; changes nothing in the ledger"), "name");
        ApiQuery.Take(group.MapGet("/template", TemplateAsync).WithSummary("An empty register with the headings that are understood: format is csv or xlsx"), "format");
        group.MapGet("/{id:long}", GetAsync).WithSummary("One import with its counts");
        ApiQuery.Take(group.MapGet("/{id:long}/rows", RowsAsync).WithSummary("Rows of an import, in the order of the file"), "page", "pageSize", "outcome", "problems");
        ApiQuery.Take(group.MapGet("/{id:long}/only-on-network", OnlyOnNetworkAsync).WithSummary("Devices seen in the network that no row is"), "page", "pageSize");
        group.MapPut("/{id:long}/mapping", RemapAsync).WithSummary("Reads the same file with another mapping");
        group.MapPost("/{id:long}/decisions", DecideAsync).WithSummary("Decides doubtful rows");
        group.MapPost("/{id:long}/apply", ApplyAsync).WithSummary("Writes matched and register-only rows into the ledger, as one operation");
        group.MapPost("/{id:long}/undo", UndoAsync).WithSummary("Takes a whole import back; needs a reason");
    }

    private static Task<Page<ImportLine>> ListAsync(HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        return imports.ListAsync(page, cancel);
    }

    private static async Task<IResult> UploadAsync(HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string name = new ApiQuery(context.Request, mistakes).Text("name") ?? "register";
        mistakes.ThrowIfAny();
        ImportLine import = await imports.PreviewAsync(context.User.ToActor()!, name, await ReadTableAsync(context, cancel), null, cancel);
        return TypedResults.Created($"/api/v1/imports/{import.Number}", import);
    }

    /// <summary>The table that the body of a request is.</summary>
    public static async Task<RegisterTable> ReadTableAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = TableFile.MaxBytes;
        using MemoryStream file = new();
        await context.Request.Body.CopyToAsync(file, cancel);
        return Read(file.ToArray());
    }

    private static RegisterTable Read(byte[] file)
    {
        try
        {
            return TableFile.Read(file);
        }
        catch (TableFileException wrong)
        {
            throw new RefusedException(Refusal.Invalid, "", wrong.Code, $"The file {wrong.Sentence}");
        }
    }

    private static async Task TemplateAsync(HttpContext context, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        string? format = new ApiQuery(context.Request, mistakes).Text("format");
        mistakes.Require(format is "csv" or "xlsx", "format", "format-unknown", "format must be csv or xlsx.");
        mistakes.ThrowIfAny();
        context.Response.ContentType = format == "csv" ? DeviceExport.Csv : DeviceExport.Xlsx;
        context.Response.Headers.ContentDisposition = $"attachment; filename=register.{format}";
        // Headings the import knows by itself, in the language of whoever asks.
        bool chinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        string[] headings = [.. RegisterColumns.All.Select(column => column.Headings.FirstOrDefault(heading => heading.All(char.IsAscii) != chinese) ?? column.Headings[0])];
        using MemoryStream file = new();
        if (format == "csv") await TableWriter.CsvAsync(file, headings, Nothing(), cancel);
        else await TableWriter.XlsxAsync(file, headings, Nothing(), cancel);
        file.Position = 0;
        await file.CopyToAsync(context.Response.Body, cancel);
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Nothing()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static async Task<ImportLine> GetAsync(long id, [FromServices] IRegisterImports imports, CancellationToken cancel) => await imports.GetAsync(id, cancel) ?? throw Problems.Missing("import");

    private static async Task<Page<ImportRow>> RowsAsync(long id, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        bool withProblems = query.Flag("problems") == true;
        RowOutcome? outcome = null;
        if (query.Text("outcome") is { } word)
        {
            mistakes.Require(ColumnText.Outcomes.TryGetValue(word, out RowOutcome wanted), "outcome", "outcome-unknown", $"outcome must be one of {string.Join(", ", ColumnText.Outcomes.Keys)}.");
            outcome = wanted;
        }
        mistakes.ThrowIfAny();
        return await imports.GetAsync(id, cancel) is null ? throw Problems.Missing("import") : await imports.RowsAsync(id, outcome, withProblems, page, cancel);
    }

    private static async Task<Page<DeviceLine>> OnlyOnNetworkAsync(long id, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        PageRequest page = new ApiQuery(context.Request, mistakes).Page();
        mistakes.ThrowIfAny();
        return await imports.GetAsync(id, cancel) is null ? throw Problems.Missing("import") : await imports.OnlyOnNetworkAsync(id, page, cancel);
    }

    private static async Task<ImportLine> RemapAsync(long id, MappingBody body, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel) =>
        await imports.RemapAsync(context.User.ToActor()!, id, body.Mapping ?? [], cancel) ?? throw NoPreview();

    private static async Task<IResult> DecideAsync(long id, DecisionsBody body, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        if (await imports.DecideAsync(context.User.ToActor()!, id, body.Decisions ?? [], cancel)) return TypedResults.NoContent();
        throw new RefusedException(Refusal.Conflict, "decisions", "decision-impossible", "There is no such preview, row or device, or another row is that device already.");
    }

    private static async Task<ImportLine> ApplyAsync(long id, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel) =>
        await imports.ApplyAsync(context.User.ToActor()!, id, cancel) ?? throw NoPreview();

    private static async Task<ImportLine> UndoAsync(long id, UndoBody body, HttpContext context, [FromServices] IRegisterImports imports, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(body.Reason)) throw new RefusedException(Refusal.Invalid, "reason", "reason-missing", "Say why the import is taken back.");
        return await imports.UndoAsync(context.User.ToActor()!, id, body.Reason.Trim(), cancel) ?? throw new RefusedException(Refusal.NotFound, "", "import-missing", string.Create(CultureInfo.InvariantCulture, $"There is no applied import {id}."));
    }

    private static RefusedException NoPreview() => new(Refusal.NotFound, "", "import-missing", "There is no such import that is not applied yet.");
}
