using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Access;
using Wardkeeper.Console.Pages.Devices;
using Wardkeeper.Console.Session;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Console.Api;

/// <summary>Devices as the ledger decided them. A viewer limited to departments does not learn that other devices exist.</summary>
internal static class DeviceEndpoints
{
    private static readonly string[] Columns = ["id", "name", "type", "department", "bed", "person", "ip", "vendor", "model", "first-seen", "last-seen", "findings", "life-cycle"];

    private static readonly string[] FilterKeys =
    [
        "text", "type", "category", "department", "vendor", "model", "fingerprint", "person", "lifeCycle", "subnet", "vlan", "protocol", "port", "hasConflict", "isLifeSupport", "isRetiredButAlive", "isPublished", "firstSeenSince", "lastSeenSince",
    ];

    public sealed record BulkBody(IReadOnlyList<long>? Devices, long? Expected, IReadOnlyDictionary<string, string?>? Fields, IReadOnlyList<string>? AddLabels, IReadOnlyList<string>? RemoveLabels, string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/devices").WithTags("devices");
        ApiQuery.Take(group.MapGet("", ListAsync).WithSummary("Devices"), ["page", "pageSize", "sort", Look.Key, .. FilterKeys]);
        ApiQuery.Take(group.MapGet("/export", ExportAsync).WithSummary("All devices that match, as a table: format is csv or xlsx"), ["format", "sort", Look.Key, .. FilterKeys]);
        ApiQuery.Take(group.MapPost("/bulk", BulkAsync).WithSummary("The same edit for the devices named in the body, or for all that the query's filter finds"), FilterKeys);
        ApiQuery.Take(group.MapGet("/{id:long}", GetAsync).WithSummary("Everything known of one device"), Look.Key);
    }

    private static Task<Page<DeviceLine>> ListAsync(HttpContext context, Look look, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        PageRequest page = query.Page();
        SortOrder sort = query.Sort("id", Columns);
        DeviceFilter filter = Filter(query, mistakes) with { Visible = context.User.ToActor()!.Departments };
        mistakes.ThrowIfAny();
        return look.Devices.FindAsync(filter, sort, page, cancel);
    }

    private static async Task<DeviceDetail> GetAsync(long id, HttpContext context, Look look, CancellationToken cancel)
    {
        Actor actor = context.User.ToActor()!;
        DeviceDetail device = await look.Devices.GetAsync(id, actor.Departments, cancel) ?? throw Problems.Missing("device");
        ETags.Set(context, device.Revision);
        return device;
    }

    private static async Task ExportAsync(HttpContext context, Look look, [FromServices] JobBoard jobs, [FromServices] IStringLocalizer<Words> words, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        SortOrder sort = query.Sort("id", Columns);
        DeviceFilter filter = Filter(query, mistakes) with { Visible = context.User.ToActor()!.Departments };
        string? format = query.Text("format");
        mistakes.Require(format is "csv" or "xlsx", "format", "format-unknown", "format must be csv or xlsx.");
        mistakes.ThrowIfAny();
        await jobs.RunAsync(
            context.User.ToActor()!, JobKind.Export, $"devices.{format}",
            async job =>
            {
                await DeviceExport.WriteAsync(context, format!, look.Devices, filter, sort, words, job);
                return true;
            },
            _ => DevicesQuery.Of(filter),
            cancel: cancel);
    }

    private static async Task<DeviceEditEndpoints.LedgerAnswer> BulkAsync(BulkBody body, HttpContext context, [FromServices] IDeviceQueries devices, [FromServices] ILedgerCommands commands, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        DeviceFilter filter = Filter(query, mistakes);
        mistakes.Require(body.Devices is null || context.Request.Query.Count == 0, "devices", "devices-twice", "Name the devices in the body or by filter, not both.");
        mistakes.Require(body.Devices is not null || body.Expected is not null, "expected", "expected-missing", "An edit by filter needs expected, the number of devices you saw.");
        mistakes.ThrowIfAny();
        BulkEdit edit = new()
        {
            Devices = body.Devices,
            Filter = body.Devices is null ? filter : null,
            Expected = body.Expected,
            Fields = body.Fields ?? new Dictionary<string, string?>(),
            AddLabels = body.AddLabels ?? [],
            RemoveLabels = body.RemoveLabels ?? [],
        };
        return DeviceEditEndpoints.Answer(await edit.ApplyAsync(context.User.ToActor()!, devices, commands, body.Reason, cancel));
    }

    private static DeviceFilter Filter(ApiQuery query, Mistakes mistakes) => new()
    {
        Text = query.Text("text"),
        Types = query.Texts("type"),
        Categories = query.Texts("category"),
        Departments = query.Texts("department"),
        Vendors = query.Texts("vendor"),
        Models = query.Texts("model"),
        Fingerprints = query.Texts("fingerprint"),
        Persons = query.Texts("person"),
        LifeCycles = query.Texts("lifeCycle"),
        Subnets = query.Texts("subnet"),
        Vlans = [.. Numbers(query, "vlan", 0, 4094, mistakes).Select(vlan => (long)vlan)],
        Protocols = query.Texts("protocol"),
        Ports = Numbers(query, "port", 0, 65535, mistakes),
        HasConflict = query.Flag("hasConflict"),
        IsLifeSupport = query.Flag("isLifeSupport"),
        IsRetiredButAlive = query.Flag("isRetiredButAlive"),
        IsPublished = query.Flag("isPublished"),
        FirstSeenSince = query.Time("firstSeenSince"),
        LastSeenSince = query.Time("lastSeenSince"),
    };

    private static List<int> Numbers(ApiQuery query, string key, int least, int most, Mistakes mistakes)
    {
        List<int> numbers = [];
        foreach (string text in query.Texts(key))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) numbers.Add(number);
            else mistakes.Add(key, "number-range", $"{key} must be a whole number from {least} to {most}.");
        }
        return numbers;
    }
}
