using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Wardkeeper.Console.Access;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Ledger.Commands;
using Wardkeeper.Hub.Ledger.Decisions;

namespace Wardkeeper.Console.Api;

/// <summary>What persons change in the ledger. Each answer names the operation, by which it is undone.</summary>
internal static class DeviceEditEndpoints
{
    public sealed record EditBody(IReadOnlyDictionary<string, string?>? Fields, string? Reason);

    public sealed record AddBody(IReadOnlyDictionary<string, string?>? Fields, string? LifeCycle, string? Reason);

    public sealed record LifeCycleBody(string? State, string? Reason);

    public sealed record OwnershipBody(bool IsOurs, string? Reason);

    public sealed record MergeBody(long From, string? Reason);

    public sealed record SplitBody(long Interface, string? Reason);

    public sealed record UndoBody(string? Reason);

    public sealed record Revised(long Id, long Revision);

    public sealed record LedgerAnswer(long Operation, IReadOnlyList<Revised> Devices);

    public sealed record FieldAnswer(string Name, string Group, FieldKind Kind, IReadOnlyList<string> Choices, IReadOnlyList<string> Editors, string Chinese, string English);

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/devices").WithTags("devices");
        group.MapPost("", AddAsync).WithSummary("Adds a device that is in the register only");
        group.MapPatch("/{id:long}", EditAsync).WithSummary("Enters values of fields, or removes them with null; needs If-Match");
        group.MapPost("/{id:long}/life-cycle", CycleAsync).WithSummary("Changes the state of the life cycle; needs If-Match and a reason");
        group.MapPost("/{id:long}/ownership", AnswerAsync).WithSummary("A department's answer to whose the device is: yes confirms it, no takes the department away");
        group.MapPost("/{id:long}/merge", MergeAsync).WithSummary("Says that another device is this one; needs a reason");
        group.MapPost("/{id:long}/split", SplitAsync).WithSummary("Takes an interface out of the device; needs a reason");
        api.MapPost("/operations/{id:long}/undo", UndoAsync).WithTags("devices").WithSummary("Undoes a whole operation of the ledger");
        api.MapGet("/fields", Fields).WithTags("devices").WithSummary("The fields of a device: kinds, choices, who may edit them");
    }

    /// <summary>The answer to a change that was made.</summary>
    /// <exception cref="RefusedException">It was not made; every problem is told.</exception>
    internal static LedgerAnswer Answer(LedgerResult result)
    {
        if (result.Status == LedgerStatus.Done) return new(result.Operation, [.. result.Devices.Distinct().Select(one => new Revised(one.Device, one.Revision))]);
        throw new RefusedException(KindOf(result), [.. result.Problems.Select(problem => new Mistake(problem.Field ?? "", CodeOf(problem.Status), Sentence(problem.Message)))]);
    }

    private static Refusal KindOf(LedgerResult result) => result.Status switch
    {
        LedgerStatus.NotFound => Refusal.NotFound,
        LedgerStatus.Forbidden => Refusal.Forbidden,
        LedgerStatus.Conflict => Refusal.Conflict,
        _ => Refusal.Invalid,
    };

    private static string CodeOf(LedgerStatus status) => status switch
    {
        LedgerStatus.NotFound => "device-missing",
        LedgerStatus.Forbidden => "field-forbidden",
        LedgerStatus.Conflict => "changed-meanwhile",
        _ => "value-invalid",
    };

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..] + (text[^1] == '.' ? "" : ".");

    private static async Task<IResult> AddAsync(AddBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel)
    {
        LedgerAnswer added = Answer(await commands.ApplyAsync(context.User.ToActor()!, [new AddDevice(body.Fields ?? new Dictionary<string, string?>(), body.LifeCycle ?? "in-stock")], body.Reason, cancel));
        return TypedResults.Created($"/api/v1/devices/{added.Devices[0].Id}", added);
    }

    private static Task<LedgerAnswer> EditAsync(long id, EditBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        OneAsync(context, commands, revision => new EditDevice(id, body.Fields ?? new Dictionary<string, string?>(), revision), body.Reason, cancel);

    private static Task<LedgerAnswer> CycleAsync(long id, LifeCycleBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        OneAsync(context, commands, revision => new ChangeLifeCycle(id, body.State ?? "", revision), body.Reason, cancel);

    private static async Task<LedgerAnswer> AnswerAsync(long id, OwnershipBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        Answer(await commands.ApplyAsync(context.User.ToActor()!, [new AnswerOwnership(id, body.IsOurs)], body.Reason, cancel));

    private static async Task<LedgerAnswer> MergeAsync(long id, MergeBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        Answer(await commands.ApplyAsync(context.User.ToActor()!, [new MergeDevices(id, body.From)], body.Reason, cancel));

    private static async Task<LedgerAnswer> SplitAsync(long id, SplitBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        Answer(await commands.ApplyAsync(context.User.ToActor()!, [new SplitInterface(id, body.Interface)], body.Reason, cancel));

    private static async Task<LedgerAnswer> UndoAsync(long id, UndoBody body, HttpContext context, [FromServices] ILedgerCommands commands, CancellationToken cancel) =>
        Answer(await commands.UndoAsync(context.User.ToActor()!, id, body.Reason, cancel));

    /// <summary>A change of one device by somebody who says which revision he saw.</summary>
    private static async Task<LedgerAnswer> OneAsync(HttpContext context, ILedgerCommands commands, Func<long?, LedgerChange> change, string? reason, CancellationToken cancel)
    {
        LedgerResult result = await commands.ApplyAsync(context.User.ToActor()!, [change(ETags.Demand(context))], reason, cancel);
        if (result.Status == LedgerStatus.Conflict) throw new RefusedException(Refusal.Stale, "", "changed-meanwhile", Sentence(result.Problems[0].Message));
        LedgerAnswer answer = Answer(result);
        ETags.Set(context, answer.Devices[0].Revision);
        return answer;
    }

    private static IReadOnlyList<FieldAnswer> Fields() =>
        [.. FieldCatalogue.All.Select(field => new FieldAnswer(field.Name, field.Group, field.Kind, field.Choices, [.. field.Editors.Order().Select(RoleNames.Of)], field.Chinese, field.English))];
}
