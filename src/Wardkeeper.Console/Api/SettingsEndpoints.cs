using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Settings;
using Wardkeeper.Hub.Sites;

namespace Wardkeeper.Console.Api;

/// <summary>What can be configured, and the change of what may change while the program runs.</summary>
internal static class SettingsEndpoints
{
    public sealed record SettingsChange(IReadOnlyDictionary<string, string?>? Values, string? Reason);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/settings").WithTags("settings");
        group.MapGet("", ([FromServices] ISettings settings) => settings.All).WithSummary("Every key: default, value, who set it where, whether it can be changed here");
        group.MapGet("/networks", NetworksAsync).WithSummary("Networks that are probably the site's own, by the devices seen: what site.localNetworks could be");
        group.MapPatch("", ChangeAsync).WithSummary("Changes keys, all or none; null takes back what was set here");
    }

    private static async Task<IReadOnlyList<ProposedNetwork>> NetworksAsync([FromServices] IDeviceQueries devices, CancellationToken cancel) =>
        ProposedNetworks.Of(await devices.CountByAsync("network", new DeviceFilter(), cancel));

    private static async Task<IReadOnlyList<Setting>> ChangeAsync(SettingsChange change, ClaimsPrincipal user, [FromServices] ISettings settings, CancellationToken cancel)
    {
        Mistakes mistakes = new();
        mistakes.Require(change.Values is { Count: > 0 }, "values", "values-missing", "values names the keys to change, for example {\"retention.days\": \"190\"}.");
        mistakes.Require(change.Reason is null or { Length: <= 500 }, "reason", "text-long", "reason is longer than 500 characters.");
        mistakes.ThrowIfAny();
        await settings.ChangeAsync(user.ToActor()!, change.Values!, change.Reason, cancel);
        return settings.All;
    }
}
