using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>What devices are identified by: the knowledge base, and what persons taught of like ones as a file that another site can add.</summary>
internal static class KnowledgeEndpoints
{
    /// <summary>Devices whose corrections are exported at most.</summary>
    private const int MostTaught = 10_000;

    private const string TextType = "text/tab-separated-values; charset=utf-8";

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/knowledge").WithTags("knowledge");
        ApiQuery.Take(group.MapGet("", List).WithSummary("Entries of the knowledge base; text looks in all of an entry"), "page", "pageSize", "text");
        group.MapGet("/fingerprints", FingerprintsAsync).WithSummary("What persons said of devices, by fingerprint, as a file of knowledge");
    }

    /// <summary>An entry as a file writes it, cell by cell.</summary>
    public sealed record EntryAnswer(string Id, string On, string Match, string Says, string Basis, string Source, string Licence);

    private static Page<EntryAnswer> List(HttpContext context)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        string? text = query.Text("text");
        mistakes.ThrowIfAny();
        KnowledgeEntry[] found = [.. KnowledgeBase.InForce.Entries.Where(entry => text is null || KnowledgeFile.Line(entry).Contains(text, StringComparison.OrdinalIgnoreCase))];
        return new Page<EntryAnswer>([.. found.Skip((page.Number - 1) * page.Size).Take(page.Size).Select(entry => new EntryAnswer(entry.Id, TraitNames.Of(entry.Trait), entry.Pattern.ToString(), KnowledgeFile.Says(entry), entry.Basis, entry.Source, entry.Licence))], found.Length);
    }

    private static async Task<IResult> FingerprintsAsync(HttpContext context, [FromServices] IDeviceQueries devices, CancellationToken cancel)
    {
        IReadOnlySet<string>? visible = context.User.ToActor()!.Departments;
        StringBuilder file = new();
        file.AppendJoin('\t', KnowledgeFile.Columns).Append('\n');
        HashSet<string> said = new(StringComparer.Ordinal);
        await foreach (DeviceLine line in EveryPage.OfAsync(page => devices.FindAsync(new DeviceFilter { Visible = visible }, new SortOrder("id"), page, cancel)).Where(line => line is { Fingerprint: not null, TypeConfirmedBy: not null }).Take(MostTaught).WithCancellation(cancel))
        {
            if (await devices.GetAsync(line.Id, visible, cancel) is not { } detail) continue;
            foreach (FieldValue field in detail.Fields)
            {
                if (Taught.Line(line.Fingerprint!, field, said) is { } entry) file.Append(entry).Append('\n');
            }
        }
        return Results.Text(file.ToString(), TextType);
    }
}
