using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Duties;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Api;

/// <summary>How far devices reach and who reaches them, as observed and as published, and what may be done to them. Who is limited to departments asks for their devices alone.</summary>
internal static class ReachEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        ApiQuery.Take(api.MapGet("/devices/{id:long}/reach", OfAsync).WithTags("devices").WithSummary("What a device reaches and who reaches it, in the days before the newest data"), "days");
        ApiQuery.Take(api.MapGet("/devices/{id:long}/care", CareAsync).WithTags("devices").WithSummary("What may be done to a device now, by one person and with two, and what that was computed from"));
        ApiQuery.Take(api.MapGet("/reach", FurthestAsync).WithTags("devices").WithSummary("The devices that reach furthest: most zones, then most devices"), "days", "limit");
        ApiQuery.Take(api.MapGet("/reach/vendors", HeldAsync).WithTags("devices").WithSummary("Which inside addresses vendors hold (given by their VPN, published, worked on from outside), and how far they reach together"), "days");
        ApiQuery.Take(api.MapGet("/vendors/summary", VendorAsync).WithTags("devices").WithSummary("What a vendor's devices are, expose and owe, in the days before now"), "vendor", "days");
    }

    private static async Task<DeviceReach> OfAsync(long id, HttpContext context, [FromServices] IReachQueries reach, CancellationToken cancel)
    {
        int days = Days(context, out _);
        return await reach.OfAsync(id, days, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("device");
    }

    private static async Task<DeviceCare> CareAsync(long id, HttpContext context, [FromServices] CareReader care, CancellationToken cancel) =>
        await care.OfAsync(id, context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("device");

    private static Task<IReadOnlyList<ReachLine>> FurthestAsync(HttpContext context, [FromServices] IReachQueries reach, CancellationToken cancel)
    {
        int days = Days(context, out int limit);
        return reach.FurthestAsync(days, limit, context.User.ToActor()!.Departments, cancel);
    }

    private static Task<IReadOnlyList<VendorReach>> HeldAsync(HttpContext context, [FromServices] IReachQueries reach, CancellationToken cancel)
    {
        int days = Days(context, out _);
        return reach.HeldAsync(days, context.User.ToActor()!.Departments, cancel);
    }

    private static async Task<VendorSummary> VendorAsync(HttpContext context, [FromServices] IVendorSummaries vendors, [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        string? vendor = query.Text("vendor");
        mistakes.Require(!string.IsNullOrWhiteSpace(vendor), "vendor", "required", "vendor is a maker as the ledger names it.");
        int days = query.Number("days", 30, 1, 365);
        mistakes.ThrowIfAny();
        return await vendors.OfAsync(vendor!, CaptureTime.FromDate(clock.GetUtcNow().AddDays(-days)), context.User.ToActor()!.Departments, cancel) ?? throw Problems.Missing("vendor");
    }

    private static int Days(HttpContext context, out int limit)
    {
        Mistakes mistakes = new();
        ApiQuery query = new(context.Request, mistakes);
        int days = (int)query.Number("days", 30, 1, 365);
        limit = (int)query.Number("limit", 50, 1, 200);
        mistakes.ThrowIfAny();
        return days;
    }
}
